"""solarrally destroy SITE."""

from dataclasses import dataclass

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_leave,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What destroy takes."""

    delete_data: str | None
    leave: list[str]


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    add_run_options(parser)
    parser.add_argument(
        "--delete-data",
        metavar="SITE",
        help="also delete the final database snapshot and the audit log; repeat the site's name",
    )
    add_leave(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally destroy barn\nsolarrally destroy barn --delete-data barn",
    )


def run(options: Options) -> int:
    """Delete a site; its data only when its name is repeated."""
    from solarrally_tui.commands.shared.runs import run_on_site
    from solarrally_tui.provisioning.teardown.destroy import destroy

    if options.delete_data not in {None, options.site}:
        say(f"--delete-data must repeat the site's name, {options.site}. Nothing was deleted.")
        return Exit.REFUSED
    delete_data = options.delete_data is not None
    return run_on_site(
        "destroy",
        options,
        f"This deletes the site {options.site}.",
        lambda door, emit, leave: destroy(
            options.site, door, emit, delete_data=delete_data, leave=leave
        ),
        options.leave,
    )
