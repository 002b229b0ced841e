"""What each step of a teardown does."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.account.shared import singletons
from solarrally_tui.account.shared.extras import STACKS
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.blueprints import CATALOGUE, Blueprint, blueprint
from solarrally_tui.deployed import kept_evidence, record, run_lock, stack
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.domains import charger_host, replaced_certificates, standby_host
from solarrally_tui.findings.stack_failures import FailedResource, stuck
from solarrally_tui.provisioning.change import outdated_stack, stack_step
from solarrally_tui.provisioning.change.explanation import left_behind
from solarrally_tui.provisioning.change.stack_step import DELETE_FAILED, still_locked
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.change.unlock import StillLockedError, unlock
from solarrally_tui.provisioning.deployment.optional import optional
from solarrally_tui.provisioning.engine.context import Action
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.provisioning.identities.service_role import ServiceRole, zones_of
from solarrally_tui.provisioning.teardown import (
    backup_copies,
    leftovers,
    orphaned_databases,
    orphaned_vpc_origins,
    step_graph,
)
from solarrally_tui.provisioning.teardown.context import Deleted, Held, Teardown
from solarrally_tui.text.enumeration import counted

_PAUSES: Final = (2.0, 30.0, 120.0, 200.0)
"""Seconds before a stack is deleted once more. A detached IoT policy can be deleted after up to
five minutes, and network interfaces of CloudFront and of tasks linger for some."""

_STILL_IN_USE: Final = frozenset({"DependencyViolation", "InvalidDBInstanceState"})
"""What AWS says while interfaces linger, or a database is being changed."""

_RULES: Final = frozenset({"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"})
_NOT_FOUND: Final = re.compile(r"does not exist|not ?found", re.IGNORECASE)


async def delete_chargers(teardown: Teardown) -> End:
    """Delete the identities of chargers and of the bridge in AWS IoT."""
    things, certificates = await iot_identities.delete_all(teardown.stacks)
    standby = 0
    for region in await backup_copies.regions(teardown.door, teardown.site):
        # A policy that is limited to the site's Region has put none on standby either.
        with tolerate(Kind.DENIED):
            door = teardown.door.with_region(region)
            standby += await iot_identities.delete_standby(door, teardown.site)
    words = f"{counted(things, 'charger')}, {counted(certificates, 'certificate')}"
    words += f", {standby} on standby elsewhere" if standby else ""
    return End(bool(things or certificates or standby), words)


async def ensure_service_role(teardown: Teardown) -> End:
    """Make the role complete where a stack was created with it, and learn whether one was.

    Such a stack can be deleted only with it. An earlier run may have died while it deleted the
    role, or somebody else may have deleted it.
    """
    role = await ServiceRole.of(teardown.door, teardown.site)
    stacks = await teardown.stacks.all()
    if not any(stack and stack.role == role.arn for stack in stacks.values()):
        return End(False, "No stack works with it.", learnt=False)
    try:
        changed = await role.ensure(None, await zones_of(teardown.stacks))
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        why = "These credentials may not read it. It is used as it is."
        return End(False, why, learnt=True)
    return End(bool(changed), role.role.name, learnt=True)


async def delete_service_role(teardown: Teardown) -> End:
    """Delete the role that CloudFormation worked with."""
    role = await ServiceRole.of(teardown.door, teardown.site)
    try:
        return End(await role.delete())
    except AwsError as error:
        if error.kind is Kind.DENIED and not teardown.uses_role:
            why = "These credentials may not look for it, and no stack worked with it."
            return End(False, why)
        raise


async def delete_stack(teardown: Teardown, item: Blueprint) -> End:
    """Delete one stack, again after a pause where AWS is not ready yet; learn what it held."""
    region = teardown.stacks.region(item.id)
    door = teardown.door.with_region(region)
    held: Held = frozenset()
    failed: tuple[FailedResource, ...] = ()
    present: list[StackResource] = []
    left: tuple[FailedResource, ...] = ()
    leave = teardown.left_of(item.id)
    current = await teardown.stacks.find(item.id)
    if current is None:
        return End(False, "It does not exist.", held)
    for pause in (*_PAUSES, None):
        current = await _settled(teardown, item.id, door, current)
        if current.status == stack.DELETED:
            break
        if not current.is_shell:
            resources = await stack.resources(door, current.id, region)
            present = [r for r in resources if r.physical_id and not r.is_deleted]
            held |= {(resource.type, resource.physical_id) for resource in present}
            failed = await _failed_before(door, current)
        left = tuple(f for f in failed if f.logical_id in leave)
        gone = [f.logical_id for f in failed if f in left or _is_gone(f)]
        try:
            if present:
                locked = {*gone, *leave}
                await unlock(door, current, (r for r in present if r.logical_id not in locked))
            await stack_step.delete(door, teardown.narrator, item.id, current, region, gone)
        except (StepError, AwsError, StillLockedError) as failure:
            error = failure.error if isinstance(failure, StillLockedError) else failure
            if pause is None or not _passes(error):
                if isinstance(failure, StillLockedError):
                    raise still_locked(teardown.site, current, failure) from failure
                raise
            words = error.plain.why if isinstance(error, StepError) else error.message
            why = f"Trying again in {pause:.0f} s: {words}"
            teardown.narrator.step(item.id, State.RUNNING, why)
            await asyncio.sleep(pause)
        else:
            break
        left = ()
    return End(True, stack.DELETED, held, tuple(map(left_behind, left)))


def _passes(error: StepError | AwsError) -> bool:
    """Whether AWS may accept later what it has refused."""
    return isinstance(error, StepError) or error.code in _STILL_IN_USE


async def delete_edge(teardown: Teardown) -> End:
    """Delete the stack, then VPC origins that no stack holds: they occupy the network."""
    end = await delete_stack(teardown, blueprint("edge"))
    orphans = await orphaned_vpc_origins.of_site(teardown.stacks)
    await orphaned_vpc_origins.delete(teardown.door, orphans)
    return replace(end, changed=end.changed or bool(orphans))


async def delete_iot(teardown: Teardown) -> End:
    """Delete the stack, with the record and the certificates of the chargers' host.

    What is on standby for a host in a second Region goes too.
    """
    door, given = teardown.door, await teardown.stacks.parameters("iot")
    if host := given.get("DomainName", ""):
        await charger_host.withdraw(door, host, (await iot_endpoint(door)).address)
        for region in await backup_copies.regions(door, teardown.site):
            with tolerate(Kind.DENIED):
                await standby_host.delete(door.with_region(region), given["TopicName"])
    end = await delete_stack(teardown, blueprint("iot"))
    if arn := given.get("CertificateArn"):
        await replaced_certificates.delete(door, arn)
    return end


async def delete_data(teardown: Teardown) -> End:
    """Delete databases that no stack holds any more, then the stack whose groups they use."""
    orphans = await orphaned_databases.of_site(teardown.stacks)
    for orphan in orphans:
        teardown.narrator.step("data", State.RUNNING, orphan.fate)
    await orphaned_databases.delete(teardown.door, orphans)
    end = await delete_stack(teardown, blueprint("data"))
    return replace(end, changed=end.changed or bool(orphans))


async def _failed_before(door: Door, current: Stack) -> tuple[FailedResource, ...]:
    """Return what CloudFormation could not delete of a stack when it tried last."""
    if current.status != DELETE_FAILED:
        return ()
    return stuck(await stack.events(door, current.id, door.region), current.id)


def _is_gone(failed: FailedResource) -> bool:
    """Whether it is a rule that cannot be deleted because its security group does not exist."""
    return failed.type in _RULES and bool(_NOT_FOUND.search(failed.reason))


async def _settled(teardown: Teardown, step: str, door: Door, before: Stack) -> Stack:
    """Return the stack as it is once nothing but its deletion is in progress in it."""
    now = await stack.find(door, before.id, door.region)
    if now is None:
        return Stack(before.id, before.name, stack.DELETED)
    if not now.busy or now.status == "DELETE_IN_PROGRESS":
        return now
    if await outdated_stack.waits(door, teardown.site, now, door.region):
        # A creation can be deleted while it waits; an update has to be cancelled first.
        if now.status == outdated_stack.CREATING:
            return now
        await outdated_stack.cancel(door, now, door.region)
    why = f"Waiting for the operation in progress: {now.status}."
    teardown.narrator.step(step, State.RUNNING, why)
    watch = Watch(door, teardown.narrator, step, door.region, now.id, now.name)
    await watch.mark_operation()
    return await watch.end()


async def delete_leftovers(teardown: Teardown) -> End:
    """Delete what stacks leave behind: secrets, log groups and replaced certificates.

    The step learns what CloudFormation has deleted for certain.
    """
    door, site = teardown.door, teardown.site
    secrets = await leftovers.delete_secrets(door, site)
    history = await leftovers.history(door, site)
    groups = await leftovers.delete_log_groups(door, sorted(teardown.held | history.keys()))
    deleted = frozenset(id_ for (_, id_), status in history.items() if status == stack.DELETED)
    old = await replaced_certificates.unused(door, site, door.region)
    certificates = sum([await replaced_certificates.delete(door, arn) for arn in old])
    reason = (
        f"{counted(secrets, 'secret')}, {counted(groups, 'log group')}, "
        f"{counted(certificates, 'certificate')}"
    )
    return End(bool(secrets or groups or certificates), reason, Deleted(deleted))


async def delete_kept_data(teardown: Teardown) -> End:
    """Delete the data that stacks keep, where the operator wants that."""
    door, site = teardown.door, teardown.site
    if not teardown.delete_data:
        kept = dict.fromkeys(item.what for item in await leftovers.kept(door, site))
        return End(False, f"Kept: {', '.join(kept)}." if kept else "There is none.")
    count, denied = await leftovers.delete_kept(door, site)
    reason = f"{count} snapshots, buckets, vaults and copies deleted"
    return End(bool(count), reason, warnings=denied)


async def release_account_settings(teardown: Teardown) -> End:
    """Release the site's part of the account-wide settings, and all of them after the last site."""
    others = await record.regions(teardown.door, without=teardown.site)
    released = await singletons.release(teardown.door, teardown.site, others)
    return End(bool(released.removed), ", ".join(released.removed), warnings=released.warnings)


async def delete_record(teardown: Teardown) -> End:
    """Delete the site's answers. Last, so that its name alone finds an interrupted teardown."""
    await kept_evidence.delete(teardown.door, teardown.site)
    await run_lock.forget(teardown.door, teardown.site)
    return End(await record.delete(teardown.door, teardown.site))


ACTIONS: Final[Mapping[str, Action[Teardown]]] = MappingProxyType(
    {item.id: partial(delete_stack, item=item) for item in CATALOGUE}
    | {
        stack: optional(partial(delete_stack, item=blueprint(stack)), extra, deletes=True)
        for stack, extra in STACKS.items()
    }
    | {
        "data": delete_data,
        "iot": delete_iot,
        "edge": delete_edge,
        step_graph.CHARGERS: delete_chargers,
        step_graph.ROLE_READY: ensure_service_role,
        step_graph.SERVICE_ROLE: delete_service_role,
        step_graph.LEFTOVERS: delete_leftovers,
        step_graph.DATA: delete_kept_data,
        step_graph.SINGLETONS: release_account_settings,
        step_graph.RECORD: delete_record,
    }
)
"""The action of every step of the graph."""
