"""What presenter mode says of a site's health, as it was seen last. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.presenter import STORIES, Story
from solarrally_tui.screens.status.wall_text import clock, verdict_words
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report

_LOUD: Final[Mapping[Severity, tuple[str, Tone]]] = MappingProxyType(
    {Severity.FAIL: ("NOT WELL", Tone.ERROR), Severity.WARN: ("A WARNING", Tone.WARNING)}
)
"""How a report looks whose worst check is told."""


def story(report: "Report | None") -> Story:
    """Return what to say of a report: no figure and no sentence that is on the screen above."""
    if report is None:
        return STORIES["status"]
    if report.lost:
        return Story("NO CONNECTION", report.lost.what, Tone.WARNING)
    if report.is_past:
        before = story(replace(report, is_past=False))
        return replace(before, text=f"As of {clock(report.checked_at)}. Checking again.")
    if report.checks and report.health in _LOUD:
        worst, (sign, tone) = report.ranked[0], _LOUD[report.health]
        return Story(sign, f"{worst.title}: {worst.line}", tone)
    if report.health is Severity.UNKNOWN:
        return Story("NOT KNOWN", verdict_words(report), Tone.WARNING)
    if report.sign is not report.health:
        return Story("WAITING", verdict_words(report))
    asked = f"{counted(len(report.checks), 'check')} asked AWS."
    return Story("ALL IS WELL", f"{asked} O opens the dashboard, signed in.", Tone.SUCCESS)
