"""RDS: databases that are restored from a snapshot or to a point in time.

A restored database is being created for as long as one that a stack creates. It holds what its
source held at that moment: see `origin` and standin/users.py.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Final

from ministack.services import rds

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, replace, scoped
from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    operation,
    precondition,
)
from solarrally_tui.simulator.watching.alarms import pace
from solarrally_tui.simulator.wire.responses import ApiError

_instances = private(rds, "_instances")
_snapshots = private(rds, "_snapshots")
_subnet_groups = private(rds, "_subnet_groups")
_tags = private(rds, "_tags")

_CREATING_SECONDS: Final = 595.0
"""As for a database that a stack creates: see stacks/durations.py."""

_UPLOAD_SECONDS: Final = 300.0
"""RDS uploads transaction logs every five minutes (RDS user guide, Point-in-time recovery)."""

_ORIGIN = "_restored_from"
_READY = "_ready_at"
_HOST = "_host"


def origin(host: str) -> tuple[str, float] | None:
    """Return the host and the moment (epoch, seconds) of what a database was restored from.

    host: of the restored database. None where it was not restored.
    """
    found: tuple[str, float] | None = _at(host).get(_ORIGIN)
    return found


def version_of(host: str) -> str:
    """Return the version of PostgreSQL of the database at a host; empty without one."""
    return str(_at(host).get("EngineVersion", ""))


def _at(host: str) -> Record:
    at = (i for _, i in scoped(_instances) if (i.get("Endpoint") or {}).get("Address") == host)
    return next(at, {})


class RestoredDatabases:
    """What RDS does when it restores a database."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def install(self) -> None:
        """Answer the operations. Call once."""
        replace(rds, "_create_snapshot_internal", _noting_host)
        operation("rds", "RestoreDBInstanceFromDBSnapshot")(self._from_snapshot)
        operation("rds", "RestoreDBInstanceToPointInTime")(self._to_point_in_time)
        precondition("rds", "DescribeDBInstances")(self._proceed)
        for name in ("DeleteDBInstance", "CreateDBSnapshot"):
            precondition("rds", name)(self._refuse_while_creating)

    def _proceed(self, _caller: Caller, _given: Parameters) -> None:
        """Complete what has had its time, and upload the logs of what is backed up."""
        for _, instance in scoped(_instances):
            if instance.get(_READY, 0.0) and self._clock.now() >= instance[_READY]:
                instance |= {_READY: 0.0, "DBInstanceStatus": "available"}
            if instance.get("BackupRetentionPeriod"):
                instance["LatestRestorableTime"] = self._latest(instance).isoformat()

    def _latest(self, instance: Record) -> dt.datetime:
        """Return when the logs of a database were uploaded last: its data until then is safe."""
        now, each = dt.datetime.now(dt.UTC), _UPLOAD_SECONDS * pace(self._clock)
        born = dt.datetime.fromisoformat(str(instance["InstanceCreateTime"]))
        since_then = (now - born).total_seconds() % each if each else 0.0
        return now - dt.timedelta(seconds=since_then)

    def _refuse_while_creating(self, _caller: Caller, given: Parameters) -> None:
        name = str(given["DBInstanceIdentifier"])
        instance = _instances.get(name) or {}
        if instance.get("DBInstanceStatus") == "creating":
            message = f"Instance {name} is not in available state."
            raise ApiError("InvalidDBInstanceState", message, 400)

    def _from_snapshot(self, caller: Caller, given: Parameters) -> Result:
        name = str(given["DBSnapshotIdentifier"]).rpartition(":snapshot:")[2]
        snapshot = _snapshots.get(name)
        if snapshot is None:
            raise ApiError("DBSnapshotNotFound", f"DBSnapshot not found: {name}", 404)
        made = self._made(caller, str(given["DBInstanceIdentifier"]), snapshot, given)
        made[_ORIGIN] = _origin_of(snapshot)
        return {"DBInstance": made}

    def _to_point_in_time(self, caller: Caller, given: Parameters) -> Result:
        name = str(given["SourceDBInstanceIdentifier"])
        source = _instances.get(name)
        if source is None:
            raise ApiError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
        latest = self._latest(source)
        wanted = latest if given.get("UseLatestRestorableTime") else _moment(given["RestoreTime"])
        born = dt.datetime.fromisoformat(str(source["InstanceCreateTime"]))
        if not born <= wanted <= latest and wanted is not latest:
            raise ApiError(
                "InvalidParameterValue",
                f"The specified instance cannot be restored to a time later than {latest} or "
                f"earlier than {born}.",
            )
        made = self._made(caller, str(given["TargetDBInstanceIdentifier"]), source, given)
        made[_ORIGIN] = (source["Endpoint"]["Address"], wanted.timestamp())
        return {"DBInstance": made}

    def _made(self, caller: Caller, name: str, source: Record, given: Parameters) -> Record:
        if name in _instances:
            message = f"DB instance already exists: {name}"
            raise ApiError("DBInstanceAlreadyExists", message, 400)
        group = _subnet_groups.get(given.get("DBSubnetGroupName", ""))
        if group is None:
            message = f"DBSubnetGroup {given.get('DBSubnetGroupName')} not found."
            raise ApiError("DBSubnetGroupNotFoundFault", message, 404)
        arn = caller.arn("rds", f"db:{name}")
        instance = {
            "DBInstanceIdentifier": name,
            "DBInstanceArn": arn,
            "DBInstanceClass": given.get("DBInstanceClass") or source["DBInstanceClass"],
            "DBInstanceStatus": "available" if self._clock.instant else "creating",
            "Engine": source["Engine"],
            "EngineVersion": source["EngineVersion"],
            "MasterUsername": source["MasterUsername"],
            "_MasterUserPassword": source.get("_MasterUserPassword", uuid.uuid4().hex),
            "DBName": source.get("DBName", ""),
            "Endpoint": {
                "Address": f"{name}.{uuid.uuid4().hex[:8]}.{caller.region}.rds.amazonaws.com",
                "Port": 5432,
                "HostedZoneId": "Z2R2ITUGPM61AM",
            },
            "AllocatedStorage": source["AllocatedStorage"],
            "StorageType": source.get("StorageType", "gp3"),
            "StorageEncrypted": source.get("StorageEncrypted", False),
            "KmsKeyId": source.get("KmsKeyId", ""),
            "InstanceCreateTime": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "BackupRetentionPeriod": 0,
            "DBSubnetGroup": group,
            "DBSecurityGroups": [],
            "VpcSecurityGroups": [
                {"VpcSecurityGroupId": each, "Status": "active"}
                for each in given.get("VpcSecurityGroupIds", ())
            ],
            "DBParameterGroups": [
                {
                    "DBParameterGroupName": given.get("DBParameterGroupName", "default.postgres"),
                    "ParameterApplyStatus": "in-sync",
                }
            ],
            "PendingModifiedValues": {},
            "MultiAZ": bool(given.get("MultiAZ")),
            "PubliclyAccessible": bool(given.get("PubliclyAccessible")),
            "AutoMinorVersionUpgrade": bool(given.get("AutoMinorVersionUpgrade")),
            "DeletionProtection": bool(given.get("DeletionProtection")),
            "CopyTagsToSnapshot": bool(given.get("CopyTagsToSnapshot")),
            "AvailabilityZone": f"{caller.region}a",
            "DbiResourceId": f"db-{uuid.uuid4().hex[:20].upper()}",
            "CACertificateIdentifier": "rds-ca-rsa2048-g1",
            "ReadReplicaDBInstanceIdentifiers": [],
            "TagList": given.get("Tags", []),
            "_docker_container_id": None,
        }
        if not self._clock.instant:
            instance[_READY] = self._clock.now() + _CREATING_SECONDS
        _instances[name] = instance
        _tags[arn] = instance["TagList"]
        return instance


def restored_by_stack(instance: Record, snapshot: Record) -> None:
    """Note of a database that a stack has created what it was restored from."""
    instance[_ORIGIN] = _origin_of(snapshot)


def restored_from_host(instance: Record, host: str, moment: dt.datetime) -> None:
    """Note of a database that a stack has created whose backups it was restored from."""
    instance[_ORIGIN] = (host, moment.timestamp())


def _origin_of(snapshot: Record) -> tuple[str, float]:
    # A snapshot holds all of the second in which it was taken: its time has no parts of one.
    taken = dt.datetime.fromisoformat(str(snapshot["SnapshotCreateTime"])).timestamp() + 1
    return str(snapshot.get(_HOST, "")), taken


def _noting_host(original: Callable[[str, Record], Record]) -> Callable[[str, Record], Record]:
    def create(name: str, instance: Record) -> Record:
        snapshot = original(name, instance)
        snapshot[_HOST] = (instance.get("Endpoint") or {}).get("Address", "")
        return snapshot

    return create


def _moment(given: object) -> dt.datetime:
    return given if isinstance(given, dt.datetime) else dt.datetime.fromisoformat(str(given))
