"""What the quote dialog needs: a quote for a customer, as a file."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from solarrally_tui.pricing.quotes.customer import customer
from solarrally_tui.pricing.quotes.quote_file import QuoteFormat, quote_document, write_quote
from solarrally_tui.site.model import Site


class Quotes(Protocol):
    """Writes quotes for customers."""

    @property
    def folder(self) -> Path:
        """Where quotes are written."""

    async def write(self, site: Site, name: str, form: QuoteFormat) -> Path:
        """Write a quote for a named customer and return where it is.

        Raises ValueError in words for people for a name that cannot be used, and OSError.
        """


class EngineQuotes(Quotes):
    """Writes into the folder that the wizard was started in, in a thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    @override
    def folder(self) -> Path:
        return self._folder or Path.cwd()

    @override
    async def write(self, site: Site, name: str, form: QuoteFormat) -> Path:
        to = customer(name, date.today())  # noqa: DTZ011 a quote carries the writer's date
        document = await asyncio.to_thread(quote_document, site, to, form)
        return await asyncio.to_thread(write_quote, document, to, form, self.folder)
