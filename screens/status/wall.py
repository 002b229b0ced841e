"""The head of the Status screen: verdict, tiles along the way of the data; and the courses."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.cards import CLASSES, show_verdict
from solarrally_tui.screens.status.wall_text import (
    high_courses,
    layers,
    lines_of_courses,
    unchecked,
    unchecked_layers,
    verdict,
)

if TYPE_CHECKING:
    from solarrally_tui.wizard.model import SiteFacts

_TALL: Final = 50
_WORRIES: Final = 9
"""Lines of what is not well in a tile on a terminal of that height; three on a lower one."""
_COURSES: Final = 3
"""Lines of courses at most on a lower one."""
_LIVE: Final = frozenset({"power"})
"""Figures that the live line has newer."""


def now() -> datetime:
    """Return the present in UTC. Tests replace it."""
    return datetime.now(UTC)


class Wall(Vertical):
    """Shows a frozen report; it calls nothing, so a report from a file fills it as well."""

    def __init__(self, url: str = "") -> None:
        """url: the address of the dashboard, where it is known before the first report."""
        super().__init__(id="wall")
        self._url = url
        self._facts: SiteFacts | None = None
        self._hint = ""
        self.is_live = False
        """Whether the live line shows: no power is shown twice."""

    def compose(self) -> ComposeResult:
        """Show what is known before a check has ended."""
        yield Static(unchecked(self._url), id="verdict", classes=CLASSES)
        yield Static(unchecked_layers(), id="layers")

    def show(self, facts: "SiteFacts", hint: str = "") -> None:
        """Draw a report. hint: what a person may do about the verdict."""
        self._facts, self._hint = facts, hint
        self.draw()

    def fold(self, *, folded: bool) -> None:
        """Show the verdict alone, where somebody reads something else on a short terminal."""
        self.query_one("#layers", Static).display = not folded

    def draw(self) -> None:
        """Draw what was shown last, as old as it is now."""
        facts = self._facts
        if facts is None:
            return
        card = self.query_one("#verdict", Static)
        moment = now()
        show_verdict(card, Severity.FAIL if facts.report.lost else _judged(facts, moment))
        card.update(verdict(facts, self._hint, moment))
        width = self.scrollable_content_region.width
        if not width:  # A report that comes before the first layout is drawn after it.
            self.call_after_refresh(self.draw)
            return
        worries = {"worries": _WORRIES} if self.app.size.height >= _TALL else {}
        without = _LIVE if self.is_live else ()
        self.query_one("#layers", Static).update(
            layers(facts.report, moment, width, without=without, **worries)
        )

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self.draw()


def _judged(facts: "SiteFacts", moment: datetime) -> Severity | None:
    report = facts.report
    is_neutral = report.is_past or report.waits_for or report.is_stale(moment)
    return None if is_neutral and report.health is Severity.OK else report.health


class Courses(Static):
    """Shows the course of the last three hours, below the checks."""

    def __init__(self) -> None:
        super().__init__(id="courses")
        self._facts: SiteFacts | None = None

    def show(self, facts: "SiteFacts") -> None:
        """Draw a report."""
        self._facts = facts
        self.draw()

    def draw(self) -> None:
        """Draw what was shown last, in the present width."""
        facts, around = self._facts, self.parent
        if facts is None or not isinstance(around, Widget):
            return
        width = around.scrollable_content_region.width
        if self.app.size.height >= _TALL:
            shown = high_courses(facts.report, now(), width)
        else:
            shown = lines_of_courses(facts.report, now(), width, _COURSES)
        self.set_class(bool(shown.plain), "-there")
        self.update(shown)

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self.draw()
