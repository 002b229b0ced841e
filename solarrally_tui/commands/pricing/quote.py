"""solarrally quote --customer NAME [FILE]: a quote to hand to a customer, offline."""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from solarrally_tui.commands.pricing.priced_site import (
    PricedOptions,
    add_priced_options,
    priced_site,
    quote_options,
)
from solarrally_tui.commands.shared.options import carry_out
from solarrally_tui.commands.shared.terminal import say, show_document
from solarrally_tui.computer.streams import repaired
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class Options(PricedOptions):
    """What quote takes."""

    customer: str
    valid_days: int
    to: Path | None
    format: Literal["md", "html"]


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    text = "name of the customer"
    parser.add_argument("--customer", required=True, metavar="NAME", help=text)
    parser.add_argument("--format", choices=("md", "html"), default="md", help="default: md")
    text = "days that the quote is valid; the default is 30"
    parser.add_argument("--valid-days", type=int, default=30, metavar="N", help=text)
    text = "write the quote to this file instead of printing it"
    parser.add_argument("--to", type=Path, metavar="FILE", help=text)
    add_priced_options(parser)
    carry_out(parser, run, Options)


def run(options: Options) -> int:
    """Write the quote to a file, or print it."""
    from solarrally_tui.pricing.quotes.customer import customer
    from solarrally_tui.pricing.quotes.quote_file import quote_document

    today = date.today()  # noqa: DTZ011 a quote carries the writer's date
    try:
        recipient = customer(repaired(options.customer), today, options.valid_days)
        shown = quote_options(options)
    except ValueError as error:
        say(f"{error}.")
        return Exit.USAGE
    site = priced_site(options)
    if site is None:
        return Exit.INVALID_SITE
    text = quote_document(site, recipient, options.format, shown).rstrip("\n")
    if options.to:
        return _written(options.to, text)
    show_document(text)
    return Exit.OK


def _written(path: Path, text: str) -> int:
    from solarrally_tui.site.atomic import write_atomically

    try:
        write_atomically(path, text + "\n")
    except OSError as error:
        say(f"{path} cannot be written: {error.strerror}.")
        return Exit.FAILED
    say(f"The quote is in {path.absolute()}.")
    return Exit.OK
