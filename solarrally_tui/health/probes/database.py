"""Checks of the database: state and backups, load, and how long its version is supported."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.health.figures import Figure, age, newest
from solarrally_tui.health.metrics import Metric
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn
from solarrally_tui.text.dates import day
from solarrally_tui.text.enumeration import counted

_PASSING: Final = frozenset(
    {
        "backing-up",
        "configuring-enhanced-monitoring",
        "maintenance",
        "modifying",
        "storage-config-upgrade",
        "storage-optimization",
        "upgrading",
    }
)
"""States in which RDS serves or is about to (RDS user guide, "Viewing DB instance status")."""
_BACKUP_LATE: Final = timedelta(hours=2)
"""RDS uploads transaction logs every five minutes (RDS user guide, Point-in-time recovery)."""
_CERTIFICATE_SOON: Final = timedelta(days=90)
_SUPPORT_SOON: Final = timedelta(days=180)
_STANDARD_SUPPORT: Final = "open-source-rds-standard-support"
_GIB: Final = 1024**3
_BUSY: Final = 90.0
_STORAGE_WARN: Final = 15.0
_STORAGE_FAIL: Final = 3.0
"""Percent of the storage that is left. At none left, RDS stops the database (storage-full)."""
_CREDITS_LOW: Final = 5.0
_VERSION_SECONDS: Final = 86400.0
_SHARED_SECONDS: Final = 5.0
"""For which the checks of one round share what RDS describes."""


async def database(observed: ObservedSite) -> Observation:
    """Judge whether the database is available and backed up, and its certificate valid."""
    instance = await described_instance(observed)
    if instance is None:
        return fail("The database was deleted.")
    return judge_instance(instance, datetime.now(UTC))


def judge_instance(instance: dict[str, Any], now: datetime) -> Observation:
    """Judge a database by the RDS API's DBInstance."""
    status = instance["DBInstanceStatus"]
    if status != "available":
        return (warn if status in _PASSING else fail)(f"The database is {status}.")
    days = instance["BackupRetentionPeriod"]
    zones = "two Availability Zones" if instance.get("MultiAZ") else "one Availability Zone"
    facts = f"{instance['DBInstanceClass']} in {zones}, {instance['AllocatedStorage']} GiB."
    if not days:
        return warn(f"Available. Automated backups are off. {facts}")
    figures = _figures(instance, now)
    last = instance.get("LatestRestorableTime")
    seconds = (now - last).total_seconds() if last else 0.0
    restored = f" It can be restored to {age(seconds)} ago." if last else ""
    line = f"Available.{restored} Backups are kept for {counted(days, 'day')}. {facts}"
    if last and now - last > _BACKUP_LATE:
        return warn(f"{line} RDS uploads every five minutes; see its events.", *figures)
    certificate = instance.get("CertificateDetails") or {}
    end = certificate.get("ValidTill")
    if end and end - now < _CERTIFICATE_SOON:
        return warn(
            f"{line} The certificate of its server ends on {day(end)} "
            f"({certificate.get('CAIdentifier', '')}). solarrally maintain renews it.",
            *figures,
        )
    return ok(line, *figures)


def _figures(instance: dict[str, Any], now: datetime) -> tuple[Figure, ...]:
    """Return the ages that RDS reports itself."""
    figures = []
    if last := instance.get("LatestRestorableTime"):
        seconds = (now - last).total_seconds()
        limit = _BACKUP_LATE.total_seconds()
        figures.append(Figure("backup_age", "Newest backup", seconds, "s", limit=limit))
    if end := (instance.get("CertificateDetails") or {}).get("ValidTill"):
        days = float((end - now).days)
        limit = float(_CERTIFICATE_SOON.days)
        figures.append(Figure("database_ca", "Server certificate", days, "days", limit=limit))
    return tuple(figures)


def _whole(count: float | None) -> float | None:
    """Return a number of things that was averaged as one that there can be."""
    return None if count is None else round(count)


async def load(observed: ObservedSite) -> Observation:
    """Judge the database's CPU, connections and storage, by what CloudWatch measured."""
    cpu = await observed.series("database_cpu")
    connections = await observed.series("database_connections")
    free = await observed.series("database_free")
    credits_ = await observed.series("database_credits")
    instance = await described_instance(observed)
    # RDS enlarges the storage: the answers may know less than there is.
    size = instance["AllocatedStorage"] if instance else observed.site.size.database_storage_gib
    left = newest(free)
    percent = None if left is None else min(left / _GIB / size * 100, 100.0)
    figures = (
        Figure("database_cpu", "Database CPU", newest(cpu), "%", cpu, _BUSY),
        Figure("database_connections", "Connections", _whole(newest(connections)), "", connections),
        Figure("database_free", "Storage left", percent, "%", limit=_STORAGE_WARN),
    )
    if not cpu:
        return ok("CloudWatch has no figures of the database yet.", *figures)
    free_text = "unknown" if left is None else f"{left / _GIB:,.1f} GiB ({percent:.0f} %)"
    line = f"CPU {figures[0].text}, {figures[1].text} connections, {free_text} left."
    if percent is not None and percent < _STORAGE_FAIL:
        return fail(
            f"{line} The database stops when none is left. Raise size.database_storage_gib and "
            "size.database_max_storage_gib, then deploy.",
            *figures,
        )
    if percent is not None and percent < _STORAGE_WARN:
        return warn(f"{line} RDS enlarges it up to size.database_max_storage_gib.", *figures)
    if (newest(cpu) or 0.0) >= _BUSY:
        larger = "A larger database class (size.database_class) has more."
        return warn(f"{line} Its CPU is at its limit. {larger}", *figures)
    balance = newest(credits_)
    if balance is not None and balance < _CREDITS_LOW:
        return warn(f"{line} Its CPU credits are used up, so it is slow or billed.", *figures)
    return ok(line, *figures)


def load_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what RDS measures of the instance."""
    instance = (("DBInstanceIdentifier", observed.output("data", "DbInstanceId")),)
    own = (
        Metric("database_cpu", "AWS/RDS", "CPUUtilization", "Average", instance),
        Metric("database_connections", "AWS/RDS", "DatabaseConnections", "Maximum", instance),
        Metric("database_free", "AWS/RDS", "FreeStorageSpace", "Minimum", instance),
    )
    if not observed.site.size.database_class.startswith("db.t"):
        return own
    credits_ = Metric("database_credits", "AWS/RDS", "CPUCreditBalance", "Minimum", instance)
    return (*own, credits_)


async def engine(observed: ObservedSite) -> Observation:
    """Judge until when AWS supports the major version of PostgreSQL."""
    version = await observed.memo.kept(
        "engine version", lambda: _engine_version(observed), _VERSION_SECONDS
    )
    return judge_support(version, await majors_like(observed, version), datetime.now(UTC))


async def majors_like(observed: ObservedSite, version: str) -> list[dict[str, Any]]:
    """Return the RDS API's DBMajorEngineVersions of a full version. Raises AwsError."""
    response = await observed.door.call(
        "rds",
        "describe_db_major_engine_versions",
        Engine="postgres",
        MajorEngineVersion=version.partition(".")[0],
    )
    majors: list[dict[str, Any]] = response["DBMajorEngineVersions"]
    return majors


async def _engine_version(observed: ObservedSite) -> str:
    instance = await described_instance(observed)
    if instance is None:
        raise OutOfReachError("The database was deleted.")
    return str(instance["EngineVersion"])


def judge_support(version: str, majors: list[dict[str, Any]], now: datetime) -> Observation:
    """Judge a version of PostgreSQL by the RDS API's DBMajorEngineVersions."""
    end = end_of_support(majors)
    if end is None:
        return unknown(f"AWS does not say until when it supports PostgreSQL {version}.")
    left = float((end - now).days)
    days = Figure(
        "engine_support", "Support of PostgreSQL", left, "days", limit=float(_SUPPORT_SOON.days)
    )
    line = f"PostgreSQL {version}, supported until {day(end)}."
    upgrade = "solarrally maintain says how to move to a newer version."
    if end < now:
        return warn(f"{line} AWS now bills Extended Support for every vCPU. {upgrade}", days)
    if end - now < _SUPPORT_SOON:
        return warn(f"{line} Then AWS bills Extended Support. {upgrade}", days)
    return ok(line, days)


def end_of_support(majors: list[dict[str, Any]]) -> datetime | None:
    """Return when standard support ends, by DBMajorEngineVersions; None where AWS names no end."""
    ends: list[datetime] = [
        period["LifecycleSupportEndDate"]
        for major in majors
        for period in major.get("SupportedEngineLifecycles") or ()
        if period["LifecycleSupportName"] == _STANDARD_SUPPORT
    ]
    return ends[0] if ends else None


async def described_instance(observed: ObservedSite) -> dict[str, Any] | None:
    """Return the DB instance as RDS describes it, None where it was deleted. Raises AwsError."""
    name = observed.output("data", "DbInstanceId")
    response = await observed.memo.kept(
        "database",
        lambda: observed.door.find("rds", "describe_db_instances", DBInstanceIdentifier=name),
        _SHARED_SECONDS,
    )
    return response["DBInstances"][0] if response else None
