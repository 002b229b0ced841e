"""The automatic backups that RDS copied to a second Region. They outlive the database.

RDS keeps them there for the days that the database kept its own, and then deletes them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.account.lookups import copied_backups
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
    """Return the copies of a site's databases, of this and earlier lives. Raises AwsError.

    The door is in the site's Region. Stacks name the Region of their copies; CloudFormation
    remembers deleted stacks for 90 days, longer than RDS keeps a copy.
    """
    copies = []
    for region in sorted(await regions(door, site)):
        copies += await _in_region(door, site, region)
    return copies


async def delete(door: Door, site: str, only: str = "") -> int:
    """Delete the copies, or only that with an ARN, and return how many that were.

    Raises AwsError and StillWaitingError.
    """
    copies = [copy for copy in await of_site(door, site) if only in {"", copy.arn}]
    for copy in copies:
        await door.find(
            "rds",
            "delete_db_instance_automated_backup",
            copy.region,
            DBInstanceAutomatedBackupsArn=copy.arn,
        )

    async def gone() -> bool | None:
        arns = {copy.arn for copy in await of_site(door, site)}
        return None if arns & {copy.arn for copy in copies} else True

    if copies:
        await poll(gone, every=2.0, slowest=10.0, limit=_LIMIT_SECONDS)
    return len(copies)


async def regions(door: Door, site: str) -> set[str]:
    """Return the Regions to which a site's backups were copied, by its stacks. Raises AwsError."""
    name = stack_name(site, "data")
    deleted = await door.pages(
        "cloudformation", "list_stacks", "StackSummaries", StackStatusFilter=["DELETE_COMPLETE"]
    )
    ids = [name, *(item["StackId"] for item in deleted if item["StackName"] == name)]
    data_stacks = [await stack.find(door, stack_id, door.region) for stack_id in ids]
    return {data.parameters.get(_REGION, "") for data in data_stacks if data} - {""}


async def _in_region(door: Door, site: str, region: str) -> list[BackupCopy]:
    return [
        BackupCopy(
            str(backup["DBInstanceAutomatedBackupsArn"]),
            region,
            Decimal(backup.get("AllocatedStorage") or 0),
        )
        for backup in await copied_backups(door.with_region(region), site, door.region)
    ]
