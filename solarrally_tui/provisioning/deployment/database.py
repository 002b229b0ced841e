"""What a database that exists, or a snapshot, decides: its version and the size of its volume."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.account import lookups
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change.protection import DATABASE
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site, Size
from solarrally_tui.stacks.facts import Volume

ADMINISTRATOR: Final = "solarrally"
"""The database's user in the blueprint. A snapshot brings its own along."""


@dataclass(frozen=True, slots=True)
class DatabaseChoice:
    """What the database will be."""

    engine_version: str
    volume: Volume | None = None
    """None where the answers decide."""
    warnings: tuple[str, ...] = ()
    """Where that is not what the answers say."""


async def look_up(site: Site, stacks: SiteStacks) -> DatabaseChoice:
    """Return what the database will be. Changes nothing.

    Raises StepError with the status of a refusal where RDS would refuse, and AwsError.
    """
    size, deployed = site.size, await stacks.parameters("data")
    if size.database_snapshot and size.database_snapshot != deployed.get("SnapshotIdentifier"):
        snapshot = await _snapshot(stacks.door, size.database_snapshot)
        check_snapshot(size, snapshot)
        volume, warnings = from_snapshot(size, int(snapshot["AllocatedStorage"]))
        return DatabaseChoice(str(snapshot["EngineVersion"]), volume, warnings)
    restored = (size.database_backup, size.database_restore_time)
    if size.database_backup and restored != (
        deployed.get("BackupArn"),
        deployed.get("RestoreTime"),
    ):
        backup = await _backup(stacks.door, size.database_backup)
        check_backup(size, backup)
        volume, warnings = from_snapshot(size, int(backup["AllocatedStorage"]))
        return DatabaseChoice(str(backup["EngineVersion"]), volume, warnings)
    if not deployed:
        return DatabaseChoice(await lookups.newest_postgres(stacks.door, size.database_major))
    kept = deployed["EngineVersion"]
    if _major(kept) != size.database_major:
        raise StepError(_other_major(site.name, kept, size.database_major), Exit.REFUSED)
    declared = int(deployed["StorageGiB"])
    volume, warnings = kept_or_grown(size, declared, await _allocated(stacks) or declared)
    return DatabaseChoice(kept, volume, warnings)


def kept_or_grown(size: Size, declared: int, allocated: int) -> tuple[Volume, tuple[str, ...]]:
    """Return the volume of a database that exists, in GiB, with what differs from the answers.

    declared: what its stack says. allocated: what it has, which storage autoscaling may have
    enlarged. RDS never makes a volume smaller, and CloudFormation sends every changed size.
    """
    wanted, least = size.database_storage_gib, _grown(allocated)
    words: tuple[str, ...] = ()
    if wanted <= allocated:
        # What the stack says stays, even if the volume has grown: it is sent where it changes.
        gib = declared
        if wanted != declared:
            words = (_kept(wanted, allocated),)
    elif wanted < least:
        gib, words = least, (_rounded(wanted, least),)
    else:
        gib = wanted
    most, more = _limit(size, gib, max(gib, allocated))
    return Volume(gib, most), (*words, *more)


def from_snapshot(size: Size, needed: int) -> tuple[Volume, tuple[str, ...]]:
    """Return the volume of a database from a snapshot that needs some GiB, with what differs."""
    wanted = size.database_storage_gib
    words = (_needed(wanted, needed),) if needed > wanted else ()
    gib = max(wanted, needed)
    most, more = _limit(size, gib, gib)
    return Volume(gib, most), (*words, *more)


def _grown(gib: int) -> int:
    """Return the least that RDS enlarges a volume to, and the least limit that it takes.

    Both are 10 % more (RDS API reference, ModifyDBInstance: AllocatedStorage; user guide, storage
    autoscaling).
    """
    return -(-gib * 11 // 10)


def _limit(size: Size, gib: int, allocated: int) -> tuple[int, tuple[str, ...]]:
    most = size.database_max_storage_gib
    if most >= _grown(allocated):
        return most, ()
    return gib, (_no_growth(most, allocated),)


async def _allocated(stacks: SiteStacks) -> int:
    """Return the GiB that the database has; 0 where it does not exist."""
    for name in await stacks.resource_ids("data", DATABASE):
        response = await stacks.door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
        for found in response["DBInstances"] if response else ():
            return int(found["AllocatedStorage"])
    return 0


async def _snapshot(door: Door, name: str) -> Mapping[str, Any]:
    # A snapshot that another account shares is found by its ARN, and only among shared ones.
    shared: dict[str, Any] = {"IncludeShared": True} if name.startswith("arn:") else {}
    response = await door.find("rds", "describe_db_snapshots", DBSnapshotIdentifier=name, **shared)
    found: list[dict[str, Any]] = response["DBSnapshots"] if response else []
    if not found:
        raise StepError(_no_snapshot(name, door.region), Exit.REFUSED)
    return found[0]


async def _backup(door: Door, arn: str) -> Mapping[str, Any]:
    listed: list[dict[str, Any]] = await door.pages(
        "rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups"
    )
    for backup in listed:
        if backup.get("DBInstanceAutomatedBackupsArn") == arn:
            return backup
    raise StepError(_no_backup(arn, door.region), Exit.REFUSED)


def check_backup(size: Size, backup: Mapping[str, Any]) -> None:
    """Refuse automated backups from which RDS would not make the database of the answers."""
    source, version = f"backup {size.database_backup}", str(backup["EngineVersion"])
    wanted = datetime.fromisoformat(size.database_restore_time)
    window = backup.get("RestoreWindow") or {}
    earliest, latest = window.get("EarliestTime"), window.get("LatestTime")
    refused = None
    if backup["Engine"] != "postgres":
        refused = _other_engine(source, str(backup["Engine"]))
    elif _major(version) != size.database_major:
        refused = _other_major_restored(source, version, size.database_major)
    elif backup.get("MasterUsername", ADMINISTRATOR) != ADMINISTRATOR:
        refused = _other_administrator(source, str(backup["MasterUsername"]))
    elif earliest is None or latest is None or not earliest <= wanted <= latest:
        refused = _outside(size, earliest, latest)
    if refused:
        raise StepError(refused, Exit.REFUSED)


def check_snapshot(size: Size, snapshot: Mapping[str, Any]) -> None:
    """Refuse a snapshot from which RDS would not make the database of the answers."""
    name, status = size.database_snapshot, str(snapshot["Status"])
    source = f"snapshot {name}"
    engine, version = str(snapshot["Engine"]), str(snapshot["EngineVersion"])
    refused = None
    if engine != "postgres":
        refused = _other_engine(source, engine)
    elif _major(version) != size.database_major:
        refused = _other_major_restored(source, version, size.database_major)
    elif snapshot["MasterUsername"] != ADMINISTRATOR:
        refused = _other_administrator(source, str(snapshot["MasterUsername"]))
    elif status != "available":
        refused = _not_ready(name, status)
    if refused:
        raise StepError(refused, Exit.REFUSED)


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def _kept(wanted: int, allocated: int) -> str:
    return (
        f"The database keeps its {allocated} GiB of storage, and its price: RDS never makes a "
        f"volume smaller. The site file says {wanted}."
    )


def _rounded(wanted: int, least: int) -> str:
    return (
        f"The database gets {least} GiB of storage, not {wanted}: RDS enlarges a volume by 10 % at "
        "least."
    )


def _needed(wanted: int, needed: int) -> str:
    return f"The database gets {needed} GiB of storage, as its snapshot needs, not {wanted}."


def _no_growth(most: int, allocated: int) -> str:
    return (
        f"The database's storage does not grow automatically: size.database_max_storage_gib is "
        f"{most}, and RDS wants at least 10 % more than the {allocated} GiB that it has."
    )


def _other_major(site: str, kept: str, wanted: int) -> Plain:
    return Plain(
        what=f"The database of {site} is PostgreSQL {kept}; the site file says {wanted}.",
        why="A deployment never changes the major version: that stops the database for minutes and "
        "cannot be undone. A snapshot keeps its major version, too.",
        next=f"Set size.database_major to {_major(kept)}. To change it, deploy a second site with "
        "the other major version, and bring the data there: pg_dump, then solarrally import.",
    )


def _no_backup(arn: str, region: str) -> Plain:
    return Plain(
        what=f"There are no automated backups {arn} in {region}. Nothing was changed.",
        why="size.database_backup names them. RDS deletes copied backups once their days are over.",
        next="Look up what there is: aws rds describe-db-instance-automated-backups --region "
        f"{region}",
    )


def _outside(size: Size, earliest: datetime | None, latest: datetime | None) -> Plain:
    why = (
        f"They reach from {earliest:%Y-%m-%dT%H:%M:%SZ} to {latest:%Y-%m-%dT%H:%M:%SZ}."
        if earliest and latest
        else "RDS reports no time to which they can be restored. A new copy takes some minutes."
    )
    return Plain(
        what=f"RDS cannot restore {size.database_restore_time} from {size.database_backup}. "
        "Nothing was changed.",
        why=why,
        next="Set size.database_restore_time to a time in between.",
    )


def _no_snapshot(name: str, region: str) -> Plain:
    return Plain(
        what=f"There is no database snapshot {name} in {region}. Nothing was changed.",
        why="size.database_snapshot names it.",
        next="Take the name of a snapshot of this Region from the RDS console. One of another "
        "Region has to be copied first; one of another account goes by its ARN.",
    )


def _other_engine(source: str, engine: str) -> Plain:
    return Plain(
        what=f"The {source} is of {engine}, not of PostgreSQL. Nothing was changed.",
        why="The application needs PostgreSQL.",
        next="Choose another one in the site file.",
    )


def _other_major_restored(source: str, version: str, wanted: int) -> Plain:
    return Plain(
        what=f"The {source} is of PostgreSQL {version}; the site file says {wanted}. "
        "Nothing was changed.",
        why="RDS restores a backup with its own major version.",
        next=f"Set size.database_major to {_major(version)}. For another major version, deploy "
        "without a snapshot, and bring the data there: pg_dump, then solarrally import.",
    )


def _other_administrator(source: str, user: str) -> Plain:
    return Plain(
        what=f"The administrator of the {source} is {user}, not {ADMINISTRATOR}. Nothing "
        "was changed.",
        why="RDS keeps that name, and the application would sign in with the other one.",
        next="Deploy without a snapshot, and bring the data there: pg_dump, then solarrally "
        "import.",
    )


def _not_ready(name: str, status: str) -> Plain:
    return Plain(
        what=f"The snapshot {name} cannot be restored yet: it is {status}. Nothing was changed.",
        why="RDS restores only snapshots that are available.",
        next="Wait until the RDS console shows it as available, then run the same command again.",
    )
