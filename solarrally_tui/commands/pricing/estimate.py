"""solarrally estimate [FILE]: price a site, offline."""

import argparse
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.pricing.priced_site import (
    PricedOptions,
    add_priced_options,
    priced_site,
    quote_options,
)
from solarrally_tui.commands.shared.options import carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_document, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.quote import Quote

_FORMATS: Final = ("table", "json", "csv", "md", "html")


@dataclass(frozen=True, slots=True)
class Options(PricedOptions):
    """What estimate takes."""

    format: str


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--format", choices=_FORMATS, default="table", help="default: table")
    output.add_argument(
        "--json", action="store_const", dest="format", const="json", help="same as --format json"
    )
    add_priced_options(parser)
    carry_out(parser, run, Options)


def run(options: Options) -> int:
    """Price a site file, or the site that the options describe."""
    from solarrally_tui.pricing.quotes.quote import quote

    try:
        shown = quote_options(options)
    except ValueError as error:
        say(f"{error}.")
        return Exit.USAGE
    site = priced_site(options)
    if site is None:
        return Exit.INVALID_SITE
    today = date.today().isoformat()  # noqa: DTZ011 a quote carries the reader's date
    return _printed(quote(site, today, shown), options.format)


def _printed(priced: "Quote", form: str) -> int:
    # The template engine is imported for what needs it only.
    if form in {"md", "html"}:
        from solarrally_tui.pricing.quotes.documents import to_html, to_markdown

        render = to_html if form == "html" else to_markdown
        show_document(render(priced).rstrip("\n"))
        return Exit.OK
    from solarrally_tui.pricing.quotes.records import as_object, to_csv
    from solarrally_tui.pricing.quotes.text_table import to_table

    if form == "json":
        return show_result(as_object(priced), Exit.OK)
    show((to_csv if form == "csv" else to_table)(priced).rstrip("\n"))
    return Exit.OK
