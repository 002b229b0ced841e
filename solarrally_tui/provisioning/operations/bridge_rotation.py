"""Gives a site's MQTT bridges a new certificate. Running it again resumes.

The labels of the bridge's secret show how far a run came, as those of the database's do
(rotation.py). Running tasks keep the old certificate until they are replaced; only then is it
deleted. A deployment in between leaves both (deployment/bridge_certificate.py).
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.deployment.bridge_certificate import (
    CURRENT,
    PENDING,
    create,
    delete_others,
    stored_in,
)
from solarrally_tui.provisioning.engine.context import Action
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.operations.rotation import (
    Rotation,
    Staged,
    labels_of,
    overtaken,
    promote_secret,
    replace_tasks,
)
from solarrally_tui.provisioning.operations.site_run import Prepared, outputs_of, run_steps
from solarrally_tui.site.tiers import Shape

STAGE: Final = "new-certificate"
SECRET: Final = "secret"  # noqa: S105 the name of a step
TASKS: Final = "tasks"
OLD: Final = "old-certificate"
BRIDGE_ROTATION: Final[Graph] = graph(
    {STAGE: (), SECRET: (STAGE,), TASKS: (SECRET,), OLD: (TASKS,)}
)


async def rotate_bridge(name: str, door: Door, emit: Emit) -> Outcome:
    """Create a certificate, replace the tasks, delete the old certificate; report events.

    Errors of AWS come back as the outcome's cause. The key is in no event and no error.
    """

    async def prepare(site: DeployedSite, narrator: Narrator) -> Prepared[Rotation]:
        outputs = await outputs_of(site, "iot", "app")
        if site.site.size.shape is Shape.FUNCTIONS:
            raise StepError(_no_bridge(name), Exit.REFUSED)
        secret = outputs["BridgeSecretArn"]
        rotation = Rotation(
            narrator=narrator, door=site.door, outputs=outputs, secret=secret, stage=STAGE
        )
        done = f"The bridges of {name} have a new certificate. The old one is deleted."
        return Prepared(BRIDGE_ROTATION, _actions(name), rotation, done)

    return await run_steps("maintain", name, door, emit, STAGE, prepare)


def _no_bridge(site: str) -> Plain:
    return Plain(
        what=f"The site {site} has no certificate of a bridge. Nothing was changed.",
        why="AWS IoT itself hands the messages to its functions.",
        next="Nothing has to be done.",
    )


def _actions(site: str) -> Mapping[str, Action[Rotation]]:
    return MappingProxyType(
        {
            STAGE: partial(_stage_certificate, site),
            SECRET: promote_secret,
            TASKS: replace_tasks,
            OLD: _delete_old,
        }
    )


async def _stage_certificate(site: str, rotation: Rotation) -> End:
    """Store a new certificate beside the old one, unless only the tasks are left to do."""
    labels = await labels_of(rotation)
    begun = labels.get(PENDING, "")
    if begun and begun == labels.get(CURRENT):
        return End(False, "An earlier run has stored it. The tasks remain.", Staged(begun))
    before = await stored_in(rotation.door, rotation.secret, PENDING if begun else CURRENT)
    if begun and before.value.get("certificateId"):
        return End(False, "An earlier run has created it.", Staged(begun, begun))
    policy = rotation.outputs["BridgePolicyName"]
    version = await create(rotation.door, site, policy, before, PENDING)
    if not version:
        raise StepError(overtaken())
    return End(True, "", Staged(version, version))


async def _delete_old(rotation: Rotation) -> End:
    """Delete every other certificate that has the bridge's policy."""
    now = await stored_in(rotation.door, rotation.secret)
    policy = rotation.outputs["BridgePolicyName"]
    return End(bool(await delete_others(rotation.door, policy, now.value["certificateId"])))
