"""ECS and its load balancer: the service's words, why tasks stopped, what the targets answer."""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.observed_site import OutOfReachError

SERVICE: Final = "AWS::ECS::Service"
CLUSTER: Final = "AWS::ECS::Cluster"
GROUP: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
_EVENTS: Final = 20
_TASKS: Final = 10
_BAD_EVENT: Final = ("unable to", "failed", "unhealthy", "rolling back", "error", "throttl")
_SCHEDULED: Final = frozenset({"ServiceSchedulerInitiated", "UserInitiated"})
_UNHEALTHY: Final = "container health checks"
"""In the reason of tasks whose own health check failed (ECS, stopped task errors)."""

_CALM: Final = ("Scaling activity initiated by", "Task stopped by")
_ENDED_WELL: Final = frozenset({0, 143, None})
"""0: done; 143: told to stop, and did (ECS developer guide, exit codes). None: never started."""


async def service(case: Case) -> AsyncIterator[Evidence]:
    """Tell how deployments of the service go, and what ECS says of them."""
    cluster, name = await _names(case)
    answer, asked = await case.call("ecs", "describe_services", cluster=cluster, services=[name])
    for told in answer["services"]:
        link = case.link("service", cluster=_last(cluster), id=_last(name))
        for each in _deployments(asked, told, link):
            yield each
        for event in (told.get("events") or [])[:_EVENTS]:
            if any(word in event["message"].lower() for word in _BAD_EVENT):
                yield asked.saw(
                    "service-event",
                    event["message"],
                    resource=told["serviceName"],
                    type=SERVICE,
                    time=event["createdAt"],
                    link=link,
                )


async def _names(case: Case) -> tuple[str, str]:
    app = case.stack("app")
    outputs = app.outputs if app else {}
    cluster = outputs.get("ClusterName") or await case.thing("app", CLUSTER)
    return cluster, outputs.get("ServiceName") or await case.thing("app", SERVICE)


def _deployments(asked: Asked, told: dict[str, Any], link: str) -> list[Evidence]:
    """Return deployments with the time at which they began.

    After a rollback the good one is older than the one that failed, whatever its last change.
    """
    return [
        asked.saw(
            "deployment",
            each.get("rolloutStateReason") or f"{each.get('failedTasks', 0)} tasks failed.",
            resource=told["serviceName"],
            type=SERVICE,
            state=each.get("rolloutState", ""),
            time=each.get("createdAt"),
            link=link,
            good=each.get("rolloutState") == "COMPLETED",
        )
        for each in told.get("deployments", ())
        if each.get("rolloutState") in {"FAILED", "COMPLETED"}
    ]


async def tasks(case: Case) -> AsyncIterator[Evidence]:
    """Tell why tasks stopped. ECS knows that for about an hour."""
    found = await stopped(case)
    for told, asked in found:
        async for each in _task(case, told, asked):
            yield each
    unhealthy = [told for told, _ in found if _UNHEALTHY in told.get("stoppedReason", "")]
    if unhealthy:
        async for each in health_checks(case, unhealthy[0]["taskDefinitionArn"]):
            yield each


async def health_checks(case: Case, definition: str) -> AsyncIterator[Evidence]:
    """Tell what containers are asked to prove that they are well."""
    answer, asked = await case.call("ecs", "describe_task_definition", taskDefinition=definition)
    for each in answer["taskDefinition"]["containerDefinitions"]:
        check = each.get("healthCheck")
        if check:
            words = f"{' '.join(check['command'])} (every {check.get('interval', 30)} s)"
            yield asked.saw("health-check", words, resource=each["name"], type="container")


async def stopped(case: Case) -> list[tuple[dict[str, Any], Asked]]:
    """Return the tasks that ECS stopped lately, the newest first. Raises as Case.thing does."""
    app = case.stack("app")
    outputs = app.outputs if app else {}
    cluster = outputs.get("ClusterName") or await case.thing("app", CLUSTER)
    arns, _ = await case.pages(
        "ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus="STOPPED"
    )
    if not arns:
        return []
    answer, asked = await case.call(
        "ecs", "describe_tasks", cluster=cluster, tasks=arns[: _TASKS * 10]
    )
    found = [each for each in answer["tasks"] if not _wanted(each)]
    found.sort(key=lambda each: str(each.get("stoppedAt") or each.get("createdAt")), reverse=True)
    return [(each, asked) for each in found[:_TASKS]]


def _wanted(task: dict[str, Any]) -> bool:
    """Tell whether a task ended as somebody wanted it, with no container that failed."""
    ended = {each.get("exitCode") for each in task.get("containers", ())}
    return ended <= _ENDED_WELL and str(task.get("stoppedReason", "")).startswith(_CALM)


async def _task(case: Case, task: dict[str, Any], asked: Asked) -> AsyncIterator[Evidence]:
    cluster, identifier = _last(task["clusterArn"]), _last(task["taskArn"])
    when = task.get("stoppedAt") or task.get("createdAt")
    link = case.link("task", cluster=cluster, id=identifier)
    reason = task.get("stoppedReason", "")
    if reason and not (task.get("stopCode") in _SCHEDULED and reason.startswith(_CALM)):
        yield asked.saw(
            "task",
            reason,
            resource=identifier,
            type="ECS task",
            time=when,
            state=task.get("stopCode", ""),
            link=link,
        )
    for each in task.get("containers", ()):
        code, why = each.get("exitCode"), each.get("reason", "")
        if code in _ENDED_WELL and not why:
            continue
        words = f"{each['name']}: exit code {code}" if code is not None else each["name"]
        yield asked.saw(
            "container",
            f"{words}. {why}".strip(),
            resource=each["name"],
            type="container",
            state=str(code),
            time=when,
            link=link,
            facts={"code": str(code), "task": identifier},
        )


async def targets(case: Case) -> AsyncIterator[Evidence]:
    """Tell what the load balancer's health checks met, with its reason codes."""
    arn = await case.thing("app", GROUP)
    try:
        answer, asked = await case.call("elbv2", "describe_target_health", TargetGroupArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OutOfReachError("The load balancer went away with the rollback.") from error
        raise
    for each in answer["TargetHealthDescriptions"]:
        health = each["TargetHealth"]
        if health["State"] in {"draining", "unused"}:
            continue
        where = f"{each['Target']['Id']}:{each['Target'].get('Port', '')}"
        words = f"{health.get('Reason', '')} {health.get('Description', '')}".strip()
        yield asked.saw(
            "target",
            words or health["State"],
            resource=where,
            type="target",
            state=health["State"],
            good=health["State"] == "healthy",
            link=case.link("target-group", id=arn),
        )
    if not answer["TargetHealthDescriptions"]:
        raise OutOfReachError("No task is registered with the load balancer.")


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
