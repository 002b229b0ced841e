"""The price book: a bundled, dated snapshot of AWS list prices in USD.

tools/make_price_book.py writes the snapshot. Every tier keeps its source and date.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

GLOBAL: Final = "global"
"""In place of a Region for prices that are the same everywhere."""

BUNDLED: Final = "bundled"
"""Origin of the book that is installed with the program."""

_PACKS: Final[Mapping[str, Decimal]] = {"M": Decimal(10**6), "k": Decimal(10**3)}


class UnknownPriceError(LookupError):
    """The book has no price for this. An unknown price is never zero."""

    def __init__(self, region: str, service: str, item: str) -> None:
        super().__init__(f"No price for {service}, {item}, in {region}.")
        self.region = region
        self.service = service
        self.item = item


@dataclass(frozen=True, slots=True)
class PriceTier:
    """The price above a quantity. start is a count of single things, amount USD a unit."""

    start: Decimal
    amount: Decimal
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Price:
    """A list price with its tiers. pack is how many single things one unit is."""

    service: str
    item: str
    unit: str
    pack: Decimal
    confidence: str
    tiers: tuple[PriceTier, ...]
    tiered: bool = field(init=False)
    """Whether the price depends on how much was counted before."""
    each: Decimal = field(init=False)
    """USD for a single thing of the first tier."""

    def __post_init__(self) -> None:
        """Work out what every multiplication needs."""
        first = self.tiers[0]
        object.__setattr__(self, "tiered", len(self.tiers) > 1 or bool(first.start))
        object.__setattr__(self, "each", first.amount / self.pack)

    @property
    def amount(self) -> Decimal:
        """USD for one unit of the first tier."""
        return self.tiers[0].amount

    @property
    def date(self) -> str:
        """When the source of the first tier was published or read."""
        return self.tiers[0].date

    def cost(self, count: Decimal) -> Decimal:
        """Return USD for a count of single things, each tier at its own price."""
        if not self.tiered or (not self.tiers[0].start and count <= self.tiers[1].start):
            return count * self.each
        total = Decimal(0)
        for tier, end in zip(self.tiers, self._ends, strict=True):
            if count <= tier.start:
                break
            total += tier.amount * ((count if end is None else min(count, end)) - tier.start)
        return total / self.pack

    @property
    def _ends(self) -> tuple[Decimal | None, ...]:
        return (*(tier.start for tier in self.tiers[1:]), None)


@dataclass(frozen=True)
class Book:
    """All prices of one snapshot."""

    currency: str
    oldest: str
    """Month of the oldest source."""
    as_of: str
    """Month of the newest source."""
    regions: tuple[str, ...]
    origin: str
    """BUNDLED, or the day of its last refresh."""
    versions: Mapping[str, Mapping[str, str]]
    """Versions of AWS's price list by Region and offer, for refreshed prices."""
    _prices: dict[str, Any]
    _sources: list[str]

    def __hash__(self) -> int:
        """Hash by identity, so that prices that were looked up can be cached."""
        return id(self)

    def rows(self) -> Iterator[tuple[str, Price]]:
        """Yield every price with its Region, or GLOBAL."""
        for region, services in self._prices.items():
            for service, items in services.items():
                for item, row in items.items():
                    yield region, _price(service, item, row, self._sources)

    @lru_cache(maxsize=4096)  # noqa: B019 books live as long as the process
    def price(self, region: str, service: str, item: str) -> Price:
        """Return a price in a Region, or the one that is the same everywhere.

        Raises UnknownPriceError.
        """
        for place in (region, GLOBAL):
            row = self._prices.get(place, {}).get(service, {}).get(item)
            if row and region in self.regions:
                return _price(service, item, row, self._sources)
        raise UnknownPriceError(region, service, item)


def from_data(data: Mapping[str, Any]) -> Book:
    """Return the book from its stored form. Raises KeyError, TypeError or ValueError."""
    prices = data["prices"]
    regions = tuple(place for place in prices if place != GLOBAL)
    return Book(
        data["currency"],
        data["from"],
        data["as_of"],
        regions,
        data.get("refreshed") or BUNDLED,
        data.get("versions", {}),
        prices,
        data["sources"],
    )


def _price(service: str, item: str, row: dict[str, Any], sources: list[str]) -> Price:
    tiers = tuple(
        PriceTier(Decimal(start), Decimal(amount), sources[source], date)
        for start, amount, source, date in row["tiers"]
    )
    return Price(service, item, row["unit"], pack(row["unit"]), row["confidence"], tiers)


def pack(unit: str) -> Decimal:
    """Return how many single things a unit is, such as a million for "1M messages"."""
    count = re.match(r"(\d+)([Mk]) ", unit)
    return Decimal(count[1]) * _PACKS[count[2]] if count else Decimal(1)
