"""AWS's meters: price tiers and free allowances count the whole account, not one resource."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.book import Book, Price, UnknownPriceError
from solarrally_tui.pricing.charge import Charge, Pool, Resource, Unpriced
from solarrally_tui.pricing.ledger import ALWAYS_FREE, Line, Unknown
from solarrally_tui.pricing.spread import Spread

_MILLIONTH: Final = Decimal("0.000001")


class Meters:
    """Prices charges one after the other, and remembers how much was counted before."""

    def __init__(self, prices: Book) -> None:
        self._prices = prices
        self._counted: dict[tuple[str, str, str], Spread] = {}
        self._left: dict[str, Spread] = {}

    def read(self, resource: Resource, charge: Charge | Unpriced) -> Iterator[Line | Unknown]:
        """Yield the lines of one charge, or what is not known about it."""
        if isinstance(charge, Unpriced):
            yield _unknown(resource, charge, charge.reason, minor=charge.minor)
            return
        try:
            price = self._prices.price(resource.region, charge.service, charge.item)
        except UnknownPriceError as error:
            yield _unknown(resource, charge, str(error))
            return
        cost = self._cost(resource.region, price, charge.count)
        line = _line(resource, charge, price, cost)
        yield line
        if charge.pool:
            yield self._always_free(line, charge, charge.pool, price)

    def _cost(self, region: str, price: Price, count: Spread) -> Spread:
        """Return USD. A price with tiers goes on from what was counted before."""
        if len(price.tiers) == 1 or count.high == 0:
            return _each(price, count)
        key = (region, price.service, price.item)
        before = self._counted.get(key)
        self._counted[key] = after = before + count if before else count
        whole = _each(price, after)
        return whole - _each(price, before) if before else whole

    def _always_free(self, line: Line, charge: Charge, pool: Pool, price: Price) -> Line:
        """Return what AWS takes off for every account, as a line of its own."""
        left = self._left.get(pool.name) or Spread.exactly(pool.count)
        given = charge.count.at_most(left)
        self._left[pool.name] = left - given
        saved = _each(price, given)
        return replace(
            line,
            item=f"{ALWAYS_FREE}{pool.name}",
            quantity=-given.expected / price.pack,
            monthly=-saved.expected,
            low=-saved.low,
            high=-saved.high,
        )


def _line(resource: Resource, charge: Charge, price: Price, cost: Spread) -> Line:
    return Line(
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


def _unknown(
    resource: Resource, charge: Charge | Unpriced, reason: str, *, minor: bool = False
) -> Unknown:
    return Unknown(
        resource.stack, resource.id, resource.type, charge.service, charge.item, reason, minor
    )


def _each(price: Price, count: Spread) -> Spread:
    """Return USD in millionths, so that sums of lines are exact."""
    if count.certain:
        return Spread.exactly(price.cost(count.expected).quantize(_MILLIONTH))
    low, expected, high = (
        price.cost(each).quantize(_MILLIONTH) for each in (count.low, count.expected, count.high)
    )
    return Spread(low, expected, high)
