"""A report as a table for a terminal, and as JSON."""

from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.report import Report

GLYPHS: Final = MappingProxyType(
    {Severity.OK: "✓", Severity.UNKNOWN: "?", Severity.WARN: "▲", Severity.FAIL: "✗"}
)
"""A sign for each verdict, so that colour is never the only difference."""


def table(report: Report) -> str:
    """Return the report as lines of text: sign, word, title and detail."""
    width = max((len(check.title) for check in report.checks), default=0)
    rows = [
        f"{GLYPHS[check.severity]} {check.severity.value:<7}  {check.title:<{width}}  {check.line}"
        for check in report.checks
    ]
    word = report.health
    return "\n".join([*rows, "", f"{GLYPHS[word]} {report.site} is {word.value}."])


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as the object that status --json prints."""
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
    }
