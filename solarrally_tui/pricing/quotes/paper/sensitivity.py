"""Which assumptions move the price of a site most."""

from dataclasses import dataclass, replace
from decimal import Decimal

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import Assumption, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.site.model import Site


@dataclass(frozen=True, slots=True)
class Effect:
    """One assumption at its low and its high value, all others as expected. USD a month."""

    assumption: Assumption
    low: Decimal
    """How much the low value changes the price; usually below zero."""
    high: Decimal

    @property
    def span(self) -> Decimal:
        """How far apart both are."""
        return abs(self.high - self.low)


def effects(
    site: Site, cost: Estimate, assume: Assumptions, prices: Book, most: int
) -> tuple[Effect, ...]:
    """Return the assumptions that move the expected price, the strongest first, at most so many."""

    def change(name: str, value: Decimal) -> Decimal:
        changed = replace(assume, **{name: Range.exactly(value)})
        return estimate(site, changed, prices).expected - cost.expected

    found = (
        Effect(one, change(one.name, one.value.low), change(one.name, one.value.high))
        for one in assume.explained()
        if not one.value.certain
    )
    strongest = sorted(found, key=lambda effect: (-effect.span, effect.assumption.name))
    return tuple(effect for effect in strongest if effect.span >= Decimal("0.01"))[:most]
