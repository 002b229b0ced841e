"""Databases of a site that no stack holds any more, as after a replacement that AWS did not finish.

They keep the security group and the subnets of the site from being deleted.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change import protection
from solarrally_tui.site.names import SITE_TAG

_LIMIT_SECONDS: Final = 3600.0
_NAME_LIMIT: Final = 255
"""Characters that the name of a snapshot may have."""


async def of_site(stacks: SiteStacks) -> tuple[str, ...]:
    """Return the databases with the site's tag that its stack does not hold. Raises AwsError."""
    found = await stacks.door.pages("rds", "describe_db_instances", "DBInstances")
    tagged = [
        str(database["DBInstanceIdentifier"])
        for database in found
        if {"Key": SITE_TAG, "Value": stacks.site} in (database.get("TagList") or ())
    ]
    if not tagged or await stacks.find("data") is None:
        return tuple(tagged)
    held = await stacks.resource_ids("data", protection.DATABASE)
    return tuple(name for name in tagged if name not in held)


async def delete(door: Door, names: Sequence[str]) -> None:
    """Delete databases, each with a final snapshot, and wait until they are gone.

    Raises AwsError and StillWaitingError.
    """
    for name in names:
        await protection.lift(door, name)
        snapshot = f"{name}-snapshot-{uuid.uuid4().hex[:12]}"[-_NAME_LIMIT:]

        async def begun(name: str = name) -> dict[str, Any] | None:
            found = await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
            is_there = found and found["DBInstances"][0]["DBInstanceStatus"] != "deleting"
            return None if is_there else {}

        await door.once(
            "rds",
            "delete_db_instance",
            begun,
            DBInstanceIdentifier=name,
            SkipFinalSnapshot=False,
            FinalDBSnapshotIdentifier=snapshot,
            DeleteAutomatedBackups=True,
        )

    async def gone() -> bool | None:
        left = [
            await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
            for name in names
        ]
        return None if any(left) else True

    if names:
        await poll(gone, every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)
