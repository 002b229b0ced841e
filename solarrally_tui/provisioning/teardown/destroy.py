"""Takes a site down in reverse order, from its name alone. Running it again resumes."""

from decimal import Decimal

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed import record, stack
from solarrally_tui.provisioning.engine.events import Emit
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome
from solarrally_tui.provisioning.engine.runner import Ends, run
from solarrally_tui.provisioning.engine.steps import StepError, from_aws
from solarrally_tui.provisioning.identities.service_role import ServiceRole
from solarrally_tui.provisioning.teardown import backup_copies, backup_vault, buckets, leftovers
from solarrally_tui.provisioning.teardown.step_actions import TEARDOWN, Down, actions
from solarrally_tui.site.names import GLOBAL_REGION, stack_name


async def destroy(name: str, door: Door, emit: Emit, *, delete_data: bool) -> Outcome:
    """Remove a site from the account and tell every step as events.

    Neither the site file nor the door's Region matters: the account knows where the site is. What
    holds data (the final snapshot, copied backups, the backup vault, the audit log and the archive)
    is kept and listed with its price, unless delete_data is set. Errors of AWS come back as the
    outcome's cause.
    """
    try:
        region = await _region(door, name)
        if region is None:
            return await _nothing(door, name)
    except AwsError as error:
        return _failed(from_aws(error, begun=False), changed=False)
    down = Down(name, door.with_region(region), Voice(name, emit), delete_data)
    ends = await run(TEARDOWN, actions(down), down.voice)
    return await _outcome(down, ends)


async def _region(door: Door, name: str) -> str | None:
    """Return the Region of a site, or None where the account holds nothing of it.

    Without a record, as after an interrupted run, its stacks or its kept bucket tell.
    """
    found = await record.region(door, name)
    if found:
        return found
    home = [item.id for item in CATALOGUE if item.region == "home"]
    for stack_id in home:
        if await stack.find(door, stack_name(name, stack_id), door.region):
            return door.region
    for bucket in await buckets.of_site(door, name):
        return await buckets.region_of(door, bucket)
    if await leftovers.snapshots(door, name) or await backup_vault.of_site(door, name):
        return door.region
    if await backup_copies.of_site(door, name):
        return door.region
    if await stack.find(door, stack_name(name, "global"), GLOBAL_REGION):
        return door.region
    return door.region if await _has_role(door, name) else None


async def _has_role(door: Door, name: str) -> bool:
    own = await ServiceRole.of(door, name)
    try:
        return await own.role.found() is not None
    except AwsError as error:
        if error.kind is Kind.DENIED:
            return False
        raise


async def _nothing(door: Door, name: str) -> Outcome:
    known = await record.names(door)
    there = f" Its sites are: {', '.join(known)}." if known else ""
    summary = f"There is no site named {name} in this account. Nothing was removed.{there}"
    return Outcome(Exit.OK, summary, changed=False)


async def _outcome(down: Down, ends: Ends) -> Outcome:
    error = ends.first_error
    if error:
        return _failed(error, changed=ends.changed)
    try:
        kept = await leftovers.kept(down.door, down.site)
    except AwsError as refused:
        return _failed(from_aws(refused, begun=True), changed=ends.changed)
    return Outcome(Exit.OK, _summary(down.site, ends, kept), kept=kept, changed=ends.changed)


def _summary(site: str, ends: Ends, kept: tuple[Kept, ...]) -> str:
    done = f"Site {site} is removed." if ends.changed else f"Nothing was left to remove of {site}."
    if not kept:
        return f"{done} Nothing of it is left."
    total = sum((item.monthly_usd or Decimal(0) for item in kept), Decimal(0))
    return f"{done} Kept: {len(kept)} with your data, {total:.2f} USD a month at most."


def _failed(error: StepError, *, changed: bool) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain, changed=changed)
