"""Another image in the running service, while its stack stays as it is.

What else the tasks have comes from the stack's own task definition. ECS takes the image back where
the new tasks do not stay healthy, or where the alarm of updates rings: the service of the stack
says so, whoever updates it.
"""

from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.progress.rollout import Rollout
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.steps import StepError

COMMIT_TAG: Final = "solarrally:commit"
"""Key of the tag on a task definition that no stack knows: the commit of its image."""

FROM_TAG: Final = "solarrally:from"
"""Key of the tag with the ARN of the stack's own task definition, of which it is a copy. Comparing
the two would not do: ECS adds defaults to what is registered."""

LIMIT_SECONDS: Final = 2700.0
"""Three tasks that fail, their draining and the watch of the alarm take up to half an hour."""

_RECORDED: Final = frozenset(
    {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "deregisteredAt",
        "registeredBy",
        "deleteRequestedAt",
    }
)
"""What DescribeTaskDefinition adds to what was registered (ECS API reference, TaskDefinition)."""


def with_image(definition: Mapping[str, Any], before: str, image: str) -> dict[str, Any]:
    """Return what to register for a task definition with another image in place of one."""
    containers = [
        container | {"image": image} if container["image"] == before else container
        for container in definition["containerDefinitions"]
    ]
    kept = {name: value for name, value in definition.items() if name not in _RECORDED and value}
    return kept | {"containerDefinitions": containers}


async def service_of(door: Door, app: Mapping[str, str]) -> dict[str, Any]:
    """Return the service of the tasks. app: outputs of the stack. Raises StepError, AwsError."""
    if "ServiceName" not in app:
        raise StepError(_NO_TASKS)
    response = await door.call(
        "ecs", "describe_services", cluster=app["ClusterName"], services=[app["ServiceName"]]
    )
    if not response["services"]:
        raise StepError(_NO_SERVICE)
    service: dict[str, Any] = response["services"][0]
    return service


async def definition_of(door: Door, arn: str) -> dict[str, Any]:
    """Return a task definition, as DescribeTaskDefinition does. Raises AwsError."""
    response = await door.call("ecs", "describe_task_definition", taskDefinition=arn)
    found: dict[str, Any] = response["taskDefinition"]
    return found


async def commit_beside_stack(deployed: DeployedSite) -> str:
    """Return the commit that runs although no stack knows it; empty where the stack's runs.

    Empty, too, where there are no tasks. Raises AwsError.
    """
    app = await deployed.stacks.outputs("app")
    if "TaskDefinitionArn" not in app:
        return ""
    try:
        arn = (await service_of(deployed.door, app))["taskDefinition"]
    except StepError:
        return ""
    if arn == app["TaskDefinitionArn"]:
        return ""
    return (await _tags(deployed.door, arn)).get(COMMIT_TAG, "")


async def _tags(door: Door, arn: str) -> dict[str, str]:
    response = await door.call(
        "ecs", "describe_task_definition", taskDefinition=arn, include=["TAGS"]
    )
    return {tag["key"]: tag["value"] for tag in response.get("tags") or ()}


async def running_image(door: Door, app: Mapping[str, str], before: str) -> str:
    """Return the application's image that the service runs, also one that no stack knows.

    app: outputs of the stack. before: the image of the stack's own task definition. Raises
    StepError and AwsError.
    """
    arn = (await service_of(door, app))["taskDefinition"]
    if arn == app["TaskDefinitionArn"]:
        return before
    own = await definition_of(door, app["TaskDefinitionArn"])
    names = {c["name"] for c in own["containerDefinitions"] if c["image"] == before}
    running = (await definition_of(door, arn))["containerDefinitions"]
    return next((str(c["image"]) for c in running if c["name"] in names), before)


async def bring(
    door: Door, app: Mapping[str, str], before: str, image: str, tags: dict[str, str]
) -> str:
    """Return the ARN of the task definition that the service is to run, which it is told.

    Empty where it runs that already. before: the image of the stack's own task definition.
    tags: of a new task definition. Raises StepError and AwsError.
    """
    arn = app["TaskDefinitionArn"]
    now = (await service_of(door, app))["taskDefinition"]
    if image == before:
        if now == arn:
            return ""
    else:
        copied = now != arn and (await _tags(door, now)).get(FROM_TAG) == arn
        if copied and await running_image(door, app, before) == image:
            return ""
        wanted = with_image(await definition_of(door, arn), before, image)
        listed = [{"key": k, "value": v} for k, v in (tags | {FROM_TAG: arn}).items()]
        response = await door.call("ecs", "register_task_definition", **wanted, tags=listed)
        arn = str(response["taskDefinition"]["taskDefinitionArn"])
    await door.call(
        "ecs",
        "update_service",
        cluster=app["ClusterName"],
        service=app["ServiceName"],
        taskDefinition=arn,
    )
    return arn


async def wait(door: Door, app: Mapping[str, str], arn: str, narrator: Narrator, step: str) -> None:
    """Wait until the tasks of a task definition have replaced the others.

    Raises StepError where ECS took them back, StillWaitingError and AwsError.
    """
    words = ""

    async def steady() -> bool | None:
        nonlocal words
        service = await service_of(door, app)
        primary = next(d for d in service["deployments"] if d["status"] == "PRIMARY")
        failed = [d for d in service["deployments"] if d.get("rolloutState") == "FAILED"]
        if primary["taskDefinition"] != arn or primary in failed:
            raise StepError(_taken_back(narrator.site, arn, failed, service))
        if primary.get("rolloutState", "COMPLETED") == "COMPLETED":
            return True
        rollout = Rollout.of(service)
        if rollout and rollout.words != words:
            words = rollout.words
            narrator.step(step, State.RUNNING, words)
        return None

    await poll(steady, every=2.0, slowest=10.0, limit=LIMIT_SECONDS)


_NO_TASKS: Final = Plain(
    what="This site has no tasks. Nothing was changed.",
    why='Its size.shape is "functions", and GitHub Actions replace tasks only.',
    next="Run solarrally update. It gives the functions the image of another commit.",
)
_NO_SERVICE: Final = Plain(
    what="The service of the tasks does not exist. Nothing was changed.",
    why="ECS lists none by the name that the stack app has.",
    next="Run solarrally deploy with the site file, which creates it again.",
)


def _taken_back(
    site: str, arn: str, failed: list[dict[str, Any]], service: Mapping[str, Any]
) -> Plain:
    reasons = [str(d.get("rolloutStateReason") or "") for d in failed]
    events = [str(event["message"]) for event in (service.get("events") or ())[:10]]
    return Plain(
        what="ECS took the new image back. The site serves the tasks and the page of before.",
        why=next(filter(None, reasons), "")
        or "The new tasks did not stay healthy, or the alarm of updates rang.",
        next=f"Read the application's log: solarrally logs {site}. Correct the commit and push it.",
        detail="\n".join([arn, *reasons, *events]),
    )
