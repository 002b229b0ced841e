"""Lines drawn with braille letters, two by four dots in a cell, each cell in one tone."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

_FIRST: Final = 0x2800
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot, by row and column (Unicode, Braille Patterns)."""
ACROSS: Final = 2
DOWN: Final = 4


class Canvas:
    """A field of dots. The origin is at the bottom left."""

    def __init__(self, columns: int, rows: int) -> None:
        self.width, self.height = columns * ACROSS, rows * DOWN
        self._columns, self._rows = columns, rows
        self._dots: dict[tuple[int, int], int] = {}
        self._tones: dict[tuple[int, int], str] = {}

    def dot(self, x: int, y: int, tone: str) -> None:
        """Set a dot; outside of the field nothing happens. A cell takes the last dot's tone."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return
        row, dot_row = divmod(self.height - 1 - y, DOWN)
        column, dot_column = divmod(x, ACROSS)
        cell = (row, column)
        self._dots[cell] = self._dots.get(cell, 0) | _DOTS[dot_row][dot_column]
        self._tones[cell] = tone

    def stroke(self, x: int, before: int, after: int, tone: str, *, solid: bool = True) -> None:
        """Set the dots of a line that comes from one height to another, in a column.

        solid: whether all of them, two dots thick, or the last one and every second one on the way.
        """
        back = -1 if after >= before else 1
        end = before + back if solid else before
        for y in (after, *range(after, end, back if solid else 2 * back)):
            self.dot(x, y, tone)
            if solid:
                self.dot(x, y + 1, tone)

    def runs(self, row: int) -> Iterator[tuple[str, str]]:
        """Yield a row from the top as texts with their tone; the tone of blanks is empty."""
        cells = [(row, column) for column in range(self._columns)]
        letters = [
            (
                chr(_FIRST + self._dots[cell]) if cell in self._dots else " ",
                self._tones.get(cell, ""),
            )
            for cell in cells
        ]
        for tone, group in groupby(letters, key=lambda pair: pair[1]):
            yield "".join(letter for letter, _ in group), tone
