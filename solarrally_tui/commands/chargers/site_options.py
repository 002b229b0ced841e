"""The site that an action on chargers works on."""

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from solarrally_tui.commands.shared.options import SITE_OR_ONLY, ReadingOptions, SiteOptions

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite

_Options = TypeVar("_Options", bound=SiteOptions | ReadingOptions)


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add the name of the site, as the first word or as an option."""
    either = parser.add_mutually_exclusive_group()
    # Without this default, an absent word would overwrite what the option has set.
    absent = argparse.SUPPRESS
    either.add_argument("site", metavar="SITE", nargs="?", default=absent, help=SITE_OR_ONLY)
    either.add_argument("--site", metavar="SITE", default="", help="the same, as an option")


def add_site_option(parser: argparse.ArgumentParser) -> None:
    """Add the name of the site where the words are any number of others."""
    parser.add_argument("--site", metavar="SITE", default="", help=SITE_OR_ONLY)


def add_waiting(parser: argparse.ArgumentParser, waited_for: str, old: str) -> None:
    """Add how long to wait for what is new, and that the old one ends without that."""
    parser.add_argument(
        "--wait",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help=f"how long to wait for {waited_for}; the default is 300",
    )
    parser.add_argument(
        "--at-once",
        action="store_true",
        help=f"end the old {old} without waiting for the new one",
    )


def on_site(work: "Callable[[_Options, DeployedSite], Awaitable[int]]", options: _Options) -> int:
    """Do the work on the site that was named, or on the only one of the account."""
    from solarrally_tui.commands.shared.door import run_on_site
    from solarrally_tui.deployed.site import DeployedSite

    async def open_and_work(options: _Options, door: "Door") -> int:
        return await work(options, await DeployedSite.open(door, options.site))

    return run_on_site(options, open_and_work)
