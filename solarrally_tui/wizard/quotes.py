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
from solarrally_tui.pricing.quotes.paper.quote_toml import QuoteFileError, changed, load, sold_by
from solarrally_tui.site.atomic import write_atomically
from solarrally_tui.site.model import Site

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
_HERE: Final = "quote.toml"
_REMEMBERED: Final = "quote-file"
_SELLER: Final = "quote-seller"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dialog asks a quote for."""

    site: Site
    customer: str
    """Name; empty where the quote file names one."""
    quote_file: str = ""
    """Path, or empty."""
    seller: str = ""
    """Name; empty for the quote file's, or for none."""
    money: Money = field(default_factory=Money)
    """The currency without a quote file, which says it itself: its items are in its currency."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a quote is."""

    path: Path
    is_new: bool = True
    """Whether it was written now; else the file was there, with the same words."""
    earlier: Path | None = None
    """The last one for this customer of today that says something else, and stays."""


class Quotes(Protocol):
    """Writes quotes for customers."""

    @property
    def folder(self) -> Path:
        """Where quotes are written."""

    def planned(self, customer: str) -> str:
        """Return the name of the file of a first quote for a customer of today."""

    @property
    def quote_file(self) -> str:
        """The quote file that was used last, or the one of this folder; empty without one."""

    @property
    def seller(self) -> str:
        """The seller's name that was given last; empty without one."""

    @property
    def formats(self) -> tuple[QuoteFormat, ...]:
        """Formats that can be written here."""

    async def write(self, asked: Asked, form: QuoteFormat) -> Quoted:
        """Write a quote for a customer, unless the same is there, and return where it is.

        A quote that was written before is never replaced: somebody may have it. Raises ValueError
        in words for people for what cannot be used, QuoteRefusedError where too much of the price
        is not known, PdfError, and OSError.
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
    def planned(self, customer: str) -> str:
        return f"{_stem(customer, _today())}{suffix_of(self.formats[0])}"

    @property
    @override
    def quote_file(self) -> str:
        remembered = _remembered(_REMEMBERED)
        kept = Path(remembered) if remembered else self.folder / _HERE
        return str(kept) if folders.exists(kept) else ""

    @property
    @override
    def seller(self) -> str:
        return _remembered(_SELLER)

    @property
    @override
    def formats(self) -> tuple[QuoteFormat, ...]:
        return ("html", "pdf", "md") if available() else ("html", "md")

    @override
    async def write(self, asked: Asked, form: QuoteFormat) -> Quoted:
        return await asyncio.to_thread(self._write, asked, form)

    def _write(self, asked: Asked, form: QuoteFormat) -> Quoted:
        quote_file = asked.quote_file.strip()
        answers = _answers(self.folder, asked)
        found = content(ordered(answers, asked.site, _today(), None if quote_file else asked.money))
        body = document(found, form)
        quoted = _place(_paths(found, form, self.folder), body)
        if quoted.is_new:
            write(quoted.path, body)
        if quote_file:
            _remember(_REMEMBERED, str((self.folder / Path(quote_file).expanduser()).absolute()))
        _remember(_SELLER, asked.seller.strip())
        return quoted


def _place(paths: Iterator[Path], body: bytes) -> Quoted:
    """Return the first of some paths that is free, or one that holds the same quote."""
    earlier = None
    for path in paths:
        if not folders.exists(path):
            break
        if _holds(path, body):
            return Quoted(path, is_new=False)
        earlier = path
    return Quoted(path, earlier=earlier)


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.read_bytes() == body
    except OSError:
        return False


def _answers(folder: Path, asked: Asked) -> QuoteAnswers:
    file, customer, seller = asked.quote_file.strip(), asked.customer.strip(), asked.seller.strip()
    try:
        answers = load(folder / Path(file).expanduser()) if file else QuoteAnswers()
        answers = changed(answers, {"customer": {"name": customer}}) if customer else answers
        return sold_by(answers, seller) if seller else answers
    except QuoteFileError as error:
        raise ValueError(str(error.problems[0]).rstrip(".")) from None


def _remembered(name: str) -> str:
    try:
        return (folders.data_folder() / name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _remember(name: str, text: str) -> None:
    # Only a convenience: without it the dialog asks again.
    if text == _remembered(name):
        return
    try:
        write_atomically(folders.data_folder() / name, f"{text}\n")
    except OSError:
        return


def _today() -> date:
    return date.today()  # noqa: DTZ011 a quote carries the writer's date


def _stem(customer: str, day: date) -> str:
    """Return the name of a quote's file without its ending."""
    plain = unicodedata.normalize("NFKD", customer).encode("ascii", "ignore").decode()
    slug = _NOT_IN_NAMES.sub("-", plain.lower()).strip("-")[:40].strip("-") or "customer"
    return f"solarrally-quote-{slug}-{day.isoformat()}"


def _paths(found: Content, form: QuoteFormat, folder: Path) -> Iterator[Path]:
    stem = _stem(found.wanted.customer.name, found.wanted.validity.day)
    yield folder / f"{stem}{suffix_of(form)}"
    for number in itertools.count(2):
        yield folder / f"{stem}-{number}{suffix_of(form)}"
