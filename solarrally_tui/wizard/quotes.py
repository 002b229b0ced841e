"""What the quote dialog needs: a quote for a customer, as a file."""

import asyncio
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from typing_extensions import override

from solarrally_tui.computer import folders
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.paper.answers import QuoteAnswers
from solarrally_tui.pricing.quotes.paper.content import Content, content
from solarrally_tui.pricing.quotes.paper.documents import QuoteFormat, document, suffix_of, write
from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.pdf_page import available
from solarrally_tui.pricing.quotes.paper.quote_toml import QuoteFileError, changed, load
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
_HERE: Final = "quote.toml"
_REMEMBERED: Final = "quote-file"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dialog asks a quote for."""

    site: Site
    customer: str
    """Name; empty where the quote file names one."""
    quote_file: str = ""
    """Path, or empty."""
    money: Money = field(default_factory=Money)
    """The currency without a quote file, which says it itself: its items are in its currency."""


class Quotes(Protocol):
    """Writes quotes for customers."""

    @property
    def folder(self) -> Path:
        """Where quotes are written."""

    @property
    def quote_file(self) -> str:
        """The quote file that was used last, or the one of this folder; empty without one."""

    @property
    def formats(self) -> tuple[QuoteFormat, ...]:
        """Formats that can be written here."""

    async def write(self, asked: Asked, form: QuoteFormat) -> Path:
        """Write a quote for a customer and return where it is.

        Raises ValueError in words for people for what cannot be used, QuoteRefusedError where too
        much of the price is not known, PdfError, and OSError.
        """


class EngineQuotes(Quotes):
    """Writes into the folder that the wizard was started in, in a thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    @override
    def folder(self) -> Path:
        return self._folder or Path.cwd()

    @property
    @override
    def quote_file(self) -> str:
        try:
            kept = Path((folders.data_folder() / _REMEMBERED).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            kept = self.folder / _HERE
        return str(kept) if folders.exists(kept) else ""

    @property
    @override
    def formats(self) -> tuple[QuoteFormat, ...]:
        return ("html", "pdf", "md") if available() else ("html", "md")

    @override
    async def write(self, asked: Asked, form: QuoteFormat) -> Path:
        return await asyncio.to_thread(self._write, asked, form)

    def _write(self, asked: Asked, form: QuoteFormat) -> Path:
        today = date.today()  # noqa: DTZ011 a quote carries the writer's date
        quote_file = asked.quote_file.strip()
        answers = _answers(self.folder, asked.customer, quote_file)
        found = content(ordered(answers, asked.site, today, None if quote_file else asked.money))
        body = document(found, form)
        path = next(path for path in _paths(found, form, self.folder) if not folders.exists(path))
        write(path, body)
        if quote_file:
            _remember(self.folder / Path(quote_file).expanduser())
        return path


def _answers(folder: Path, name: str, quote_file: str) -> QuoteAnswers:
    try:
        written = load(folder / Path(quote_file).expanduser()) if quote_file else QuoteAnswers()
        return changed(written, {"customer": {"name": name}}) if name.strip() else written
    except QuoteFileError as error:
        raise ValueError(str(error.problems[0]).rstrip(".")) from None


def _remember(path: Path) -> None:
    # Only a convenience: without it the dialog asks for the file again.
    try:
        write_atomically(folders.data_folder() / _REMEMBERED, f"{path.absolute()}\n")
    except OSError:
        return


def _paths(found: Content, form: QuoteFormat, folder: Path) -> Iterator[Path]:
    wanted = found.wanted
    plain = unicodedata.normalize("NFKD", wanted.customer.name).encode("ascii", "ignore").decode()
    slug = _NOT_IN_NAMES.sub("-", plain.lower()).strip("-")[:40].strip("-") or "customer"
    stem = f"solarrally-quote-{slug}-{wanted.validity.day.isoformat()}"
    yield folder / f"{stem}{suffix_of(form)}"
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}{suffix_of(form)}"
