"""A curve as a chart: which part of it is shown, its scales, and the picture in letters. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.advice.curve import Curve, ShapeCurve
from solarrally_tui.text.braille import Canvas

_WINDOWS: Final = (20, 50, 100, 200, 500)
_ROOM_TO_GROW: Final = 4
"""The chart reaches to about so many times the site's chargers."""
_TABLE: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
STEPS: Final = (1, 2, 5)
_DOT_EVERY: Final = 3
MINE: Final = "mine"
"""Tone of the mark at the site's own chargers."""
AXIS: Final = "axis"

Amount = Callable[[Decimal], str]
"""Returns USD a month as text, in the currency that is shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line of the chart. tone: a tier, MINE, AXIS, or empty."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Scales:
    """The part of a curve that is shown: chargers from 1, and USD a month from 0."""

    chargers: int
    monthly: Decimal
    charger_ticks: tuple[int, ...]
    money_ticks: tuple[Decimal, ...]


def scales(found: Curve, ticks: int = 4, rate: Decimal = Decimal(1)) -> Scales:
    """Return the scales for a curve: room to grow, and about so many ticks at the amounts.

    rate: units of the shown currency for one USD, in which the ticks are round.
    """
    wanted = _ROOM_TO_GROW * found.chargers
    upto = next((window for window in _WINDOWS if window >= wanted), found.most)
    upto = min(upto, found.most)
    highest = max(cost_at(shape, upto) for shape in found.tiers)
    step = round_step(highest * rate / ticks) / rate
    money = tuple(step * n for n in range(int(highest / step) + 2))
    apart = int(round_step(Decimal(upto) / 5))
    at = (1, *range(apart, upto + 1, apart)) if apart > 1 else tuple(range(1, upto + 1))
    return Scales(upto, money[-1], at, money)


def round_step(least: Decimal) -> Decimal:
    """Return the smallest of 1, 2, 5, 10, 20 and so on, or 0.5, 0.2, that is not below a number."""
    power = Decimal(10) ** least.adjusted()
    return next(power * step for step in (*STEPS, 10) if power * step >= least)


def cost_at(shape: ShapeCurve, chargers: int) -> Decimal:
    """Return USD a month for any number of chargers, on the line between the priced ones."""
    before = after = shape.points[0]
    for point in shape.points:
        after = point
        if point.chargers >= chargers:
            break
        before = point
    if after.chargers <= before.chargers or after.chargers <= chargers:
        return after.expected
    share = Decimal(chargers - before.chargers) / (after.chargers - before.chargers)
    return before.expected + share * (after.expected - before.expected)


def chart(
    found: Curve, columns: int, rows: int, amount: Amount, rate: Decimal = Decimal(1)
) -> list[list[Span]]:
    """Draw the tiers' costs over chargers in letters, solid where a tier is for that number.

    columns, rows: the room, scales and labels included. A line of the result is a row.
    """
    shown = scales(found, max(rows // 2, 3), rate)
    left = max(len(amount(tick)) for tick in shown.money_ticks)
    height = rows - 2
    ends = _labels(found, shown, height, amount)
    width = columns - left - 2 - max(len(f" {label}") for _, label in ends.values())
    width = min(width, columns - left - 2 - len(" chargers"))
    canvas = _drawn(found, shown, width, height)
    money = {_row(tick, shown, height): amount(tick) for tick in shown.money_ticks[:-1]}
    lines = []
    for row in range(height):
        tick = money.get(row, "")
        side = Span(f"{tick:>{left}} {'┤' if tick else '│'}", AXIS)
        name, label = ends.get(row, ("", ""))
        plotted = [Span(text, tone) for text, tone in canvas.runs(row)]
        lines.append([side, *plotted, *([Span(f" {label}", name)] if name else [])])
    lines.append([Span(f"{'':>{left}} └{'─' * width}", AXIS)])
    lines.append([Span(" " * (left + 2), AXIS), *_ticks(found.chargers, shown, width)])
    return lines


def _drawn(found: Curve, shown: Scales, width: int, height: int) -> Canvas:
    canvas = Canvas(width, height)
    mine = _column(found.chargers, shown, canvas.width)
    for y in range(0, canvas.height, 2):
        canvas.dot(mine, y, MINE)
    for shape in found.tiers:
        before = None
        for x in range(canvas.width):
            chargers = 1 + round(x * (shown.chargers - 1) / max(canvas.width - 1, 1))
            y = _height(cost_at(shape, chargers), shown, canvas.height)
            if shape.suits(chargers) or x % _DOT_EVERY == 0:
                linked = before if before is not None and shape.suits(chargers) else y
                canvas.stroke(x, linked, y, shape.name)
            before = y
    return canvas


def _column(chargers: int, shown: Scales, dots: int) -> int:
    return round((chargers - 1) * (dots - 1) / max(shown.chargers - 1, 1))


def _height(monthly: Decimal, shown: Scales, dots: int) -> int:
    return round(float(monthly / shown.monthly) * (dots - 1))


def _row(monthly: Decimal, shown: Scales, height: int) -> int:
    return height - 1 - _height(monthly, shown, 4 * height) // 4


def _labels(found: Curve, shown: Scales, height: int, amount: Amount) -> dict[int, tuple[str, str]]:
    """Return tier and label by the row in which its line ends, moved down where two meet."""
    taken: dict[int, tuple[str, str]] = {}
    for shape in reversed(found.tiers):
        last = cost_at(shape, shown.chargers)
        row = _row(last, shown, height)
        while row in taken:
            row += 1
        taken[row] = (shape.name, f"{shape.name.title()} {amount(last)}")
    return taken


def _ticks(mine: int, shown: Scales, width: int) -> Iterator[Span]:
    """Yield the numbers below the chart; one that would touch the site's own is left out."""
    letters = [" "] * (width + 3)
    begin = end = 0
    for tick in (mine, shown.chargers, *shown.charger_ticks):
        label = f"{tick:,}"
        at = max(_column(tick, shown, width) - len(label) // 2, 0)
        if all(letter == " " for letter in letters[max(at - 1, 0) : at + len(label) + 1]):
            letters[at : at + len(label)] = label
            begin, end = (at, at + len(label)) if tick == mine else (begin, end)
    text = "".join(letters)
    yield Span(text[:begin], AXIS)
    yield Span(text[begin:end], MINE)
    yield Span(f"{text[end:].rstrip()} chargers", AXIS)


def table_counts(found: Curve) -> list[int]:
    """Return the numbers of chargers for a table: round ones, the site's own, and the most."""
    wanted = {*_TABLE, found.chargers, found.most}
    return sorted(count for count in wanted if count <= found.most)


def told(found: Curve) -> Iterator[str]:
    """Yield the break points of a curve in words."""
    for each in found.breaks:
        yield f"Above {each.above:,} chargers, {each.words}"
