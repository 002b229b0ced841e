"""Deletes a site in reverse order, from its name alone. Running it again resumes."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed import record
from solarrally_tui.deployed.run_lock import BusyError, alone
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome, at_most, refused
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import StepError, from_aws
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.provisioning.identities.foreign import refuse_foreign_names
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.provisioning.teardown import (
    backup_copies,
    backup_vault,
    leftovers,
    step_graph,
    sweep,
)
from solarrally_tui.provisioning.teardown.context import Teardown
from solarrally_tui.provisioning.teardown.step_actions import ACTIONS
from solarrally_tui.provisioning.teardown.step_graph import TEARDOWN
from solarrally_tui.text.enumeration import counted


async def destroy(
    name: str,
    door: Door,
    emit: Emit,
    *,
    delete_data: bool,
    leave: frozenset[str] = frozenset(),
) -> Outcome:
    """Delete a site from the account and report every step as events.

    Neither the site file nor the door's Region matters: the account knows where the site is. What
    holds data (the final snapshot, copied backups, the backup vault, the audit log and the archive)
    is kept and listed with its price, unless delete_data is set. What AWS cannot delete stays where
    leave names it, as STACK/RESOURCE: what an earlier outcome calls stuck. Errors of AWS come back
    as the outcome's cause. What has a name of the site but is not its own is refused before
    anything is deleted.
    """
    narrator = Narrator(name, emit)
    door = patient(door, narrator)
    try:
        region = await _region(door, name)
        if region is None:
            return await _nothing(door, name)
        stacks = SiteStacks(name, door.with_region(region))
        await refuse_foreign_names(stacks)
        was = await sweep.before(stacks)
    except AwsError as error:
        return _failed(from_aws(error, begun=False), changed=False)
    teardown = Teardown(narrator=narrator, stacks=stacks, delete_data=delete_data, leave=leave)

    say = partial(narrator.step, step_graph.CHARGERS, State.RUNNING)
    try:
        await alone(door, name, "destroy", lambda: run(TEARDOWN, ACTIONS, teardown), say)
    except BusyError as busy:
        return refused(busy, changed=teardown.ends.changed)
    return await _outcome(teardown, was)


async def check_there(name: str, door: Door) -> None:
    """Raise UnknownSiteError where the account holds nothing of a site, and AwsError."""
    if await _region(door, name) is None:
        raise record.UnknownSiteError(name, await record.names(door))


async def delete_kept(name: str, door: Door, identifier: str) -> tuple[int, tuple[Plain, ...]]:
    """Delete one thing that a deletion has kept, by its identifier in the outcome.

    Return how many things that were, which is 0 where it is gone already, and why it stays where
    the credentials may not delete it. Raises AwsError and StillWaitingError.
    """
    home = door.with_region(await _region(door, name) or door.region)
    count, denied = await leftovers.delete_kept(home, name, identifier)
    if count or denied:
        return count, denied
    return await sweep.delete_log_group(home, name, identifier)


async def _region(door: Door, name: str) -> str | None:
    """Return the Region of a site, or None where the account holds nothing of it.

    Without a record, as after an interrupted run, its stacks or its kept data show where it was.
    """
    if recorded := await record.region(door, name):
        return recorded
    # Stacks know best, kept data next; what is left may be of a run that stopped at its start.
    stacks = SiteStacks(name, door)
    home = [item.id for item in CATALOGUE if item.region == "home"]
    elsewhere = [item.id for item in CATALOGUE if item.region != "home"]
    for stack_id in home:
        if await stacks.find(stack_id):
            return door.region
    for bucket in await buckets.of_site(door, name):
        return await buckets.region_of(door, bucket)
    remains = (
        await leftovers.snapshots(door, name)
        or await backup_vault.of_site(door, name)
        or await backup_copies.of_site(door, name)
        or any([await stacks.find(stack_id) for stack_id in elsewhere])
        or await _has_role(door, name)
    )
    return door.region if remains else None


async def _has_role(door: Door, name: str) -> bool:
    service = await ServiceRole.of(door, name)
    try:
        return await service.role.find() is not None
    except AwsError as error:
        if error.kind is Kind.DENIED:
            return False
        raise


async def _nothing(door: Door, name: str) -> Outcome:
    known = await record.names(door)
    sites = f" Its sites are: {', '.join(known)}." if known else ""
    summary = f"There is no site named {name} in this account. Nothing was deleted.{sites}"
    return Outcome(Exit.OK, summary, changed=False)


async def _outcome(teardown: Teardown, was: sweep.Before) -> Outcome:
    changed = teardown.ends.changed
    if error := teardown.ends.first_error:
        return replace(
            _failed(error, changed=changed),
            warnings=teardown.ends.warnings,
            stuck=teardown.ends.stuck,
        )
    try:
        kept = await leftovers.kept(teardown.door, teardown.site)
        known = [item.identifier for item in kept]
        door, site = teardown.door, teardown.site
        found = await sweep.remaining(door, site, was, known, teardown.deleted)
    except AwsError as refused:
        return _failed(from_aws(refused, begun=True), changed=changed)
    warnings = (*teardown.ends.warnings, *found.warnings)
    kept = tuple(sorted((*kept, *found.kept), key=Kept.dearest_first))
    summary = _summary(teardown.site, kept, warnings, changed=changed)
    return Outcome(Exit.OK, summary, kept=kept, warnings=warnings, changed=changed)


def _summary(site: str, kept: tuple[Kept, ...], left: tuple[Plain, ...], *, changed: bool) -> str:
    deleted = f"Site {site} is deleted." if changed else f"Nothing was left to delete of {site}."
    if left:
        deleted += f" {' '.join(warning.what for warning in left)}"
    if not kept and left:
        return deleted
    if not kept:
        return f"{deleted} Nothing of it remains."
    total = sum((item.monthly_usd or Decimal(0) for item in kept), Decimal(0))
    stay = counted(len(kept), "thing stays", "things stay")
    return f"{deleted} {stay}, for {at_most(total)}."


def _failed(error: StepError, *, changed: bool) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain, changed=changed)
