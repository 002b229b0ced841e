"""The picture of a site as coloured lines of a terminal. Pure."""

from typing import Final

from textual.content import Content

from solarrally_tui.architecture.diagram import Diagram
from solarrally_tui.architecture.text_drawing import DETAIL, LINE, LIT, PRICE, TITLE, text
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.words import COLOURS, DIM
from solarrally_tui.screens.picture.captions import captions

_STYLES: Final = {
    **{tone.value: style for tone, style in COLOURS.items()},
    LINE: "$text-secondary",
    TITLE: "bold $foreground",
    PRICE: "bold $foreground",
    DETAIL: DIM,
    LIT: "bold $primary",
}


def drawing(shown: Diagram, money: Money, columns: int, rows: int) -> Content:
    """Return a site in at most so many columns and rows, or that it has no room in them."""
    lines = text(shown, captions(shown, money), columns, rows)
    if not lines:
        return Content.styled("The picture needs a larger terminal.", DIM)
    return Content("\n").join(
        Content.assemble(*((span.text, _STYLES.get(span.tone, "")) for span in line))
        for line in lines
    )
