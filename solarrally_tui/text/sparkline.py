"""The course of a figure as one line of blocks."""

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


def _block(value: float, top: float) -> str:
    if top <= 0 or value <= 0:
        return BLOCKS[0]
    return BLOCKS[min(int(value / top * len(BLOCKS)), len(BLOCKS) - 1)]
