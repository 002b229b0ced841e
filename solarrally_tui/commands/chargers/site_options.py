"""The site that an action on chargers works on."""

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from solarrally_tui.commands.shared.options import CommonOptions, RoleOptions
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class SiteOptions(CommonOptions):
    """What actions take that work on a site."""

    site: str | None


@dataclass(frozen=True, slots=True)
class ReadingOptions(RoleOptions):
    """What actions take that only read a site, as a supporter does."""

    site: str | None


_Options = TypeVar("_Options", bound="SiteOptions | ReadingOptions")


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the site."""
    parser.add_argument("--site", metavar="SITE", help="needed if the account has several sites")


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
    from solarrally_tui.commands.shared.door import run_with_door
    from solarrally_tui.deployed.record import names
    from solarrally_tui.deployed.site import DeployedSite

    async def open_and_work(door: "Door") -> int:
        known = (options.site,) if options.site else await names(door)
        if len(known) == 1:
            return await work(options, await DeployedSite.open(door, known[0]))
        if known:
            say(f"This account has several sites: {', '.join(known)}. Name one with --site.")
        else:
            say("This account has no site yet. Deploy one first.")
        return Exit.USAGE

    return run_with_door(options, open_and_work)
