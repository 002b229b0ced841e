"""solarrally chargers: its actions."""

from solarrally_tui.commands.chargers import (
    adding,
    checking,
    claiming,
    exporting,
    jobs,
    listing,
    migrating,
    proving,
    removing,
    renaming,
    replacing,
    revoking,
    rotating,
    setting,
    showing,
    simulating,
    watching,
)
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import add_actions


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    for action in (
        adding,
        claiming,
        exporting,
        migrating,
        listing,
        showing,
        proving,
        replacing,
        rotating,
        renaming,
        revoking,
        removing,
        setting,
        jobs,
        simulating,
        watching,
        checking,
    ):
        action.add(add_action)
