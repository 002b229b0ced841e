"""What a quote adds up to: operation, own items, discount and tax. Amounts in its own currency.

Every amount is rounded to the currency's digits before it is added, so what is printed adds up.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from solarrally_tui.pricing.money import rounded

YEAR_MONTHS: Final = 12
THREE_YEARS_MONTHS: Final = 36
_NOTHING: Final = Decimal(0)


class Every(StrEnum):
    """How often an item is due."""

    ONCE = "once"
    MONTH = "month"


class Biller(StrEnum):
    """Who bills the operation on AWS to the customer."""

    SELLER = "seller"
    AWS = "aws"


class DiscountOn(StrEnum):
    """What a discount is taken off."""

    ALL = "all"
    ONCE = "once"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Item:
    """Something of the seller's own, such as the set-up. amount is for each of the quantity."""

    name: str
    amount: Decimal
    every: Every = Every.MONTH
    per_charger: bool = False


@dataclass(frozen=True, slots=True)
class Discount:
    """What the seller takes off everything that the seller bills. percent is 0 to 100."""

    percent: Decimal
    on: DiscountOn = DiscountOn.ALL


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on everything that the seller bills. percent is 0 to 100."""

    name: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What the seller adds to the operation on AWS."""

    items: tuple[Item, ...] = ()
    biller: Biller = Biller.SELLER
    margin_percent: Decimal = _NOTHING
    """Added to the operation on AWS; 100 doubles it."""
    discount: Discount | None = None
    tax: Tax | None = None


NO_TERMS: Final = Terms()


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is due once, and each month."""

    once: Decimal = _NOTHING
    monthly: Decimal = _NOTHING

    def __add__(self, other: "Amounts") -> "Amounts":
        """Add both."""
        return Amounts(self.once + other.once, self.monthly + other.monthly)


@dataclass(frozen=True, slots=True)
class Position:
    """An item with how many there are of it, and what it comes to."""

    item: Item
    quantity: int
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Totals:
    """All that a customer pays."""

    hosting: Decimal
    """A month of operation on AWS, with the margin."""
    positions: tuple[Position, ...]
    discount: Amounts
    """Not above zero."""
    net: Amounts
    taxed: Amounts
    """What the tax is on: without what AWS bills."""
    tax: Amounts
    total: Amounts
    later: Decimal = _NOTHING
    """What AWS adds within three years, such as for older versions of the key; not monthly."""

    @property
    def year(self) -> Decimal:
        """The first year: twelve months, and what is due once."""
        return self.total.once + self.total.monthly * YEAR_MONTHS

    @property
    def three_years(self) -> Decimal:
        """Thirty-six months, what AWS adds in them, and what is due once."""
        return self.total.once + self.total.monthly * THREE_YEARS_MONTHS + self.later


def with_margin(amount: Decimal, terms: Terms) -> Decimal:
    """Return what the customer pays for an amount of AWS's bill."""
    return amount * (1 + terms.margin_percent / 100)


def totals(
    hosting: Decimal, terms: Terms, chargers: int, digits: int, later: Decimal = _NOTHING
) -> Totals:
    """Add everything up.

    hosting: a month of AWS's bill in the quote's currency, without the margin; later: what AWS adds
    to it within three years. digits: how many the currency has after the decimal sign.
    """
    operation = rounded(with_margin(hosting, terms), digits)
    positions = tuple(_position(item, chargers, digits) for item in terms.items)
    own = sum((position.amounts for position in positions), Amounts())
    by_aws = Amounts(monthly=operation if terms.biller is Biller.AWS else _NOTHING)
    billed = own + Amounts(monthly=operation - by_aws.monthly)
    off = _discount(billed, terms.discount, digits)
    taxed = billed + off
    tax = Amounts()
    if terms.tax:
        share = terms.tax.percent / 100
        tax = Amounts(rounded(taxed.once * share, digits), rounded(taxed.monthly * share, digits))
    net = taxed + by_aws
    added = rounded(with_margin(later, terms) * _share_due(terms), digits)
    return Totals(operation, positions, off, net, taxed, tax, net + tax, added)


def _share_due(terms: Terms) -> Decimal:
    """Return what a unit of the operation comes to after discount and tax."""
    due = Decimal(1)
    if terms.biller is Biller.AWS:
        return due
    if terms.discount and terms.discount.on is not DiscountOn.ONCE:
        due *= 1 - terms.discount.percent / 100
    return due * (1 + terms.tax.percent / 100) if terms.tax else due


def _position(item: Item, chargers: int, digits: int) -> Position:
    quantity = chargers if item.per_charger else 1
    amount = rounded(item.amount * quantity, digits)
    due = Amounts(once=amount) if item.every is Every.ONCE else Amounts(monthly=amount)
    return Position(item, quantity, due)


def _discount(billed: Amounts, discount: Discount | None, digits: int) -> Amounts:
    if discount is None:
        return Amounts()
    share = -discount.percent / 100
    once = billed.once * share if discount.on is not DiscountOn.MONTH else _NOTHING
    monthly = billed.monthly * share if discount.on is not DiscountOn.ONCE else _NOTHING
    return Amounts(rounded(once, digits), rounded(monthly, digits))
