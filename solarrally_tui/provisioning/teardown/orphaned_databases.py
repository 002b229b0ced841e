"""Databases of a site that no stack holds: after a replacement that AWS did not finish, or a drill.

They keep the security group and the subnets of the site from being deleted.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change import protection
from solarrally_tui.site.names import DRILL_TAG, SITE_TAG

_LIMIT_SECONDS: Final = 3600.0
_NAME_LIMIT: Final = 255
"""Characters that the name of a snapshot may have."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A database that no stack holds."""

    name: str
    is_of_drill: bool
    """Whether a drill has restored it: it holds nothing of its own, so no snapshot is taken."""

    @property
    def fate(self) -> str:
        """What happens to it, as sentences."""
        if self.is_of_drill:
            return f"Deleting the database {self.name}, which a drill has left."
        return f"Deleting the database {self.name}, which is in no stack. A final snapshot stays."


async def of_site(stacks: SiteStacks) -> tuple[Orphan, ...]:
    """Return the databases with the site's tag that its stack does not hold. Raises AwsError."""
    found = await stacks.door.pages("rds", "describe_db_instances", "DBInstances")
    tags = {str(one["DBInstanceIdentifier"]): one.get("TagList") or () for one in found}
    tagged = [
        Orphan(name, DRILL_TAG in {tag["Key"] for tag in of_one})
        for name, of_one in tags.items()
        if {"Key": SITE_TAG, "Value": stacks.site} in of_one
    ]
    if not tagged or await stacks.find("data") is None:
        return tuple(tagged)
    held = await stacks.resource_ids("data", protection.DATABASE)
    return tuple(orphan for orphan in tagged if orphan.name not in held)


async def delete(door: Door, orphans: Sequence[Orphan]) -> None:
    """Delete databases, those of drills without a final snapshot; wait until all are gone.

    Raises AwsError and StillWaitingError.
    """
    names = [orphan.name for orphan in orphans]
    for orphan in orphans:
        await protection.lift(door, orphan.name)
        snapshot = f"{orphan.name}-snapshot-{uuid.uuid4().hex[:12]}"[-_NAME_LIMIT:]
        final = {} if orphan.is_of_drill else {"FinalDBSnapshotIdentifier": snapshot}

        async def begun(name: str = orphan.name) -> dict[str, Any] | None:
            found = await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
            is_there = found and found["DBInstances"][0]["DBInstanceStatus"] != "deleting"
            return None if is_there else {}

        await door.once(
            "rds",
            "delete_db_instance",
            begun,
            DBInstanceIdentifier=orphan.name,
            SkipFinalSnapshot=orphan.is_of_drill,
            DeleteAutomatedBackups=True,
            **final,
        )

    async def gone() -> bool | None:
        left = [
            await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
            for name in names
        ]
        return None if any(left) else True

    if names:
        await poll(gone, every=2.0, slowest=15.0, limit=_LIMIT_SECONDS)
