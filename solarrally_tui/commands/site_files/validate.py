"""solarrally validate FILE."""

from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_site_file, carry_out
from solarrally_tui.commands.shared.terminal import read_site, show
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What validate takes."""

    file: Path


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site_file(parser)
    carry_out(parser, run, Options, example="solarrally validate barn.toml")


def run(options: Options) -> int:
    """Check a site file and print what is wrong with it."""
    from solarrally_tui.pricing.price_book.gaps import gaps
    from solarrally_tui.pricing.price_book.store import book

    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    show(fit(f"{options.file} is valid: site {site.name}, tier {site.tier.value}, {site.region}."))
    for gap in gaps(site, book()):
        show(fit(Severity.WARN.line(gap)))
    return Exit.OK
