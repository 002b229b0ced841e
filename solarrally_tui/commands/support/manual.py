"""The manual page of all commands, in the macros of man(7), made from their parsers."""

import argparse
from collections.abc import Iterable, Iterator

from solarrally_tui import __version__
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.groups import GROUPS
from solarrally_tui.commands.tree import parser


def manual() -> str:
    """Return the manual page. Complete only with every command imported, which takes a second."""
    root = parser().complete()
    return "\n".join(_page(root)) + "\n"


def _page(root: CommandParser) -> Iterator[str]:
    yield f'.TH SOLARRALLY 1 "" "solarrally {__version__}"'
    yield from (".SH NAME", r"solarrally \- deploy SolarRally to your AWS account")
    yield from (".SH SYNOPSIS", _bold(root.prog), r"[\fIOPTION\fR ...] [\fICOMMAND\fR ...]")
    yield from (".SH DESCRIPTION", _text(root.description or ""))
    yield from (".SH OPTIONS", *_options(root.takes()))
    common = {action.dest for action in root.takes()}
    for title, commands in GROUPS.items():
        yield f'.SH "{title.upper()}"'
        for word in commands:
            yield from _command(root.parsers[word], common)
    yield from (".SH EXAMPLES", *_examples(root.shown_examples()))
    yield from (".SH NOTES", _text(root.epilog or ""))


def _command(command: CommandParser, common: set[str]) -> Iterator[str]:
    """Yield a command, or each of its actions, without the options of all commands."""
    actions = command.complete().parsers.values()
    if actions:
        yield from (f".SS {_escaped(command.prog)}", _text(command.description or ""))
    for action in actions:
        yield from _command(action, common)
    if not actions:
        own = [each for each in command.takes() if each.dest not in common]
        words = [_value(each) for each in own if not each.option_strings]
        yield f'.SS "{_escaped(" ".join((command.prog, *words)))}"'
        yield from (_text(command.description or ""), *_options(own))
        yield from _examples(command.shown_examples())
    if command.epilog:
        yield from (".PP", _text(command.epilog))


def _options(takes: Iterable[argparse.Action]) -> Iterator[str]:
    for action in takes:
        if action.nargs == argparse.PARSER or action.dest == "help":
            continue
        value = "" if action.nargs == 0 else rf"\fI{_escaped(_value(action))}\fR"
        names = ", ".join(rf"\fB{_escaped(name)}\fR" for name in action.option_strings)
        yield from (".TP", " ".join(filter(None, (names, value))), _text(action.help or ""))


def _value(action: argparse.Action) -> str:
    if action.metavar is None and action.choices:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def _examples(lines: Iterable[str]) -> Iterator[str]:
    yield from (".PP", ".nf", ".RS")
    yield from map(_text, lines)
    yield from (".RE", ".fi")


def _bold(text: str) -> str:
    return f".B {_escaped(text)}"


def _text(text: str) -> str:
    """Return a text that no macro reads as its own, on one line."""
    line = _escaped(" ".join(text.split()))
    return rf"\&{line}" if line.startswith((".", "'")) else line


def _escaped(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-")
