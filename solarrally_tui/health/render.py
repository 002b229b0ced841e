"""A report as a table for a terminal, and as JSON."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.report import Check, Pending, Report
from solarrally_tui.health.telemetry import as_object
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.sentences import sentences
from solarrally_tui.text.table import columns


def table(report: Report, now: datetime | None = None, *, details: bool = False) -> str:
    """Return the report as lines of text: the verdict, then the checks, the worst first.

    Of what is ok, a line for each layer stands for the others. now: to mark what is stale, in UTC;
    nothing is without it. details: whether every check has its lines, in full.
    """
    shown = report.ranked if details else _telling(report)
    rows = [
        (check.sign.line(check.sign.word), check.title, _line(check, now, details=details))
        for check in shown
    ]
    return "\n".join([_verdict(report), "", *columns(rows), *_rest(report, shown)])


def _verdict(report: Report) -> str:
    if report.lost and report.lost_since:
        since = f"{report.lost_since:%H:%M:%S} UTC"
        return f"{Severity.FAIL.glyph} No connection to AWS since {since}. {report.lost.what}"
    return report.sign.line(f"{report.site}: {report.sign.word}.")


def _telling(report: Report) -> list[Check]:
    """Return what is neither ok nor left unused, and the first check of each layer that is ok."""
    told: set[Layer] = set()
    checks = []
    for check in report.ranked:
        is_ok = check.sign is Severity.OK
        if check.layer not in told if is_ok else check.sign is not Pending.UNUSED:
            checks.append(check)
        if is_ok:
            told.add(check.layer)
    return checks


def _rest(report: Report, shown: Sequence[Check]) -> list[str]:
    """Return what follows the checks: how many there are more, and what finds the cause."""
    more = Counter(check.sign for check in report.checks if check not in shown)
    others = [counted(more[Severity.OK], "more is ok", "more are ok")]
    if unused := more[Pending.UNUSED]:
        others.append(counted(unused, "is not used", "are not used"))
    lines = [f"{', '.join(others)}. --details shows every check in full."] if more else []
    if report.health in {Severity.FAIL, Severity.WARN}:
        lines.append(f"To find the cause: solarrally diagnose {report.site}")
    return ["", *lines] if lines else []


def _line(check: Check, now: datetime | None, *, details: bool) -> str:
    is_short = check.sign is Severity.OK and not details
    line = sentences(check.line)[0] if is_short else check.line
    if now is None or check.at is None or not check.is_stale(now):
        return line
    return f"As of {check.at:%H:%M:%S} UTC: {line}"


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as the object that `status --json` prints."""
    return {
        "site": report.site,
        "health": report.health.value,
        "checks": [_check(check) for check in report.checks],
        "at": report.at.isoformat(),
        "lost": _plain(report.lost) if report.lost else None,
        "lost_since": _moment(report.lost_since),
        "checks_monthly_cost_usd": round(report.monthly_cost, 4),
        "telemetry": as_object(report.telemetry) if report.telemetry else None,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "state": check.severity.value,
        "waiting": check.sign is Pending.WAITING,
        "unused": check.sign is Pending.UNUSED,
        "detail": check.line,
        "layer": check.layer.value,
        "at": _moment(check.at),
        "pace_seconds": check.pace,
        "figures": [_figure(figure) for figure in check.figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "id": figure.id,
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "limit": figure.limit,
        "series": [[point.time.isoformat(), point.value] for point in figure.series],
    }


def _plain(plain: Plain) -> dict[str, str]:
    return {"what": plain.what, "why": plain.why, "next": plain.next, "detail": plain.detail}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
