"""Checks of what runs: tasks, load balancer targets, database."""

from typing import Any, Final

from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn

_GONE: Final = frozenset({"INACTIVE", "DRAINING"})
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


async def service(observed: ObservedSite) -> Observation:
    """Judge whether the service runs as many tasks as it wants and its last deployment worked."""
    response = await observed.door.call(
        "ecs",
        "describe_services",
        cluster=observed.output("app", "ClusterName"),
        services=[observed.output("app", "ServiceName")],
    )
    # ECS lists a deleted service for a while.
    if not response["services"] or response["services"][0]["status"] in _GONE:
        return fail("The ECS service was deleted.")
    return _judge_service(response["services"][0])


def _judge_service(service: dict[str, Any]) -> Observation:
    running, desired = service["runningCount"], service["desiredCount"]
    count = f"{running} of {desired} tasks are running."
    primary: dict[str, Any] = next(
        (d for d in service["deployments"] if d["status"] == "PRIMARY"), {}
    )
    others = [d for d in service["deployments"] if d["status"] == "ACTIVE"]
    state = primary.get("rolloutState", "")
    if not desired:
        return fail("The ECS service is scaled to zero tasks.")
    if state == "FAILED":
        return fail(f"{count} The last deployment failed: {primary.get('rolloutStateReason')}")
    if not running:
        return fail(f"{count} {_last_event(service)}")
    if any(_is_newer_failure(other, primary) for other in others):
        return warn(
            f"{count} The last deployment failed and was rolled back. {_last_event(service)}"
        )
    if state == "IN_PROGRESS" or any(o["runningCount"] or o["pendingCount"] for o in others):
        return warn(f"{count} A deployment is in progress. {_last_event(service)}")
    return ok(count) if running >= desired else warn(f"{count} {_last_event(service)}")


def _is_newer_failure(other: dict[str, Any], primary: dict[str, Any]) -> bool:
    # After a rollback the primary deployment is the older one, which works.
    failed = other.get("rolloutState") == "FAILED"
    return bool(failed and primary and other["createdAt"] > primary["createdAt"])


def _last_event(service: dict[str, Any]) -> str:
    events = service.get("events") or []
    return f"ECS reports: {events[0]['message']}" if events else ""


async def targets(observed: ObservedSite) -> Observation:
    """Judge whether the load balancer finds every registered target healthy."""
    group = observed.output("balancer", "TargetGroupArn")
    response = await observed.door.call("elbv2", "describe_target_health", TargetGroupArn=group)
    states = [target["TargetHealth"] for target in response["TargetHealthDescriptions"]]
    live = [state for state in states if state["State"] not in {"draining", "unused"}]
    unhealthy = [state for state in live if state["State"] != "healthy"]
    if not live:
        return fail("The load balancer has no registered target.")
    count = f"{len(live) - len(unhealthy)} of {len(live)} targets are healthy."
    if not unhealthy:
        return ok(count)
    first = unhealthy[0]
    words = f"{count} {first['State']}: {first.get('Description') or first.get('Reason', '')}"
    return warn(words) if len(unhealthy) < len(live) else fail(words)


async def database(observed: ObservedSite) -> Observation:
    """Judge whether the database is available and backed up."""
    name = observed.output("data", "DbInstanceId")
    response = await observed.door.find("rds", "describe_db_instances", DBInstanceIdentifier=name)
    if response is None:
        return fail("The database was deleted.")
    (instance,) = response["DBInstances"]
    status = instance["DBInstanceStatus"]
    if status != "available":
        return (warn if status in _PASSING else fail)(f"The database is {status}.")
    days = instance["BackupRetentionPeriod"]
    zones = "two Availability Zones" if instance.get("MultiAZ") else "one Availability Zone"
    facts = f"{instance['DBInstanceClass']} in {zones}, {instance['AllocatedStorage']} GiB"
    if not days:
        return warn(f"Available, {facts}. Automated backups are off.")
    return ok(f"Available, {facts}, backups kept for {days} days.")
