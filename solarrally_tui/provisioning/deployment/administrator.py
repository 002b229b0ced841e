"""Makes the application's first administrator: a task that runs once and ends."""

import hashlib
from typing import Any, Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.engine.steps import End, StepError

DONE_TAG: Final = "solarrally:administrator"
"""On the secret of the password: which administrator of which database is made."""

_LIMIT_SECONDS: Final = 900.0
_OTHER_ROLE: Final = 3
"""Exit status of the program when somebody else has the e-mail address."""


async def ensure(run: Run) -> End:
    """See to it that the application has its first administrator.

    Raises StepError when the task does not end well, AwsError and StillWaitingError.
    """
    secret, mark = run.outputs["app"]["AdminSecretArn"], _mark(run)
    told = await run.door.call("secretsmanager", "describe_secret", SecretId=secret)
    if {"Key": DONE_TAG, "Value": mark} in (told.get("Tags") or []):
        return End(False)
    task = await _ended(run, await _start(run))
    if (cause := _cause(task)) is not None:
        raise StepError(_failed(run, *cause))
    await run.door.call(
        "secretsmanager", "tag_resource", SecretId=secret, Tags=[{"Key": DONE_TAG, "Value": mark}]
    )
    return End(True)


def _mark(run: Run) -> str:
    """Return what changes with the database and with the administrator's e-mail address."""
    parts = (run.outputs["data"]["DbEndpoint"], run.site.administrator)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


async def _start(run: Run) -> str:
    app, network = run.outputs["app"], run.outputs["network"]
    groups = [app["TaskSecurityGroupId"], run.outputs["data"]["DbClientSecurityGroupId"]]
    told = await run.door.call(
        "ecs",
        "run_task",
        cluster=app["ClusterName"],
        taskDefinition=app["AdministratorTaskArn"],
        launchType="FARGATE",
        count=1,
        startedBy="solarrally",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": network["TaskSubnetIds"].split(","),
                "securityGroups": groups,
                "assignPublicIp": network["AssignPublicIp"],
            }
        },
    )
    if not told["tasks"]:
        reasons = ", ".join(str(each.get("reason", "")) for each in told.get("failures", ()))
        raise StepError(_failed(run, f"ECS did not start the task: {reasons}", reasons))
    started: str = told["tasks"][0]["taskArn"]
    return started


async def _ended(run: Run, task: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        told = await run.door.call(
            "ecs", "describe_tasks", cluster=run.outputs["app"]["ClusterName"], tasks=[task]
        )
        found: dict[str, Any] = told["tasks"][0]
        return found if found["lastStatus"] == "STOPPED" else None

    return await poll(look, every=0.5, slowest=5.0, limit=_LIMIT_SECONDS)


def _cause(task: dict[str, Any]) -> tuple[str, str] | None:
    """Return why a task did not end well, in our words and in those of ECS; None when it did."""
    container: dict[str, Any] = next(iter(task.get("containers") or []), {})
    code = container.get("exitCode")
    if code == 0:
        return None
    said = str(container.get("reason") or task.get("stoppedReason") or "ECS gave no reason.")
    if code == _OTHER_ROLE:
        return "Somebody without that role has registered with the e-mail address.", said
    return f"Its task ended with {'no' if code is None else code} exit status. {said}", said


def _failed(run: Run, why: str, detail: str) -> Plain:
    return Plain(
        what="The application's first administrator could not be made.",
        why=why,
        next=f"Read the streams administrator/ of the log group "
        f"{run.outputs['app']['LogGroupName']}, then run the same command again.",
        detail=detail,
    )
