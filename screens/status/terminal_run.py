"""An operation run in the terminal that the wizard lends: this program's own command.

For what asks before it changes something. Its questions, prices and confirmations are those of the
command line, because it is that.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from solarrally_tui.computer.folders import in_words
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.status.operations import PROGRAM, Operation
from solarrally_tui.wizard.model import Access

_ENTER: Final = "\x1b[?1049h\x1b[2J\x1b[H"
"""Saves the cursor, and shows the other screen of the terminal, empty (xterm, DECSET 1049)."""
_LEAVE: Final = "\x1b[?1049l"

_RULE: Final = "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 72
"""Between what this program says and what the command prints."""

_ENDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        Exit.OK: "has ended well",
        Exit.USAGE: "was not started: the command did not take an answer",
        Exit.INVALID_SITE: "was not started: the site file is not valid",
        Exit.CREDENTIALS: "has no access to AWS from this computer",
        Exit.REFUSED: "was not done: you or a guard refused it",
        Exit.FAILED: "has failed",
        Exit.WAITING_FOR_YOU: "waits for you",
        Exit.OUT_OF_SIGHT: "did not see the end: AWS continues what it has begun",
        Exit.INTERNAL: "has ended with an internal error",
        Exit.WARN: "has found something to do",
        Exit.FAIL: "has found something urgent",
        Exit.UNKNOWN: "could not see everything",
    }
)
"""By exit status (docs/architecture.md)."""


def run_here(operation: Operation, words: Sequence[str], access: Access, option: str = "") -> None:
    """Ask for what the command leaves open, run it, say how it ended, and wait for Enter.

    words: of its command line, after the program's name and without what access adds. option: what
    the command needs beside them in another terminal, which is shown with it. What is shown
    meanwhile is on the terminal's other screen, as the wizard is: afterwards the terminal is as it
    was before.
    """
    with _other_screen():
        _run(operation, words, access, option)


@contextmanager
def _other_screen() -> Iterator[None]:
    if not sys.stdout.isatty():
        yield
        return
    _show(_ENTER, end="")
    try:
        yield
    finally:
        _show(_LEAVE, end="")


def _run(operation: Operation, words: Sequence[str], access: Access, option: str) -> None:
    _show(_head(operation))
    filled = [_answer(operation, word) for word in words]
    if all(filled):
        _show(f"$ {PROGRAM} {shlex.join(filled)} {option}".rstrip() + "\n")
        ended = _ran(operation, [*filled, *access.options], access)
        _show(f"\n{_RULE}\n{ended}")
    else:
        _show(f"\n{_RULE}\n{operation.title} was not started.")
    _show("Press Enter to return to the wizard.")
    _line()


def _head(operation: Operation) -> str:
    """Return what stands at the top of the page."""
    title = f"{operation.title}: {operation.what}. Price: {operation.costs}."
    return f"{title}\nThe wizard comes back when it ends. Ctrl+C stops it.\n{_RULE}\n"


def _answer(operation: Operation, word: str) -> str:
    """Return a word of the command; of a blank in it, what the person types."""
    if word not in operation.blanks:
        return word
    _show(f"{operation.blanks[word]} Enter alone returns to the wizard.\n> ", end="")
    return os.path.expanduser(_line())  # noqa: PTH111 no shell does it, and it may be no path


def _ran(operation: Operation, words: Sequence[str], access: Access) -> str:
    command = [sys.executable, "-m", "solarrally_tui", *words]
    try:
        ended = subprocess.run(command, env=access.environment(os.environ), check=False)
    except OSError as error:
        return f"{operation.title} could not be started: {in_words(error)}"
    return how_it_ended(operation.title, ended.returncode)


def how_it_ended(title: str, status: int) -> str:
    """Return in words how a command ended."""
    if status < 0:
        return f"{title} was stopped by signal {-status}. Run it again to resume."
    return f"{title} {_ENDS.get(status, f'has ended with exit status {status}')}."


def _show(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


def _line() -> str:
    """Return what the person types until Enter; nothing where it cannot be read."""
    try:
        return sys.stdin.readline().strip()
    except UnicodeDecodeError:
        return ""
