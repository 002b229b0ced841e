"""What a site costs as a function of its chargers, without pricing everything again."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from solarrally_tui.pricing.estimate import entries, everything, metered
from solarrally_tui.pricing.metering.assumptions import Assumptions
from solarrally_tui.pricing.metering.charge import Charge, Entry, Resource
from solarrally_tui.pricing.metering.estimate_lines import Line, UnpricedLine, later_costs
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.usage import Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.site.model import Site

Entries = tuple[Entry, ...]


def with_chargers(site: Site, chargers: int) -> Site:
    """Return a site with another number of chargers, which nobody checks."""
    return site.model_copy(update={"size": site.size.model_copy(update={"chargers": chargers})})


class Total:
    """What a site costs a month, as a function of its chargers.

    With many of them it may have a hub, which it has not with few.
    """

    def __init__(self, site: Site, assume: Assumptions, prices: Book, most: int) -> None:
        self.site = site
        self._most = most
        pinned = {has_hub: _with_hub(site, has_hub) for has_hub in self._hubs()}
        self._totals = {
            has_hub: _Total(one, assume, prices, most) for has_hub, one in pinned.items()
        }
        own = self._totals.get(site.size.has_hub) or next(iter(self._totals.values()))
        self.later = own.later
        self.complete = all(one.complete for one in self._totals.values())

    def at(self, chargers: int) -> Range:
        """Return USD a month."""
        return self._totals[self._has_hub(chargers)].at(chargers)

    def slope(self, fewer: int, more: int) -> Decimal:
        """Return USD a month for each charger between two numbers."""
        return (self.at(more).expected - self.at(fewer).expected) / (more - fewer)

    @property
    def last_without_hub(self) -> int:
        """The largest number of chargers before a hub; 0 or the most where that never changes."""
        few, many = 0, self._most + 1
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (few, middle) if self._has_hub(middle) else (middle, many)
        return few

    def _has_hub(self, chargers: int) -> bool:
        return with_chargers(self.site, chargers).size.has_hub

    def _hubs(self) -> set[bool]:
        return {self._has_hub(1), self._has_hub(self._most)}


def _with_hub(site: Site, has_hub: bool) -> Site:
    return site.model_copy(update={"size": site.size.model_copy(update={"hub": has_hub})})


class _Total:
    """The same where the hub does not depend on the chargers.

    Charges that do not depend on them are priced once.
    """

    def __init__(self, site: Site, assume: Assumptions, prices: Book, most: int) -> None:
        self.site, self._assume, self._prices = site, assume, prices
        self._found: dict[int, Range] = {}
        few, many = self._month(1), self._month(most)
        listed = everything(site)
        both = [(entries(each, few), entries(each, many)) for each in listed]
        places = _depending(both)
        self._depends = [(each, at) for each, at in zip(listed, places, strict=True) if at]
        rest = (
            (each, charge)
            for each, (now, _), at in zip(listed, both, places, strict=True)
            for place, charge in enumerate(now)
            if place not in at
        )
        fixed = tuple(metered(rest, prices))
        self.later = later_costs(fixed)
        self._fixed, complete = _summed(fixed)
        self.complete = complete and _summed(metered(self._charged(1), prices))[1]

    def at(self, chargers: int) -> Range:
        """Return USD a month."""
        if chargers not in self._found:
            depends, _ = _summed(metered(self._charged(chargers), self._prices))
            self._found[chargers] = self._fixed + depends
        return self._found[chargers]

    def _charged(self, chargers: int) -> Iterator[tuple[Resource, Entry]]:
        month = self._month(chargers)
        for resource, at in self._depends:
            for place, charge in enumerate(entries(resource, month)):
                if place in at:
                    yield resource, charge

    def _month(self, chargers: int) -> Usage:
        return usage(with_chargers(self.site, chargers), self._assume)


def _depending(both: Sequence[tuple[Entries, Entries]]) -> list[Collection[int]]:
    """Return which charges of each resource depend on chargers, as places in its charges.

    both: the charges with few and with many chargers. A charge also depends on them where it shares
    a meter with one that does: then AWS counts both together.
    """
    meters: set[tuple[str, str]] = set()
    while True:
        places = [_places(few, many, meters) for few, many in both]
        shared = {
            meter
            for (few, _), at in zip(both, places, strict=True)
            for place, charge in enumerate(few)
            if place in at
            for meter in _meters(charge)
        }
        if shared == meters:
            return places
        meters = shared


def _places(few: Entries, many: Entries, meters: AbstractSet[tuple[str, str]]) -> Collection[int]:
    if len(few) != len(many):
        return range(max(len(few), len(many)))
    return [
        place
        for place, (now, then) in enumerate(zip(few, many, strict=True))
        if now != then or not meters.isdisjoint(_meters(now))
    ]


def _meters(charge: Entry) -> Iterator[tuple[str, str]]:
    """Yield what AWS counts over the whole account: quantities of a price, and allowances."""
    yield charge.service, charge.item
    if isinstance(charge, Charge) and charge.allowance:
        yield "", charge.allowance.name


def _summed(lines: Iterable[Line | UnpricedLine]) -> tuple[Range, bool]:
    """Return the sum of lines, and whether nothing that matters lacks a price."""
    low = expected = high = Decimal(0)
    complete = True
    for line in lines:
        if isinstance(line, Line):
            low, expected, high = low + line.low, expected + line.monthly, high + line.high
        else:
            complete &= line.minor
    return Range(low, expected, high), complete
