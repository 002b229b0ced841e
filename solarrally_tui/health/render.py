"""A report as a table for a terminal, and as JSON."""

from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.health.report import Report, Verdict

GLYPHS: Final = MappingProxyType(
    {Verdict.OK: "✓", Verdict.UNKNOWN: "?", Verdict.WARN: "▲", Verdict.FAIL: "✗"}
)
"""A sign for each verdict, so that colour is never the only difference."""


def table(report: Report) -> str:
    """Return the report as lines of text: sign, word, title and detail."""
    width = max((len(check.title) for check in report.checks), default=0)
    rows = [
        f"{GLYPHS[check.state]} {check.state.value:<7}  {check.title:<{width}}  {check.detail}"
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
                "state": check.state.value,
                "detail": check.detail,
            }
            for check in report.checks
        ],
    }
