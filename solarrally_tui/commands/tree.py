"""The parser of the whole command line."""

import argparse
from importlib import import_module
from typing import ClassVar, Final

from solarrally_tui import __version__
from solarrally_tui.commands.shared.command_parser import CommandParser, listed
from solarrally_tui.commands.shared.groups import COMMANDS, GROUPS

_EXIT_STATUS: Final = """\
exit status: 0 ok, 2 usage, 3 invalid site file, 4 credentials or settings of this computer,
5 refused by you or by a guard, 6 failed and rolled back, 7 waiting for you, 8 connection lost,
9 internal error of solarrally; status, diagnose and what else only looks: 0 ok, 10 warning,
11 failing, 12 unknown; explain: 0 known, 12 not known.
With --json, the last JSON object has the type result. Every command uses AWS_PROFILE, AWS_REGION
and AWS_ENDPOINT_URL.
"""


class _Root(CommandParser):
    """The parser of everything, whose help lists the commands in groups."""

    below: ClassVar[str] = "command"

    def format_help(self) -> str:
        """Return the help, with the commands in groups before the options."""
        width = max(map(len, COMMANDS))
        groups = [
            listed(title, [f"{word:<{width}}  {text}" for word, (_, text) in group.items()])
            for title, group in GROUPS.items()
        ]
        before, options, after = super().format_help().partition("\noptions:\n")
        return "\n".join([before.partition("\narguments:\n")[0], *groups]) + options + after


def parser() -> CommandParser:
    """Return the parser of the whole command line. Commands add their options as it parses."""
    root = _Root(
        prog="solarrally",
        description="Deploy SolarRally to your AWS account. Without a command: the wizard.",
        epilog=_EXIT_STATUS,
        usage="solarrally [OPTION ...] [COMMAND ...]",
    )
    root.examples = (
        "solarrally",
        "solarrally demo",
        "solarrally estimate --tier small --chargers 6",
        "solarrally help deploy",
    )
    root.add_argument(
        "--version", action="version", version=f"solarrally {__version__}", help="show the version"
    )
    root.set_defaults(run=_wizard, profile=None, credentials=None, read_only=False, demo=False)
    commands = root.add_subparsers(
        prog="solarrally",
        metavar="COMMAND",
        parser_class=CommandParser,
    )
    for word, (module, text) in COMMANDS.items():
        root.parsers[word] = commands.add_parser(word, help=text, description=text, module=module)
    return root


def _wizard(parsed: argparse.Namespace) -> int:
    wizard = import_module("solarrally_tui.commands.wizard")
    ended = wizard.run(wizard.Options.of(parsed))
    if ended.wish:  # the wizard was left for another command
        parsed = parser().parse_args([ended.wish])
        return int(parsed.run(parsed))
    return int(ended.status)
