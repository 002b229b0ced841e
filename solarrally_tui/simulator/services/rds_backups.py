"""RDS: automated backups replicated to another Region, which outlive their database."""

import datetime as dt
import uuid
from typing import Any

import botocore.exceptions

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.scenarios.lost_regions import LOST
from solarrally_tui.simulator.services.rds_source_regions import replicates
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, Store, operation
from solarrally_tui.simulator.wire.responses import ApiError

_copies = Store()

HOST = "_host"
"""Where the database of a copy is, which the stand-in knows its users by."""


@operation("rds", "StartDBInstanceAutomatedBackupsReplication")
def start(caller: Caller, given: Parameters) -> Result:
    """Start replicating the backups of a database in another Region to this one."""
    source = str(given["SourceDBInstanceArn"])
    region, name = source.split(":")[3], source.rpartition(":")[2]
    if not replicates(region, caller.region):
        # github.com/boto/boto3 issue 3201, which asked for the database's own Region.
        raise ApiError("InvalidParameterValue", f"Feature is not available in region {region}.")
    database = _database(region, name)
    if database is None:
        raise ApiError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    copy = _copies.of(caller).setdefault(source, _copy(caller, source, database))
    copy["BackupRetentionPeriod"] = int(given.get("BackupRetentionPeriod", 7))
    return {"DBInstanceAutomatedBackup": copy}


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
        "MasterUsername": database["MasterUsername"],
        "RestoreWindow": {"EarliestTime": dt.datetime.now(dt.UTC).replace(microsecond=0)},
        HOST: database["Endpoint"]["Address"],
        "DBInstanceAutomatedBackupsArn": caller.arn("rds", f"auto-backup:ab-{uuid.uuid4().hex}"),
    }


@operation("rds", "DescribeDBInstanceAutomatedBackups")
def describe(caller: Caller, given: Parameters) -> Result:
    """List the copies in this Region. One whose database is deleted is retained."""
    wanted = given.get("DBInstanceIdentifier")
    return {
        "DBInstanceAutomatedBackups": [
            _described(copy)
            for copy in _copies.of(caller).values()
            if wanted in (None, copy["DBInstanceIdentifier"])
        ]
    }


@operation("rds", "DeleteDBInstanceAutomatedBackup")
def delete(caller: Caller, given: Parameters) -> Result:
    """Delete a copy whose database is deleted."""
    arn = given.get("DBInstanceAutomatedBackupsArn")
    for source, copy in _copies.of(caller).items():
        if copy["DBInstanceAutomatedBackupsArn"] == arn:
            if _status(copy) != "retained":
                message = "The automated backup is still being replicated."
                raise ApiError("InvalidDBInstanceAutomatedBackupState", message)
            return {"DBInstanceAutomatedBackup": _copies.of(caller).pop(source)}
    raise ApiError("DBInstanceAutomatedBackupNotFound", f"{arn} not found.", 404)


def of_arn(arn: str) -> Result | None:
    """Return the copy with an ARN, as DescribeDBInstanceAutomatedBackups describes it."""
    if not arn:
        return None
    caller = Caller(arn.split(":")[4], arn.split(":")[3])
    known = {copy["DBInstanceAutomatedBackupsArn"]: copy for copy in _copies.of(caller).values()}
    return _described(known[arn]) if arn in known else None


def _described(copy: Result) -> Result:
    """Add what changes: until when there are logs, which a lost Region no longer sends.

    The copy is as new as that: RDS uploads logs every five minutes, of an instant account at once.
    """
    until = LOST.since(copy["Region"]) or dt.datetime.now(dt.UTC).timestamp()
    latest = dt.datetime.fromtimestamp(int(until), dt.UTC)
    window = copy["RestoreWindow"] | {"LatestTime": latest}
    return copy | {"Status": _status(copy), "RestoreWindow": window}


def _status(copy: Result) -> str:
    alive = _database(copy["Region"], copy["DBInstanceIdentifier"])
    return "replicating" if alive else "retained"


def _database(region: str, name: str) -> dict[str, Any] | None:
    try:
        response = api("rds", region).describe_db_instances(DBInstanceIdentifier=name)
    except botocore.exceptions.ClientError:
        return None
    return dict(response["DBInstances"][0])
