"""Runs the site's one-off ECS tasks: they create the administrator, import dumps, change users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll


@dataclass(frozen=True, slots=True)
class OneOff:
    """A task definition of the stack `app` that runs once."""

    output: str
    """Output with its ARN."""
    container: str
    """Name of its container, and prefix of its log streams."""


ADMINISTRATOR: Final = OneOff("AdministratorTaskArn", "administrator")
"""Creates the first administrator; with another command it imports a dump."""

USERS: Final = OneOff("UsersTaskArn", "users")
"""Lists and changes users, as a version of the administrator's secret asks."""

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class TaskNotStartedError(Exception):
    """ECS did not start the task. The message has ECS's reasons."""


@dataclass(frozen=True, slots=True)
class StoppedTask:
    """How a task ended."""

    exit_code: int | None
    """None where the container never ran."""
    reason: str
    """Why the container, or else the task, stopped, in ECS's words; may be empty."""
    log_stream: str
    """In the log group of the application."""


async def run_once(
    door: Door,
    outputs: Mapping[str, str],
    one_off: OneOff = ADMINISTRATOR,
    *,
    limit: float,
    command: Sequence[str] = (),
    environment: Mapping[str, str] = _NONE,
) -> StoppedTask:
    """Start the task and wait until it has stopped.

    outputs: of the stacks network, balancer, data and app. limit: seconds. command and environment
    replace and extend what the task definition has. The door is in the site's Region.
    Raises TaskNotStartedError, StillWaitingError and AwsError.
    """
    overrides = _overrides(one_off.container, command, environment)
    arn = await _start(door, outputs, one_off, overrides)

    async def stopped() -> dict[str, Any] | None:
        response = await door.call(
            "ecs", "describe_tasks", cluster=outputs["ClusterName"], tasks=[arn]
        )
        task: dict[str, Any] = response["tasks"][0]
        return task if task["lastStatus"] == "STOPPED" else None

    task = await poll(stopped, every=2.0, slowest=6.0, limit=limit)
    container: dict[str, Any] = next(iter(task.get("containers") or ()), {})
    return StoppedTask(
        container.get("exitCode"),
        str(container.get("reason") or task.get("stoppedReason") or ""),
        f"{one_off.container}/{one_off.container}/{arn.rpartition('/')[2]}",
    )


async def _start(
    door: Door, outputs: Mapping[str, str], one_off: OneOff, overrides: dict[str, Any]
) -> str:
    response = await door.call(
        "ecs",
        "run_task",
        cluster=outputs["ClusterName"],
        taskDefinition=outputs[one_off.output],
        launchType="FARGATE",
        count=1,
        startedBy="solarrally",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": outputs["TaskSubnetIds"].split(","),
                "securityGroups": [
                    outputs["TaskSecurityGroupId"],
                    outputs["DbClientSecurityGroupId"],
                ],
                "assignPublicIp": outputs["AssignPublicIp"],
            }
        },
        overrides=overrides,
    )
    # RunTask answers without an error where there is no capacity: the reasons are in the response.
    if not response["tasks"]:
        failures = response.get("failures", ())
        raise TaskNotStartedError(", ".join(str(f.get("reason", "")) for f in failures))
    return str(response["tasks"][0]["taskArn"])


def _overrides(
    container: str, command: Sequence[str], environment: Mapping[str, str]
) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if command:
        changed["command"] = list(command)
    if environment:
        changed["environment"] = [{"name": n, "value": v} for n, v in environment.items()]
    return {"containerOverrides": [{"name": container} | changed]} if changed else {}
