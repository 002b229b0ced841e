"""AWS Backup: recovery points, and that a vault with recovery points cannot be deleted."""

import json
from typing import Any, Final

from ministack.services import backup

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, Store, operation
from solarrally_tui.simulator.wire.responses import ApiError

_vaults = private(backup, "_vaults")
_start_job = private(backup, "_start_job")
_jobs = private(backup, "_jobs")

_GB: Final = 1024**3
_deleted = Store()
"""ARNs of recovery points that were deleted. MiniStack keeps their jobs."""


@operation("backup", "StartBackupJob")
def start_job(caller: Caller, given: Parameters) -> Result:
    """Back up a database at once."""
    name = given["ResourceArn"].rpartition(":")[2]
    [database] = api("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    if given["BackupVaultName"] not in _vaults:
        raise _no_vault(given["BackupVaultName"])
    _, _, body = _start_job(given)
    job = _jobs[json.loads(body)["BackupJobId"]]
    job["BackupSizeInBytes"] = int(database["AllocatedStorage"]) * _GB
    return {
        "BackupJobId": job["BackupJobId"],
        "CreationDate": job["CreationDate"],
        "RecoveryPointArn": _point(caller, job)["RecoveryPointArn"],
    }


@operation("backup", "ListRecoveryPointsByBackupVault")
def list_points(caller: Caller, given: Parameters) -> Result:
    """List the recovery points of a vault. A database's is an RDS snapshot of its full size."""
    return {"RecoveryPoints": list(_points(caller, given["BackupVaultName"]).values())}


@operation("backup", "DeleteRecoveryPoint")
def delete_point(caller: Caller, given: Parameters) -> Result:
    """Delete one recovery point."""
    arn = given["RecoveryPointArn"]
    if arn not in _points(caller, given["BackupVaultName"]):
        raise ApiError("ResourceNotFoundException", f"Recovery point {arn} not found.", 404)
    _deleted.of(caller)[arn] = True
    return {}


@operation("backup", "DeleteBackupVault")
def delete_vault(caller: Caller, given: Parameters) -> Result:
    """Delete a vault that holds no recovery points."""
    name = given["BackupVaultName"]
    if _points(caller, name):
        message = "Backup vault cannot be deleted because it contains recovery points."
        raise ApiError("InvalidRequestException", message, 400)
    del _vaults[name]
    return {}


def _points(caller: Caller, vault: str) -> dict[str, dict[str, Any]]:
    if vault not in _vaults:
        raise _no_vault(vault)
    points = (_point(caller, job) for job in _jobs.values() if job["BackupVaultName"] == vault)
    deleted = _deleted.of(caller)
    return {p["RecoveryPointArn"]: p for p in points if p["RecoveryPointArn"] not in deleted}


def _no_vault(name: str) -> ApiError:
    return ApiError("ResourceNotFoundException", f"Backup vault {name} not found.", 404)


def _point(caller: Caller, job: dict[str, Any]) -> dict[str, Any]:
    return {
        "RecoveryPointArn": caller.arn("rds", f"snapshot:awsbackup:job-{job['BackupJobId']}"),
        "BackupVaultName": job["BackupVaultName"],
        "BackupVaultArn": job["BackupVaultArn"],
        "ResourceArn": job["ResourceArn"],
        "ResourceType": "RDS",
        "Status": "COMPLETED",
        "CreationDate": job["CreationDate"],
        "CompletionDate": job["CompletionDate"],
        "BackupSizeInBytes": job["BackupSizeInBytes"],
    }
