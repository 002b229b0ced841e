"""The backup vaults of a site, where it has any: kept with the data, deleted with the data."""

import re
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll

_LIMIT_SECONDS: Final = 1800.0
_BYTES_PER_GB: Final = Decimal(1024**3)


async def of_site(door: Door, site: str) -> list[str]:
    """Return the names of a site's vaults in the door's Region. Raises AwsError.

    The governance blueprint names a vault after the site and the first part of its stack's id, so
    a site that was destroyed and deployed again may have several.
    """
    ours = re.compile(rf"solarrally-{re.escape(site)}-[0-9a-f]{{8}}")
    # describe_backup_vault answers AccessDenied for a vault that does not exist, so list them.
    vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    names = (str(vault["BackupVaultName"]) for vault in vaults)
    return [name for name in names if ours.fullmatch(name)]


async def size_gb(door: Door, vault: str) -> Decimal:
    """Return how much the backups in a vault take at most, in GB. Raises AwsError.

    AWS reports the size of the whole database for each, but bills what changed since the last one.
    """
    points = await _points(door, vault)
    return (
        Decimal(sum(int(point.get("BackupSizeInBytes") or 0) for point in points)) / _BYTES_PER_GB
    )


async def delete(door: Door, vault: str) -> None:
    """Delete a vault with every backup in it. Raises AwsError and StillWaitingError."""
    for point in await _points(door, vault):
        await door.find(
            "backup",
            "delete_recovery_point",
            BackupVaultName=vault,
            RecoveryPointArn=point["RecoveryPointArn"],
        )

    async def empty() -> bool | None:
        return None if await _points(door, vault) else True

    await poll(empty, every=2.0, slowest=10.0, limit=_LIMIT_SECONDS)

    async def gone() -> dict[str, Any] | None:
        # What AWS says of a vault that does not exist may be that access is denied.
        vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
        return None if any(each["BackupVaultName"] == vault for each in vaults) else {}

    await door.once("backup", "delete_backup_vault", gone, BackupVaultName=vault)


async def _points(door: Door, vault: str) -> list[dict[str, Any]]:
    return await door.pages(
        "backup", "list_recovery_points_by_backup_vault", "RecoveryPoints", BackupVaultName=vault
    )
