"""Amounts and assumptions in the words of a quote's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.assumptions import Assumption
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.language.language import Language

_OF_SIZE: Final = "of the size"
"""A unit that means a share, as those that begin with the word."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A language and a currency."""

    language: Language
    money: Money

    def amount(self, amount: Decimal) -> str:
        """Return an amount in the quote's currency, for a column that names it."""
        return self.language.amount(amount, self.money.currency)

    def signed(self, amount: Decimal) -> str:
        """Return an amount with its sign."""
        sign = "+" if amount > 0 else "\N{MINUS SIGN}" if amount < 0 else ""
        return sign + self.amount(abs(amount))

    def iso_day(self, text: str) -> str:
        """Return a date as the language writes it."""
        return self.language.day(date.fromisoformat(text))

    def assumed(self, name: str) -> str:
        """Return what an assumption is about; its own name where the language has no words."""
        return self.language.list_of("assumption").get(name, name.replace("_", " "))

    def expected(self, one: Assumption) -> str:
        """Return the expected value with its unit."""
        return f"{self._value(one, one.value.expected)} {self._unit(one)}".strip()

    def ends(self, one: Assumption) -> str:
        """Return the low and the high value."""
        low, high = (self._value(one, value) for value in (one.value.low, one.value.high))
        return low if low == high else self.language.text("assumptions.span", low=low, high=high)

    def _value(self, one: Assumption, value: Decimal) -> str:
        if one.unit.startswith("share ") or one.unit == _OF_SIZE:
            return self.language.percent(value)
        return self.language.number(value)

    def _unit(self, one: Assumption) -> str:
        plain = one.unit.removeprefix("share ") if one.unit.startswith("share ") else one.unit
        return self.language.list_of("unit").get(one.unit, plain)
