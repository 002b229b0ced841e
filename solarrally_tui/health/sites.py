"""The sites of accounts at a glance: what is deployed where, in which state and version."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite, observe
from solarrally_tui.health.probes.stacks import stacks
from solarrally_tui.health.probes.upkeep import version_of
from solarrally_tui.site.model import Site

_TOGETHER: Final = 4
"""Sites that are read at once: each has a dozen stacks."""


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """One site of an account."""

    name: str
    region: str
    """Empty where its record cannot be read."""
    tier: str
    state: Severity
    """Of its stacks, not of what runs in them."""
    line: str
    version: str
    """Of its oldest blueprint; empty where that is not known."""
    site: Site | None
    """Its answers; None where its record cannot be read."""
    there: frozenset[str] | None = None
    """Ids of the stacks that exist, where it lacks some; None for a complete or unseen site."""

    @property
    def is_well(self) -> bool:
        """Whether all its stacks are complete."""
        return self.state is Severity.OK

    @property
    def words(self) -> str:
        """Its state in a word or two; where it cannot be seen, why."""
        if self.is_well:
            return "deployed"
        if not self.is_seen:
            return self.line
        return "needs attention" if self.there is None else "incomplete"

    @property
    def is_seen(self) -> bool:
        """Whether its state is known."""
        return self.state is not Severity.UNKNOWN


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """What one profile of the AWS configuration shows of its account."""

    profile: str
    account: str = ""
    """Empty where AWS did not say."""
    sites: tuple[SiteSummary, ...] = ()
    error: AwsError | None = None
    """Why the account could not be read; None where it was."""
    same_as: str = ""
    """The profile that leads to the same account and lists its sites."""


async def survey_profiles(
    profiles: Sequence[str], *, read_only: bool = False, asks_codes: bool = True
) -> tuple[AccountSummary, ...]:
    """Return the sites of the account behind each profile.

    asks_codes: whether a code of an MFA device may be asked for on the terminal. An account that
    cannot be read carries its error, and the others are read all the same.
    """
    async with AsyncExitStack() as open_doors:
        opened: list[tuple[AccountSummary, Door | None]] = []
        # One after the other: a profile with an MFA device asks for its code here.
        for profile in profiles:
            try:
                door = await Door.open(profile=profile, read_only=read_only, asks_codes=asks_codes)
                await open_doors.enter_async_context(door)
                account = (await door.identity()).account
            except AwsError as error:
                opened.append((AccountSummary(profile, error=error), None))
                continue
            opened.append((AccountSummary(profile, account), door))
        return _once(await asyncio.gather(*(_surveyed(one, door) for one, door in opened)))


def _once(found: Sequence[AccountSummary]) -> tuple[AccountSummary, ...]:
    """List the sites of an account under the first profile that may read them."""
    first: dict[str, str] = {}
    for one in found:
        if one.error is None:
            first.setdefault(one.account, one.profile)
    return tuple(
        one
        if one.error or first[one.account] == one.profile
        else AccountSummary(one.profile, one.account, same_as=first[one.account])
        for one in found
    )


async def _surveyed(summary: AccountSummary, door: Door | None) -> AccountSummary:
    if door is None:
        return summary
    try:
        return replace(summary, sites=await survey(door))
    except AwsError as error:
        return replace(summary, error=error)


async def survey(door: Door) -> tuple[SiteSummary, ...]:
    """Return every site of the account, by its record, whatever Region it is in.

    One whose record or stacks cannot be read says so. Raises AwsError where there is no list.
    """
    free = asyncio.Semaphore(_TOGETHER)

    async def summary(name: str) -> SiteSummary:
        async with free:
            try:
                observed = await observe(await DeployedSite.open(door, name))
            except AwsError as error:
                return SiteSummary(name, "", "", Severity.UNKNOWN, error.plain.what, "", None)
            return await _summary(observed)

    return tuple(await asyncio.gather(*map(summary, await record.names(door))))


async def _summary(observed: ObservedSite) -> SiteSummary:
    site, seen = observed.site, await stacks(observed)
    is_well = seen.severity is Severity.OK
    there = {id_ for id_ in observed.stacks if (one := observed.stack(id_)) and one.is_created}
    lacks = all(isinstance(one, Stack | None) for one in observed.stacks.values()) and (
        there < observed.stacks.keys()
    )
    return SiteSummary(
        site.name,
        site.region,
        site.tier.value,
        seen.severity,
        "deployed" if is_well else seen.line,
        version_of(observed),
        site,
        frozenset(there) if lacks else None,
    )
