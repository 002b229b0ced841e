"""What stays, and costs, of the sites of an account that are deleted: found without their names."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.engine.outcome import Kept, at_most
from solarrally_tui.provisioning.teardown import leftovers, sweep
from solarrally_tui.site.names import SITE_TAG

_BUCKET: Final = re.compile(r"solarrally-(?P<site>.+?)--")
"""No name of a site has two hyphens in a row."""
_DATABASE: Final = re.compile(r"solarrally-(?P<site>.+)-data-database-")
"""The name that CloudFormation gave the database, where the tag of a snapshot is missing."""
_VAULT: Final = re.compile(r"solarrally-(?P<site>.+)-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class DeletedSite:
    """A site that is not there any more, and what is."""

    name: str
    region: str
    kept: tuple[Kept, ...]
    """The dearest first."""

    @property
    def monthly_usd(self) -> Decimal | None:
        """What all of it costs a month at most, in USD; None where one of it has no price."""
        prices = [kept.monthly_usd for kept in self.kept]
        known = [price for price in prices if price is not None]
        return sum(known, Decimal(0)) if len(known) == len(prices) else None

    @property
    def words(self) -> str:
        """What stays, where, and its price."""
        cost, kept = self.monthly_usd, ", ".join(thing.what for thing in self.kept)
        price = "price unknown" if cost is None else at_most(cost)
        return f"{kept} in {self.region}; {price}"


async def deleted_sites(door: Door) -> tuple[DeletedSite, ...]:
    """Return what stays of sites that are deleted, by their names. Only reads.

    Buckets show their Regions. The rest is looked for there, in those of sites, and in the door's.
    Raises AwsError.
    """
    deployed = set(await record.names(door))
    homes: dict[str, str] = {}
    async for site, region in _of_buckets(door, deployed):
        homes.setdefault(site, region)
    for region in {door.region, *homes.values(), *await record.regions(door)}:
        for site in await _of_databases(door.with_region(region)):
            homes.setdefault(site, region)
    gone = sorted(homes.keys() - deployed)
    found = await asyncio.gather(*(_deleted(door.with_region(homes[site]), site) for site in gone))
    return tuple(one for one in found if one is not None)


async def deleted_site(name: str, door: Door) -> DeletedSite | None:
    """Return what stays of a site that has no record any more; None where nothing does.

    None too where AWS does not say: then it is as a site that lacks only its record.
    """
    try:
        return next((one for one in await deleted_sites(door) if one.name == name), None)
    except AwsError:
        return None


async def _of_buckets(door: Door, deployed: set[str]) -> AsyncIterator[tuple[str, str]]:
    response = await door.call("s3", "list_buckets")
    for bucket in response.get("Buckets") or ():
        named = _BUCKET.match(bucket["Name"])
        if named and named["site"] not in deployed:
            yield named["site"], await _home(door, bucket["Name"])


async def _home(door: Door, bucket: str) -> str:
    try:
        return await buckets.region_of(door, bucket)
    except AwsError as error:
        # The printed policy of one site does not reach the buckets of others.
        if error.kind is not Kind.DENIED:
            raise
        return door.region


async def _of_databases(door: Door) -> list[str]:
    snapshots = await door.pages(
        "rds", "describe_db_snapshots", "DBSnapshots", SnapshotType="manual"
    )
    vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    tagged = [
        tag["Value"] for one in snapshots for tag in one.get("TagList") or () if _is_ours(tag)
    ]
    named = [
        *(_DATABASE.match(one["DBInstanceIdentifier"]) for one in snapshots),
        *(_VAULT.fullmatch(one["BackupVaultName"]) for one in vaults),
    ]
    return [*tagged, *(match["site"] for match in named if match)]


def _is_ours(tag: dict[str, str]) -> bool:
    return tag["Key"] == SITE_TAG


async def _deleted(door: Door, site: str) -> DeletedSite | None:
    """Return what stays of a site; None where nothing does, or it only lacks its record."""
    if await SiteStacks(site, door).find("data"):
        return None
    data = await leftovers.kept(door, site)
    if not data:
        return None
    kept = sorted((*data, *await sweep.log_groups(door, site)), key=Kept.dearest_first)
    return DeletedSite(site, door.region, tuple(kept))
