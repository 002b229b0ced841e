"""Cost over the number of chargers, for every tier and for the cheapest variant.

Pure and offline. A point is what `estimate` returns for that number of chargers. It prices again
only what depends on them, so fifty points of every shape cost less than fifteen re-pricings.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.advice.breaks import Break, breaks
from solarrally_tui.pricing.advice.cheapest import CHEAPEST, cheapest_site, in_words, task_cpu
from solarrally_tui.pricing.advice.tiers import of_tier
from solarrally_tui.pricing.advice.total import Total, with_chargers
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import LaterCost, added, over
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import MOST_CHARGERS, Site, Size
from solarrally_tui.site.tiers import CHARGER_RANGE, Tier

MOST_POINTS: Final = 50
YEAR_MONTHS: Final = 12
THREE_YEARS_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class Point:
    """What a number of chargers costs. USD a month."""

    chargers: int
    low: Decimal
    expected: Decimal
    high: Decimal
    later: tuple[LaterCost, ...] = ()
    """What comes on top after some months."""

    def over(self, months: int, money: Money) -> Decimal:
        """Return so many months in a currency, as many times the amount that is shown for one."""
        return money.over(months, self.expected, added(months, self.later))

    @property
    def per_charger(self) -> Decimal:
        """USD a month for each charger, the fixed part shared by all."""
        return self.expected / self.chargers

    @property
    def year(self) -> Decimal:
        """USD for twelve months."""
        return over(YEAR_MONTHS, self.expected, self.later)

    @property
    def three_years(self) -> Decimal:
        """USD for thirty-six months."""
        return over(THREE_YEARS_MONTHS, self.expected, self.later)


@dataclass(frozen=True, slots=True)
class ShapeCurve:
    """A site in one shape, a tier or the cheapest variant, over the number of chargers."""

    name: str
    """The tier, or CHEAPEST."""
    site: Site
    lowest: int
    highest: int
    """Chargers that the shape is for, whatever their interval allows."""
    points: tuple[Point, ...]
    mine: Point
    """At the site's own number of chargers."""
    marginal: Decimal
    """USD a month for one charger more; at the most chargers, for the last one."""
    complete: bool
    """Whether nothing that matters lacks a price."""

    def suits(self, chargers: int) -> bool:
        """Whether the shape is for this number of chargers."""
        return self.lowest <= chargers <= self.highest


@dataclass(frozen=True, slots=True)
class Curve:
    """The cost of a site over its chargers. Without shapes where the Region has no prices."""

    region: str
    tier: Tier
    chargers: int
    interval_seconds: int
    most: int
    """The most chargers that one site takes at this interval."""
    shapes: tuple[ShapeCurve, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the Region has prices."""
        return bool(self.shapes)

    @property
    def chosen(self) -> ShapeCurve:
        """The shape of the site itself. Raises StopIteration where nothing is known."""
        return self.shape(self.tier.value)

    @property
    def tiers(self) -> tuple[ShapeCurve, ...]:
        """The shapes without the cheapest variant."""
        return tuple(shape for shape in self.shapes if shape.name != CHEAPEST)

    @property
    def cheapest(self) -> str:
        """What the cheapest variant is, in words. Raises StopIteration where nothing is known."""
        return in_words(self.shape(CHEAPEST).site)

    def shape(self, name: str) -> ShapeCurve:
        """Return the shape of a tier, or of CHEAPEST. Raises StopIteration where there is none."""
        return next(shape for shape in self.shapes if shape.name == name)


def curve(
    site: Site,
    assume: Assumptions = DEFAULTS,
    prices: Book | None = None,
    counts: Iterable[int] = (),
) -> Curve:
    """Price a site over the number of chargers, in every shape.

    counts: the numbers to price, at most the most chargers of the interval; without any, at most
    MOST_POINTS that are spread evenly over the decades. The site's own number and the ends of the
    tiers are always among them.
    """
    prices = prices or book()
    size = site.size
    most = most_chargers(size)
    empty = Curve(site.region, site.tier, size.chargers, size.interval_seconds, most)
    if site.region not in prices.regions:
        return empty
    marks = {size.chargers, most} | {n for ends in CHARGER_RANGE.values() for n in ends}
    wanted = set(counts) or set(spread(most, MOST_POINTS - len(marks)))
    at = sorted(n for n in marks | wanted if 1 <= n <= most)

    def priced(of: Site) -> Total:
        return Total(of, assume, prices, most)

    totals = {tier: priced(site if tier is site.tier else of_tier(site, tier)[0]) for tier in Tier}
    shapes = [
        _shape(tier.value, dict.fromkeys(at, total), CHARGER_RANGE[tier], site)
        for tier, total in totals.items()
    ]
    shapes.append(_shape(CHEAPEST, _cheapest(site, at, priced), (1, MOST_CHARGERS), site))
    found = sorted(breaks(site, totals, at), key=lambda one: one.above)
    return replace(empty, shapes=tuple(shapes), breaks=tuple(found))


def most_chargers(size: Size) -> int:
    """Return the most chargers that a site takes with its interval and tasks."""
    return min(MOST_CHARGERS, int(size.carried * size.interval_seconds))


def marginal(site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None) -> Decimal:
    """Return USD a month for one charger more; at the most chargers, for the last one.

    The Region must have prices.
    """
    most = most_chargers(site.size)
    fewer = min(site.size.chargers, most - 1)
    return Total(site, assume, prices or book(), most).slope(fewer, fewer + 1)


def spread(most: int, count: int) -> tuple[int, ...]:
    """Return at most so many numbers from 1 to the most, evenly spread over the decades."""
    if most == 1 or count < 2:
        return (1,)
    steps = (round(most ** (step / (count - 1))) for step in range(count))
    return tuple(sorted(set(steps)))


def _shape(name: str, totals: Mapping[int, Total], ends: tuple[int, int], site: Site) -> ShapeCurve:
    """Price one shape. totals: by the number of chargers, ascending to the most."""
    mine, (lowest, highest) = site.size.chargers, ends
    points = {n: _point(n, total) for n, total in totals.items()}
    most = max(points)
    fewer = min(mine, most - 1)
    total = totals[mine]
    return ShapeCurve(
        name=name,
        site=with_chargers(total.site, mine),
        lowest=lowest,
        highest=highest,
        points=tuple(points.values()),
        mine=points[mine],
        marginal=total.slope(fewer, fewer + 1),
        complete=total.complete,
    )


def _point(chargers: int, total: Total) -> Point:
    cost = total.at(chargers)
    return Point(chargers, cost.low, cost.expected, cost.high, total.later)


def _cheapest(
    site: Site, at: Iterable[int], priced: Callable[[Site], Total]
) -> Mapping[int, Total]:
    """Return the total of the cheapest variant for each number: its task grows with them."""
    by_cpu: dict[int, Total] = {}
    totals = {}
    for chargers in at:
        changed = with_chargers(site, chargers)
        cpu = task_cpu(changed)
        if cpu not in by_cpu:
            by_cpu[cpu] = priced(cheapest_site(changed))
        totals[chargers] = by_cpu[cpu]
    return totals
