"""A course as a chart: a line, before it a scale with its unit, below it the time. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content

from solarrally_tui.health.figures import amount
from solarrally_tui.screens.common.words import DIM, inked
from solarrally_tui.text.sparkline import curve

Mark = tuple[float, str]
"""A moment on the axis of time: where it is, 0 to 1 from left to right, and what it is called."""

_MIDDLE: Final = 5
"""Lines of a course from which the middle of the scale is named too."""


def chart(
    values: Sequence[float | None],
    size: tuple[int, int],
    scale: tuple[float, str],
    marks: Sequence[Mark],
    tone: str,
) -> list[Content]:
    """Return lines as wide as asked for: the course, and below it its axis of time.

    size: columns of all, and lines of all. scale: what the top stands for, and its unit; a
    scale of 0, that of zeros alone, names only the 0. marks: from left to right.
    """
    room, names = columns(size, scale), _names(size, scale)
    left = size[0] - room
    drawn = curve(values, room, size[1] - 1, scale[0])
    return [*scaled(names, drawn, left, tone), inked(" " * left + axis(marks, room), DIM)]


def scaled(names: Sequence[str], drawn: Sequence[str], left: int, tone: str) -> Iterator[Content]:
    """Yield lines of a course, each behind what stands before it in so many columns."""
    for name, line in zip(names, drawn, strict=True):
        yield inked(f"{name:>{left - 1}} ", DIM) + inked(line, tone)


def columns(size: tuple[int, int], scale: tuple[float, str]) -> int:
    """Return the columns of the course alone."""
    return max(size[0] - max(map(len, _names(size, scale))) - 1, 1)


def _names(size: tuple[int, int], scale: tuple[float, str]) -> list[str]:
    """Return what stands before each line of the course."""
    (_, height), (top, unit) = size, scale
    height -= 1
    names = [""] * height
    if top:
        names[0] = amount(top, unit)
        if height >= _MIDDLE:
            names[height // 2] = amount(top / 2, unit)
    names[-1] = "0"
    return names


def axis(marks: Sequence[Mark], width: int) -> str:
    """Return the names of the moments; one that would touch that on its right is left out."""
    line, free = [" "] * width, width
    for place, name in reversed(marks):
        start = min(round(place * width) - len(name) // 2, width - len(name))
        start = max(start, 0)
        if start + len(name) <= free:
            line[start : start + len(name)] = name
            free = start - 2
    return "".join(line)
