"""The course of a figure as blocks in one line, or as a line as high as there is room."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.text.braille import ACROSS, Canvas

BLOCKS: Final = "▁▂▃▄▅▆▇█"
GAP: Final = "·"
"""A moment without a value: not a zero."""

_FEW: Final = 3
"""Gaps that stand before the first value: more would look like a course of their own."""


def sparkline(values: Sequence[float | None], width: int, top: float = 0.0) -> str:
    """Return the last values as blocks, the newest on the right.

    The lowest block is zero, so that a quiet hour does not look like a storm. width: columns. top:
    what the highest block stands for; the highest value without it.
    """
    shown = list(values[-width:]) if width > 0 else []
    top = top or _highest(shown)
    line = "".join(GAP if value is None else _block(value, top) for value in shown)
    return _few_before(line, width)


def curve(
    values: Sequence[float | None], width: int, height: int, top: float = 0.0
) -> tuple[str, ...]:
    """Return the last values as a line over some lines of text, stretched to a width.

    As in a sparkline the bottom is zero, and a moment without a value is a gap there.
    """
    if height <= 1 or not values:
        return (*(" " * width,) * (height - 1), sparkline(values, width, top))
    last, canvas = values[-width:] if width > 0 else [], Canvas(width, height)
    shown = [last[x * len(last) // canvas.width] for x in range(canvas.width)]
    highest, before = top or _highest(shown) or 1.0, None
    for x, value in enumerate(shown):
        # It is two dots thick.
        y = None if value is None else round(value / highest * (canvas.height - 2))
        if y is not None:
            canvas.stroke(x, y if before is None else before, y, "")
        before = y
    *upper, lowest = ("".join(text for text, _ in canvas.runs(row)) for row in range(height))
    gaps = "".join(
        GAP if value is None and drawn == " " else drawn
        for value, drawn in zip(shown[::ACROSS], lowest, strict=True)
    )
    return (*upper, _few_before(gaps, width))


def scale(values: Sequence[float | None]) -> float:
    """Return a round number that no value exceeds: 1, 2 or 5 with zeros; 0 without a value."""
    highest = _highest(values)
    step = 1.0
    while step < highest:
        step *= 10
    while step / 10 >= highest > 0:
        step /= 10
    return next((step / part for part in (5, 2) if step / part >= highest), step) * (highest > 0)


def _few_before(line: str, width: int) -> str:
    course = line.lstrip(GAP)
    return (GAP * min(_FEW, width - len(course)) + course).rjust(width)


def _highest(values: Sequence[float | None]) -> float:
    return max((value for value in values if value is not None), default=0.0)


def _block(value: float, top: float) -> str:
    if top <= 0 or value <= 0:
        return BLOCKS[0]
    return BLOCKS[min(int(value / top * len(BLOCKS)), len(BLOCKS) - 1)]
