"""Makes the application's first administrator: a task that runs once and ends."""

import hashlib
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.task import StoppedTask, TaskNotStartedError, run_once
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
    outputs = run.outputs["app"] | run.outputs["network"] | run.outputs["data"]
    try:
        task = await run_once(run.door, outputs, limit=_LIMIT_SECONDS)
    except TaskNotStartedError as error:
        why = f"ECS did not start the task: {error}"
        raise StepError(_failed(run, why, str(error))) from error
    if task.exit_code != 0:
        raise StepError(_failed(run, *_cause(task)))
    await run.door.call(
        "secretsmanager", "tag_resource", SecretId=secret, Tags=[{"Key": DONE_TAG, "Value": mark}]
    )
    return End(True)


def _mark(run: Run) -> str:
    """Return what changes with the database and with the administrator's e-mail address."""
    parts = (run.outputs["data"]["DbEndpoint"], run.site.administrator)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _cause(task: StoppedTask) -> tuple[str, str]:
    """Return why a task failed, in our words and in those of ECS."""
    reason = task.reason or "ECS gave no reason."
    if task.exit_code == _OTHER_ROLE:
        return "Somebody without that role has registered with the e-mail address.", reason
    code = "no" if task.exit_code is None else task.exit_code
    return f"Its task ended with {code} exit status. {reason}", reason


def _failed(run: Run, why: str, detail: str) -> Plain:
    return Plain(
        what="The application's first administrator could not be made.",
        why=why,
        next=f"Read the streams administrator/ of the log group "
        f"{run.outputs['app']['LogGroupName']}, then run the same command again.",
        detail=detail,
    )
