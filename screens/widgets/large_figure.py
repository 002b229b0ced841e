"""A figure in large digits of blocks, as a display on a wall has them: read from afar."""

from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.common.words import inked
from solarrally_tui.text.large_letters import has_letters, large, rows, width

HEIGHT = rows(1)
"""Lines of a large figure."""
_WIDEST: Final = "8"
"""The digit that is as wide as any other."""


class LargeFigure(Static):
    """As wide as any figure of so many digits. What the face has no sign for stands in bold."""

    def show(self, figure: str, scale: int = 1, tone: str = "") -> None:
        """Show another figure. scale: columns of a pixel, 0 for bold text; tone: its colour."""
        style = f"bold {tone}".rstrip()
        if figure and scale and has_letters(figure):
            lines = large(figure, scale, scale)
            redraw(self, Content("\n").join(inked(line, style) for line in lines))
            self.styles.width = columns(figure, scale)
        else:
            redraw(self, Content.styled(figure, style))
            self.styles.width = "auto"


def columns(figure: str, scale: int = 1) -> int:
    """Return how many columns a figure takes, whatever its digits: 1 and 7 take less than 8."""
    if not has_letters(figure):
        return len(figure)
    return width("".join(_WIDEST if sign.isdigit() else sign for sign in figure), scale)
