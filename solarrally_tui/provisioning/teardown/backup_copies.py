"""The automatic backups that RDS copied to a second Region. They outlive the database.

RDS keeps them there for the days that the database kept its own, and then deletes them by itself.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed import stack
from solarrally_tui.site.names import stack_name

_LIMIT_SECONDS: Final = 1800.0
_REGION: Final = "BackupCopyRegion"


@dataclass(frozen=True, slots=True)
class BackupCopy:
    """The copied backups of one database."""

    arn: str
    region: str
    """Where the copy is."""
    size_gb: Decimal
    """Size of the database's volume: the most that a backup of it takes."""


async def of_site(door: Door, site: str) -> list[BackupCopy]:
    """Return what is copied of a site's databases, of this and earlier lives. Raises AwsError.

    The door is in the site's Region. Stacks say where copies went; CloudFormation remembers deleted
    ones for 90 days, longer than RDS keeps a copy.
    """
    found = []
    for region in sorted(await _regions(door, site)):
        found += await _in(door, site, region)
    return found


async def delete(door: Door, site: str) -> int:
    """Delete the copies and return how many that were. Raises AwsError and StillWaitingError."""
    copies = await of_site(door, site)
    for each in copies:
        await door.call(
            "rds",
            "delete_db_instance_automated_backup",
            each.region,
            DBInstanceAutomatedBackupsArn=each.arn,
        )

    async def gone() -> bool | None:
        return None if await of_site(door, site) else True

    if copies:
        await poll(gone, every=0.3, slowest=10.0, limit=_LIMIT_SECONDS)
    return len(copies)


async def _regions(door: Door, site: str) -> set[str]:
    name = stack_name(site, "data")
    deleted = await door.pages(
        "cloudformation", "list_stacks", "StackSummaries", StackStatusFilter=["DELETE_COMPLETE"]
    )
    ids = [name, *(item["StackId"] for item in deleted if item["StackName"] == name)]
    stacks = [await stack.find(door, each, door.region) for each in ids]
    return {each.parameters.get(_REGION, "") for each in stacks if each} - {""}


async def _in(door: Door, site: str, region: str) -> list[BackupCopy]:
    told = await door.pages(
        "rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups", region
    )
    # The name that CloudFormation gave the database; its tags are not copied.
    beginning = f"{stack_name(site, 'data')}-database-"
    return [
        _copy(item, region)
        for item in told
        if str(item["DBInstanceIdentifier"]).startswith(beginning) and item["Region"] == door.region
    ]


def _copy(item: dict[str, Any], region: str) -> BackupCopy:
    size = Decimal(item.get("AllocatedStorage") or 0)
    return BackupCopy(str(item["DBInstanceAutomatedBackupsArn"]), region, size)
