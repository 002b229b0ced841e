"""solarrally import SITE DUMP."""

from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What import takes."""

    dump: Path


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    text = "dump of pg_dump: a text, or its custom, tar or directory format"
    parser.add_argument("dump", type=Path, metavar="DUMP", help=text)
    add_run_options(parser)
    carry_out(parser, run, Options, example="solarrally import barn old-site.sql")


def run(options: Options) -> int:
    """Import a dump of an existing SolarRally database into a site."""
    from solarrally_tui.commands.shared.runs import run_on_site
    from solarrally_tui.provisioning.operations.dump_import import examine, import_dump
    from solarrally_tui.text.table import fit

    for line in examine(options.dump).lines:
        say(fit(line))
    return run_on_site(
        "import",
        options,
        f"This runs the statements of {options.dump} in the database of {options.site}, all of "
        "them or none.",
        lambda door, emit, _: import_dump(options.site, options.dump, door, emit),
    )
