"""Opens the door to AWS for a command."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.keys import AssumedRole
from solarrally_tui.commands.shared.named_keys import named_keys
from solarrally_tui.commands.shared.options import (
    CommonOptions,
    ReadingOptions,
    RoleOptions,
    SiteOptions,
)
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.deployed.record import UnknownSiteError
from solarrally_tui.provisioning.engine.outcome import Exit


def run_with_door(
    options: CommonOptions, work: Callable[[Door], Awaitable[int]], region: str | None = None
) -> int:
    """Open the door, do the work, close the door; return the exit status.

    Raises AwsError and KeyringError, which the handler around every command explains.
    """

    async def work_with_door() -> int:
        keys = await asyncio.to_thread(named_keys, options)
        role = _role(options)
        door = await Door.open(
            region, options.profile, keys=keys, role=role, read_only=options.read_only
        )
        async with door:
            if sys.stdin and sys.stdin.isatty() and not getattr(options, "json", False):
                door.attend()
            try:
                return await work(door)
            except UnknownSiteError as error:
                from solarrally_tui.provisioning.teardown.deleted_sites import deleted_site

                gone = await deleted_site(error.name, door)
                if gone is None:
                    raise
                raise UnknownSiteError(error.name, error.known, gone.words) from None

    try:
        return asyncio.run(work_with_door())
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Stopped watching. AWS continues what it has begun. Run the command again to resume.")
        return Exit.OUT_OF_SIGHT


_OnSite = TypeVar("_OnSite", bound=SiteOptions | ReadingOptions)


def run_on_site(options: _OnSite, work: Callable[[_OnSite, Door], Awaitable[int]]) -> int:
    """Do the same on the site that was named, or on the only one of the account, and say which.

    Raises UnnamedSiteError where none was named and the account has none or several.
    """

    async def work_on_site(door: Door) -> int:
        if options.site:
            return await work(options, door)
        from solarrally_tui.deployed.record import only

        name = await only(door)
        say(f"The only site of this account: {name}.")
        return await work(replace(options, site=name), door)

    return run_with_door(options, work_on_site)


def _role(options: CommonOptions) -> AssumedRole | None:
    if not isinstance(options, RoleOptions) or options.role_arn is None:
        return None
    return AssumedRole(options.role_arn, "solarrally-support", external_id=options.external_id)
