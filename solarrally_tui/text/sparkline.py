"""The course of a figure as blocks: in one line, or as high as there is room."""

from collections.abc import Sequence
from typing import Final

BLOCKS: Final = "▁▂▃▄▅▆▇█"
GAP: Final = "·"
"""A moment without a value: not a zero."""


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Return the last values as blocks, the newest on the right, padded with gaps on the left.

    The lowest block is zero, so that a quiet hour does not look like a storm; width: columns.
    """
    shown = list(values[-width:]) if width > 0 else []
    top = max((value for value in shown if value is not None), default=0.0)
    line = "".join(GAP if value is None else _block(value, top) for value in shown)
    return line.rjust(width, GAP)


def bars(values: Sequence[float | None], width: int, height: int) -> tuple[str, ...]:
    """Return the last values as bars of some lines, the top one first, stretched to a width.

    As in a sparkline the bottom is zero, and a moment without a value is a gap there.
    """
    if height <= 1 or not values:
        return (*(" " * width,) * (height - 1), sparkline(values, width))
    last = values[-width:] if width > 0 else []
    shown = [last[column * len(last) // width] for column in range(width)]
    top = max((value for value in shown if value is not None), default=0.0)
    return tuple(
        "".join(_part(value, top, below, height) for value in shown)
        for below in range(height - 1, -1, -1)
    )


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
