"""The quote as one HTML file that prints as well as it reads, and as Markdown.

HTML without scripts, with nothing from outside.
"""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from solarrally_tui.pricing.quotes.paper.page import Page, PriceRow
from solarrally_tui.text import markdown


def to_html(page: Page) -> str:
    """Return the quote as HTML. Every text is escaped; the pictures escape their own."""
    return _environment().get_template("page.html.j2").render(p=page)


def to_markdown(page: Page) -> str:
    """Return the quote as Markdown, in which no text of a person means anything."""
    once = [(row.once,) if page.has_once else () for row in page.price]
    prices = [
        (_row_name(row), *paid_once, row.monthly)
        for row, paid_once in zip(page.price, once, strict=True)
    ]
    return _environment().get_template("page.md.j2").render(p=page, prices=prices, parts=page.parts)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("solarrally_tui.pricing.quotes.paper", ""),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["svg"] = Markup
    environment.filters["md"] = _markdown
    environment.filters["name"] = _name
    return environment


def _row_name(row: PriceRow) -> Markup:
    note = f" ({_markdown(row.note)})" if row.note else ""
    return _name(row.name) + Markup(note)  # noqa: S704 escaped by _markdown


def _markdown(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    return Markup(markdown.escape(str(value)))  # noqa: S704 escaped by markdown.escape


def _name(value: object) -> Markup:
    return Markup(markdown.escape_name(str(value)))  # noqa: S704 escaped by markdown.escape_name
