"""solarrally help: the help of a command or an action."""

from dataclasses import dataclass

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, carry_out


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What help takes."""

    words: list[str]


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    text = "the command and its action; without one: all commands"
    parser.add_argument("words", nargs="*", default=[], metavar="COMMAND", help=text)
    example = "solarrally help deploy\nsolarrally help chargers add"
    carry_out(parser, run, Options, example=example)


def run(options: Options) -> int:
    """Show the same as --help behind the words."""
    from solarrally_tui.commands.tree import parser

    parser().parse_args([*options.words, "--help"])
    return 0
