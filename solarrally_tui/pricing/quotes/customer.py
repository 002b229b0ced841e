"""For whom a quote is, and how long it holds."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

VALID_DAYS: Final = 30
_LONGEST: Final = 100
_MOST_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Customer:
    """For whom a quote is, from which day on and until when it holds."""

    name: str
    day: date
    days: int = VALID_DAYS

    @property
    def until(self) -> date:
        """The last day on which the quote holds."""
        return self.day + timedelta(days=self.days)


def customer(name: str, day: date, days: int = VALID_DAYS) -> Customer:
    """Return a customer with a name that can be shown anywhere.

    Control characters and those that turn the direction of text are taken out. Raises ValueError in
    words for people where nothing is left, the name is too long, or days are out of range.
    """
    shown = "".join(each if _is_shown(each) else " " for each in name)
    shown = " ".join(shown.split())
    if not any(each.isalnum() for each in shown):
        raise ValueError("a quote needs the customer's name")
    if len(shown) > _LONGEST:
        raise ValueError(f"the customer's name has {len(shown)} letters; at most {_LONGEST} fit")
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(f"a quote holds for 1 to {_MOST_DAYS} days, not {days}")
    return Customer(shown, day, days)


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
