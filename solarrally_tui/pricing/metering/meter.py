"""AWS's meters: price tiers and free allowances count the whole account, not one resource."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charge,
    Entry,
    Resource,
    UnpricedCharge,
)
from solarrally_tui.pricing.metering.estimate_lines import Line, UnpricedLine
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.price_book.book import Book, Price, UnknownPriceError

_MILLIONTH: Final = Decimal("0.000001")
_NOTHING: Final = Range.exactly(0)


class Meters:
    """Prices charges one after the other, and remembers how much was counted before."""

    def __init__(self, prices: Book) -> None:
        self._prices = prices
        self._counted: dict[tuple[str, str, str], Range] = {}
        self._left: dict[str, Range] = {}

    def read(self, resource: Resource, charge: Entry) -> tuple[Line | UnpricedLine, ...]:
        """Return the lines of one charge, or what is not known about it."""
        if isinstance(charge, UnpricedCharge):
            return (_unpriced(resource, charge, charge.reason, minor=charge.minor),)
        try:
            price = self._price(resource, charge, charge.item)
            cost = self._between(resource, charge, price)
        except UnknownPriceError as error:
            if charge.ceiling and charge.ceiling != charge.item:
                return self._at_ceiling(resource, charge, error)
            return (_unpriced(resource, charge, str(error)),)
        line = _line(resource, charge, price, charge.quantity.expected, cost)
        if not charge.allowance:
            return (line,)
        # Each of the three cases has an allowance of its own; one may have used it up, others not.
        left = self._left.get(charge.allowance.name) or Range.exactly(charge.allowance.count)
        given = charge.quantity.at_most(left)
        if given == _NOTHING:
            return (line,)
        self._left[charge.allowance.name] = left - given
        # What is free altogether needs no second pricing.
        saved = cost if given == charge.quantity and not price.tiered else _priced(price, given)
        less = _NOTHING - saved
        free = _line(resource, charge, price, -given.expected, less, charge.allowance)
        return (line, free)

    def _price(self, resource: Resource, charge: Charge, item: str) -> Price:
        return self._prices.price(charge.region or resource.region, charge.service, item)

    def _between(self, resource: Resource, charge: Charge, price: Price) -> Range:
        """Return USD, with the price of another item in the low or the high case if it has one."""
        region = charge.region or resource.region
        cost = self._cost(region, price, charge.quantity)
        if charge.lowest:
            least = self._price(resource, charge, charge.lowest)
            cost = replace(cost, low=self._cost(region, least, charge.quantity).low)
        if charge.ceiling:
            most = self._price(resource, charge, charge.ceiling)
            cost = replace(cost, high=self._cost(region, most, charge.quantity).high)
        return cost

    def _at_ceiling(
        self, resource: Resource, charge: Charge, error: UnknownPriceError
    ) -> tuple[Line | UnpricedLine, ...]:
        """Return a line at the price that is never lower, and that the expected one is missing."""
        reason = f"{error} Counted at {charge.ceiling}, which is never lower."
        return (
            *self.read(resource, charge._replace(item=charge.ceiling, lowest="", ceiling="")),
            _unpriced(resource, charge, reason, minor=True),
        )

    def _cost(self, region: str, price: Price, count: Range) -> Range:
        """Return USD. A tiered price continues from what was counted before."""
        if not price.tiered or count.high == 0:
            return _priced(price, count)
        key = (region, price.service, price.item)
        before = self._counted.get(key)
        self._counted[key] = after = before + count if before else count
        whole = _priced(price, after)
        return whole - _priced(price, before) if before else whole


def _line(
    resource: Resource,
    charge: Charge,
    price: Price,
    count: Decimal,
    cost: Range,
    allowance: Allowance | None = None,
) -> Line:
    """Return a line, or with an allowance what AWS takes off every account's bill, below zero."""
    first = price.tiers[0]
    return Line(
        resource.stack,
        resource.id,
        resource.type,
        charge.service,
        allowance.name if allowance else charge.item,
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
        allowance is not None,
        () if allowance else charge.again_after,
    )


def _unpriced(
    resource: Resource, charge: Charge | UnpricedCharge, reason: str, *, minor: bool = False
) -> UnpricedLine:
    return UnpricedLine(
        resource.stack,
        resource.id,
        resource.type,
        charge.service,
        charge.item,
        reason,
        minor,
        charge.kind,
    )


def _priced(price: Price, count: Range) -> Range:
    """Return USD in millionths, so that sums of lines are exact."""
    if count.certain:
        # Most counts are certain: one multiplication instead of three.
        cost = price.cost(count.expected).quantize(_MILLIONTH)
        return Range(cost, cost, cost)
    return Range(
        price.cost(count.low).quantize(_MILLIONTH),
        price.cost(count.expected).quantize(_MILLIONTH),
        price.cost(count.high).quantize(_MILLIONTH),
    )
