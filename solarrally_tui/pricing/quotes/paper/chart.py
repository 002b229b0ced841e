"""Cost over the number of chargers as an SVG chart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise
from math import log10
from typing import Final

from solarrally_tui.architecture.drawing import ACCENT, FONT, INK, LINE, QUIET
from solarrally_tui.pricing.advice.chart import STEPS, round_step

_WIDTH: Final = 350
_HEIGHT: Final = 136
_LEFT: Final = 42
_RIGHT: Final = 52
_TOP: Final = 17
_BOTTOM: Final = 34
_COLOURS: Final = (ACCENT, "#c77d0a", "#4a5fa8")
_DASHES: Final = ("", "5 2", "1.5 2.5")
"""Beside the colours: a quote may be printed in black."""
_APART: Final = 10
"""Least distance of two labels."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the chart. The points are numbers of chargers with an amount a month."""

    name: str
    points: tuple[tuple[int, Decimal], ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What is written on the chart."""

    name: str
    """Read out to people who cannot see it."""
    chargers: str
    amount: str
    here: str
    """At the number of chargers of the quote."""


def svg(
    series: Sequence[Series],
    here: tuple[int, Decimal],
    words: Words,
    number: Callable[[Decimal], str],
) -> str:
    """Return the chart as one SVG element. number writes an amount for an axis."""
    scale = _scale(series)
    marks = (
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="{escape(words.name)}" font-family="{FONT}" font-size="8">'
        ),
        *_axes(scale, words, number),
        *_lines(series, scale),
        *_here(here, scale, words.here),
        "</svg>",
    )
    return "".join(marks)


@dataclass(frozen=True, slots=True)
class _Scale:
    least: int
    most: int
    highest: float
    step: float

    def x(self, chargers: int) -> float:
        span = log10(self.most) - log10(self.least) or 1
        part = (log10(chargers) - log10(self.least)) / span
        return _LEFT + part * (_WIDTH - _LEFT - _RIGHT)

    def y(self, amount: Decimal) -> float:
        return _HEIGHT - _BOTTOM - float(amount) / self.highest * (_HEIGHT - _TOP - _BOTTOM)


def _scale(series: Sequence[Series]) -> _Scale:
    counts = [count for one in series for count, _ in one.points]
    top = max((float(amount) for one in series for _, amount in one.points), default=1.0) or 1.0
    step = float(round_step(Decimal(top / 4)))
    return _Scale(min(counts), max(counts), step * -(-top // step), step)


def _axes(scale: _Scale, words: Words, number: Callable[[Decimal], str]) -> Iterator[str]:
    floor = _HEIGHT - _BOTTOM
    for mark in range(round(scale.highest / scale.step) + 1):
        amount = Decimal(str(scale.step)) * mark
        y = scale.y(amount)
        yield (
            f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{LINE}" stroke-width="0.6"/>'
            f'<text x="{_LEFT - 5}" y="{y + 2.8:.1f}" fill="{QUIET}" text-anchor="end">'
            f"{escape(number(amount))}</text>"
        )
    last = -float(_LEFT)
    for count in sorted(_ticks(scale)):
        x = scale.x(count)
        if x - last < 24:
            continue
        last = x
        yield (
            f'<path d="M{x:.1f} {floor}v3" stroke="{QUIET}" stroke-width="0.6"/>'
            f'<text x="{x:.1f}" y="{floor + 12}" fill="{QUIET}" text-anchor="middle">'
            f"{escape(number(Decimal(count)))}</text>"
        )
    yield (
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 7}" fill="{QUIET}" '
        f'text-anchor="middle">{escape(words.chargers)}</text>'
        f'<text x="2" y="9" fill="{QUIET}">{escape(words.amount)}</text>'
    )


def _ticks(scale: _Scale) -> set[int]:
    powers = range(5)
    rounds = {digit * 10**power for power in powers for digit in STEPS}
    return {n for n in rounds if scale.least <= n <= scale.most} | {scale.least, scale.most}


def _lines(series: Sequence[Series], scale: _Scale) -> Iterator[str]:
    ends = _spread([scale.y(one.points[-1][1]) for one in series])
    for one, colour, dash, label in zip(series, _COLOURS, _DASHES, ends, strict=False):
        path = " ".join(
            f"{scale.x(count):.1f} {scale.y(amount):.1f}" for count, amount in one.points
        )
        dashes = f' stroke-dasharray="{dash}"' if dash and not one.chosen else ""
        yield (
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="{2.2 if one.chosen else 1.2}" stroke-linejoin="round"{dashes}/>'
            f'<text x="{scale.x(one.points[-1][0]) + 5:.1f}" y="{label + 2.8:.1f}" fill="{colour}" '
            f'font-weight="{600 if one.chosen else 400}">{escape(one.name)}</text>'
        )


def _spread(heights: Sequence[float]) -> list[float]:
    """Return the heights of labels, moved apart where they would cover each other."""
    moved = list(heights)
    order = sorted(range(len(moved)), key=lambda at: -moved[at])
    for below, above in pairwise(order):
        moved[above] = min(moved[above], moved[below] - _APART)
    return moved


def _here(here: tuple[int, Decimal], scale: _Scale, words: str) -> Iterator[str]:
    count, amount = here
    x, y = scale.x(count), scale.y(amount)
    left = x > _WIDTH * 0.55
    label = (
        f'<text x="{x + (-6 if left else 6):.1f}" y="{y - 7:.1f}" font-weight="600" '
        f'text-anchor="{"end" if left else "start"}"'
    )
    yield (
        f'<path d="M{x:.1f} {_HEIGHT - _BOTTOM}V{y:.1f}" stroke="{INK}" stroke-width="0.7" '
        f'stroke-dasharray="2 2"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{INK}"/>'
        f'{label} fill="#ffffff" stroke="#ffffff" stroke-width="3">{escape(words)}</text>'
        f'{label} fill="{INK}">{escape(words)}</text>'
    )
