"""What commands print and ask on a terminal. Imports nothing slow: every command imports it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.text.control_characters import harmless
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.errors import Plain
    from solarrally_tui.site.model import Site


def say(*parts: str, whole: bool = False) -> None:
    """Print a line for people on standard error; standard output belongs to results.

    whole: never wrap it, as for an event, of which each is one line.
    """
    line = " ".join(map(harmless, parts))
    # In a log, every line stays whole, so that a search finds its words.
    wrapped = not whole and (sys.stderr.isatty() or "COLUMNS" in os.environ)
    print(fit(line) if wrapped else line, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Print a result on standard output."""
    print(harmless(text), flush=True)


def explain(plain: "Plain") -> None:
    """Print an error: what happened, why, what to do next, and AWS's own words last."""
    for part in (plain.what, plain.why, plain.next):
        if part:
            say(part)
    if plain.detail:
        say(f"Detail: {plain.detail}")


def read_site(path: Path) -> "Site | None":
    """Load a site file, or print every problem in it and return None."""
    from solarrally_tui.site.files import load
    from solarrally_tui.site.problems import SiteError

    try:
        return load(path)
    except SiteError as error:
        say(f"{path} is not a valid site file.")
        for problem in error.problems:
            say(f"  {problem}")
        return None


def confirm(question: str, expected: str) -> bool:
    """Ask on the terminal for a typed word. Without a terminal the answer is no."""
    if not sys.stdin.isatty():
        say("There is no terminal to ask on. Add --yes to continue without confirmation.")
        return False
    say(question)
    try:
        return input("> ").strip() == expected
    except EOFError:
        return False
