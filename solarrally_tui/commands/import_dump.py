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
    rehearse: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    text = "dump of pg_dump: a text, or its custom, tar or directory format"
    parser.add_argument("dump", type=Path, metavar="DUMP", help=text)
    text = "run the whole dump and undo it: shows what goes in and how long it takes"
    parser.add_argument("--rehearse", action="store_true", help=text)
    add_run_options(parser)
    carry_out(parser, run, Options, example="solarrally import barn old-site.sql")


def run(options: Options) -> int:
    """Import a dump of an existing SolarRally database into a site."""
    from solarrally_tui.commands.shared.runs import run_on_site
    from solarrally_tui.provisioning.operations.dump_import import examine, import_dump
    from solarrally_tui.text.table import fit

    for line in examine(options.dump).lines:
        say(fit(line))
    database = f"the database of {options.site}"
    effect = (
        f"This runs the statements of {options.dump} in {database} and undoes them. Only numbers "
        "of new rows are used up. Until it ends, a person who signs up with an e-mail address of "
        "the dump waits."
        if options.rehearse
        else f"This runs the statements of {options.dump} in {database}, all of them or none."
    )
    return run_on_site(
        "import",
        options,
        effect,
        lambda door, emit, _: import_dump(
            options.site, options.dump, door, emit, is_rehearsal=options.rehearse
        ),
    )
