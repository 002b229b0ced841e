"""The real quotes: priced by the engine and written into a folder, in a thread."""

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.quote_file import QuoteFormat


class EngineQuotes:
    """Writes into the folder that the wizard was started in."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where quotes are written."""
        return self._folder or Path.cwd()

    async def write(self, site: Site, name: str, form: "QuoteFormat") -> Path:
        """Write a quote for a named customer. Raises ValueError and OSError."""
        return await asyncio.to_thread(self._write, site, name, form)

    def _write(self, site: Site, name: str, form: "QuoteFormat") -> Path:
        from solarrally_tui.pricing.quotes.customer import customer  # noqa: PLC0415
        from solarrally_tui.pricing.quotes.quote_file import quote_document, write_quote  # noqa: PLC0415

        to = customer(name, date.today())  # noqa: DTZ011 a quote carries the writer's date
        return write_quote(quote_document(site, to, form), to, form, self.folder)
