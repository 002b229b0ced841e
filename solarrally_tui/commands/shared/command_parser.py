"""The parser of every command and action: it fills itself late, and speaks in our own words."""

import argparse
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

if TYPE_CHECKING:
    from solarrally_tui.commands.shared.misuse import Command

USAGE: Final = 2
"""Exit.USAGE, without the import of its module."""

# With each of our forty parsers, Python would look for translations of argparse, which has none:
# that was two thirds of the time in which they are made. Not str: a group without a description
# would be described as None.
argparse._ = lambda text: text  # type: ignore[attr-defined]


class CommandParser(argparse.ArgumentParser):
    """A parser that gets its options when it parses, so that only one command is imported.

    Parsers of actions below a command are of this class, too.
    """

    below: ClassVar[str] = "action"
    """What the next word is, where this parser does not do the work itself."""

    def __init__(self, *, module: str = "", **kwargs: Any) -> None:
        super().__init__(add_help=False, **kwargs)
        self.add_argument("-h", "--help", action="help", help="show this help")
        self._positionals.title = "arguments"
        self._module = module
        self._is_complete = False
        self.examples: tuple[str, ...] = ()
        """Whole command lines. A command with actions shows the first of each action."""
        self.parsers: dict[str, CommandParser] = {}
        """The parsers of a command's actions by name, once it is complete."""

    def complete(self) -> "CommandParser":
        """Add the options of the command and those of every command, once; return the parser."""
        if not self._is_complete:
            self._is_complete = True
            if self._module:
                import_module(f"solarrally_tui.commands.{self._module}").add(self)
            _add_common(self)
        return self

    def takes(self) -> tuple[argparse.Action, ...]:
        """Return the options and arguments of the parser, without those of parsers below it."""
        return tuple(self._actions)

    def shown_examples(self) -> tuple[str, ...]:
        """Return the examples that the help shows."""
        below = (parser.examples[0] for parser in self.parsers.values() if parser.examples)
        return self.examples or tuple(below)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, after the command has added its options and we those of every command.

        Every word must be known: what is left over names the command that does not know it.
        """
        parsed, unknown = super(CommandParser, self.complete()).parse_known_args(args, namespace)
        if unknown:
            from solarrally_tui.commands.shared.misuse import unknown_words

            self._stop(unknown_words(self._described(), unknown))
        return parsed, unknown

    def format_help(self) -> str:
        """Return the help: usage, what it does, what it takes, examples, and the epilog last."""
        epilog, self.epilog = self.epilog, None
        parts = [super().format_help(), listed("examples", self.shown_examples())]
        self.epilog = epilog
        if epilog:
            formatter = self._get_formatter()
            formatter.add_text(epilog)
            parts.append(formatter.format_help())
        return "\n".join(part for part in parts if part)

    def _print_message(self, message: str, file: Any = None) -> None:
        from solarrally_tui.commands.shared.terminal import coloured

        super()._print_message(coloured(message, file) if file else message, file)

    def error(self, message: str) -> NoReturn:
        """Exit with what is wrong with the command line, and what to do about it."""
        from solarrally_tui.commands.shared.misuse import explained

        self._stop(explained(self._described(), message))

    def _described(self) -> "Command":
        from solarrally_tui.commands.shared.misuse import Command

        return Command(self.prog, self.below, self.takes(), self.shown_examples())

    def _stop(self, lines: Iterable[str]) -> NoReturn:
        from solarrally_tui.commands.shared.terminal import say

        for line in lines:
            say(line)
        self.exit(USAGE)


def listed(title: str, lines: Sequence[str]) -> str:
    """Return lines under a title as help shows them, or an empty text for none."""
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines), ""]) if lines else ""


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes, before or after its name: so only the root has defaults."""
    who = parser.add_mutually_exclusive_group()
    for name, text in (
        ("--profile", "AWS profile to use instead of AWS_PROFILE"),
        ("--credentials", "access key of the keyring to use; see solarrally credentials"),
    ):
        who.add_argument(name, metavar="NAME", default=argparse.SUPPRESS, help=text)
    text = "use the simulated account of the demonstration that runs in another terminal"
    # Not in the group: its usage would be wider than a terminal.
    parser.add_argument("--demo", action="store_true", default=argparse.SUPPRESS, help=text)
    text = "refuse every call that would change anything"
    parser.add_argument("--read-only", action="store_true", default=argparse.SUPPRESS, help=text)
