"""A curve as SVG for a document: no script, no font of its own, black and white stays readable."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Final

from solarrally_tui.pricing.advice.chart import Amount, Scales, cost_at, scales
from solarrally_tui.pricing.advice.curve import Curve, ShapeCurve

_WIDTH, _HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 160, 30, 40
_COLOURS: Final[Mapping[str, str]] = {"small": "#1b7f5c", "medium": "#2f6f9f", "large": "#7a4b9c"}
_INK, _MUTED, _GRID = "#1c2733", "#5a6b7b", "#e3e8ed"
_NEAR: Final = 24
"""Distance within which a number gives way to the site's own."""
_LINE: Final = 15
"""Least distance of two labels, in the picture's units."""


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words of the picture and how it writes numbers, for another language."""

    title: str = "Cost a month by number of chargers"
    note: str = "Solid: the numbers of chargers that a tier is for"
    chargers: str = "chargers"
    tiers: Mapping[str, str] = field(
        default_factory=lambda: {"small": "Small", "medium": "Medium", "large": "Large"}
    )
    count: Callable[[int], str] = "{:,}".format
    """How a number of chargers is written."""


_ENGLISH: Final = ChartWords()


def curve_svg(found: Curve, amount: Amount, words: ChartWords = _ENGLISH) -> str:
    """Return the tiers' costs over chargers as one svg element, empty where nothing is known.

    A line is solid where its tier is for that number. The site's own number is marked, with what it
    costs in its tier. amount: USD a month as text, in the currency of the document.
    """
    if not found.known:
        return ""
    shown = scales(found)
    parts = [*_grid(found.chargers, shown, amount, words), *_mark(found.chargers, shown, words)]
    for shape, label_y in _with_labels(found, shown):
        parts += [*_lines(shape, shown), *_label(shape, shown, label_y, amount, words)]
    parts += _dot(found, shown, amount)
    label = escape(words.title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{label}" font-family="system-ui, sans-serif" font-size="12">'
        f"{''.join(parts)}</svg>"
    )


def _x(chargers: int, shown: Scales) -> float:
    room = _WIDTH - _LEFT - _RIGHT
    return _LEFT + room * (chargers - 1) / max(shown.chargers - 1, 1)


def _y(monthly: Decimal, shown: Scales) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * float(monthly / shown.monthly)


def _grid(mine: int, shown: Scales, amount: Amount, words: ChartWords) -> Iterator[str]:
    end = _WIDTH - _RIGHT
    yield f'<text x="0" y="12" font-weight="600" fill="{_INK}">{escape(words.title)}</text>'
    yield _text(_WIDTH, 12, words.note, _MUTED, anchor="end")
    for tick in shown.money_ticks:
        y = _y(tick, shown)
        yield f'<path d="M{_LEFT} {y:.1f}H{end}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 8, y + 4, amount(tick), _MUTED, anchor="end")
    for number in shown.charger_ticks:
        if abs(_x(number, shown) - _x(mine, shown)) < _NEAR:
            continue
        yield _text(
            _x(number, shown), _HEIGHT - _BOTTOM + 18, words.count(number), _MUTED, anchor="middle"
        )
    yield _text((_LEFT + end) / 2, _HEIGHT - 4, words.chargers, _MUTED, anchor="middle")


def _mark(mine: int, shown: Scales, words: ChartWords) -> Iterator[str]:
    x, bottom = _x(mine, shown), _HEIGHT - _BOTTOM
    yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{_MUTED}" stroke-dasharray="2 4"/>'
    yield (
        f'<text x="{x:.1f}" y="{bottom + 18}" font-weight="600" fill="{_INK}" '
        f'text-anchor="middle">{escape(words.count(mine))}</text>'
    )


def _dot(found: Curve, shown: Scales, amount: Amount) -> Iterator[str]:
    mine = found.chosen.mine
    x, y = _x(mine.chargers, shown), _y(mine.expected, shown)
    yield (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{_COLOURS[found.tier.value]}" '
        'stroke="#fff" stroke-width="1.5"/>'
    )
    # Above the line, on the side where there is room.
    beside, anchor = (-8, "end") if x > _WIDTH / 3 else (8, "start")
    yield (
        f'<text x="{x + beside:.1f}" y="{y - 8:.1f}" text-anchor="{anchor}" font-weight="600" '
        f'fill="{_INK}" stroke="#fff" stroke-width="3" paint-order="stroke">'
        f"{escape(amount(mine.expected))}</text>"
    )


def _lines(shape: ShapeCurve, shown: Scales) -> Iterator[str]:
    """Yield the line, dashed before and after the numbers that the tier is for."""
    low, high = min(shape.lowest, shown.chargers), min(shape.highest, shown.chargers)
    for begin, end, dashes in ((1, low, True), (low, high, False), (high, shown.chargers, True)):
        if begin >= end:
            continue
        inner = (p.chargers for p in shape.points if begin < p.chargers < end)
        at = [(_x(n, shown), _y(cost_at(shape, n), shown)) for n in (begin, *inner, end)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
        style = 'stroke-dasharray="2 5" stroke-opacity=".75"' if dashes else ""
        width = 1.6 if dashes else 2.6
        yield (
            f'<path d="M{path}" fill="none" stroke="{_COLOURS[shape.name]}" '
            f'stroke-width="{width}" stroke-linecap="round" {style}/>'
        )


def _with_labels(found: Curve, shown: Scales) -> list[tuple[ShapeCurve, float]]:
    """Return the tiers with the height of their labels, moved down where two would touch."""
    placed: list[tuple[ShapeCurve, float]] = []
    lowest = float(_TOP)
    for shape in reversed(found.tiers):
        y = max(_y(cost_at(shape, shown.chargers), shown) + 4, lowest)
        placed.append((shape, y))
        lowest = y + _LINE
    return placed


def _label(
    shape: ShapeCurve, shown: Scales, y: float, amount: Amount, words: ChartWords
) -> Iterator[str]:
    name = words.tiers.get(shape.name, shape.name)
    text = f"{name} {amount(cost_at(shape, shown.chargers))}"
    yield _text(_WIDTH - _RIGHT + 8, y, text, _COLOURS[shape.name])


def _text(x: float, y: float, text: str, fill: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'
    )
