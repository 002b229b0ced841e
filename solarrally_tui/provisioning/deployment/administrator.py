"""Creates the application's first administrator, with a task that runs once."""

import hashlib
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.task import StoppedTask, TaskNotStartedError, run_once
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.site.names import ADMINISTRATOR_TAG

_LIMIT_SECONDS: Final = 900.0
_OTHER_ROLE: Final = 3
"""Exit status of the program when the e-mail address belongs to a user without the role."""


async def ensure(deployment: Deployment) -> End:
    """Create the application's first administrator, unless the tag says that it exists.

    Raises StepError when the task does not end well, AwsError and StillWaitingError.
    """
    outputs = deployment.outputs
    secret, mark = outputs["app"]["AdminSecretArn"], _mark(deployment)
    response = await deployment.door.call("secretsmanager", "describe_secret", SecretId=secret)
    if {"Key": ADMINISTRATOR_TAG, "Value": mark} in (response.get("Tags") or []):
        return End(False)
    stacks = ("network", "balancer", "data", "app")
    together = {name: value for s in stacks for name, value in outputs.get(s, {}).items()}
    log_group = outputs["app"]["LogGroupName"]
    try:
        task = await run_once(deployment.door, together, limit=_LIMIT_SECONDS)
    except TaskNotStartedError as error:
        why = f"ECS did not start the task: {error}"
        raise StepError(_failed(why, str(error), log_group)) from error
    if task.exit_code != 0:
        raise StepError(_failed(*_cause(task), log_group))
    await deployment.door.call(
        "secretsmanager",
        "tag_resource",
        SecretId=secret,
        Tags=[{"Key": ADMINISTRATOR_TAG, "Value": mark}],
    )
    return End(True)


def _mark(deployment: Deployment) -> str:
    """Return what changes with the database and with the administrator's e-mail address."""
    parts = (deployment.outputs["data"]["DbEndpoint"], deployment.site.administrator)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _cause(task: StoppedTask) -> tuple[str, str]:
    """Return why a task did not end well, in our words and in those of ECS."""
    reason = task.reason or "ECS gave no reason."
    if task.exit_code == _OTHER_ROLE:
        return "The e-mail address belongs to a user who is not an administrator.", reason
    status = "no exit status" if task.exit_code is None else f"exit status {task.exit_code}"
    return f"Its task ended with {status}. {reason}", reason


def _failed(why: str, detail: str, log_group: str) -> Plain:
    return Plain(
        what="The application's first administrator could not be created.",
        why=why,
        next=f"Read the streams administrator/ of the log group {log_group}, then run the same "
        "command again.",
        detail=detail,
    )
