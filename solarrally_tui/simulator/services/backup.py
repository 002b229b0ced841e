"""AWS Backup: the backups that jobs left in a vault, and that a vault with backups stays."""

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
_removed = Store()
"""Ids of jobs whose backup was deleted."""


@operation("backup", "StartBackupJob")
def start_job(caller: Caller, given: Parameters) -> Result:
    """Back a database up at once."""
    size = _size(given["ResourceArn"])
    if given["BackupVaultName"] not in _vaults:
        raise _no_vault(given["BackupVaultName"])
    _, _, body = _start_job(given)
    job = _jobs[json.loads(body)["BackupJobId"]]
    job["BackupSizeInBytes"] = size
    return {
        "BackupJobId": job["BackupJobId"],
        "CreationDate": job["CreationDate"],
        "RecoveryPointArn": _point(caller, job)["RecoveryPointArn"],
    }


@operation("backup", "ListRecoveryPointsByBackupVault")
def list_points(caller: Caller, given: Parameters) -> Result:
    """Every backup in a vault; one of a database is an RDS snapshot of its whole size."""
    return {"RecoveryPoints": list(_points(caller, given["BackupVaultName"]).values())}


@operation("backup", "DeleteRecoveryPoint")
def delete_point(caller: Caller, given: Parameters) -> Result:
    """Delete one backup."""
    arn = given["RecoveryPointArn"]
    if arn not in _points(caller, given["BackupVaultName"]):
        raise ApiError("ResourceNotFoundException", f"Recovery point {arn} not found.", 404)
    _removed.of(caller)[arn] = True
    return {}


@operation("backup", "DeleteBackupVault")
def delete_vault(caller: Caller, given: Parameters) -> Result:
    """Delete a vault that has no backup in it."""
    name = given["BackupVaultName"]
    if _points(caller, name):
        message = "Backup vault cannot be deleted because it contains recovery points."
        raise ApiError("InvalidRequestException", message, 400)
    del _vaults[name]
    return {}


def _points(caller: Caller, vault: str) -> dict[str, dict[str, Any]]:
    if vault not in _vaults:
        raise _no_vault(vault)
    found = (_point(caller, job) for job in _jobs.values() if job["BackupVaultName"] == vault)
    gone = _removed.of(caller)
    return {
        each["RecoveryPointArn"]: each for each in found if each["RecoveryPointArn"] not in gone
    }


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


def _size(database: str) -> int:
    told = api("rds").describe_db_instances(DBInstanceIdentifier=database.rpartition(":")[2])
    return int(told["DBInstances"][0]["AllocatedStorage"]) * _GB
