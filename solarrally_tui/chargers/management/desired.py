"""Lets chargers have settings, and finds the things of chargers in AWS IoT."""

import asyncio
import json
from collections.abc import Iterable
from typing import Final

from solarrally_tui.chargers.management.settings import Values
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names

_AT_ONCE: Final = 8


async def desire(site: DeployedSite, chargers: Iterable[str], values: Values) -> tuple[str, ...]:
    """Let chargers of a site have settings as soon as they are connected; return their names.

    Raises AwsError.
    """
    wanted = tuple(dict.fromkeys(chargers))
    payload = json.dumps({"state": {"desired": dict(values)}}).encode()
    turns = asyncio.Semaphore(_AT_ONCE)

    async def set_one(name: str) -> None:
        async with turns:
            await site.door.call(
                "iot-data",
                "update_thing_shadow",
                thingName=name,
                shadowName=names.SETTINGS_SHADOW,
                payload=payload,
            )

    await asyncio.gather(*map(set_one, wanted))
    return wanted


async def arns_of(site: DeployedSite, chargers: Iterable[str]) -> list[str]:
    """Return the ARNs of the things of chargers.

    Raises ChargerError for one that is not the site's, and AwsError.
    """
    turns = asyncio.Semaphore(_AT_ONCE)

    async def arn_of(name: str) -> str:
        async with turns:
            known = await site.door.find("iot", "describe_thing", thingName=name) or {}
        if known.get("attributes", {}).get("site") != site.name:
            raise ChargerError(
                what=f"{site.name} has no charger {name}.",
                why="No thing of that name in AWS IoT belongs to the site.",
                next=f"List its chargers: solarrally chargers list --site {site.name}",
            )
        return str(known["thingArn"])

    return list(await asyncio.gather(*map(arn_of, chargers)))


async def all_of(site: DeployedSite) -> list[str]:
    """Return the names of all chargers of a site. Raises AwsError."""
    return await site.door.pages(
        "iot",
        "list_things_in_thing_group",
        "things",
        thingGroupName=names.thing_group(site.name),
    )
