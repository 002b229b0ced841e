"""Numbers of chargers above which something else holds: another tier, price, or limit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from solarrally_tui.pricing.advice.cheapest import CHEAPEST, cheapest_site
from solarrally_tui.pricing.advice.total import Total, with_chargers
from solarrally_tui.site.model import MOST_CHARGERS, Site
from solarrally_tui.site.tiers import CHARGER_RANGE, Shape, Tier

_LARGER: Final = {
    Tier.MEDIUM: "it survives a failed task or data center",
    Tier.LARGE: "one more task, private networking",
}
"""Why the next tier is recommended."""


_ROUNDED: Final = Decimal("0.0005")
"""USD that a point may be off a straight line: each of its lines is rounded to millionths."""


@dataclass(frozen=True, slots=True)
class Break:
    """A number of chargers above which something else holds.

    words complete "Above 10 chargers, " and "Above 10, ".
    """

    above: int
    words: str
    shape: str = ""
    """The shape that it concerns; empty where it concerns all."""


def breaks(site: Site, totals: Mapping[Tier, Total], points: Sequence[int]) -> Iterator[Break]:
    """Yield where another tier or task is recommended, a price changes, and the limit.

    points: the numbers that were priced, ascending, up to the most that the interval allows.
    """
    most = points[-1]
    for tier, larger in pairwise(Tier):
        highest = CHARGER_RANGE[tier][1]
        if highest < most:
            words = f"{larger.value.title()} is recommended: {_LARGER[larger]}."
            yield Break(highest, words, larger.value)
    yield _limit(site.size.interval_seconds, most)
    for tier, total in totals.items():
        yield from _bends(total, tier, points)
    yield from _larger_tasks(site, most)


def _limit(interval: int, most: int) -> Break:
    if most == MOST_CHARGERS:
        return Break(most, "a second site is needed.")
    words = f"a task of the application does not carry the messages: use more than {interval} s"
    return Break(most, f"{words} between messages.")


def _bends(total: Total, tier: Tier, points: Sequence[int]) -> Iterator[Break]:
    """Yield where a hub begins to pay, and where each further charger costs something else."""
    last = total.last_without_hub
    if points[0] <= last < points[-1]:
        words = f"{tier.value.title()} passes messages on through a hub, which costs less."
        yield Break(last, words, tier.value)
    for part in (
        [*(n for n in points if n < last), last] if last >= points[0] else [],
        [last + 1, *(n for n in points if n > last + 1)] if last < points[-1] else [],
    ):
        yield from _bends_between(total, tier, part)


def _bends_between(total: Total, tier: Tier, points: Sequence[int]) -> Iterator[Break]:
    if len(points) < 2:
        return
    start = points[0]
    line = _Line(total, start, total.slope(start, start + 1))
    for fewer, more in pairwise(points):
        if line.passes(more):
            line = _Line(total, line.start, total.slope(line.start, more))
            continue
        last = _last(max(fewer, line.start), more, line.passes)
        start = min(last + 1, more - 1)
        further = _Line(total, start, total.slope(start, more))
        word = "more" if further.slope > line.slope else "less"
        yield Break(
            last,
            f"each further charger costs {word} under {tier.value.title()}: AWS changes a price.",
            tier.value,
        )
        line = further


@dataclass(frozen=True, slots=True)
class _Line:
    """A straight part of a curve."""

    total: Total
    start: int
    slope: Decimal

    def passes(self, chargers: int) -> bool:
        """Whether a number of chargers costs what this line says."""
        said = self.total.at(self.start).expected + self.slope * (chargers - self.start)
        return abs(self.total.at(chargers).expected - said) < _ROUNDED


def _larger_tasks(site: Site, most: int) -> Iterator[Break]:
    """Yield where the only task of the cheapest variant has to be larger."""
    if site.size.shape is Shape.FUNCTIONS:
        return

    def units(chargers: int) -> int:
        return cheapest_site(with_chargers(site, chargers)).size.task_cpu

    fewer, largest = 1, units(most)
    while (smaller := units(fewer)) != largest:
        last = _last(fewer, most, lambda chargers: units(chargers) == smaller)
        fewer = last + 1
        vcpu = f"{units(fewer) / 1024:g}"
        yield Break(last, f"the task of the cheapest variant needs {vcpu} vCPU.", CHEAPEST)


def _last(fewer: int, more: int, holds: Callable[[int], bool]) -> int:
    """Return the largest number for which something holds that does at fewer and not at more."""
    while more - fewer > 1:
        middle = (fewer + more) // 2
        fewer, more = (middle, more) if holds(middle) else (fewer, middle)
    return fewer
