"""AWS's meters: price tiers and free allowances count the whole account, not one resource."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import Allowance, Charge, Resource, UnpricedCharge
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

    def read(
        self, resource: Resource, charge: Charge | UnpricedCharge
    ) -> tuple[Line | UnpricedLine, ...]:
        """Return the lines of one charge, or what is not known about it."""
        if isinstance(charge, UnpricedCharge):
            return (_unpriced(resource, charge, charge.reason, minor=charge.minor),)
        try:
            price = self._prices.price(resource.region, charge.service, charge.item)
        except UnknownPriceError as error:
            return (_unpriced(resource, charge, str(error)),)
        cost = self._cost(resource.region, price, charge.count)
        line = _line(resource, charge, price, charge.count.expected, cost)
        if not charge.allowance or not self._left_of(charge.allowance).high:
            return (line,)
        return (line, self._allowed(resource, charge, charge.allowance, price))

    def _left_of(self, allowance: Allowance) -> Range:
        return self._left.get(allowance.name) or Range.exactly(allowance.count)

    def _cost(self, region: str, price: Price, count: Range) -> Range:
        """Return USD. A tiered price continues from what was counted before."""
        if len(price.tiers) == 1 or count.high == 0:
            return _priced(price, count)
        key = (region, price.service, price.item)
        before = self._counted.get(key)
        self._counted[key] = after = before + count if before else count
        whole = _priced(price, after)
        return whole - _priced(price, before) if before else whole

    def _allowed(
        self, resource: Resource, charge: Charge, allowance: Allowance, price: Price
    ) -> Line:
        """Return what AWS takes off every account's bill, as a separate line below zero."""
        left = self._left_of(allowance)
        given = charge.count.at_most(left)
        self._left[allowance.name] = left - given
        saved = _NOTHING - _priced(price, given)
        line = _line(resource, charge, price, -given.expected, saved)
        return replace(line, item=allowance.name, is_allowance=True)


def _line(resource: Resource, charge: Charge, price: Price, count: Decimal, cost: Range) -> Line:
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


def _unpriced(
    resource: Resource, charge: Charge | UnpricedCharge, reason: str, *, minor: bool = False
) -> UnpricedLine:
    return UnpricedLine(
        resource.stack, resource.id, resource.type, charge.service, charge.item, reason, minor
    )


def _priced(price: Price, count: Range) -> Range:
    """Return USD in millionths, so that sums of lines are exact."""
    if count.certain:
        # Most counts are certain: one multiplication instead of three.
        return Range.exactly(price.cost(count.expected).quantize(_MILLIONTH))
    low, expected, high = (
        price.cost(value).quantize(_MILLIONTH) for value in (count.low, count.expected, count.high)
    )
    return Range(low, expected, high)
