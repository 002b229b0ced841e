"""Gives the database of a site a new password. Running it again resumes.

Two labels of the secret show how far a run came: AWSPENDING beside AWSCURRENT is a password that
may or may not be in the database already; both on one version is a password that new tasks have yet
to read. Nothing is ever read from the secret: a password that was staged and never used is
replaced by a fresh one, which costs another change of the database but no permission to read.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.operations.passwords import random_password
from solarrally_tui.provisioning.operations.rds_calls import settled
from solarrally_tui.provisioning.operations.site_run import Prepared, outputs_of, run_steps

STAGE: Final = "new-password"
DATABASE: Final = "database"
SECRET: Final = "secret"  # noqa: S105 the name of a step
TASKS: Final = "tasks"
ROTATION: Final[Graph] = graph(
    {STAGE: (), DATABASE: (STAGE,), SECRET: (DATABASE,), TASKS: (SECRET,)}
)
"""One step after the other: each label is moved only when what it promises is true."""

_LENGTH: Final = 40
"""As in the data stack's template."""

_CURRENT: Final = "AWSCURRENT"
_PENDING: Final = "AWSPENDING"
_LIMIT_SECONDS: Final = 1800.0
_FUNCTIONS_READ: Final = "its functions read it within a minute"
"""As long as their program keeps it (blueprints/build/source/functions, surroundings.py)."""


@dataclass(frozen=True, slots=True)
class Staged:
    """The new password or certificate: a version of the secret."""

    version: str
    value: str = field(default="", repr=False)
    """What is new: the password, or the version with a certificate. Empty where an earlier run has
    made it the current one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation(Context):
    """One rotation of what a secret of a site's tasks holds."""

    door: Door
    """In the site's Region."""
    outputs: Mapping[str, str]
    """Of the stacks that it needs, the stack app among them."""
    secret: str
    """ARN of the secret."""
    stage: str = STAGE
    """The first step, which stages what is new."""

    @property
    def staged(self) -> Staged:
        """What the first step stored."""
        return self.ends.learnt(self.stage, Staged)


async def rotate(name: str, door: Door, emit: Emit) -> Outcome:
    """Change the password in the database and the secret, and replace the tasks; report events.

    Errors of AWS come back as the outcome's cause. The password is in no event and no error.
    """

    async def prepare(site: DeployedSite, narrator: Narrator) -> Prepared[Rotation]:
        outputs = await outputs_of(site, "data", "app")
        rotation = Rotation(
            narrator=narrator, door=site.door, outputs=outputs, secret=outputs["DbSecretArn"]
        )
        uses = "its tasks use it" if "ServiceName" in outputs else _FUNCTIONS_READ
        done = f"The database of {name} has a new password, and {uses}."
        return Prepared(ROTATION, ACTIONS, rotation, done)

    return await run_steps("rotate", name, door, emit, STAGE, prepare)


async def stage_password(rotation: Rotation) -> End:
    """Store the new password beside the old one, unless only the tasks are left to do."""
    labels = await labels_of(rotation)
    before = labels.get(_PENDING, "")
    if before and before == labels.get(_CURRENT):
        return End(False, "An earlier run has stored it. The tasks remain.", Staged(before))
    # RDS refuses a change during another one, such as that of a run that was cut off.
    instance = await settled(rotation.door, rotation.outputs["DbInstanceId"])
    password = random_password(_LENGTH)
    # One token for all who saw the same labels: the first to store wins, the others are refused.
    seen = f"{rotation.secret} {before or labels[_CURRENT]}"
    response = await rotation.door.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=rotation.secret,
        ClientRequestToken=hashlib.sha256(seen.encode()).hexdigest(),
        SecretString=json.dumps(_value(rotation.outputs, instance, password)),
        VersionStages=[_PENDING],
    )
    why = "Replaces one that an earlier run had begun with." if before else ""
    return End(True, why, Staged(response["VersionId"], password))


def _value(
    outputs: Mapping[str, str], instance: Mapping[str, Any], password: str
) -> dict[str, Any]:
    """Return what the stack's SecretTargetAttachment keeps in the secret, as AWS documents it."""
    return {
        "username": instance["MasterUsername"],
        "password": password,
        "engine": instance["Engine"],
        "host": outputs["DbEndpoint"],
        "port": int(outputs["DbPort"]),
        "dbname": outputs["DbName"],
        "dbInstanceIdentifier": outputs["DbInstanceId"],
    }


async def change_database(rotation: Rotation) -> End:
    """Give the database the password that was staged."""
    if not rotation.staged.value:
        return End(False)
    await _labels_if_still_ours(rotation)
    await rotation.door.call(
        "rds",
        "modify_db_instance",
        DBInstanceIdentifier=rotation.outputs["DbInstanceId"],
        MasterUserPassword=rotation.staged.value,
        ApplyImmediately=True,
    )
    await settled(rotation.door, rotation.outputs["DbInstanceId"])
    return End(True)


async def promote_secret(rotation: Rotation) -> End:
    """Make the staged version of the secret the current one."""
    if not rotation.staged.value:
        return End(False)
    labels = await _labels_if_still_ours(rotation)
    version = rotation.staged.version

    async def moved() -> dict[str, Any] | None:
        return {} if (await labels_of(rotation)).get(_CURRENT) == version else None

    await rotation.door.once(
        "secretsmanager",
        "update_secret_version_stage",
        moved,
        SecretId=rotation.secret,
        VersionStage=_CURRENT,
        MoveToVersionId=version,
        RemoveFromVersionId=labels[_CURRENT],
    )
    return End(True)


async def replace_tasks(rotation: Rotation) -> End:
    """Replace the tasks: they read the password only when they start.

    Functions read it again by themselves.
    """
    if "ServiceName" in rotation.outputs:
        await _roll_out(rotation)

    async def removed() -> dict[str, Any] | None:
        return None if _PENDING in await labels_of(rotation) else {}

    # Removed last: as long as the label is there, another run knows that tasks may remain.
    await rotation.door.once(
        "secretsmanager",
        "update_secret_version_stage",
        removed,
        SecretId=rotation.secret,
        VersionStage=_PENDING,
        RemoveFromVersionId=rotation.staged.version,
    )
    return End(True)


async def _roll_out(rotation: Rotation) -> None:
    outputs = rotation.outputs
    service = {"cluster": outputs["ClusterName"], "service": outputs["ServiceName"]}
    response = await rotation.door.call("ecs", "update_service", forceNewDeployment=True, **service)
    deployments = response["service"]["deployments"]
    ours = next(d["id"] for d in deployments if d["status"] == "PRIMARY")

    async def rolled_out() -> bool | None:
        response = await rotation.door.call(
            "ecs",
            "describe_services",
            cluster=outputs["ClusterName"],
            services=[outputs["ServiceName"]],
        )
        deployments = response["services"][0]["deployments"]
        deployment: dict[str, Any] = next((d for d in deployments if d["id"] == ours), {})
        # After a rollback another deployment is COMPLETED, with tasks that read the same secret.
        if deployment.get("status") != "PRIMARY" or deployment.get("rolloutState") == "FAILED":
            raise StepError(_gave_up(deployment.get("rolloutStateReason", "")))
        return True if deployment.get("rolloutState") == "COMPLETED" else None

    await poll(rolled_out, every=2.0, slowest=10.0, limit=_LIMIT_SECONDS)


ACTIONS: Final[Mapping[str, Action[Rotation]]] = MappingProxyType(
    {
        STAGE: stage_password,
        DATABASE: change_database,
        SECRET: promote_secret,
        TASKS: replace_tasks,
    }
)
"""The action of every step of the rotation."""


async def labels_of(rotation: Rotation) -> dict[str, str]:
    """Return which version of the secret carries each label."""
    response = await rotation.door.call(
        "secretsmanager", "describe_secret", SecretId=rotation.secret
    )
    versions = response["VersionIdsToStages"].items()
    return {label: version for version, labels in versions for label in labels}


async def _labels_if_still_ours(rotation: Rotation) -> dict[str, str]:
    """Return the labels. Raises StepError where another run has staged a password since."""
    labels = await labels_of(rotation)
    if labels.get(_PENDING) != rotation.staged.version:
        raise StepError(overtaken())
    return labels


def overtaken() -> Plain:
    """Return what to say where another run works on the same secret."""
    return Plain(
        what="Another run is changing the same password or certificate.",
        why="It has replaced the new one that this run had stored.",
        next="Wait until the other run has ended, then run the same command again.",
    )


def _gave_up(reason: str) -> Plain:
    return Plain(
        what="The password or certificate is changed, but new tasks do not stay up.",
        why=reason or "Another deployment of the service replaced ours.",
        next="Read the application's log group, then run the same command again.",
        detail=reason,
    )
