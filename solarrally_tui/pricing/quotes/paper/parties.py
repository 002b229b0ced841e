"""Who sells and who buys, in texts that can be shown anywhere."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

VALID_DAYS: Final = 30
MOST_DAYS: Final = 365
LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a customer. Empty texts are not shown."""

    name: str
    address: tuple[str, ...] = ()
    contact: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """The date of a quote, and for how many days it is valid."""

    day: date
    days: int = VALID_DAYS

    @property
    def until(self) -> date:
        """The last day on which the quote is valid."""
        return self.day + timedelta(days=self.days)


def validity(day: date, days: int = VALID_DAYS) -> Validity:
    """Return for how long a quote is valid. Raises ValueError in words for people."""
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"a quote is valid for 1 to {MOST_DAYS} days, not {days}")
    if day.year > date.max.year - 2:
        raise ValueError(f"{day} is too late for a quote")
    return Validity(day, days)


def customer(name: str) -> Party:
    """Return a customer by name only. Raises ValueError in words for people."""
    shown = readable(name)
    if not any(letter.isalnum() for letter in shown):
        raise ValueError("a quote needs the customer's name")
    if len(shown) > LONGEST:
        raise ValueError(
            f"the customer's name has {len(shown)} characters, at most {LONGEST} are allowed"
        )
    return Party(shown)


def readable(text: str) -> str:
    """Return a text in one line, without control characters and changes of direction."""
    return " ".join("".join(letter if _is_shown(letter) else " " for letter in text).split())


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
