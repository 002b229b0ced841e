"""solarrally help: the help of a command or an action, and the manual page."""

from dataclasses import dataclass

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, carry_out
from solarrally_tui.commands.shared.terminal import show
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What help takes."""

    words: list[str]
    man: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    text = "the command and its action; without one: all commands"
    parser.add_argument("words", nargs="*", default=[], metavar="COMMAND", help=text)
    text = "print the manual page of all commands, for man -l - or a folder of manual pages"
    parser.add_argument("--man", action="store_true", help=text)
    example = (
        "solarrally help deploy\nsolarrally help chargers add\nsolarrally help --man | man -l -"
    )
    carry_out(parser, run, Options, example=example)


def run(options: Options) -> int:
    """Show the same as --help after the words, or print the manual page."""
    if options.man:
        from solarrally_tui.commands.support.manual import manual

        show(manual())
        return Exit.OK

    from solarrally_tui.commands.tree import parser

    parser().parse_args([*options.words, "--help"])
    return Exit.OK
