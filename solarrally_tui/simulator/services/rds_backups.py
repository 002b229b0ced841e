"""RDS: automatic backups copied to another Region, which outlive their database."""

import datetime as dt
import uuid
from typing import Any

import botocore.exceptions

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, Store, operation
from solarrally_tui.simulator.wire.responses import ApiError

_copies = Store()


@operation("rds", "StartDBInstanceAutomatedBackupsReplication")
def start(caller: Caller, given: Parameters) -> Result:
    """Begin to copy the backups of a database in another Region to this one."""
    source = str(given["SourceDBInstanceArn"])
    region, name = source.split(":")[3], source.rpartition(":")[2]
    database = _database(region, name)
    if database is None:
        raise ApiError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    made = _copies.of(caller).setdefault(source, _copy(caller, source, database))
    made["BackupRetentionPeriod"] = int(given.get("BackupRetentionPeriod", 7))
    return {"DBInstanceAutomatedBackup": made}


def _copy(caller: Caller, source: str, database: dict[str, Any]) -> Result:
    return {
        "DBInstanceArn": source,
        "DbiResourceId": database["DbiResourceId"],
        "Region": source.split(":")[3],
        "DBInstanceIdentifier": database["DBInstanceIdentifier"],
        "AllocatedStorage": database["AllocatedStorage"],
        "Engine": "postgres",
        "EngineVersion": database["EngineVersion"],
        "Encrypted": True,
        "StorageType": "gp3",
        "RestoreWindow": {"EarliestTime": dt.datetime.now(dt.UTC)},
        "DBInstanceAutomatedBackupsArn": caller.arn("rds", f"auto-backup:ab-{uuid.uuid4().hex}"),
    }


@operation("rds", "DescribeDBInstanceAutomatedBackups")
def describe(caller: Caller, given: Parameters) -> Result:
    """Every copy in this Region; one whose database is gone is retained."""
    wanted = given.get("DBInstanceIdentifier")
    return {
        "DBInstanceAutomatedBackups": [
            each | {"Status": _status(each)}
            for each in _copies.of(caller).values()
            if wanted in (None, each["DBInstanceIdentifier"])
        ]
    }


@operation("rds", "DeleteDBInstanceAutomatedBackup")
def delete(caller: Caller, given: Parameters) -> Result:
    """Delete a copy whose database is gone."""
    arn = given.get("DBInstanceAutomatedBackupsArn")
    for source, each in _copies.of(caller).items():
        if each["DBInstanceAutomatedBackupsArn"] == arn:
            if _status(each) != "retained":
                message = "The automated backup is still being replicated."
                raise ApiError("InvalidDBInstanceAutomatedBackupState", message)
            return {"DBInstanceAutomatedBackup": _copies.of(caller).pop(source)}
    raise ApiError("DBInstanceAutomatedBackupNotFound", f"{arn} not found.", 404)


def _status(copy: Result) -> str:
    alive = _database(copy["Region"], copy["DBInstanceIdentifier"])
    return "replicating" if alive else "retained"


def _database(region: str, name: str) -> dict[str, Any] | None:
    try:
        told = api("rds", region).describe_db_instances(DBInstanceIdentifier=name)
    except botocore.exceptions.ClientError:
        return None
    return dict(told["DBInstances"][0])
