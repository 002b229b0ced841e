"""What the quote dialog needs from the outside."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.quote_file import QuoteFormat
    from solarrally_tui.site.model import Site


class Quotes(Protocol):
    """Writes quotes for customers."""

    @property
    def folder(self) -> Path:
        """Where quotes are written."""

    async def write(self, site: "Site", name: str, form: "QuoteFormat") -> Path:
        """Write a quote for a named customer and return where it is.

        Raises ValueError in words for people for a name that cannot be used, and OSError.
        """
