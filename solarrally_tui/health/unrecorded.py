"""A site whose record these credentials may not read: what its stacks say stands in for it."""

import asyncio
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.search import find_stacks
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack, find
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.names import stack_name
from solarrally_tui.site.regions import REGIONS

_NOBODY: Final = "unknown@example.com"
"""In the place of an address that cannot be read. Nothing is ever sent to it."""


async def open_readable(door: Door, name: str) -> tuple[DeployedSite, str]:
    """Find a site as DeployedSite.open does, also where its record may not be read.

    Returns the site, and why its record could not be read; empty where it could. Its answers are
    then those of a small site, as far as its stacks do not say otherwise. For looking only. Raises
    what DeployedSite.open raises.
    """
    try:
        return await DeployedSite.open(door, name), ""
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        site = await _by_stacks(door, name)
        if site is None:
            raise
        call = f"{error.service} {error.operation}, {error.code}"
        why = f"{error.plain.what} {error.plain.why} ({call})"
        return site, f"{why} Its answers are taken to be those of a small site."


async def _by_stacks(door: Door, name: str) -> DeployedSite | None:
    """Return the site as its stacks show it. None where there certainly are none."""
    found = await _find(door, name)
    if found is None:
        return None
    region = found or door.region
    stacks = [await _stack(door, name, id_, region) for id_ in ("bootstrap", "edge")]
    values = {
        key: value
        for stack in stacks
        if isinstance(stack, Stack)
        for key, value in stack.parameters.items()
    }
    answers: dict[str, Any] = {
        "name": name,
        "region": region,
        "tier": "small",
        "alerts": {"email": values.get("AlertEmail") or _NOBODY},
    }
    if domain := values.get("DomainName"):
        answers["domain"] = {"name": domain}
    account = (await door.identity()).account
    return DeployedSite.of(Record(from_answers(answers), region, account), door)


async def _find(door: Door, name: str) -> str | None:
    """Return the Region of the site; empty where nobody may say, None where there is no site."""
    try:
        if found := await find_stacks(door, name):
            return found.region
    except AwsError:
        return ""
    # Who may not list stacks may still describe one by its name.
    regions = sorted(REGIONS)
    firsts = await asyncio.gather(*(_stack(door, name, "bootstrap", each) for each in regions))
    for region, stack in zip(regions, firsts, strict=True):
        if isinstance(stack, Stack):
            return region
    return None if all(stack is None for stack in firsts) else ""


async def _stack(door: Door, name: str, stack_id: str, region: str) -> Stack | AwsError | None:
    try:
        return await find(door, stack_name(name, stack_id), region)
    except AwsError as error:
        return error
