"""A report as a table for a terminal, and as JSON."""

from datetime import datetime
from typing import Any

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.report import Check, Pending, Report
from solarrally_tui.health.telemetry import as_object
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.table import columns


def table(report: Report, now: datetime | None = None) -> str:
    """Return the report as lines of text: state, title and observation.

    now: to mark what is stale, in UTC; nothing is without it.
    """
    rows = [
        (check.sign.line(check.sign.word), check.title, _line(check, now))
        for check in report.checks
    ]
    sign = report.sign
    verdict = sign.line(f"{report.site}: {sign.word}.")
    if report.lost and report.lost_since:
        since = f"{report.lost_since:%H:%M:%S} UTC"
        verdict = f"{Severity.FAIL.glyph} No connection to AWS since {since}. {report.lost.what}"
    return "\n".join([*columns(rows), "", verdict])


def _line(check: Check, now: datetime | None) -> str:
    if now is None or check.at is None or not check.is_stale(now):
        return check.line
    return f"As of {check.at:%H:%M:%S} UTC: {check.line}"


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as the object that `status --json` prints."""
    return {
        "site": report.site,
        "health": report.health.value,
        "checks": [_check(check) for check in report.checks],
        "at": report.at.isoformat(),
        "lost": _plain(report.lost) if report.lost else None,
        "lost_since": _moment(report.lost_since),
        "monthly_cost_usd": round(report.monthly_cost, 4),
        "telemetry": as_object(report.telemetry) if report.telemetry else None,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "state": check.severity.value,
        "waiting": check.sign is Pending.WAITING,
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
