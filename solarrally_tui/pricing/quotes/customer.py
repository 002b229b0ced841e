"""Whom a quote is for, and how long it is valid."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

VALID_DAYS: Final = 30
_LONGEST: Final = 100
_MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a quote is for, its date, and for how many days it is valid."""

    name: str
    day: date
    days: int = VALID_DAYS

    @property
    def until(self) -> date:
        """The last day on which the quote is valid."""
        return self.day + timedelta(days=self.days)


def customer(name: str, day: date, days: int = VALID_DAYS) -> Customer:
    """Return a customer with a name that can be shown anywhere.

    Control characters and those that change the direction of text are removed. Raises ValueError
    in words for people if nothing is left, the name is too long, or days are out of range.
    """
    shown = "".join(letter if _is_shown(letter) else " " for letter in name)
    shown = " ".join(shown.split())
    if not any(letter.isalnum() for letter in shown):
        raise ValueError("a quote needs the customer's name")
    if len(shown) > _LONGEST:
        raise ValueError(
            f"the customer's name has {len(shown)} characters, at most {_LONGEST} are allowed"
        )
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(f"a quote is valid for 1 to {_MOST_DAYS} days, not {days}")
    return Customer(shown, day, days)


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
