"""ECS and its load balancer: the service's events, why tasks stopped, how the targets are."""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.site.tiers import Shape

SERVICE: Final = "AWS::ECS::Service"
CLUSTER: Final = "AWS::ECS::Cluster"
GROUP: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
_EVENTS: Final = 20
_TASKS: Final = 10
_TASKS_A_CALL: Final = 100
"""DescribeTasks takes 100 at most."""

_BAD_EVENT: Final = ("unable to", "failed", "unhealthy", "rolling back", "error", "throttl")
_SCHEDULED: Final = frozenset({"ServiceSchedulerInitiated", "UserInitiated"})
_UNHEALTHY: Final = "container health checks"
"""In the reason of tasks whose own health check failed (ECS, stopped task errors)."""

_CALM: Final = ("Scaling activity initiated by", "Task stopped by")
_ENDED_WELL: Final = frozenset({0, 143, None})
"""0: done; 143: ended on SIGTERM (ECS developer guide, exit codes). None: never started."""

StoppedTask = tuple[dict[str, Any], ApiCall]
"""A task as DescribeTasks returns it, and the call that returned it."""


async def service(case: Case) -> AsyncIterator[Evidence]:
    """Yield how deployments of the application and of the hub went, and events with errors."""
    _refuse_functions(case)
    cluster = await case.resource_id("app", CLUSTER, output="ClusterName")
    services = [await case.resource_id("app", SERVICE, output="ServiceName")]
    stack = case.stack("app")
    if stack and (hub := stack.outputs.get("HubServiceName")):
        services.append(hub)
    response, call = await case.call("ecs", "describe_services", cluster=cluster, services=services)
    for details in response["services"]:
        link = case.link("service", cluster=_name_in(cluster), id=details["serviceName"])
        for evidence in _deployments(call, details, link):
            yield evidence
        for event in (details.get("events") or [])[:_EVENTS]:
            if any(word in event["message"].lower() for word in _BAD_EVENT):
                yield call.evidence(
                    "service-event",
                    event["message"],
                    resource=details["serviceName"],
                    type=SERVICE,
                    time=event["createdAt"],
                    link=link,
                )


def _deployments(call: ApiCall, details: dict[str, Any], link: str) -> list[Evidence]:
    """Return deployments with the time at which they began.

    After a rollback the good one is older than the one that failed, whatever its last change.
    """
    return [
        call.evidence(
            "deployment",
            deployment.get("rolloutStateReason")
            or f"{deployment.get('failedTasks', 0)} tasks failed.",
            resource=details["serviceName"],
            type=SERVICE,
            state=deployment.get("rolloutState", ""),
            time=deployment.get("createdAt"),
            link=link,
            good=deployment.get("rolloutState") == "COMPLETED",
        )
        for deployment in details.get("deployments", ())
        if deployment.get("rolloutState") in {"FAILED", "COMPLETED"}
    ]


async def tasks(case: Case) -> AsyncIterator[Evidence]:
    """Yield why tasks stopped. ECS keeps that for about an hour."""
    stopped_tasks = await stopped(case)
    for task, call in stopped_tasks:
        for evidence in _task(case, task, call):
            yield evidence
    unhealthy = [task for task, _ in stopped_tasks if _UNHEALTHY in task.get("stoppedReason", "")]
    if unhealthy:
        async for evidence in health_checks(case, unhealthy[0]["taskDefinitionArn"]):
            yield evidence


async def health_checks(case: Case, definition: str) -> AsyncIterator[Evidence]:
    """Yield the health check command of each container."""
    response, call = await case.call("ecs", "describe_task_definition", taskDefinition=definition)
    for container in response["taskDefinition"]["containerDefinitions"]:
        check = container.get("healthCheck")
        if check:
            words = f"{' '.join(check['command'])} (every {check.get('interval', 30)} s)"
            name = container["name"]
            yield call.evidence("health-check", words, resource=name, type="container")


async def stopped(case: Case) -> list[StoppedTask]:
    """Return the tasks that stopped lately and not as planned, the newest first.

    Raises as Case.resource_id does.
    """
    return await case.shared("stopped tasks", lambda: _read_stopped(case))


async def _read_stopped(case: Case) -> list[StoppedTask]:
    cluster = await case.resource_id("app", CLUSTER, output="ClusterName")
    arns, _ = await case.pages(
        "ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus="STOPPED"
    )
    if not arns:
        return []
    response, call = await case.call(
        "ecs", "describe_tasks", cluster=cluster, tasks=arns[:_TASKS_A_CALL]
    )
    unplanned = [task for task in response["tasks"] if not _is_planned(task)]
    unplanned.sort(key=lambda t: str(t.get("stoppedAt") or t.get("createdAt")), reverse=True)
    return [(task, call) for task in unplanned[:_TASKS]]


async def running(case: Case) -> list[str]:
    """Return the ARNs of the tasks that run or are to run. Raises as Case.resource_id does."""
    cluster = await case.resource_id("app", CLUSTER, output="ClusterName")
    arns, _ = await case.pages(
        "ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus="RUNNING"
    )
    return arns


def _is_planned(task: dict[str, Any]) -> bool:
    """Tell whether a task was stopped by scaling or a person, with no container that failed."""
    codes = {container.get("exitCode") for container in task.get("containers", ())}
    return codes <= _ENDED_WELL and str(task.get("stoppedReason", "")).startswith(_CALM)


def _task(case: Case, task: dict[str, Any], call: ApiCall) -> list[Evidence]:
    """Return why the task stopped, and each container that failed."""
    identifier, reason = _name_in(task["taskArn"]), task.get("stoppedReason", "")
    time = task.get("stoppedAt") or task.get("createdAt")
    link = case.link("task", cluster=_name_in(task["clusterArn"]), id=identifier)
    evidence: list[Evidence] = []
    if reason and not (task.get("stopCode") in _SCHEDULED and reason.startswith(_CALM)):
        state = task.get("stopCode", "")
        evidence.append(
            call.evidence(
                "task",
                reason,
                resource=identifier,
                type="ECS task",
                time=time,
                state=state,
                link=link,
            )
        )
    for container in task.get("containers", ()):
        code, why, name = container.get("exitCode"), container.get("reason", ""), container["name"]
        if code in _ENDED_WELL and not why:
            continue
        words = f"{name}: exit code {code}" if code is not None else name
        evidence.append(
            call.evidence(
                "container",
                f"{words}. {why}".strip(),
                resource=name,
                type="container",
                state=str(code),
                time=time,
                link=link,
                facts={"code": str(code), "task": identifier},
            )
        )
    return evidence


async def targets(case: Case) -> AsyncIterator[Evidence]:
    """Yield how the load balancer's health checks go, with its reason codes."""
    _refuse_functions(case)
    arn = await case.resource_id("balancer", GROUP)
    response, call = await case.find("elbv2", "describe_target_health", TargetGroupArn=arn)
    if response is None:
        raise OutOfReachError("The target group was deleted.")
    for description in response["TargetHealthDescriptions"]:
        health, target = description["TargetHealth"], description["Target"]
        if health["State"] in {"draining", "unused"}:
            continue
        words = f"{health.get('Reason', '')} {health.get('Description', '')}".strip()
        yield call.evidence(
            "target",
            words or health["State"],
            resource=f"{target['Id']}:{target.get('Port', '')}",
            type="target",
            state=health["State"],
            good=health["State"] == "healthy",
            link=case.link("target-group", id=arn),
        )
    if not response["TargetHealthDescriptions"]:
        raise OutOfReachError("No task is registered with the load balancer.")


def _refuse_functions(case: Case) -> None:
    """Raise NotNeededError for a site whose application runs as functions."""
    if case.observed.site.size.shape is Shape.FUNCTIONS:
        raise NotNeededError


def _name_in(arn: str) -> str:
    """Return the last part of an ARN."""
    return arn.rpartition("/")[2]
