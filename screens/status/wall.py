"""The head of the Status screen: verdict, tiles along the way of the data; and the courses."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.cards import CLASSES, show_verdict
from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.status.wall_text import (
    courses_in,
    layers,
    unchecked,
    unchecked_layers,
    verdict,
)

if TYPE_CHECKING:
    from solarrally_tui.wizard.model import SiteFacts

HIGH: Final = 50
"""Lines of a terminal that has room for larger charts."""
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
        self.query_one("#layers", Static).set_class(folded, "-folded")

    def draw(self) -> None:
        """Draw what was shown last, as old as it is now."""
        facts = self._facts
        if facts is None:
            return
        card = self.query_one("#verdict", Static)
        moment = now()
        show_verdict(card, Severity.FAIL if facts.report.lost else _judged(facts, moment))
        opens = self.screen.has_class("-narrow")  # Its footer has no room for that key.
        card.update(verdict(facts, self._hint, moment, opens=opens))
        width = self.scrollable_content_region.width
        if not width:  # A report that comes before the first layout is drawn after it.
            self.call_after_refresh(self.draw)
            return
        shown = layers(facts.report, moment, width, self.without)
        beside = self.query_one("#layers", Static)
        beside.set_class(not shown, "-none")
        redraw(beside, shown)

    @property
    def without(self) -> Collection[str]:
        """Figures that the live line has newer."""
        return _LIVE if self.is_live else ()

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self.draw()


def _judged(facts: "SiteFacts", moment: datetime) -> Severity | None:
    report = facts.report
    is_neutral = report.is_past or report.waits_for or report.is_stale(moment)
    return None if is_neutral and report.health is Severity.OK else report.health


class Courses(Static):
    """Shows the course of the last three hours, as large as the room below the checks allows."""

    def __init__(self) -> None:
        super().__init__(id="courses")
        self._facts: SiteFacts | None = None

    def show(self, facts: "SiteFacts") -> None:
        """Draw a report."""
        self._facts = facts
        self.draw()

    def draw(self) -> None:
        """Draw what was shown last, in the present room."""
        facts, (width, height) = self._facts, self.content_size
        if facts is not None and width:
            redraw(self, courses_in(facts.report, now(), width, height))

    def on_resize(self, event: Resize) -> None:
        """Use the new room."""
        del event
        self.draw()
