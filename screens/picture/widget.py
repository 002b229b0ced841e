"""The picture of a site as a widget: as wide as it is, in as many rows as its screen gives it."""

from typing import TYPE_CHECKING, Final

from textual.widgets import Static

from solarrally_tui.pricing.money import Money

if TYPE_CHECKING:
    from solarrally_tui.architecture.diagram import Diagram

ROWS: Final = (8, 16)
"""Rows that the picture needs, and rows that it takes at most."""


class SitePicture(Static):
    """Draws the parts of a site with their prices and, during a run, their states."""

    def __init__(self, id: str = "picture") -> None:  # noqa: A002 Textual's own name
        super().__init__(id=id)
        self._asked: tuple[Diagram | None, Money, int] = (None, Money(), 0)
        self._drawn: tuple[object, ...] = ()

    def show(self, shown: "Diagram | None", money: Money, rows: int) -> None:
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
        if shown is None:
            self.update("")
            return
        from solarrally_tui.screens.picture.drawing import drawing  # noqa: PLC0415 not at the start

        self.update(drawing(shown, money, columns, rows))
