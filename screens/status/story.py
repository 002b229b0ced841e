"""What presenter mode says of a site's health, as it was seen last. Pure."""

from typing import TYPE_CHECKING

from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.presenter import STORIES, Story
from solarrally_tui.screens.status.wall_text import verdict_words

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report


def story(report: "Report | None", kilowatts: float | None) -> Story:
    """Return what to say of a report. kilowatts: of all chargers at the page, once they show."""
    if report is None:
        return STORIES["status"]
    if report.lost:
        return Story("NO CONNECTION", report.lost.what, Tone.WARNING)
    if report.is_past:
        return Story("CHECKING", "Below is what was seen last.")
    told = verdict_words(report)
    if report.health is Severity.FAIL:
        worst = report.ranked[0]
        return Story("NOT WELL", f"{worst.title}: {worst.line}", Tone.ERROR)
    if report.health is Severity.UNKNOWN:
        return Story("NOT KNOWN", told, Tone.WARNING)
    if report.sign is not report.health:
        return Story("WAITING", told)
    is_well = report.health is Severity.OK
    sign = "ALL IS WELL" if is_well else "A WARNING"
    if kilowatts is not None:
        sign = f"{kilowatts:.1f} kW"
    tone = Tone.SUCCESS if is_well else Tone.WARNING
    return Story(sign, f"{told} O opens the dashboard, signed in.", tone)
