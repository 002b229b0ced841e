"""One language with its texts, and a locale's way to write numbers, dates and amounts.

The texts are in a file for each language; CLDR, through Babel, knows the rest of a locale.
"""

import contextlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    is_currency,
)

WRITTEN: Final = ("en", "de")
"""Languages that have texts."""

_LETTER: Final = frozenset({"CA", "CL", "CO", "MX", "PH", "PR", "US"})
"""Territories that print on Letter."""

_TAG: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")

Text = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Language:
    """Texts of a language, and the formats of a locale such as de-AT."""

    locale: Locale
    texts: Text

    @property
    def tag(self) -> str:
        """The locale as HTML and PDF name it, such as de-AT."""
        return str(self.locale).replace("_", "-")

    @property
    def paper(self) -> Literal["a4", "letter"]:
        """The paper that is usual where the locale is at home."""
        return "letter" if self.locale.territory in _LETTER else "a4"

    def text(self, name: str, /, **values: object) -> str:
        """Return a text by its dotted name. Raises KeyError where there is none."""
        found: Any = self.texts
        for part in name.split("."):
            found = found[part]
        return str(found).format(**values)

    def list_of(self, name: str) -> Mapping[str, str]:
        """Return a table of texts."""
        found: Mapping[str, str] = self.texts[name]
        return found

    def counted(self, name: str, count: int, /) -> str:
        """Return a text for one, or for several, with the number written in it."""
        form = "one" if count == 1 else "many"
        return self.text(f"counted.{name}.{form}", count=self.number(count))

    def number(self, value: Decimal | int, digits: int = 6) -> str:
        """Return a number with at most so many digits after the decimal sign."""
        pattern = "#,##0." + "#" * digits if digits else "#,##0"
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def percent(self, share: Decimal) -> str:
        """Return a share of 1 as percent, with at most four digits."""
        return str(format_percent(share, format=self._percent_pattern, locale=self.locale))

    @property
    def _percent_pattern(self) -> str:
        return (
            str(self.locale.percent_formats[None].pattern)
            .replace("0%", "0.####%")
            .replace("0\N{NO-BREAK SPACE}%", "0.####\N{NO-BREAK SPACE}%")
        )

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount with its currency, as many digits as the currency has."""
        return str(format_currency(amount, currency, locale=self.locale))

    def amount(self, amount: Decimal, currency: str) -> str:
        """Return an amount for a column whose head names the currency."""
        digits = get_currency_precision(currency)
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return str(format_decimal(amount, format=pattern, locale=self.locale))

    def short(self, amount: Decimal) -> str:
        """Return an amount for the axis of a chart."""
        if amount < 1_000_000:
            return self.number(amount, 0)
        return str(format_compact_decimal(amount, locale=self.locale, fraction_digits=0))

    def day(self, day: date) -> str:
        """Return a date in words, such as 22 November 2026."""
        return str(format_date(day, format="long", locale=self.locale))


def language(tag: str) -> Language:
    """Return a language by a tag such as de, de-AT or en-GB.

    Raises ValueError in words for people.
    """
    locale = None
    if _TAG.fullmatch(tag):
        with contextlib.suppress(UnknownLocaleError, ValueError):
            locale = Locale.parse(tag.replace("-", "_"))
    if locale is None or locale.language not in WRITTEN:
        close = get_close_matches(tag.lower(), WRITTEN, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ValueError(
            f"Quotes cannot be written in {tag}. Choose en or de, or one of their locales, such as "
            f"en-GB or de-AT.{hint}"
        )
    return Language(locale, _texts(locale.language))


def places(currency: str) -> int:
    """Return how many digits after the decimal sign a currency has."""
    return int(get_currency_precision(currency))


def known_currency(code: str) -> bool:
    """Whether a code is a currency of ISO 4217."""
    return bool(is_currency(code))


@cache
def _texts(name: str) -> Text:
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
