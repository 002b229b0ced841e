"""The backup vault of a site, where it has one: kept with the data, removed with the data."""

from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll

_LIMIT_SECONDS = 1800.0


def vault_name(site: str) -> str:
    """Return the name that the governance blueprint gives the vault."""
    return f"solarrally-{site}"


async def exists(door: Door, site: str) -> bool:
    """Tell whether a site has a vault in the door's Region. Raises AwsError."""
    # describe_backup_vault says AccessDenied of a vault that is not there, so look at the list.
    found = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    return any(item["BackupVaultName"] == vault_name(site) for item in found)


async def delete(door: Door, site: str) -> None:
    """Remove a site's vault with every backup in it. Raises AwsError and StillWaitingError."""
    for point in await _points(door, site):
        await door.call(
            "backup", "delete_recovery_point",
            BackupVaultName=vault_name(site), RecoveryPointArn=point["RecoveryPointArn"],
        )  # fmt: skip

    async def empty() -> bool | None:
        return None if await _points(door, site) else True

    await poll(empty, every=0.3, slowest=10.0, limit=_LIMIT_SECONDS)
    await door.call("backup", "delete_backup_vault", BackupVaultName=vault_name(site))


async def _points(door: Door, site: str) -> list[dict[str, Any]]:
    return await door.pages(
        "backup", "list_recovery_points_by_backup_vault", "RecoveryPoints",
        BackupVaultName=vault_name(site),
    )  # fmt: skip
