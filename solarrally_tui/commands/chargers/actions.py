"""solarrally chargers: its actions."""

import argparse

from solarrally_tui.commands.chargers import adding, checking, simulating, watching
from solarrally_tui.commands.shared.options import add_actions


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    for action in (adding, simulating, watching, checking):
        action.add(add_action)
