"""A report as a table for a terminal, and as JSON that it can be read back from."""

from datetime import datetime
from typing import Any

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, Point
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.report import Check, Report
from solarrally_tui.health.telemetry import as_object
from solarrally_tui.text.plain import Plain
from solarrally_tui.text.table import columns


def table(report: Report, now: datetime | None = None) -> str:
    """Return the report as lines of text: state, title and observation.

    now: to mark what is stale, in UTC; nothing is without it.
    """
    rows = [
        (check.severity.line(check.severity.word), check.title, _line(check, now))
        for check in report.checks
    ]
    health = report.health
    verdict = health.line(f"{report.site}: {health.word}.")
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


def from_json(stored: dict[str, Any]) -> Report:
    """Return the report that `to_json` wrote.

    Raises KeyError, ValueError or TypeError for anything else.
    """
    return Report(
        str(stored["site"]),
        tuple(_check_of(check) for check in stored["checks"]),
        None,
        datetime.fromisoformat(stored["at"]),
        Plain(**stored["lost"]) if stored.get("lost") else None,
        _moment_of(stored.get("lost_since")),
        float(stored.get("monthly_cost_usd", 0.0)),
    )


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "state": check.severity.value,
        "detail": check.line,
        "layer": check.layer.value,
        "at": _moment(check.at),
        "pace_seconds": check.pace,
        "figures": [_figure(figure) for figure in check.figures],
    }


def _check_of(stored: dict[str, Any]) -> Check:
    return Check(
        str(stored["id"]),
        str(stored["title"]),
        Severity(stored["state"]),
        str(stored["detail"]),
        layer=Layer(stored["layer"]),
        figures=tuple(_figure_of(figure) for figure in stored["figures"]),
        at=_moment_of(stored.get("at")),
        pace=float(stored.get("pace_seconds", 0.0)),
    )


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "id": figure.id,
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "limit": figure.limit,
        "series": [[point.time.isoformat(), point.value] for point in figure.series],
    }


def _figure_of(stored: dict[str, Any]) -> Figure:
    value, limit = stored["value"], stored.get("limit")
    return Figure(
        str(stored["id"]),
        str(stored["title"]),
        None if value is None else float(value),
        str(stored["unit"]),
        tuple(Point(datetime.fromisoformat(at), float(v)) for at, v in stored["series"]),
        None if limit is None else float(limit),
    )


def _plain(plain: Plain) -> dict[str, str]:
    return {"what": plain.what, "why": plain.why, "next": plain.next, "detail": plain.detail}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
