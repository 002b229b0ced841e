"""Amounts in USD, or in another currency at a rate and a date that the operator gave."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Self

LEAST_RATE: Final = Decimal("0.000001")
"""No currency is further from the dollar, either way."""
_DIGITS: Final = 2
_CODE: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Money:
    """How amounts are shown. rate is units of the currency for one USD."""

    currency: str = "USD"
    rate: Decimal = Decimal(1)
    rate_date: str = ""

    @classmethod
    def given(cls, currency: str | None, rate: str | None, day: str | None) -> Self:
        """Return the currency of the command's options; the rate's date is today unless given.

        Raises ValueError in words for people.
        """
        code = (currency or "USD").upper()
        if not _CODE.fullmatch(code):
            raise ValueError(f"{code} is not a currency code such as EUR")
        if code == "USD":
            if rate or day:
                raise ValueError("a rate needs a currency other than USD, such as --currency EUR")
            return cls()
        if not rate:
            raise ValueError(
                f"{code} needs --rate, the units of {code} for one USD. AWS's prices are in USD, "
                "and exchange rates are not looked up"
            )
        return cls(code, _positive(rate), _day(day))

    @property
    def foreign(self) -> bool:
        """Whether amounts are not in USD."""
        return self.currency != "USD"

    @property
    def note(self) -> str:
        """The rate in words, empty for USD."""
        if not self.foreign:
            return ""
        return f"1 USD = {self.rate} {self.currency}, as given for {self.rate_date}."

    def of(self, usd: Decimal) -> Decimal:
        """Convert USD."""
        return usd * self.rate

    def show(self, usd: Decimal | None) -> str:
        """Return an amount with two digits, or the word unknown."""
        return "unknown" if usd is None else f"{self.cents(usd):,.2f}"

    def cents(self, usd: Decimal) -> Decimal:
        """Convert USD to an amount with two digits, halves away from zero, as bills have it."""
        return rounded(self.of(usd), _DIGITS) + 0

    def change(self, before: Decimal, after: Decimal) -> Decimal:
        """Return the difference of two amounts as they are shown, so that it can be checked."""
        return self.cents(after) - self.cents(before)

    def parts(self, usd: Sequence[Decimal]) -> tuple[Decimal, ...]:
        """Convert the parts of a sum to amounts with two digits that add up to `cents` of it."""
        total = self.cents(sum(usd, Decimal(0)))
        return apportioned([self.of(each) for each in usd], total, _DIGITS)

    def over(self, months: int, monthly: Decimal, more: Decimal = Decimal(0)) -> Decimal:
        """Return so many months as the product of the amount that is shown for one.

        monthly, more: USD; more is what comes on top in all these months.
        """
        return months * self.cents(monthly) + self.cents(more)

    def whole(self, usd: Decimal) -> str:
        """Return an amount with its currency, without cents."""
        value = f"{self.of(usd):,.0f}"
        return f"{value} {self.currency}" if self.foreign else f"${value}"

    def unit(self, usd: Decimal) -> str:
        """Return a unit price with as many digits as it has, at least two.

        Always in USD, so that it can be compared with AWS's price list.
        """
        text = f"{usd.normalize():f}"
        whole, _, digits = text.partition(".")
        return f"{whole}.{digits.ljust(2, '0')}"


USD: Final = Money()
"""Amounts as AWS bills them."""


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Return an amount with so many digits, halves away from zero, as bills are rounded."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def apportioned(exact: Sequence[Decimal], total: Decimal, digits: int) -> tuple[Decimal, ...]:
    """Return the amounts rounded so that they add up to a rounded total.

    What rounding leaves goes to those that it changed most.
    """
    shown = [rounded(amount, digits) for amount in exact]
    step = Decimal(1).scaleb(-digits)
    missing = int((total - sum(shown, Decimal(0))) / step)
    sign = 1 if missing > 0 else -1
    by_loss = sorted(range(len(exact)), key=lambda at: sign * (shown[at] - exact[at]))
    for at in by_loss[: abs(missing)]:
        shown[at] += sign * step
    return tuple(shown)


def _positive(rate: str) -> Decimal:
    try:
        value = Decimal(rate)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not LEAST_RATE <= value <= 1 / LEAST_RATE:
        raise ValueError(
            f"{rate} is not an exchange rate. It must be a number such as 0.92, from "
            f"{LEAST_RATE:f} to {1 / LEAST_RATE:,.0f}"
        )
    return value


def _day(day: str | None) -> str:
    try:
        return (date.fromisoformat(day) if day else date.today()).isoformat()  # noqa: DTZ011 the user's day
    except ValueError:
        raise ValueError(f"{day} is not a date such as 2026-11-22") from None
