"""Checks of what runs: tasks and load balancer targets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.probe_reports import HubReport, ProbeReport
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, age, newest
from solarrally_tui.health.metrics import Metric
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.telemetry import reports_of
from solarrally_tui.health.report import Observation, fail, ok, warn
from solarrally_tui.site.model import Size
from solarrally_tui.text.enumeration import counted

_GONE: Final = frozenset({"INACTIVE", "DRAINING"})
_FULL: Final = 90.0
"""Percent. From there on a task is throttled or about to be killed."""
SCALES_OUT_ABOVE: Final = 60
"""Percent of CPU that the scaling policy keeps the tasks at (blueprints/app, CpuScaling)."""
_STOPPED_NAMED: Final = 2
_TASKS_A_CALL: Final = 100
"""How many tasks DescribeTasks takes (ECS API reference)."""


async def service(observed: ObservedSite) -> Observation:
    """Judge whether the service runs as many tasks as it wants and its last deployment worked."""
    found = await _described(observed, "ServiceName")
    if not found:
        return fail("The ECS service was deleted.")
    seen = _judge_service(found)
    figures = (
        Figure("tasks_running", "Tasks running", found["runningCount"]),
        Figure("tasks_wanted", "Tasks wanted", found["desiredCount"]),
    )
    if seen.severity is Severity.OK:
        return replace(seen, line=f"{seen.line} {_deployed(found)}", figures=figures)
    reasons = await _stop_reasons(observed, found)
    return replace(seen, line=f"{seen.line} {reasons}", figures=figures)


async def hub(observed: ObservedSite) -> Observation:
    """Judge whether the hub runs, whether tasks reach it, and how many of its links are up."""
    found = await _described(observed, "HubServiceName")
    if found and found["runningCount"]:
        return judge_hub(found, await reports_of(observed))
    seen = judge_hub(found, ())
    reasons = await _stop_reasons(observed, found) if found else ""
    return replace(seen, line=f"{seen.line} {reasons}".strip())


def judge_hub(service: dict[str, Any], reports: Sequence[ProbeReport]) -> Observation:
    """Judge the hub by its service, empty where that was deleted, and by what tasks report."""
    if not service:
        return fail("The hub does not run: its ECS service was deleted. No telemetry arrives.")
    if not service["desiredCount"]:
        return fail("The hub does not run: it is scaled to zero tasks. No telemetry arrives.")
    if not service["runningCount"]:
        return fail(f"The hub does not run. No telemetry arrives. {_last_event(service)}".strip())
    return _judge_links([one.hub for one in reports if one.hub])


def _judge_links(told: Sequence[HubReport]) -> Observation:
    met = [one for one in told if one.reachable]
    if not told:
        return ok("The hub runs. No task has reported its links.")
    if not met:
        return fail("The hub runs, and no task reaches it. No telemetry arrives.")
    links, up = met[0].links, max(one.linked for one in met)
    figure = Figure("hub_links", "Links of the hub", up)
    if not up:
        return fail(f"The hub runs, and none of its {links} links to AWS IoT is up.", figure)
    line = f"The hub runs with {up} of {links} links to AWS IoT."
    if len(met) < len(told):
        return warn(f"{line} {len(told) - len(met)} of {len(told)} tasks do not reach it.", figure)
    if up < links:
        return warn(f"{line} Messages take those that are up.", figure)
    return ok(line, figure)


async def _described(observed: ObservedSite, output: str) -> dict[str, Any]:
    """Return an ECS service as it is now; empty where it was deleted."""
    response = await observed.door.call(
        "ecs",
        "describe_services",
        cluster=observed.output("app", "ClusterName"),
        services=[observed.output("app", output)],
    )
    services: list[dict[str, Any]] = response["services"]
    # ECS lists a deleted service for a while.
    return services[0] if services and services[0]["status"] not in _GONE else {}


def _deployed(service: dict[str, Any]) -> str:
    """Say since when the tasks of the last deployment run."""
    primary: dict[str, Any] = next(
        (d for d in service["deployments"] if d["status"] == "PRIMARY"), {}
    )
    since = primary.get("createdAt")
    if not isinstance(since, datetime):
        return ""
    return f"Deployed {age((datetime.now(UTC) - since).total_seconds())} ago."


async def _stop_reasons(observed: ObservedSite, service: dict[str, Any]) -> str:
    """Say why the last tasks stopped, in ECS's words; empty where that is not known."""
    cluster = observed.output("app", "ClusterName")
    try:
        arns = await observed.door.pages(
            "ecs",
            "list_tasks",
            "taskArns",
            cluster=cluster,
            serviceName=service["serviceName"],
            desiredStatus="STOPPED",
        )
        if not arns:
            return ""
        response = await observed.door.call(
            "ecs", "describe_tasks", cluster=cluster, tasks=arns[:_TASKS_A_CALL]
        )
    except AwsError:
        return ""  # The service itself was seen. Why tasks stopped is an addition.
    reasons = dict.fromkeys(
        str(task["stoppedReason"]) for task in response["tasks"] if task.get("stoppedReason")
    )
    if not reasons:
        return ""
    return f"Tasks stopped: {'; '.join(list(reasons)[:_STOPPED_NAMED])}"


def _judge_service(service: dict[str, Any]) -> Observation:
    running, desired = service["runningCount"], service["desiredCount"]
    verb = "task is" if desired == 1 else "tasks are"
    count = f"{running} of {desired} {verb} running."
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
    count = (
        f"{len(live) - len(unhealthy)} of {counted(len(live), 'target is', 'targets are')} healthy."
    )
    healthy = Figure("targets_healthy", "Healthy targets", len(live) - len(unhealthy))
    if not unhealthy:
        return ok(count, healthy)
    first = unhealthy[0]
    words = f"{count} {first['State']}: {first.get('Description') or first.get('Reason', '')}"
    return (warn if len(unhealthy) < len(live) else fail)(words, healthy)


async def capacity(observed: ObservedSite) -> Observation:
    """Judge how much of their CPU and memory the tasks use, on average over five minutes."""
    cpu, memory = await observed.series("task_cpu"), await observed.series("task_memory")
    figures = (
        Figure("task_cpu", "Task CPU", newest(cpu), "%", cpu, _FULL),
        Figure("task_memory", "Task memory", newest(memory), "%", memory, _FULL),
    )
    if not cpu and not memory:
        return ok("CloudWatch has no figures of the tasks yet.", *figures)
    line = f"CPU {figures[0].text}, memory {figures[1].text}.{scaling(observed.site.size)}"
    full = [figure for figure in figures if figure.value is not None and figure.value >= _FULL]
    if not full:
        return ok(line, *figures)
    named = " and ".join(figure.title for figure in full)
    return warn(
        f"{line} {named} is at its limit. Give the tasks more with size.task_cpu and "
        "size.task_memory, then deploy again.",
        *figures,
    )


def scaling(size: Size) -> str:
    """Say when tasks are added, and how many there can be; empty where the number is fixed."""
    if size.min_tasks == size.max_tasks:
        return ""
    return (
        f" Tasks are added above {SCALES_OUT_ABOVE} % CPU and removed well below it, from "
        f"{size.min_tasks} to {size.max_tasks}."
    )


def capacity_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what ECS measures of the service, without Container Insights."""
    service = (
        ("ClusterName", observed.output("app", "ClusterName")),
        ("ServiceName", observed.output("app", "ServiceName")),
    )
    return (
        Metric("task_cpu", "AWS/ECS", "CPUUtilization", "Average", service),
        Metric("task_memory", "AWS/ECS", "MemoryUtilization", "Average", service),
    )
