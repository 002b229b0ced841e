"""A quote in one of its formats, and as a file that replaces nothing without being asked to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, get_args

from solarrally_tui.pricing.quotes.paper.content import Content
from solarrally_tui.site.atomic import write_atomically

QuoteFormat = Literal["md", "html", "pdf", "csv", "json", "aws"]
FORMATS: Final[tuple[QuoteFormat, ...]] = get_args(QuoteFormat)
_SUFFIXES: Final[Mapping[str, QuoteFormat]] = {
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".csv": "csv",
    ".json": "json",
}
NAMED: Final = "The name of a quote ends in .pdf, .html, .md, .csv or .json."
"""What `format_of` knows, for people."""


def format_of(path: Path) -> QuoteFormat | None:
    """Return the format that a file's name asks for, or None."""
    return _SUFFIXES.get(path.suffix.lower())


def suffix_of(form: QuoteFormat) -> str:
    """Return how the name of a file ends."""
    return ".aws.json" if form == "aws" else f".{form}"


def document(of: Content, form: QuoteFormat, account: str = "") -> bytes:
    """Return the quote in a format. The same quote is always the same bytes.

    account: the number of the AWS account, for the format aws. Raises PdfError where no PDF can be
    written, and ValueError for a language without texts.
    """
    if form in {"csv", "json", "aws"}:
        return _for_programs(of, form, account).encode()
    # The template engines are imported for what needs them only.
    from solarrally_tui.pricing.quotes.paper.page import page  # noqa: PLC0415

    shown = page(of)
    if form == "pdf":
        from solarrally_tui.pricing.quotes.paper.pdf_page import to_pdf  # noqa: PLC0415

        return to_pdf(shown, of.wanted.validity.day)
    from solarrally_tui.pricing.quotes.paper.text_pages import (  # noqa: PLC0415
        to_html,
        to_markdown,
    )

    text = to_html(shown) if form == "html" else to_markdown(shown)
    return f"{text.rstrip()}\n".encode()


def _for_programs(of: Content, form: QuoteFormat, account: str) -> str:
    from solarrally_tui.pricing.quotes.paper import calculator, records  # noqa: PLC0415

    if form == "csv":
        return records.to_csv(of)
    found = (
        calculator.as_object(of, account or calculator.NO_ACCOUNT)
        if form == "aws"
        else records.as_object(of)
    )
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def write(path: Path, body: bytes, *, replace: bool = False) -> None:
    """Write a quote to a file in a folder that exists.

    Raises FileExistsError where the file exists and must not be replaced, and OSError.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "its folder does not exist", str(path))
    if path.exists() and not replace:
        raise FileExistsError(17, "it exists already", str(path))
    write_atomically(path, body)
