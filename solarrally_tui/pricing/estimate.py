"""The monthly estimate of a site: resolved templates times usage times list prices.

Pure and offline. The sums are those of the lines, and what has no price is named, never zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from solarrally_tui.pricing.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.book import Book, Price, UnknownPriceError, book
from solarrally_tui.pricing.charge import Charge, Kind, Resource, Rule, Unpriced
from solarrally_tui.pricing.free import FREE
from solarrally_tui.pricing.resources import resources
from solarrally_tui.pricing.rules_compute import COMPUTE
from solarrally_tui.pricing.rules_edge import EDGE
from solarrally_tui.pricing.rules_operations import OPERATIONS
from solarrally_tui.pricing.spread import Spread
from solarrally_tui.pricing.usage import Usage, usage
from solarrally_tui.site.model import Site

RULES: Final[MappingProxyType[str, Rule]] = MappingProxyType({**COMPUTE, **EDGE, **OPERATIONS})

_MILLIONTH: Final = Decimal("0.000001")

EXCLUDED: Final = (
    "Tax and VAT",
    "AWS support plan",
    "Free-tier credits of new accounts",
    "Registration of a domain and its hosted zone",
    "Internet or SIM of the chargers",
)
"""What a bill may hold that the estimate leaves out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the estimate. quantity counts units; the money is USD a month."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    monthly: Decimal
    kind: Kind
    confidence: str
    low: Decimal
    high: Decimal
    driver: str
    price_date: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that we could not price. It is not in the sums."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
    reason: str


@dataclass(frozen=True)
class Estimate:
    """What a site costs a month at list prices, in USD."""

    currency: str
    region: str
    prices_as_of: str
    low: Decimal
    expected: Decimal
    high: Decimal
    lines: tuple[Line, ...]
    unknown: tuple[Unknown, ...]
    excluded: tuple[str, ...] = EXCLUDED

    @property
    def driver(self) -> str:
        """What moves the sum most between low and high, in words."""
        spans: dict[str, Decimal] = {}
        for line in self.lines:
            spans[line.driver] = spans.get(line.driver, Decimal(0)) + line.high - line.low
        return max(spans, key=lambda name: spans[name], default="")

    def total(self, kind: Kind) -> Decimal:
        """Return the expected sum of the fixed or the usage lines."""
        return sum((line.monthly for line in self.lines if line.kind == kind), Decimal(0))


class UnruledTypeError(LookupError):
    """A resource type has neither a price rule nor a reason for being free."""


def estimate(site: Site, assume: Assumptions = DEFAULTS) -> Estimate:
    """Return what a site costs in a month.

    Raises UnruledTypeError for a resource type that nobody thought of.
    """
    month, prices = usage(site, assume), book()
    lines: list[Line] = []
    unknown = [_FLEET_INDEX]
    for resource in resources(site):
        for found in _priced(resource, month, prices):
            if isinstance(found, Line):
                lines.append(found)
            else:
                unknown.append(found)
    return Estimate(
        currency=prices.currency,
        region=site.region,
        prices_as_of=prices.as_of,
        low=sum((line.low for line in lines), Decimal(0)),
        expected=sum((line.monthly for line in lines), Decimal(0)),
        high=sum((line.high for line in lines), Decimal(0)),
        lines=tuple(lines),
        unknown=tuple(unknown),
    )


_FLEET_INDEX: Final = Unknown(
    "", "", "", "AWSIoT", "Fleet indexing",
    "The price table has none. It bills updates of the registry and of connection states.",
)  # fmt: skip


def _priced(resource: Resource, month: Usage, prices: Book) -> Iterator[Line | Unknown]:
    rule = RULES.get(resource.type)
    if not rule:
        if resource.type not in FREE:
            raise UnruledTypeError(f"{resource.type} ({resource.stack}, {resource.id})")
        return
    for charge in rule(resource, month):
        if isinstance(charge, Unpriced):
            yield _unknown(resource, charge.service, charge.item, charge.reason)
            continue
        try:
            price = prices.price(resource.region, charge.service, charge.item)
        except UnknownPriceError as error:
            yield _unknown(resource, charge.service, charge.item, str(error))
            continue
        yield from _lines(resource, charge, price)


def _unknown(resource: Resource, service: str, item: str, reason: str) -> Unknown:
    return Unknown(resource.stack, resource.id, resource.type, service, item, reason)


def _lines(resource: Resource, charge: Charge, price: Price) -> Iterator[Line]:
    cost = _cost(price, charge.count)
    line = Line(
        stack=resource.stack,
        resource=resource.id,
        type=resource.type,
        service=charge.service,
        item=charge.item,
        quantity=charge.count.expected / price.pack,
        unit=price.unit,
        unit_price=price.amount,
        monthly=cost.expected,
        kind=charge.kind,
        confidence=price.confidence,
        low=cost.low,
        high=cost.high,
        driver=charge.driver,
        price_date=price.date,
    )
    yield line
    if charge.allowance:
        yield _always_free(line, charge, price, cost)


def _always_free(line: Line, charge: Charge, price: Price, cost: Spread) -> Line:
    """Return what AWS takes off for every account, as a line of its own."""
    count, given = charge.count, charge.allowance
    rest = _cost(
        price,
        Spread(
            *(max(each - given, Decimal(0)) for each in (count.low, count.expected, count.high))
        ),
    )
    return replace(
        line,
        item=f"Always free, shared by the account: {charge.item}",
        quantity=-min(count.expected, given) / price.pack,
        monthly=rest.expected - cost.expected,
        low=rest.low - cost.low,
        high=rest.high - cost.high,
    )


def _cost(price: Price, count: Spread) -> Spread:
    """Return USD in millionths, so that sums of lines are exact."""
    if count.certain:
        return Spread.exactly(price.cost(count.expected).quantize(_MILLIONTH))
    low, expected, high = (
        price.cost(each).quantize(_MILLIONTH) for each in (count.low, count.expected, count.high)
    )
    return Spread(low, expected, high)
