"""The counts of a fleet in large digits, for a terminal with room: they are read from afar."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.fleet.text import AMOUNTS, Count
from solarrally_tui.screens.widgets.large_figure import LargeFigure, columns

_GAP: Final = 4
"""Columns between two counts."""


class CountCell(Vertical):
    """A number above what it counts."""

    def __init__(self) -> None:
        super().__init__(classes="count")
        self._figure, self._what = LargeFigure(), Static(classes="count-name")

    def compose(self) -> ComposeResult:
        """Stand the digits on their name."""
        yield self._figure
        yield self._what

    def show(self, count: Count) -> None:
        """Show another number, in the colour of its state."""
        for tone in Tone:
            self._figure.set_class(count.tone is tone, f"-{tone}")
        self._figure.show(count.number)
        self.styles.width = _width(count)
        glyph = f"{count.state.glyph} " if count.state else ""
        redraw(self._what, Content(f"{glyph}{count.name}"))


class CountRow(Horizontal):
    """All counts beside each other."""

    def __init__(self) -> None:
        super().__init__(id="fleet-numbers")

    def show(self, counts: Sequence[Count]) -> None:
        """Show the counts, each as wide as it needs."""
        cells = list(self.query(CountCell))
        if len(cells) != len(counts):
            self.remove_children()
            cells = [CountCell() for _ in counts]
            self.mount_all(cells)
        for cell, count in zip(cells, counts, strict=True):
            cell.show(count)


def columns_of(counts: Sequence[Count]) -> int:
    """Return how many columns the counts need in large digits."""
    return sum(_width(count) for count in counts)


def fitting(counts: Sequence[Count], width: int) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
    """Return the counts that have room in large digits, and the last ones, which have none.

    An amount, which is the last of all, keeps its place.
    """
    large, rest = list(counts), list[Count]()
    while len(large) > 1 and columns_of(large) > width:
        rest.insert(0, large.pop(-2 if large[-1].name in AMOUNTS else -1))
    return tuple(large), tuple(rest)


def _width(count: Count) -> int:
    return max(columns(count.number), len(count.name) + 2) + _GAP
