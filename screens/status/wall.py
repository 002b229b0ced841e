"""The display of a site: verdict, tiles along the way of the data, courses."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Digits, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.status.wall_text import (
    layers,
    lines_of_checks,
    lines_of_courses,
    numbers,
    verdict,
)

if TYPE_CHECKING:
    from solarrally_tui.wizard.model import SiteFacts


ROOMY: Final = (100, 36)
"""Columns and rows from which a display uses large letters and digits."""

_OTHERS: Final = 32
"""Lines of a large display beside its tiles, courses and checks: verdict, digits, deployments."""


def now() -> datetime:
    """Return the present in UTC. Tests replace it."""
    return datetime.now(UTC)


class Number(Vertical):
    """A number in large digits above what it counts."""

    def __init__(self) -> None:
        super().__init__(classes="number")
        self._digits, self._what = Digits(), Static(classes="number-name")

    def compose(self) -> ComposeResult:
        """Stand the digits on their name."""
        yield self._digits
        yield self._what

    def show(self, number: str, name: str) -> None:
        """Show another number."""
        self._digits.update(number)
        self._what.update(Content(name))


class Wall(Vertical):
    """Shows a frozen report; it calls nothing, so a report from a file fills it as well."""

    def __init__(self, *, courses: int = 3, is_large: bool = False) -> None:
        """courses: lines of courses at most. is_large: for a display, where it has room."""
        super().__init__(id="wall")
        self._most, self._is_large = courses, is_large
        self._facts: SiteFacts | None = None
        self._hint = ""
        self._is_folded = False

    def compose(self) -> ComposeResult:
        """Lay out the three parts."""
        yield Static("Checking the site …", id="verdict", classes="card")
        yield Horizontal(id="numbers")
        yield Static(id="layers")
        yield Static(id="courses")

    def show(self, facts: "SiteFacts", hint: str = "") -> None:
        """Draw a report. hint: what a person may do about the verdict."""
        self._facts, self._hint = facts, hint
        self.draw()

    def fold(self, *, folded: bool) -> None:
        """Show the verdict alone, where somebody reads something else on a short terminal."""
        if folded is not self._is_folded:
            self._is_folded = folded
            self.query_one("#layers", Static).display = not folded
            self.draw()

    def draw(self) -> None:
        """Draw what was shown last, as old as it is now."""
        facts = self._facts
        if facts is None:
            return
        report, moment = facts.report, now()
        card = self.query_one("#verdict", Static)
        is_bad = report.health is Severity.FAIL or report.lost is not None
        card.set_class(is_bad, "-trouble")
        card.set_class(report.health is Severity.OK and not is_bad, "-well")
        size = self.app.size
        has_room = self._is_large and size.height >= ROOMY[1] and size.width >= ROOMY[0]
        card.update(verdict(facts, self._hint, is_large=has_room))
        self._draw_numbers(numbers(report) if has_room else (), old=report.lost is not None)
        width = self.scrollable_content_region.width
        if not width:  # A report that comes before the first layout is drawn after it.
            self.call_after_refresh(self.draw)
            return
        shown_layers = layers(report, moment, width)
        self.query_one("#layers", Static).update(shown_layers)
        used = shown_layers.plain.count("\n") + lines_of_checks(len(report.checks), width)
        room = size.height - _OTHERS - used if has_room else 0
        shown = lines_of_courses(report, moment, width, self._most, room)
        under = self.query_one("#courses", Static)
        under.display = bool(shown.plain) and not self._is_folded
        under.update(shown)

    def _draw_numbers(self, shown: Sequence[tuple[str, str]], *, old: bool) -> None:
        row = self.query_one("#numbers", Horizontal)
        row.display = bool(shown)
        row.set_class(old, "-old")
        cells = list(row.query(Number))
        if len(cells) != len(shown):
            row.remove_children()
            cells = [Number() for _ in shown]
            row.mount_all(cells)
        for cell, (number, name) in zip(cells, shown, strict=True):
            cell.show(number, name)

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self.draw()
