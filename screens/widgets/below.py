"""What is below the buttons of a short page, on a terminal that is tall."""

from typing import Final

from textual.containers import Vertical
from textual.widgets import Static

_MOST: Final = 84
"""Columns of the help, at most, with what is left of it."""
_LEFT: Final = 3
_MARGINS: Final = 8


class Below(Vertical):
    """Holds the help and the picture; shows the help where all of it has room."""

    def on_resize(self) -> None:
        """Hide a help that would be cut: F1 shows it whole."""
        columns = min(self.size.width - _MARGINS, _MOST) - _LEFT
        for about in self.query("#about").results(Static):
            rows = about.get_content_height(self.size, self.app.size, columns)
            about.set_class(rows + 1 > self.size.height, "-cut")
