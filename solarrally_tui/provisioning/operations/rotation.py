"""Gives the database of a site a new password. Running it again resumes.

Two labels of the secret say how far a run came: AWSPENDING beside AWSCURRENT is a password that
may or may not be in the database already, both on one version a password that new tasks have yet
to read. Nothing is ever read from the secret: a password that was staged and never taken is
replaced by a fresh one, which costs another change of the database and no permission to read.
"""

import hashlib
import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed import record, stack
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import Action, End, StepError, from_aws
from solarrally_tui.site.names import stack_name

STAGE: Final = "new-password"
DATABASE: Final = "database"
SECRET: Final = "secret"  # noqa: S105 the name of a step
TASKS: Final = "tasks"
ROTATION: Final[Graph] = graph(
    {STAGE: (), DATABASE: (STAGE,), SECRET: (DATABASE,), TASKS: (SECRET,)}
)
"""One step after the other: each label is moved only when what it promises is true."""

_LENGTH: Final = 40
_ALPHABET: Final = string.ascii_letters + string.digits
"""As in the data stack's template: no punctuation."""

_CURRENT: Final = "AWSCURRENT"
_PENDING: Final = "AWSPENDING"
_LIMIT_SECONDS: Final = 1800.0


@dataclass(slots=True)
class _Rotation:
    """One rotation of one site. The door is in the site's Region."""

    door: Door
    outputs: Mapping[str, str]
    """Of the stacks data and app."""
    password: str = field(default="", repr=False)
    """Empty where an earlier run has brought it into the database and the secret."""
    version: str = ""
    """Of the secret, with the new password."""

    @property
    def secret(self) -> str:
        return self.outputs["DbSecretArn"]


async def rotate(name: str, door: Door, emit: Emit) -> Outcome:
    """Change the password in the database and the secret, replace the tasks, tell all as events.

    Errors of AWS come back as the outcome's cause. The password is in no event and no error.
    """
    try:
        found = await _look(name, door)
    except AwsError as error:
        return _failed(from_aws(error, begun=False), changed=False)
    except StepError as error:
        return _failed(error, changed=False)
    ends = await run(ROTATION, _actions(found), Voice(name, emit))
    if ends.first_error:
        return _failed(ends.first_error, changed=ends.changed)
    return Outcome(Exit.OK, f"The database of {name} has a new password, and its tasks use it.")


async def _look(name: str, door: Door) -> _Rotation:
    site = (await record.read(door, name)).site
    regional = door.with_region(site.region)
    outputs: dict[str, str] = {}
    for each in ("data", "app"):
        found = await stack.find(regional, stack_name(name, each), site.region)
        if not found or found.status not in stack.GOOD:
            raise StepError(_not_ready(name, each, found.status if found else "not there"))
        outputs |= found.outputs
    return _Rotation(regional, outputs)


def _actions(found: _Rotation) -> Mapping[str, Action]:
    steps = {STAGE: _stage, DATABASE: _database, SECRET: _promote, TASKS: _tasks}
    return {step: partial(action, found) for step, action in steps.items()}


async def _stage(found: _Rotation) -> End:
    """Store the new password beside the old one, unless only the tasks are left to do."""
    labels = await _labels(found)
    before = labels.get(_PENDING, "")
    if before and before == labels.get(_CURRENT):
        found.version = before
        return End(False, "An earlier run has stored it. The tasks are left.")
    # RDS refuses a change during another one, such as that of a run that was cut off.
    instance = await _settled(found)
    found.password = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    # One token for all who saw the same labels: the first to store wins, the others are refused.
    token = hashlib.sha256(f"{found.secret} {before or labels[_CURRENT]}".encode()).hexdigest()
    told = await found.door.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=found.secret,
        ClientRequestToken=token,
        SecretString=json.dumps(_value(found, instance)),
        VersionStages=[_PENDING],
    )
    found.version = told["VersionId"]
    return End(True, "Replaces one that an earlier run had begun with." if before else "")


def _value(found: _Rotation, instance: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the stack's SecretTargetAttachment keeps in the secret, as AWS documents it."""
    return {
        "username": instance["MasterUsername"],
        "password": found.password,
        "engine": instance["Engine"],
        "host": found.outputs["DbEndpoint"],
        "port": int(found.outputs["DbPort"]),
        "dbname": found.outputs["DbName"],
        "dbInstanceIdentifier": found.outputs["DbInstanceId"],
    }


async def _database(found: _Rotation) -> End:
    if not found.password:
        return End(False)
    await _still_ours(found)
    await found.door.call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier=found.outputs["DbInstanceId"],
        MasterUserPassword=found.password,
        ApplyImmediately=True,
    )
    await _settled(found)
    return End(True)


async def _settled(found: _Rotation) -> dict[str, Any]:
    """Wait until the database is available with no change of its password under way."""

    async def look() -> dict[str, Any] | None:
        told = await found.door.call(
            "rds", "describe_db_instances", DBInstanceIdentifier=found.outputs["DbInstanceId"]
        )
        instance: dict[str, Any] = told["DBInstances"][0]
        pending = "MasterUserPassword" in instance.get("PendingModifiedValues", {})
        return instance if instance["DBInstanceStatus"] == "available" and not pending else None

    return await poll(look, every=0.5, slowest=10.0, limit=_LIMIT_SECONDS)


async def _promote(found: _Rotation) -> End:
    if not found.password:
        return End(False)
    labels = await _still_ours(found)
    await found.door.call(
        "secretsmanager",
        "update_secret_version_stage",
        SecretId=found.secret,
        VersionStage=_CURRENT,
        MoveToVersionId=found.version,
        RemoveFromVersionId=labels[_CURRENT],
    )
    return End(True)


async def _tasks(found: _Rotation) -> End:
    """Replace the tasks: they read the password only when they start."""
    service = {"cluster": found.outputs["ClusterName"], "service": found.outputs["ServiceName"]}
    told = await found.door.call("ecs", "update_service", forceNewDeployment=True, **service)
    wanted = next(d["id"] for d in told["service"]["deployments"] if d["status"] == "PRIMARY")
    await poll(partial(_rolled_out, found, wanted), every=0.5, slowest=10.0, limit=_LIMIT_SECONDS)
    # Goes last: as long as it is there, another run knows that tasks may be left.
    await found.door.call(
        "secretsmanager",
        "update_secret_version_stage",
        SecretId=found.secret,
        VersionStage=_PENDING,
        RemoveFromVersionId=found.version,
    )
    return End(True)


async def _rolled_out(found: _Rotation, wanted: str) -> bool | None:
    told = await found.door.call(
        "ecs",
        "describe_services",
        cluster=found.outputs["ClusterName"],
        services=[found.outputs["ServiceName"]],
    )
    deployments = told["services"][0]["deployments"]
    ours: dict[str, Any] = next((d for d in deployments if d["id"] == wanted), {})
    # After a roll-back another deployment is COMPLETED, with tasks that read the same secret.
    if ours.get("status") != "PRIMARY" or ours.get("rolloutState") == "FAILED":
        raise StepError(_gave_up(ours.get("rolloutStateReason", "")))
    return True if ours.get("rolloutState") == "COMPLETED" else None


async def _labels(found: _Rotation) -> dict[str, str]:
    """Return which version of the secret carries each label."""
    told = await found.door.call("secretsmanager", "describe_secret", SecretId=found.secret)
    versions = told["VersionIdsToStages"].items()
    return {label: version for version, labels in versions for label in labels}


async def _still_ours(found: _Rotation) -> dict[str, str]:
    labels = await _labels(found)
    if labels.get(_PENDING) != found.version:
        raise StepError(_overtaken())
    return labels


def _failed(error: StepError, *, changed: bool) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain, changed=changed)


def _not_ready(site: str, which: str, status: str) -> Plain:
    return Plain(
        what=f"The site {site} is not in a state to get a new password.",
        why=f"Its stack {which} is {status}.",
        next="Run solarrally deploy first. Nothing was changed.",
        detail="",
    )


def _overtaken() -> Plain:
    return Plain(
        what="Another run is changing the same password.",
        why="The new password that this run had stored was replaced by another one.",
        next="Wait until the other run has ended, then run the same command again.",
        detail="",
    )


def _gave_up(reason: str) -> Plain:
    return Plain(
        what="The password is changed, but new tasks do not stay up.",
        why=reason or "Another deployment of the service took the place of ours.",
        next="Read the application's log group, then run the same command again.",
        detail=reason,
    )
