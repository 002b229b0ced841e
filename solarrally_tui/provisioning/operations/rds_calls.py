"""Calls on one database of RDS, whichever it is, and the waits for what they begin."""

from collections.abc import Collection
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll

SNAPSHOT_SECONDS: Final = 7200.0
"""A snapshot of a large database takes an hour and more."""

_SETTLED_SECONDS: Final = 1800.0


class EndStateError(Exception):
    """A database or a snapshot is in a state that it does not leave."""

    def __init__(self, name: str, state: str) -> None:
        super().__init__(f"RDS reports {name} as {state}.")


async def instance(door: Door, name: str) -> dict[str, Any]:
    """Return a database, as DescribeDBInstances describes it. Raises AwsError."""
    response = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    found: dict[str, Any] = response["DBInstances"][0]
    return found


async def settled(
    door: Door, name: str, limit: float = _SETTLED_SECONDS, ends: Collection[str] = ()
) -> dict[str, Any]:
    """Wait until a database is available and no change of its password is in progress.

    limit: seconds. ends: states after which waiting is of no use. Raises EndStateError for one of
    them, StillWaitingError and AwsError.
    """

    async def is_settled() -> dict[str, Any] | None:
        found = await instance(door, name)
        if found["DBInstanceStatus"] in ends:
            raise EndStateError(name, found["DBInstanceStatus"])
        pending = "MasterUserPassword" in found.get("PendingModifiedValues", {})
        return found if found["DBInstanceStatus"] == "available" and not pending else None

    return await poll(is_settled, every=2.0, slowest=10.0, limit=limit)


async def find_snapshot(door: Door, name: str) -> dict[str, Any] | None:
    """Return what DescribeDBSnapshots answers for a snapshot, or None. Raises AwsError."""
    return await door.find("rds", "describe_db_snapshots", DBSnapshotIdentifier=name)


async def create_snapshot(door: Door, database: str, name: str, **given: Any) -> None:
    """Let RDS create a snapshot of a database; a lost answer is made up for. Raises AwsError."""
    await door.once(
        "rds",
        "create_db_snapshot",
        lambda: find_snapshot(door, name),
        DBSnapshotIdentifier=name,
        DBInstanceIdentifier=database,
        **given,
    )


async def snapshot_available(door: Door, name: str) -> None:
    """Wait until a snapshot is available.

    Raises EndStateError where it failed, StillWaitingError and AwsError.
    """

    async def available() -> bool | None:
        found = await find_snapshot(door, name)
        state = str(found["DBSnapshots"][0]["Status"]) if found else "missing"
        if state == "failed":
            raise EndStateError(name, state)
        return True if state == "available" else None

    await poll(available, every=2.0, slowest=15.0, limit=SNAPSHOT_SECONDS)
