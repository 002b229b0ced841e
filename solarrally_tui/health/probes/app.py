"""Checks of what runs: tasks, load balancer targets, database."""

from typing import Any

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn

_GONE = frozenset({"INACTIVE", "DRAINING"})
_PASSING = frozenset(
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


async def service(observed: ObservedSite) -> Observation:
    """The service runs as many tasks as it wants, and its last deployment went through."""
    answer = await observed.door.call(
        "ecs",
        "describe_services",
        cluster=observed.output("app", "ClusterName"),
        services=[observed.output("app", "ServiceName")],
    )
    if not answer["services"] or answer["services"][0]["status"] in _GONE:
        return fail("The service was deleted.")
    return _judged_service(answer["services"][0])


def _judged_service(told: dict[str, Any]) -> Observation:
    running, desired = told["runningCount"], told["desiredCount"]
    count = f"{running} of {desired} tasks are running."
    primary, others = _deployments(told)
    state = primary.get("rolloutState", "")
    if not desired:
        return fail("The service is scaled to zero tasks.")
    if state == "FAILED":
        return fail(f"{count} The last deployment failed: {primary.get('rolloutStateReason')}")
    if not running:
        return fail(f"{count} {_last_word(told)}")
    if any(_is_newer_failure(other, primary) for other in others):
        return warn(f"{count} The last deployment failed and was rolled back. {_last_word(told)}")
    if state == "IN_PROGRESS" or any(_has_tasks(other) for other in others):
        return warn(f"{count} A deployment is under way. {_last_word(told)}")
    return ok(count) if running >= desired else warn(f"{count} {_last_word(told)}")


def _deployments(told: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the deployment that ECS aims at, and the others that are not gone yet."""
    found: list[dict[str, Any]] = told["deployments"]
    primary = [each for each in found if each["status"] == "PRIMARY"] or [{}]
    return primary[0], [each for each in found if each["status"] == "ACTIVE"]


def _is_newer_failure(other: dict[str, Any], primary: dict[str, Any]) -> bool:
    failed = other.get("rolloutState") == "FAILED"
    return bool(failed and primary and other["createdAt"] > primary["createdAt"])


def _has_tasks(deployment: dict[str, Any]) -> bool:
    return bool(deployment["runningCount"] or deployment["pendingCount"])


def _last_word(told: dict[str, Any]) -> str:
    events = told.get("events") or []
    return f"ECS says: {events[0]['message']}" if events else ""


async def targets(observed: ObservedSite) -> Observation:
    """The load balancer finds every registered target healthy."""
    answer = await observed.door.call(
        "elbv2", "describe_target_health", TargetGroupArn=observed.output("app", "TargetGroupArn")
    )
    states = [each["TargetHealth"] for each in answer["TargetHealthDescriptions"]]
    live = [state for state in states if state["State"] not in {"draining", "unused"}]
    healthy = sum(state["State"] == "healthy" for state in live)
    if not live:
        return fail("The load balancer has no target.")
    count = f"{healthy} of {len(live)} targets are healthy."
    if healthy == len(live):
        return ok(count)
    sick = next(state for state in live if state["State"] != "healthy")
    words = f"{count} {sick['State']}: {sick.get('Description') or sick.get('Reason', '')}"
    return warn(words) if healthy else fail(words)


async def database(observed: ObservedSite) -> Observation:
    """The database is available; its storage and backups in the detail."""
    name = observed.output("data", "DbInstanceId")
    try:
        answer = await observed.door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return fail("The database was deleted.")
        raise
    (told,) = answer["DBInstances"]
    status = told["DBInstanceStatus"]
    if status == "available":
        return _judged_database(told)
    return (warn if status in _PASSING else fail)(f"The database is {status}.")


def _judged_database(told: dict[str, Any]) -> Observation:
    days = told["BackupRetentionPeriod"]
    zones = "two zones" if told.get("MultiAZ") else "one zone"
    facts = f"{told['DBInstanceClass']} in {zones}, {told['AllocatedStorage']} GiB"
    if not days:
        return warn(f"Available, {facts}. Automatic backups are switched off.")
    return ok(f"Available, {facts}, backups of {days} days.")
