"""The picture of a site as a widget: as wide as it is, in as many rows as its screen gives it."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.architecture.diagram import Diagram
from solarrally_tui.architecture.text_drawing import DETAIL, LINE, LIT, PRICE, TITLE, text
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.words import COLOURS, DIM
from solarrally_tui.screens.picture.captions import captions

ROWS: Final = (8, 16)
"""Rows that the picture needs, and rows that it takes at most."""

_STYLES: Final = {
    **{tone.value: style for tone, style in COLOURS.items()},
    LINE: "$text-secondary",
    TITLE: "bold $foreground",
    PRICE: "bold $foreground",
    DETAIL: DIM,
    LIT: "bold $primary",
}


class SitePicture(Static):
    """Draws the parts of a site with their prices and, during a run, their states."""

    def __init__(self, id: str = "picture") -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self._asked: tuple[Diagram | None, Money, int] = (None, Money(), 0)
        self._drawn: tuple[object, ...] = ()

    def show(self, shown: Diagram | None, money: Money, rows: int) -> None:
        """Draw a site, or nothing, in at most so many rows."""
        self._asked = shown, money, rows
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        columns = self.size.width
        drawn = (*self._asked, columns)
        if drawn == self._drawn or not columns:
            return  # a layout of the screen costs more than this comparison
        self._drawn = drawn
        shown, money, rows = self._asked
        lines = text(shown, captions(shown, money), columns, rows) if shown else ()
        if shown and not lines:
            self.update(Content.styled("The picture needs a larger terminal.", DIM))
            return
        self.update(
            Content("\n").join(
                Content.assemble(*((span.text, _STYLES.get(span.tone, "")) for span in line))
                for line in lines
            )
        )
