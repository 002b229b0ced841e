"""solarrally completion SHELL: the script with which a shell completes with Tab.

The script holds the commands, options and choices of this version, so completing starts no Python.
Only names of sites are asked of `solarrally completion --sites`, which reads this computer alone.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, carry_out
from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.provisioning.engine.outcome import Exit

_INSTALLED: Final = {
    "bash": "solarrally completion bash >> ~/.bash_completion",
    "zsh": "solarrally completion zsh > ~/.zfunc/_solarrally",
    "fish": "solarrally completion fish > ~/.config/fish/completions/solarrally.fish",
    "powershell": "solarrally completion powershell >> $PROFILE",
}
"""By the shell: how its script is kept for the next sessions."""


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What completion takes."""

    shell: str | None
    sites: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "shell",
        nargs="?",
        choices=tuple(_INSTALLED),
        metavar="SHELL",
        help=f"the shell to print the script for: {', '.join(_INSTALLED)}",
    )
    given.add_argument(
        "--sites",
        action="store_true",
        help="only print the names of the sites that this computer has answers of",
    )
    parser.epilog = (
        "The folder of the zsh script must be in fpath before compinit. Print the script again "
        "after an update of solarrally."
    )
    carry_out(parser, run, Options, example="\n".join(_INSTALLED.values()))


def run(options: Options) -> int:
    """Print the script of a shell, or the names of sites. Needs no network."""
    if options.sites:
        from solarrally_tui.interview.draft_store import DraftStore

        show("\n".join(saved.name for saved in DraftStore().all()))
        return Exit.OK
    show(script(str(options.shell)))
    if sys.stdout.isatty():
        say(f"To keep it: {_INSTALLED[str(options.shell)]}")
    return Exit.OK


def script(shell: str) -> str:
    """Return the script of a shell. Imports every command, which takes a second."""
    import shtab

    from solarrally_tui.commands.tree import parser

    root = parser()
    _describe(root)
    return str(shtab.complete(root, shell))


def _describe(parser: CommandParser) -> None:
    """Say of each option and argument of a parser, and of those below it, what can follow."""
    import shtab

    from solarrally_tui.site.regions import REGIONS

    by_metavar: dict[Any, Any] = {
        "SITE": shtab.cmd("solarrally completion --sites"),
        "FOLDER": shtab.DIRECTORY,
    }
    for action in parser.complete().takes():
        if "--region" in action.option_strings:
            action.choices = tuple(sorted(REGIONS))
        elif follows := by_metavar.get(action.metavar, shtab.FILE if action.type is Path else None):
            action.complete = follows  # type: ignore[attr-defined]  # where shtab looks for it
    for below in parser.parsers.values():
        _describe(below)
