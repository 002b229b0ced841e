"""Writes a quote for a customer as a file that can be handed over."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.quotes.customer import Customer
from solarrally_tui.pricing.quotes.quote import QuoteOptions, quote
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site

QuoteFormat = Literal["md", "html"]
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


def quote_document(
    site: Site,
    to: Customer,
    form: QuoteFormat,
    wishes: QuoteOptions | None = None,
    prices: Book | None = None,
) -> str:
    """Return the quote as Markdown or as one HTML page."""
    from solarrally_tui.pricing.quotes.documents import to_html, to_markdown  # noqa: PLC0415 jinja2 is slow to import

    made = quote(site, to.day.isoformat(), wishes or QuoteOptions(), prices, to)
    return to_html(made) if form == "html" else to_markdown(made)


def write_quote(text: str, to: Customer, form: QuoteFormat, folder: Path) -> Path:
    """Write a quote under a name of its own into a folder, and return where. Raises OSError."""
    path = next(each for each in _names(to, form, folder) if not each.exists())
    write_atomically(path, text)
    return path


def _names(to: Customer, form: QuoteFormat, folder: Path) -> Iterator[Path]:
    plain = unicodedata.normalize("NFKD", to.name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_NAMES.sub("-", plain).strip("-")[:40].strip("-") or "customer"
    stem = f"solarrally-quote-{slug}-{to.day.isoformat()}"
    yield folder / f"{stem}.{form}"
    number = 2
    while True:
        yield folder / f"{stem}-{number}.{form}"
        number += 1
