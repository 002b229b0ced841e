"""Texts beside each other."""

from collections.abc import Sequence

from textual.content import Content


def grid(cells: Sequence[Sequence[Content]], across: int, each: int, between: int = 2) -> Content:
    """Return cells of equally many lines, so many across, each so wide."""
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    return Content("\n").join(
        Content(" " * between).join(line.truncate(each, ellipsis=True, pad=True) for line in lines)
        for row in rows
        for lines in zip(*row, strict=True)
    )
