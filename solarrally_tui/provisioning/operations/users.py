"""Lists, adds and removes users of the application, and resets passwords, through a one-off task.

Nobody but tasks reaches the database. What the task is asked for, with the password, is a version
of the administrator's secret with a label of its own; the version loses the label at the end, and
Secrets Manager deletes versions without a label in time. So no password is in the overrides of the
task, an event, a log or an argument. The answer goes through the site's bucket of artefacts and is
deleted there.
"""

import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.run_lock import alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.task import USERS, StoppedTask, TaskNotStartedError, run_once
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError, from_waiting
from solarrally_tui.provisioning.operations.users_program import PROGRAM

ROLES: Final = ("admin", "operator", "user", "guest")
"""The application's roles, from the one that may most."""

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 72
"""Bytes, of which bcrypt hashes no more."""

_STAGE: Final = "solarrally-request"
"""Label of the version with the request, as the app blueprint names it."""

_FOLDER: Final = "users/"
_ANSWER_SECONDS: Final = 900
_LIMIT_SECONDS: Final = 900.0
_LENGTH: Final = 24
_ALPHABET: Final = string.ascii_letters + string.digits
"""As in the app stack's template: no punctuation."""


@dataclass(frozen=True, slots=True)
class User:
    """One user of the application."""

    email: str
    role: str
    """One of ROLES; empty where the application gives none."""
    is_active: bool
    last_login: str
    """ISO 8601, or empty."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to do."""

    action: str
    """list, add, remove or reset-password."""
    email: str = ""
    role: str = ""
    password: str = field(default="", repr=False)


def new_password() -> str:
    """Return a random password of letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


async def carry_out(request: Request, site: DeployedSite) -> tuple[User, ...]:
    """Do what is asked, and return the users where it is to list them.

    Where the password of the site's administrator changes, its secret gets the new one.
    Raises StepError with what happened, AwsError.
    """
    _refuse(request, site)
    outputs = await site.stacks.outputs("bootstrap", "network", "balancer", "data", "app")
    if USERS.output not in outputs:
        raise StepError(_not_deployed(site.name))
    change = _Change(site.door, outputs, request)
    answer = await alone(site.door, site.name, "users", change.run, lambda _: None)
    if refused := answer.get("refused"):
        raise StepError(_refused(request, str(refused)), Exit.REFUSED)
    if request.password and request.email.lower() == site.site.administrator.lower():
        secret = outputs["AdminSecretArn"]
        await site.door.call(
            "secretsmanager", "put_secret_value", SecretId=secret, SecretString=request.password
        )
    return tuple(
        User(each["email"], each["role"] or "", each["active"], each["last_login"] or "")
        for each in answer.get("users", ())
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """One request to one site. The door is in the site's Region."""

    door: Door
    outputs: Mapping[str, str]
    request: Request

    async def run(self) -> dict[str, Any]:
        """Run the task and return its answer."""
        bucket = self.outputs["ArtifactBucketName"]
        key = f"{_FOLDER}{secrets.token_hex(16)}.json"
        # What a run left that was killed. No other one is under way: see run_lock.
        await buckets.empty(self.door, bucket, _FOLDER)
        address = await self.door.address_of(bucket, key, _ANSWER_SECONDS, "put_object")
        version = await self._stage(address)
        try:
            await self._run_task()
            response = await self.door.call("s3", "get_object", Bucket=bucket, Key=key)
            answer: dict[str, Any] = json.loads(response["Body"])
            return answer
        finally:
            await self._end_stage(version)
            await buckets.empty(self.door, bucket, _FOLDER)

    async def _stage(self, address: str) -> str:
        body = {
            "action": self.request.action,
            "email": self.request.email,
            "role": self.request.role,
            "password": self.request.password,
            "answer_to": address,
        }
        response = await self.door.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=self.outputs["AdminSecretArn"],
            SecretString=json.dumps(body),
            VersionStages=[_STAGE],
        )
        return str(response["VersionId"])

    async def _end_stage(self, version: str) -> None:
        secret = self.outputs["AdminSecretArn"]

        async def ended() -> dict[str, Any] | None:
            told = await self.door.call("secretsmanager", "describe_secret", SecretId=secret)
            return None if _STAGE in told["VersionIdsToStages"].get(version, ()) else {}

        await self.door.once(
            "secretsmanager",
            "update_secret_version_stage",
            ended,
            SecretId=secret,
            VersionStage=_STAGE,
            RemoveFromVersionId=version,
        )

    async def _run_task(self) -> None:
        log_group = self.outputs["LogGroupName"]
        try:
            task = await run_once(
                self.door, self.outputs, USERS, limit=_LIMIT_SECONDS, command=[PROGRAM]
            )
        except TaskNotStartedError as error:
            raise StepError(_failed(f"ECS did not start the task: {error}", log_group)) from error
        except StillWaitingError as error:
            raise from_waiting(error, "The task that changes users") from error
        if task.exit_code != 0:
            raise StepError(_failed(_cause(task), log_group))


def _refuse(request: Request, site: DeployedSite) -> None:
    """Refuse what would leave the site without the administrator that its answers name."""
    if request.action == "remove" and request.email.lower() == site.site.administrator.lower():
        raise StepError(
            Plain(
                what=f"{request.email} is the administrator that the answers of {site.name} name. "
                "Nothing was changed.",
                why="The site would name an administrator that does not exist.",
                next="Name another one in application.admin_email and deploy, then remove this "
                "one. reset-password locks out anyone who knows the password.",
            ),
            Exit.REFUSED,
        )


def _cause(task: StoppedTask) -> str:
    status = "no exit status" if task.exit_code is None else f"exit status {task.exit_code}"
    return f"The task ended with {status}. {task.reason}".strip()


def _not_deployed(name: str) -> Plain:
    return Plain(
        what=f"The site {name} has no task that changes users.",
        why="It is not deployed completely, or by an older release.",
        next="Deploy the site, then run the same command again.",
    )


def _refused(request: Request, why: str) -> Plain:
    if why == "exists":
        return Plain(
            what=f"The user {request.email} exists already. Nothing was changed.",
            why="An e-mail address belongs to one user.",
            next="solarrally users reset-password gives this user a new password.",
        )
    return Plain(
        what=f"There is no user {request.email}. Nothing was changed.",
        why="The application has no user with this e-mail address.",
        next="solarrally users list shows all users, and add creates one.",
    )


def _failed(why: str, log_group: str) -> Plain:
    return Plain(
        what="It is not certain whether anything was changed.",
        why=why,
        next=f"Read the streams users/ of the log group {log_group}, then run the same command "
        "again.",
    )
