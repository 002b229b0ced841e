"""What commands share: opening the door, reading a site, and saying what went wrong."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from solarrally_tui.account.credentials.keyring_store import KeyringError, KeyringStore
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.aws.keys import Keys
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.problems import SiteError
from solarrally_tui.text.control_characters import harmless

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site

T = TypeVar("T")

_EXITS = {
    Kind.NO_CREDENTIALS: Exit.CREDENTIALS,
    Kind.EXPIRED: Exit.CREDENTIALS,
    Kind.DENIED: Exit.CREDENTIALS,
    Kind.READ_ONLY: Exit.REFUSED,
    Kind.UNREACHABLE: Exit.OUT_OF_SIGHT,
}


def say(*parts: str) -> None:
    """Print a line for people on standard error; standard output belongs to results."""
    print(*map(harmless, parts), file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Print a result on standard output."""
    print(harmless(text), flush=True)


def explain(plain: Plain) -> None:
    """Tell an error: what happened, why, what to do next, and AWS's own words last."""
    for part in (plain.what, plain.why, plain.next):
        if part:
            say(part)
    if plain.detail:
        say(f"Detail: {plain.detail}")


def read_site(path: Path) -> "Site | None":
    """Load a site file, or say every problem in it and return None."""
    from solarrally_tui.site.files import load

    try:
        return load(path)
    except SiteError as error:
        say(f"{path} is not a valid site file.")
        for problem in error.problems:
            say(f"  {problem}")
        return None


def run_with_door(
    options: argparse.Namespace, work: Callable[[Door], Awaitable[int]], region: str | None = None
) -> int:
    """Open the door, do the work, close it. AWS errors become words and an exit status."""
    try:
        return asyncio.run(_with_door(options, work, region))
    except AwsError as error:
        explain(error.plain)
        return _EXITS.get(error.kind, Exit.FAILED)
    except KeyringError as error:
        explain(error.plain)
        return Exit.CREDENTIALS
    except KeyboardInterrupt:
        say("Stopped watching. What already runs in AWS goes on; run the command again to rejoin.")
        return Exit.OUT_OF_SIGHT


async def _with_door(
    options: argparse.Namespace, work: Callable[[Door], Awaitable[int]], region: str | None
) -> int:
    keys = await asyncio.to_thread(named_keys, options)
    async with await Door.open(
        region, options.profile, keys=keys, read_only=options.read_only
    ) as door:
        return await work(door)


def named_keys(options: argparse.Namespace) -> Keys | None:
    """Return the keys that --credentials names; None without it. Raises KeyringError."""
    if options.credentials is None:
        return None
    return KeyringStore().load(options.credentials)


def confirm(question: str, expected: str) -> bool:
    """Ask on the terminal for a typed word. Without a terminal the answer is no."""
    if not sys.stdin.isatty():
        say("There is no terminal to ask on. Add --yes to go ahead without a question.")
        return False
    say(question)
    try:
        return input("> ").strip() == expected
    except EOFError:
        return False
