"""The quote as PDF, typeset by Typst: the same bytes for the same quote."""

import base64
import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from solarrally_tui.pricing.quotes.paper.page import Page

_SIZES: Final = ("8.8", "8.4", "8", "7.6")
"""Points. The largest is used with which what is signed is one page, and the annex another."""
_SECOND: Final = 2
_PPI: Final = 110
"""Of PNG, in pixels per inch."""
_COVERED: Final = 0x0530
"""The font has Latin, Greek and Cyrillic, which are below this."""
_SIGNS: Final = range(0x1E00, 0x2E80)
"""Latin with more accents, punctuation, currencies, arrows."""


class PdfError(Exception):
    """No PDF can be written here, in words for people."""


def available() -> bool:
    """Whether what PDF needs is installed."""
    return bool(find_spec("typst") and find_spec("font_source_sans_pro"))


def to_pdf(page: Page, day: date) -> bytes:
    """Return the quote as PDF. day is its date, for the file's own time. Raises PdfError."""
    return typeset(page, day, "pdf")[0]


def typeset(page: Page, day: date, form: Literal["pdf", "png"]) -> list[bytes]:
    """Return the quote as one PDF, or as one PNG for each page. Raises PdfError."""
    if not available():
        raise PdfError(
            "PDF needs a part of solarrally that is not installed. Install it with: "
            "pip install 'solarrally-tui[pdf]', or write HTML and print that"
        )
    import typst  # noqa: PLC0415 84 MB that only this needs

    data = json.dumps(asdict(replace(page, logo=_as_svg(page.logo))), ensure_ascii=False)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    fonts = typst.Fonts(include_system_fonts=not _covers(data), font_paths=[str(_font_folder())])
    best: list[bytes] = []
    fits = False
    with resources.as_file(resources.files(__package__).joinpath("page.typ")) as template:
        compiler = typst.Compiler(template, root=template.parent, font_paths=fonts)
        for size in _SIZES:
            inputs = {"page": data, "size": size}
            try:
                made = compiler.compile(format=form, ppi=_PPI, sys_inputs=inputs, timestamp=noon)
                annex, end = (_page_of(compiler, label) for label in ("<annex>", "<end>"))
            except typst.TypstError as error:
                raise PdfError(f"the PDF cannot be typeset: {error.message}") from error
            if annex == end == _SECOND:
                return _listed(made)
            # One page to sign matters more than one page of annex.
            if not best or (annex == _SECOND and not fits):
                best, fits = _listed(made), annex == _SECOND
    return best


def _page_of(compiler: Any, label: str) -> int:
    return int(json.loads(compiler.query(label, field="value", one=True)))


def _listed(made: bytes | list[bytes] | None) -> list[bytes]:
    return made if isinstance(made, list) else [made or b""]


def _font_folder() -> Path:
    import font_source_sans_pro  # noqa: PLC0415 with typst

    return Path(font_source_sans_pro.__file__).parent / "files"


def _covers(text: str) -> bool:
    """Whether our font has every letter. Otherwise fonts of this computer help out."""
    return all(ord(letter) < _COVERED or ord(letter) in _SIGNS for letter in text)


def _as_svg(logo: str) -> str:
    """Return a logo as SVG text: Typst takes no data URI, but SVG may hold one."""
    if not logo:
        return ""
    kind, _, body = logo.partition(";base64,")
    if kind == "data:image/svg+xml":
        return base64.b64decode(body).decode("utf-8")
    raw = base64.b64decode(body)
    width, height = (int.from_bytes(raw[at : at + 4]) for at in (16, 20))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{logo}"/></svg>'
    )
