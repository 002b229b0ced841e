"""A database that is restored beside a site's own one, for a while: created, found, deleted.

It gets the subnets, the security group and the parameters of the site's database, and no public
address. Two tags tell whose it is and that it is only for a drill. Every call here names it, and
none changes the site's database.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.operations.rds_calls import settled
from solarrally_tui.site.names import DRILL_TAG, SITE_TAG

RESTORE_SECONDS: Final = 7200.0
"""How long a restore is waited for. A large one takes more than an hour."""

_LIMIT_SECONDS: Final = 1800.0
_CLASSES: Final = ("db.t4g.micro", "db.t3.micro", "db.t4g.small", "db.t4g.medium")
"""Classes that are enough for a few queries, the cheapest first."""

_FAILED: Final = frozenset({"failed", "incompatible-network", "incompatible-restore"})
"""States that a restored database does not leave (RDS user guide, "Viewing DB instance status")."""

_BUSY: Final = "InvalidDBInstanceState"
"""What RDS says of a database that it cannot delete yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a database is restored from."""

    moment: datetime
    """The newest data is from before then."""
    snapshot: str = ""
    """Empty for a point in time."""
    is_latest: bool = False
    """Whether the point in time is the latest that RDS can restore."""

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        when = f"{self.moment:%Y-%m-%d %H:%M:%S} UTC"
        if self.snapshot:
            return f"the snapshot {self.snapshot} of {when}"
        return f"the latest restorable time ({when})" if self.is_latest else f"the time {when}"


async def smallest_class(door: Door, running: Mapping[str, Any]) -> str:
    """Return the cheapest class that RDS offers for the version, else that of the running one.

    Raises AwsError.
    """
    for name in _CLASSES:
        options = await door.pages(
            "rds",
            "describe_orderable_db_instance_options",
            "OrderableDBInstanceOptions",
            Engine="postgres",
            EngineVersion=running["EngineVersion"],
            DBInstanceClass=name,
            Vpc=True,
        )
        if options:
            return name
    return str(running["DBInstanceClass"])


async def restore(
    door: Door, name: str, source: Source, running: Mapping[str, Any], size: str, tags: Any
) -> None:
    """Let RDS restore a database beside the running one. Returns before it is there.

    name: of the new database; size: its class. Raises AwsError.
    """
    given: dict[str, Any] = {
        "DBInstanceClass": size,
        "DBSubnetGroupName": running["DBSubnetGroup"]["DBSubnetGroupName"],
        "DBParameterGroupName": running["DBParameterGroups"][0]["DBParameterGroupName"],
        "VpcSecurityGroupIds": [g["VpcSecurityGroupId"] for g in running["VpcSecurityGroups"]],
        "PubliclyAccessible": False,
        "MultiAZ": False,
        "AutoMinorVersionUpgrade": False,
        "DeletionProtection": False,
        "CopyTagsToSnapshot": False,
        "Tags": tags,
    }

    async def begun() -> dict[str, Any] | None:
        return await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)

    if source.snapshot:
        await door.once(
            "rds",
            "restore_db_instance_from_db_snapshot",
            begun,
            DBInstanceIdentifier=name,
            DBSnapshotIdentifier=source.snapshot,
            **given,
        )
        return
    await door.once(
        "rds",
        "restore_db_instance_to_point_in_time",
        begun,
        SourceDBInstanceIdentifier=running["DBInstanceIdentifier"],
        TargetDBInstanceIdentifier=name,
        RestoreTime=source.moment,
        **given,
    )


async def restored(door: Door, name: str) -> None:
    """Wait until a restored database is available.

    Raises EndStateError where RDS could not restore it, StillWaitingError and AwsError.
    """
    await settled(door, name, RESTORE_SECONDS, _FAILED)


async def set_password(door: Door, name: str, password: str) -> dict[str, Any]:
    """Give a database another password; return it once it has that. Raises as restored does."""
    await door.call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier=name,
        MasterUserPassword=password,
        ApplyImmediately=True,
    )
    return await settled(door, name, ends=_FAILED)


async def left_by_drills(door: Door, site: str) -> tuple[str, ...]:
    """Return the databases that drills have restored for a site. Raises AwsError."""
    found = await door.pages("rds", "describe_db_instances", "DBInstances")
    return tuple(
        str(database["DBInstanceIdentifier"])
        for database in found
        if is_of_drill(database.get("TagList") or (), site)
    )


def is_of_drill(tags: Sequence[Mapping[str, str]], site: str) -> bool:
    """Return whether a database with these tags was restored by a drill of a site."""
    return {"Key": SITE_TAG, "Value": site} in tags and DRILL_TAG in {t["Key"] for t in tags}


async def delete(door: Door, names: Sequence[str]) -> None:
    """Delete databases of drills, without a snapshot, and wait until they are gone.

    Raises StillWaitingError and AwsError.
    """

    async def gone(name: str) -> bool | None:
        found = await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
        if found is None:
            return True
        if found["DBInstances"][0]["DBInstanceStatus"] != "deleting":
            await begin_deletion(door, name)
        return None

    async def wait(name: str) -> None:
        await poll(lambda: gone(name), every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)

    await asyncio.gather(*map(wait, names))


async def begin_deletion(door: Door, name: str) -> None:
    """Ask RDS to delete a database of a drill, where it lets that happen now. Raises AwsError."""
    try:
        await door.call(
            "rds",
            "delete_db_instance",
            DBInstanceIdentifier=name,
            SkipFinalSnapshot=True,
            DeleteAutomatedBackups=True,
        )
    except AwsError as error:
        # It is being created or changed: the next look tries again. Or it never was.
        if error.code != _BUSY and error.kind is not Kind.NOT_FOUND:
            raise
