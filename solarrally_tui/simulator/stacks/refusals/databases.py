"""What RDS refuses of a database: a smaller volume, changes too soon, snapshots that do not fit."""

import datetime as dt
from typing import Final

from ministack.core.responses import get_account_id, get_region
from ministack.services import rds
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, replace_entry
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues, handler_error
from solarrally_tui.simulator.runtime.restored_databases import (
    restored_by_stack,
    restored_from_host,
)
from solarrally_tui.simulator.services import rds_backups
from solarrally_tui.simulator.services.registry import Caller, Parameters, precondition
from solarrally_tui.simulator.stacks.refusals.rule import RefusalRule
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks
from solarrally_tui.simulator.wire.responses import ApiError

_databases = private(rds, "_instances")
_snapshots = private(rds, "_snapshots")
_parameter_groups = private(rds, "_param_groups")

_TYPE: Final = "AWS::RDS::DBInstance"
_SOURCES: Final = ("DBSnapshotIdentifier", "SourceDBInstanceAutomatedBackupsArn", "RestoreTime")
_CODE: Final = "InvalidParameterCombination"
# RDS user guide, increasing DB instance storage capacity: at least 10 %, and not again for six
# hours.
_PAUSE_SECONDS: Final = 6 * 3600.0
_OPTIMIZING: Final = (
    "You can't currently modify the storage of this DB instance because the previous storage "
    "change is being optimized."
)

# CloudFormation's handler sends any changed AllocatedStorage, so what RDS refuses fails the update
# (aws-cloudformation-resource-providers-rds, Translator.modifyDbInstanceRequest).


class DatabaseStorage:
    """The volume of each database: when it changed, and what RDS makes of a small step."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed: dict[tuple[str, str, str], float] = {}

    def install(self, hooks: ResourceHooks) -> None:
        """Watch over changes by stacks and by calls. Call once."""
        precondition("rds", "ModifyDBInstance")(self._modified)
        replace_entry(provisioners, "_CUSTOM_NAME_REPLACEMENT", _TYPE, _replaced_by_sources)
        hooks.refuse_update(_TYPE, self._updated)
        hooks.refuse_update(_TYPE, _other_snapshot)
        hooks.correct(_TYPE, self._grown)
        hooks.correct(_TYPE, _restored)

    def _modified(self, _caller: Caller, given: Parameters) -> None:
        database = _databases.get(given.get("DBInstanceIdentifier", ""))
        if database is not None and "AllocatedStorage" in given:
            size = int(given["AllocatedStorage"])
            if refusal := self._refusal(database, size):
                raise ApiError(_CODE, refusal)
            self._note(database, size)

    def _updated(self, identifier: str, old: Properties, new: Properties) -> None:
        database = _databases.get(identifier)
        size, before = new.get("AllocatedStorage"), old.get("AllocatedStorage")
        if database is None or size is None or str(size) == str(before):
            return
        if refusal := self._refusal(database, int(size)):
            raise handler_error(refusal, "InvalidRequest", service="Rds")
        self._note(database, int(size))

    def _refusal(self, database: Record, size: int) -> str:
        now = int(database["AllocatedStorage"])
        if size < now:
            return invalid_size(database["Engine"], database["StorageType"], size)
        last = self._changed.get(_key(database))
        optimizing = last is not None and self._clock.now() - last < _PAUSE_SECONDS
        # Where nothing waits, six hours are over at once.
        return _OPTIMIZING if size > now and optimizing and not self._clock.instant else ""

    def _note(self, database: Record, size: int) -> None:
        now = int(database["AllocatedStorage"])
        if size > now:
            self._changed[_key(database)] = self._clock.now()
            # RDS API reference, ModifyDBInstance: smaller steps are rounded up to 10 %.
            database["_least_storage"] = -(-now * 11 // 10)

    def _grown(self, values: ReturnValues, _properties: Properties) -> ReturnValues:
        database = _databases.get(values[0], {})
        if least := database.pop("_least_storage", 0):
            database["AllocatedStorage"] = max(int(database["AllocatedStorage"]), least)
        return values


def _replaced_by_sources(rule: Record) -> Record:
    """Replace a database that is to be made from something else than it was.

    CloudFormation user guide, AWS::RDS::DBInstance, DBSnapshotIdentifier: another snapshot creates
    another database, and leaving one out an empty one; RestoreTime and
    SourceDBInstanceAutomatedBackupsArn: "Update requires: Replacement".
    """
    known = rule["requires_replacement"]

    def replaces(old: Properties, new: Properties) -> bool:
        return known(old, new) or any(old.get(name) != new.get(name) for name in _SOURCES)

    return rule | {"requires_replacement": replaces}


def invalid_size(engine: str, storage_type: str, size: int) -> str:
    """Return RDS's words for a volume that is too small."""
    return f"Invalid storage size for engine name {engine} and storage type {storage_type}: {size}"


def _key(database: Record) -> tuple[str, str, str]:
    return get_account_id(), get_region(), str(database["DBInstanceIdentifier"])


def snapshot_of(properties: Properties) -> Record | None:
    """Return the snapshot that a database is made from; None for an empty one.

    Raises ValueError where there is no such snapshot.
    """
    name = str(properties.get("DBSnapshotIdentifier") or "")
    if not name:
        return None
    snapshot: Record | None = _snapshots.get(name.rpartition(":")[2])
    if snapshot is None:
        raise handler_error(f"DBSnapshot not found: {name}", "NotFound", service="Rds", status=404)
    return snapshot


def _backup_of(properties: Properties) -> Record | None:
    """Return the backups that a database is made from; None for an empty one.

    Raises ValueError where there are none, or where they lack that moment.
    """
    arn = str(properties.get("SourceDBInstanceAutomatedBackupsArn") or "")
    if not arn:
        return None
    backup = rds_backups.of_arn(arn)
    if backup is None:
        message = f"DBInstanceAutomatedBackup {arn} not found."
        raise handler_error(message, "NotFound", service="Rds", status=404)
    window = backup["RestoreWindow"]
    if not window["EarliestTime"] <= _moment(properties) <= window["LatestTime"]:
        message = (
            "The specified instance cannot be restored to a time later than "
            f"{window['LatestTime']:%Y-%m-%dT%H:%M:%SZ} or earlier than "
            f"{window['EarliestTime']:%Y-%m-%dT%H:%M:%SZ}."
        )
        raise handler_error(message, "InvalidRequest", service="Rds")
    return backup


def _moment(properties: Properties) -> dt.datetime:
    return dt.datetime.fromisoformat(str(properties["RestoreTime"]))


def _snapshot_fits(_kind: str, _logical_id: str, properties: Properties) -> None:
    """Refuse what a restore, or the ModifyDBInstance after it, refuses.

    The first takes no engine version, so the parameter group has to be of the snapshot's major
    version, and the second allows no other one (aws-cloudformation-resource-providers-rds,
    Translator: restoreDbInstanceFromSnapshotRequest and modifyDbInstanceAfterCreateRequest).
    """
    snapshot = snapshot_of(properties) or _backup_of(properties)
    if snapshot is None:
        return
    there, wanted = str(snapshot["EngineVersion"]), str(properties.get("EngineVersion") or "")
    size = int(properties.get("AllocatedStorage") or snapshot["AllocatedStorage"])
    group = _parameter_groups.get(properties.get("DBParameterGroupName", ""), {})
    family = f"postgres{there.partition('.')[0]}"
    refusal = ""
    if group.get("DBParameterGroupFamily", family) != family:
        refusal = (
            f"The parameter group {group['DBParameterGroupName']} with DBParameterGroupFamily "
            f"{group['DBParameterGroupFamily']} can't be used for this instance. Use a parameter "
            f"group with DBParameterGroupFamily {family}."
        )
    elif size < int(snapshot["AllocatedStorage"]):
        refusal = invalid_size(snapshot["Engine"], properties.get("StorageType", "gp2"), size)
    elif wanted and _parts(wanted)[0] != _parts(there)[0]:
        refusal = (
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major "
            "version."
        )
    elif wanted and _parts(wanted) < _parts(there):
        refusal = f"Cannot upgrade postgres from {there} to {wanted}"
    if refusal:
        raise handler_error(refusal, "InvalidRequest", service="Rds")


def _other_snapshot(_identifier: str, old: Properties, new: Properties) -> None:
    if any(new.get(name) != old.get(name) for name in _SOURCES):
        _snapshot_fits(_TYPE, "", new)


def _restored(values: ReturnValues, properties: Properties) -> ReturnValues:
    """A restored database has the backup's administrator and data."""
    backup = rds_backups.of_arn(str(properties.get("SourceDBInstanceAutomatedBackupsArn") or ""))
    if backup is not None:
        database = _databases[values[0]]
        database["MasterUsername"] = backup["MasterUsername"]
        restored_from_host(database, backup[rds_backups.HOST], _moment(properties))
    snapshot = _snapshots.get(str(properties.get("DBSnapshotIdentifier") or "").rpartition(":")[2])
    if snapshot is not None:
        _databases[values[0]]["MasterUsername"] = snapshot["MasterUsername"]
        restored_by_stack(_databases[values[0]], snapshot)
    return values


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


RULES: Final = (
    RefusalRule(
        name="snapshot-does-not-fit",
        when="new",
        kinds=(_TYPE,),
        source="RDS API reference, RestoreDBInstanceFromDBSnapshot and ModifyDBInstance: "
        "DBSnapshotNotFound, InvalidParameterCombination",
        check=_snapshot_fits,
    ),
)
