"""A figure in large digits of blocks, as a display on a wall has them: read from afar."""

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.common.words import inked
from solarrally_tui.text.large_letters import has_letters, large, rows, width

HEIGHT = rows(1)
"""Lines of a large figure."""


class LargeFigure(Static):
    """As wide as its figure. What the face has no sign for stands in bold."""

    def show(self, figure: str) -> None:
        """Show another figure."""
        if figure and has_letters(figure):
            redraw(self, Content("\n").join(inked(line, "bold") for line in large(figure, 1, 1)))
            self.styles.width = columns(figure)
        else:
            redraw(self, Content.styled(figure, "bold"))
            self.styles.width = "auto"


def columns(figure: str) -> int:
    """Return how many columns a figure takes."""
    return width(figure) if has_letters(figure) else len(figure)
