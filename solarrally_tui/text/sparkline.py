"""The course of a figure as blocks: in one line, or as high as there is room."""

from collections.abc import Sequence
from typing import Final

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


def bars(
    values: Sequence[float | None], width: int, height: int, top: float = 0.0
) -> tuple[str, ...]:
    """Return the last values as bars of some lines, the top one first, stretched to a width.

    As in a sparkline the bottom is zero, and a moment without a value is a gap there.
    """
    if height <= 1 or not values:
        return (*(" " * width,) * (height - 1), sparkline(values, width, top))
    last = values[-width:] if width > 0 else []
    shown = [last[column * len(last) // width] for column in range(width)]
    top = top or _highest(shown)
    *upper, lowest = (
        "".join(_part(value, top, below, height) for value in shown)
        for below in range(height - 1, -1, -1)
    )
    return (*upper, _few_before(lowest, width))


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


def _part(value: float | None, top: float, below: int, height: int) -> str:
    """Return the part of a bar in a line that has so many lines below it."""
    if value is None:
        return " " if below else GAP
    parts = round(value / top * height * len(BLOCKS)) if top > 0 else 0
    here = min(parts - below * len(BLOCKS), len(BLOCKS))
    if here <= 0:
        return " " if below else BLOCKS[0]
    return BLOCKS[here - 1]


def _block(value: float, top: float) -> str:
    if top <= 0 or value <= 0:
        return BLOCKS[0]
    return BLOCKS[min(int(value / top * len(BLOCKS)), len(BLOCKS) - 1)]
