"""solarrally quote --customer NAME [FILE]: a quote to hand to a customer, offline."""

import argparse
from datetime import date
from pathlib import Path

from solarrally_tui.commands.pricing.estimate import described, wished
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.pricing.quotes.customer import customer
from solarrally_tui.pricing.quotes.quote_file import quote_document
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.atomic import write_atomically


def run(options: argparse.Namespace) -> int:
    """Write the quote to a file, or print it."""
    today = date.today()  # noqa: DTZ011 a quote carries the writer's date
    try:
        to = customer(options.customer, today, options.valid_days)
        wishes = wished(options)
    except ValueError as error:
        say(f"{error}.")
        return Exit.USAGE
    site = described(options)
    if site is None:
        return Exit.INVALID_SITE
    text = quote_document(site, to, options.format, wishes).rstrip("\n")
    return _written(options.to, text) if options.to else _shown(text)


def _shown(text: str) -> int:
    show(text)
    return Exit.OK


def _written(path: Path, text: str) -> int:
    try:
        write_atomically(path, text + "\n")
    except OSError as error:
        say(f"{path} was not written: {error.strerror}.")
        return Exit.FAILED
    say(f"The quote is in {path.absolute()}.")
    return Exit.OK
