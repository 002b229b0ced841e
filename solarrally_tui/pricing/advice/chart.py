"""A curve as a chart: which part of it is shown, its scales, and the picture in letters. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from solarrally_tui.pricing.advice.breaks import Break
from solarrally_tui.pricing.advice.curve import Curve, ShapeCurve
from solarrally_tui.text.braille import ACROSS, DOWN, Canvas

_WINDOWS: Final = (20, 50, 100, 200, 500)
_ROOM_TO_GROW: Final = 4
"""The chart reaches to about so many times the site's chargers."""
_TABLE: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
STEPS: Final = (1, 2, 5)
_DOT_EVERY: Final = ACROSS
"""A dotted line has a dot in every letter: with fewer, whole letters would be blank."""
_TICK_STEPS: Final = (1, 2, Decimal("2.5"), 5)
_GOOD_TICKS: Final = range(3, 10)
_FEW_ROWS: Final = 4
"""Below so many rows, each may have a tick."""
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
    """The part of a curve that is shown: chargers and USD a month, both from 0.

    Ticks are whole rows and whole columns apart, so that their distances are true.
    """

    chargers: int
    apart: int
    """Chargers between two ticks."""
    step: Decimal
    """USD a month between two ticks."""
    rows: int
    """Rows between two ticks."""
    height: int
    """Rows above the base line."""

    def dot(self, monthly: Decimal) -> int:
        """Return the dot at which an amount is drawn, counted from the lowest above the base line.

        A tick is in the middle of its row, and so is the base line.
        """
        dots = float(monthly / self.step) * self.rows * DOWN
        return max(round(dots) - DOWN // 2, 0)

    def row(self, monthly: Decimal) -> int:
        """Return the row, counted from the top, in which an amount is drawn."""
        return self.height - 1 - self.dot(monthly) // DOWN

    def columns(self, room: int) -> int:
        """Return the columns between two ticks of chargers where there is room for so many."""
        return max((room - 1) * self.apart // self.chargers, 1)

    @property
    def ticks(self) -> dict[int, Decimal]:
        """The amount at each tick above the base line, by its row counted from the top."""
        return {
            self.height - n * self.rows: n * self.step
            for n in range(1, self.height // self.rows + 1)
        }


def scales(found: Curve, height: int, rate: Decimal = Decimal(1)) -> Scales:
    """Return the scales for a curve: room to grow, and ticks that fit so many rows.

    rate: units of the shown currency for one USD, in which the ticks are round.
    """
    wanted = _ROOM_TO_GROW * found.chargers
    upto = next((window for window in _WINDOWS if window >= wanted), found.most)
    upto = min(upto, found.most)
    highest = max(cost_at(shape, upto) for shape in found.tiers) * rate
    step, rows = _ticks_of(highest, height)
    apart = max(int(round_step(Decimal(upto) / 5)), 1)
    return Scales(upto, apart, step / rate, rows, height)


def _ticks_of(highest: Decimal, height: int) -> tuple[Decimal, int]:
    """Return a round step and the whole rows between two ticks that use the height best.

    The highest tick is not below the highest amount, so every line ends between two ticks. At most
    every second row has a tick, unless there are few.
    """
    power = Decimal(10) ** highest.adjusted()
    steps = [power * digit / part for part in (1, 10) for digit in _TICK_STEPS]
    apart = range(1 if height < _FEW_ROWS else 2, max(height // 2, 1) + 1)
    fitting = [
        (
            height // rows in _GOOD_TICKS and 3 * used >= 2 * height,
            highest / step * rows,
            step,
            rows,
        )
        for step in steps
        if step % 1 == 0  # amounts have no cents here
        for rows in apart
        if (used := ceil(highest / step) * rows) <= height
    ]
    if not fitting:
        return power * 10, max(height, 1)
    _, _, step, rows = max(fitting)
    return step, rows


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
    """Draw the tiers' costs over chargers in letters, thick where a tier is for that number.

    columns, rows: the room, scales and labels included. A line of the result is a row.
    """
    shown = scales(found, rows - 2, rate)
    money = {row: amount(tick) for row, tick in shown.ticks.items()}
    nothing = amount(Decimal(0))
    left = max(map(len, (nothing, *money.values())))
    ends = _labels(found, shown, amount)
    width = columns - left - 2 - max(len(f"  {label}") for _, label in ends.values())
    width = min(width, columns - left - 2 - len(" chargers"))
    each = shown.columns(width)
    width = shown.chargers * each // shown.apart + 1
    canvas = _drawn(found, shown, each, width)
    lines = []
    for row in range(shown.height):
        tick = money.get(row, "")
        side = Span(f"{tick:>{left}} {'┤' if tick else '│'}", AXIS)
        name, label = ends.get(row, ("", ""))
        plotted = [Span(text, tone) for text, tone in canvas.runs(row)]
        lines.append([side, *plotted, *([Span(f"  {label}", name)] if name else [])])
    lines.append([Span(f"{nothing:>{left}} └{'─' * width}", AXIS)])
    lines.append([Span(" " * (left + 2), AXIS), *_ticks(found.chargers, shown, each, width)])
    return lines


def _drawn(found: Curve, shown: Scales, each: int, width: int) -> Canvas:
    """Draw the lines. each: columns between two ticks of chargers."""
    canvas = Canvas(width, shown.height)
    mine = _dot(found.chargers, shown, each)
    for y in range(0, canvas.height, 2):
        canvas.dot(mine, y, MINE)
    for shape in found.tiers:
        before = None
        for x in range(canvas.width):
            chargers = min(round(x * shown.apart / (ACROSS * each)), shown.chargers)
            if chargers < 1:
                continue
            y = shown.dot(cost_at(shape, chargers))
            solid = shape.suits(chargers)
            if solid or x % _DOT_EVERY == 0:
                canvas.stroke(x, y if before is None else before, y, shape.name, solid=solid)
                before = y
    return canvas


def _dot(chargers: int, shown: Scales, each: int) -> int:
    return round(chargers * ACROSS * each / shown.apart)


def _labels(found: Curve, shown: Scales, amount: Amount) -> dict[int, tuple[str, str]]:
    """Return tier and label by the row in which its line ends, moved apart where two meet."""
    tiers = list(reversed(found.tiers))
    rows = [shown.row(cost_at(shape, shown.chargers)) for shape in tiers]
    for n in range(1, len(rows)):
        rows[n] = max(rows[n], rows[n - 1] + 1)
    lowest = shown.height - 1
    for n in reversed(range(len(rows))):
        rows[n] = min(rows[n], lowest)
        lowest = rows[n] - 1
    return {
        row: (shape.name, f"{shape.name.title()} {amount(cost_at(shape, shown.chargers))}")
        for row, shape in zip(rows, tiers, strict=True)
    }


def _ticks(mine: int, shown: Scales, each: int, width: int) -> Iterator[Span]:
    """Yield the numbers below the chart; one that would touch the site's own is left out."""
    letters = [" "] * (width + 3)
    begin = end = 0
    for tick in (mine, shown.chargers, *range(0, shown.chargers + 1, shown.apart)):
        label = f"{tick:,}"
        cell = _dot(tick, shown, each) // ACROSS
        at = max(cell - len(label) // 2, 0)
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


def told(breaks: Iterable[Break], of: str = " chargers") -> Iterator[str]:
    """Yield break points in words. of: what the numbers count, where that is not clear."""
    for each in breaks:
        yield f"Above {each.above:,}{of}, {each.words}"
