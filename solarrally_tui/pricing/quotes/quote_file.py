"""A quote to hand to a customer: for whom, until when, and under which file name."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Literal

from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.quotes.quote import Wishes, quote
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site

Form = Literal["md", "html"]
VALID_DAYS: Final = 30
_LONGEST: Final = 100
_MOST_DAYS: Final = 365
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


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


def handed(
    site: Site, to: Customer, form: Form, wishes: Wishes | None = None, prices: Book | None = None
) -> str:
    """Return the quote as Markdown or as one HTML page."""
    from solarrally_tui.pricing.quotes.documents import to_html, to_markdown  # noqa: PLC0415 jinja2 is slow to import

    made = quote(site, to.day.isoformat(), wishes or Wishes(), prices, to)
    return to_html(made) if form == "html" else to_markdown(made)


def write(text: str, to: Customer, form: Form, folder: Path) -> Path:
    """Write a quote under a name of its own into a folder, and return where. Raises OSError."""
    path = next(each for each in _names(to, form, folder) if not each.exists())
    write_atomically(path, text)
    return path


def _names(to: Customer, form: Form, folder: Path) -> Iterator[Path]:
    plain = unicodedata.normalize("NFKD", to.name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_NAMES.sub("-", plain).strip("-")[:40].strip("-") or "customer"
    stem = f"solarrally-quote-{slug}-{to.day.isoformat()}"
    yield folder / f"{stem}.{form}"
    number = 2
    while True:
        yield folder / f"{stem}-{number}.{form}"
        number += 1
