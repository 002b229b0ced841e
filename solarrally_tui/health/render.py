"""A report as a table for a terminal, and as JSON."""

from typing import Any

from solarrally_tui.health.report import Report
from solarrally_tui.health.telemetry import as_object
from solarrally_tui.text.table import columns


def table(report: Report) -> str:
    """Return the report as lines of text: state, title and observation."""
    rows = [
        (check.severity.line(check.severity.word), check.title, check.line)
        for check in report.checks
    ]
    health = report.health
    return "\n".join([*columns(rows), "", health.line(f"{report.site}: {health.word}.")])


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as the object that `status --json` prints."""
    return {
        "site": report.site,
        "health": report.health.value,
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "state": check.severity.value,
                "detail": check.line,
            }
            for check in report.checks
        ],
        "telemetry": as_object(report.telemetry) if report.telemetry else None,
    }
