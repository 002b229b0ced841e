"""solarrally rotate SITE."""

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_run_options,
    add_site,
    carry_out,
)


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    add_run_options(parser)
    carry_out(parser, run, SiteRunOptions, example="solarrally rotate barn")


def run(options: SiteRunOptions) -> int:
    """Rotate a site's database password, resuming what an earlier run left unfinished."""
    from solarrally_tui.commands.shared.runs import run_on_site
    from solarrally_tui.provisioning.operations.rotation import rotate

    return run_on_site(
        "rotate",
        options,
        f"This changes the database password of {options.site} and replaces its tasks. New "
        "connections to the database fail for a few minutes.",
        lambda door, emit, _: rotate(options.site, door, emit),
    )
