"""AWS's meters: price tiers and free allowances count the whole account, not one resource."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import Charge, Pool, Resource, Unpriced
from solarrally_tui.pricing.metering.estimate_lines import Line, Unknown
from solarrally_tui.pricing.metering.estimate_range import Spread
from solarrally_tui.pricing.price_book.book import Book, Price, UnknownPriceError

_MILLIONTH: Final = Decimal("0.000001")
_NOTHING: Final = Spread.exactly(0)


class Meters:
    """Prices charges one after the other, and remembers how much was counted before."""

    def __init__(self, prices: Book) -> None:
        self._prices = prices
        self._counted: dict[tuple[str, str, str], Spread] = {}
        self._left: dict[str, Spread] = {}

    def read(self, resource: Resource, charge: Charge | Unpriced) -> tuple[Line | Unknown, ...]:
        """Return the lines of one charge, or what is not known about it."""
        if isinstance(charge, Unpriced):
            return (_unknown(resource, charge, charge.reason, minor=charge.minor),)
        try:
            price = self._prices.price(resource.region, charge.service, charge.item)
        except UnknownPriceError as error:
            return (_unknown(resource, charge, str(error)),)
        cost = self._cost(resource.region, price, charge.count)
        line = _line(resource, charge, price, charge.count.expected, cost)
        if not charge.pool or not self._left_in(charge.pool).high:
            return (line,)
        return (line, self._always_free(resource, charge, charge.pool, price))

    def _left_in(self, pool: Pool) -> Spread:
        return self._left.get(pool.name) or Spread.exactly(pool.count)

    def _cost(self, region: str, price: Price, count: Spread) -> Spread:
        """Return USD. A price with tiers goes on from what was counted before."""
        if len(price.tiers) == 1 or count.high == 0:
            return _each(price, count)
        key = (region, price.service, price.item)
        before = self._counted.get(key)
        self._counted[key] = after = before + count if before else count
        whole = _each(price, after)
        return whole - _each(price, before) if before else whole

    def _always_free(self, resource: Resource, charge: Charge, pool: Pool, price: Price) -> Line:
        """Return what AWS takes off every account's bill, as a line of its own."""
        left = self._left_in(pool)
        given = charge.count.at_most(left)
        self._left[pool.name] = left - given
        saved = _NOTHING - _each(price, given)
        line = _line(resource, charge, price, -given.expected, saved)
        return replace(line, item=pool.name, is_allowance=True)


def _line(resource: Resource, charge: Charge, price: Price, count: Decimal, cost: Spread) -> Line:
    first = price.tiers[0]
    return Line(
        resource.stack,
        resource.id,
        resource.type,
        charge.service,
        charge.item,
        count / price.pack,
        price.unit,
        first.amount,
        cost.expected,
        charge.kind,
        price.confidence,
        cost.low,
        cost.high,
        charge.driver,
        first.date,
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
