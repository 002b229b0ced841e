"""One run of steps on a deployed site: the site is opened, works alone, and has an outcome."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, Generic

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.run_lock import BusyError, alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Outputs
from solarrally_tui.deployed.stack_status import Deploying, status_of
from solarrally_tui.provisioning.engine.context import Action, C
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.graph import Graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import StepError, from_aws
from solarrally_tui.provisioning.engine.waits import patient

TITLES: Final = MappingProxyType(
    {
        "new-password": "Create a password",
        "new-certificate": "Create a certificate",
        "old-certificate": "Revoke the old certificate",
        "password": "Change the password",
        "database": "Change the database",
        "secret": "Keep it in Secrets Manager",
        "function": "Change how viewers sign in",
        "snapshot": "Take a snapshot",
        "earlier-drills": "Delete earlier drills",
        "restore": "Restore the backup",
        "check": "Check what was restored",
        "keep": "Keep a snapshot of it",
        "remove": "Delete what was restored",
        "upload": "Upload the dump",
        "load": "Load the dump",
        "tidy": "Delete the upload",
    }
)
"""What people read for the steps of these runs; those of a deployment have titles there."""


@dataclass(frozen=True, slots=True)
class Prepared(Generic[C]):
    """What a run is going to do, once its site was read."""

    steps: Graph
    actions: Mapping[str, Action[C]]
    context: C
    done: str
    """What the outcome says where every step ended well."""


Prepare = Callable[[DeployedSite, Narrator], Awaitable[Prepared[C] | Outcome]]
"""Reads a site, or returns the outcome where nothing is to be done. Raises StepError, AwsError."""


async def run_steps(
    command: str, name: str, door: Door, emit: Emit, first: str, prepare: Prepare[C]
) -> Outcome:
    """Run steps on a site while no other run works on it; report events.

    command: as the run lock names it. first: the step under which AWS is waited for before any
    step runs. Errors of AWS come back as the outcome's cause.
    """
    narrator = Narrator(name, emit)
    door = patient(door, narrator, first)
    try:
        prepared = await prepare(await DeployedSite.open(door, name), narrator)
    except AwsError as error:
        return _failed(from_aws(error, begun=False), changed=False)
    except StepError as error:
        return _failed(error, changed=False)
    if isinstance(prepared, Outcome):
        return prepared
    steps, actions, context = prepared.steps, prepared.actions, prepared.context
    say = partial(narrator.step, first, State.RUNNING)
    try:
        ends = await alone(door, name, command, lambda: run(steps, actions, context), say)
    except BusyError as busy:
        return refused(busy, changed=context.ends.changed)
    if ends.first_error:
        return _failed(ends.first_error, changed=ends.changed)
    return Outcome(Exit.OK, prepared.done)


async def outputs_of(site: DeployedSite, *stack_ids: str) -> Outputs:
    """Return the outputs of stacks in one mapping.

    A stack whose last change was rolled back is as it was before, and ready: a deployment may find
    nothing to change in it. Raises StepError where one of them does not exist or is in any other
    state than to be changed, and AwsError.
    """
    outputs: dict[str, str] = {}
    for stack_id in stack_ids:
        stack = await site.stacks.find(stack_id)
        if not stack or status_of(stack.status).deploy is not Deploying.CHANGES:
            status = stack.status if stack else "missing"
            raise StepError(_not_ready(site.name, stack_id, status))
        outputs |= stack.outputs
    return Outputs(" or ".join(map(site.stacks.name, stack_ids)), outputs)


def _failed(error: StepError, *, changed: bool) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain, changed=changed)


def _not_ready(site: str, stack_id: str, status: str) -> Plain:
    return Plain(
        what=f"The site {site} is not ready for this.",
        why=f"Its stack {stack_id} is {status}.",
        next="Run solarrally deploy first. Nothing was changed.",
    )
