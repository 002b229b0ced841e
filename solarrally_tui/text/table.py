"""Paragraphs and columns for a terminal, as wide as the terminal is. Words are never broken.

An ARN, an address or a command may therefore be longer than a line: it has to be copied whole.
"""

import shutil
import textwrap
from collections.abc import Sequence
from typing import Final

_USUAL: Final = 80
"""Columns where no terminal says how many it has."""

_WIDEST: Final = 120
"""Longer lines are hard to read."""

_LEAST: Final = 12
"""Columns that a wrapped text keeps, however narrow the terminal is."""

_GAP: Final = "  "


def terminal_width() -> int:
    """Return how many columns to write: those of the terminal, or of COLUMNS where it is set."""
    return min(shutil.get_terminal_size((_USUAL, 24)).columns, _WIDEST)


def wrap(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Return a text as lines.

    first stands before the first line, rest before the others: without it, as many blanks.
    """
    rest = " " * len(first) if rest is None else rest
    room = terminal_width() - max(len(first), len(rest))
    lines = _fold(text, room)
    return [(rest if number else first) + line for number, line in enumerate(lines)]


def cut(text: str, columns: int) -> str:
    """Return a text in so many columns, its end replaced by an ellipsis where it is longer."""
    return text if len(text) <= columns else f"{text[: max(columns - 1, 0)].rstrip()}…"


def fit(text: str) -> str:
    """Return a text whose lines are wrapped, each below its own indent."""
    return "\n".join(
        part
        for line in text.split("\n")
        for part in wrap(line.lstrip(" "), " " * (len(line) - len(line.lstrip(" "))))
    )


def columns(rows: Sequence[Sequence[str]], *, align: str = "", flexible: int = -1) -> list[str]:
    """Return rows of equal length as lines, each column as wide as its longest cell.

    align has one of < and > for every column; all are left-aligned without it. The flexible
    column is wrapped into what the others leave of the width.
    """
    if not rows:
        return []
    count = len(rows[0])
    flexible %= count
    sizes = [max(len(row[index]) for row in rows) for index in range(count)]
    others = sum(sizes) - sizes[flexible] + len(_GAP) * (count - 1)
    sizes[flexible] = min(sizes[flexible], max(terminal_width() - others, _LEAST))
    signs = align or "<" * count
    lines = []
    for row in rows:
        cells = list(row)
        for part in _fold(row[flexible], sizes[flexible]):
            cells[flexible] = part
            padded = zip(cells, signs, sizes, strict=True)
            lines.append(_GAP.join(f"{cell:{sign}{size}}" for cell, sign, size in padded).rstrip())
            cells = [""] * count
    return lines


def _fold(text: str, width: int) -> list[str]:
    room = max(width, _LEAST)
    return [
        line
        for paragraph in text.split("\n")
        for line in textwrap.wrap(paragraph, room, break_long_words=False, break_on_hyphens=False)
        or [""]
    ]
