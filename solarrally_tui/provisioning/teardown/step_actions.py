"""The graph of taking a site down, and what each of its steps does."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from solarrally_tui.account.shared import singletons
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE, Blueprint
from solarrally_tui.deployed import record, stack
from solarrally_tui.domains import replaced_certificates
from solarrally_tui.provisioning.change import outdated_stack, stack_step
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.graph import Graph, graph
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.steps import Action, End, StepError
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.provisioning.teardown import leftovers
from solarrally_tui.provisioning.teardown.unlock import lift, resources
from solarrally_tui.site.names import stack_name

CHARGERS: Final = "chargers"
ROLE_READY: Final = "service-role-check"
SERVICE_ROLE: Final = "service-role"
LEFTOVERS: Final = "leftovers"
DATA: Final = "kept-data"
SINGLETONS: Final = "singletons"
RECORD: Final = "record"

_PAUSES: Final = (2.0, 30.0, 120.0, 200.0)
"""Seconds before a stack is deleted once more. A detached IoT policy can be deleted after up to
five minutes, and network interfaces of CloudFront and of tasks linger for some."""


def _needs() -> dict[str, tuple[str, ...]]:
    stacks = graph({item.id: item.needs for item in CATALOGUE}).reversed()
    first = {"iot": (ROLE_READY, CHARGERS)}
    needs = {step.id: (*step.needs, *first.get(step.id, (ROLE_READY,))) for step in stacks.steps}
    after = {
        LEFTOVERS: tuple(needs),
        SERVICE_ROLE: tuple(needs),
        DATA: (LEFTOVERS,),
        SINGLETONS: (LEFTOVERS,),
        RECORD: (DATA, SINGLETONS, SERVICE_ROLE),
    }
    return {CHARGERS: (), ROLE_READY: ()} | needs | after


TEARDOWN: Final[Graph] = graph(_needs())
"""The reverse of a deployment, checked when this module is imported."""


@dataclass(slots=True)
class Down:
    """What the steps of one teardown share. The door is in the site's Region."""

    site: str
    door: Door
    voice: Voice
    delete_data: bool
    uses_role: bool = False
    """Whether a stack was made with the site's service role."""
    made: list[tuple[str, str]] = field(default_factory=list)
    """Type and physical id of everything that the stacks held."""


def actions(down: Down) -> Mapping[str, Action]:
    """Return the action of every step of the teardown."""
    around: dict[str, Action] = {
        CHARGERS: partial(_chargers, down),
        ROLE_READY: partial(_role_ready, down),
        SERVICE_ROLE: partial(_service_role, down),
        LEFTOVERS: partial(_leftovers, down),
        DATA: partial(_data, down),
        SINGLETONS: partial(_singletons, down),
        RECORD: partial(_record, down),
    }
    return around | {item.id: partial(_stack, down, item) for item in CATALOGUE}


async def _chargers(down: Down) -> End:
    things, certificates = await iot_identities.remove(down.door, down.site)
    return End(bool(things or certificates), f"{things} chargers, {certificates} certificates")


async def _role_ready(down: Down) -> End:
    """See to it that the role is whole where a stack was made with it: only so it can go.

    An earlier run may have died while it removed the role, or somebody may have deleted it.
    """
    own = await ServiceRole.of(down.door, down.site)
    regions = [each.region_for(down.door.region) for each in CATALOGUE]
    names = [stack_name(down.site, each.id) for each in CATALOGUE]
    found = await asyncio.gather(*map(partial(stack.find, down.door), names, regions))
    down.uses_role = any(each is not None and each.role == own.arn for each in found)
    if not down.uses_role:
        return End(False, "No stack works with it.")
    try:
        changed = await own.ensure(None)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return End(False, "These credentials may not look at it. It is used as it is.")
    return End(bool(changed), own.role.name)


async def _service_role(down: Down) -> End:
    own = await ServiceRole.of(down.door, down.site)
    try:
        return End(await own.remove())
    except AwsError as error:
        if error.kind is Kind.DENIED and not down.uses_role:
            return End(False, "These credentials may not look for it, and no stack worked with it.")
        raise


async def _stack(down: Down, item: Blueprint) -> End:
    region = item.region_for(down.door.region)
    door = down.door.with_region(region)
    found = await stack.find(door, stack_name(down.site, item.id), region)
    if found is None:
        return End(False, "It is not there.")
    for pause in (*_PAUSES, None):
        found = await _rested(down, item.id, door, found)
        if found.status == "DELETE_COMPLETE":
            break
        if not found.is_shell:
            down.made += [(type_, id_) for _, type_, id_ in await resources(door, found)]
            await lift(door, found)
        try:
            await stack_step.remove(door, down.voice, item.id, found, region)
        except StepError as error:
            if pause is None:
                raise
            why = f"Trying again in {pause:.0f} s: {error.plain.why}"
            down.voice.step(item.id, State.RUNNING, why)
            await asyncio.sleep(pause)
        else:
            break
    return End(True, "DELETE_COMPLETE")


async def _rested(down: Down, step: str, door: Door, found: stack.Stack) -> stack.Stack:
    """Return the stack as it is once nothing but its deletion is under way in it."""
    now = await stack.find(door, found.id, door.region)
    if now is None:
        return stack.Stack(found.id, found.name, "DELETE_COMPLETE")
    if not now.busy or now.status == "DELETE_IN_PROGRESS":
        return now
    if await outdated_stack.waits(door, down.site, now, door.region):
        if now.status == outdated_stack.CREATING:
            return now
        await outdated_stack.cancel(door, now, door.region)
    down.voice.step(step, State.RUNNING, f"Waiting for what is under way: {now.status}.")
    watch = Watch(door, down.voice, step, door.region, now.id, now.name)
    await watch.mark_operation()
    return await watch.end()


async def _leftovers(down: Down) -> End:
    secrets = await leftovers.delete_secrets(down.door, down.site)
    made = {*down.made, *await leftovers.history(down.door, down.site)}
    groups = await leftovers.delete_log_groups(down.door, sorted(made))
    old = await replaced_certificates.retired(down.door, down.site, down.door.region)
    gone = sum([await replaced_certificates.delete(down.door, arn) for arn in old])
    told = f"{secrets} secrets, {groups} log groups, {gone} certificates"
    return End(bool(secrets or groups or gone), told)


async def _data(down: Down) -> End:
    if not down.delete_data:
        left = dict.fromkeys(item.what for item in await leftovers.kept(down.door, down.site))
        return End(False, f"Kept: {', '.join(left)}." if left else "There is none.")
    count = await leftovers.delete_kept(down.door, down.site)
    return End(bool(count), f"{count} snapshots, buckets, vaults and copies deleted")


async def _singletons(down: Down) -> End:
    others = await record.regions(down.door, without=down.site)
    gone = await singletons.release(down.door, down.site, others)
    return End(bool(gone), ", ".join(gone))


async def _record(down: Down) -> End:
    return End(await record.delete(down.door, down.site))
