"""Write a quote for a customer to a file."""

import itertools
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
    customer: Customer,
    form: QuoteFormat,
    options: QuoteOptions | None = None,
    prices: Book | None = None,
) -> str:
    """Return the quote as Markdown or as one HTML page."""
    from solarrally_tui.pricing.quotes.documents import (  # noqa: PLC0415 jinja2 is slow to import
        to_html,
        to_markdown,
    )

    content = quote(site, customer.day.isoformat(), options or QuoteOptions(), prices, customer)
    return to_html(content) if form == "html" else to_markdown(content)


def write_quote(text: str, customer: Customer, form: QuoteFormat, folder: Path) -> Path:
    """Write a quote to a new file in a folder, and return its path. Raises OSError."""
    path = next(path for path in _paths(customer, form, folder) if not path.exists())
    write_atomically(path, text)
    return path


def _paths(customer: Customer, form: QuoteFormat, folder: Path) -> Iterator[Path]:
    ascii_name = unicodedata.normalize("NFKD", customer.name).encode("ascii", "ignore").decode()
    slug = _NOT_IN_NAMES.sub("-", ascii_name.lower()).strip("-")[:40].strip("-") or "customer"
    stem = f"solarrally-quote-{slug}-{customer.day.isoformat()}"
    yield folder / f"{stem}.{form}"
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}.{form}"
