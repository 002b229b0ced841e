"""Brings one stack to its wanted state, whatever state it is in."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.change_sets import problems
from solarrally_tui.deployed.presence import missing
from solarrally_tui.deployed.stack import GOOD, Stack, StackResource, find, find_own, resources
from solarrally_tui.deployed.stack_status import Deploying, status_of
from solarrally_tui.provisioning.change.change_set import (
    INLINE_LIMIT,
    OvertakenError,
    Wanted,
    execute,
    prepare,
    token,
    with_role,
)
from solarrally_tui.provisioning.change.explanation import (
    database_gone,
    delete_failed,
    not_changeable,
    not_deleted,
    not_unlocked,
    stack_failed,
    stays_gone,
    still_holds,
    too_large,
)
from solarrally_tui.provisioning.change.outdated_stack import CREATING, Outdated, cancel
from solarrally_tui.provisioning.change.protection import DATABASE
from solarrally_tui.provisioning.change.recovery import Recovered, Recovery, places_of
from solarrally_tui.provisioning.change.remains import remains
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.change.unlock import StillLockedError, unlock
from solarrally_tui.provisioning.change.wording import in_words
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError, from_aws
from solarrally_tui.provisioning.identities.service_role import retry_until_assumable
from solarrally_tui.stacks.template import short

Idle = Callable[[Watch], Awaitable[None]]

DELETE_FAILED: Final = "DELETE_FAILED"
JOINING: Final = "Joining the operation in progress"
"""How a step begins that watches what another run has started."""

_ROUNDS: Final = 5
"""How often to start over when another run was quicker with the same stack."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A stack as it is wanted."""

    changed: bool
    stack: Stack
    warnings: tuple[Plain, ...] = ()
    """What CloudFormation left behind although the change ended well."""


@dataclass(frozen=True, slots=True)
class StackStep:
    """One step that is one stack."""

    door: Door
    narrator: Narrator
    step: str
    wanted: Wanted
    idle: Idle | None = None
    """Called while nothing new happens in it."""
    outdated: Outdated | None = None
    """Whether an operation in progress is of no use any more."""
    heard: Callable[[Mapping[str, Any]], None] | None = None
    """Called with each event of the stack, as DescribeStackEvents returns it."""

    async def bring(self) -> Brought:
        """Create, update or leave the stack, whatever its status (deployed/stack_status.py).

        An operation in progress is joined and watched first, a stack that can only be deleted is
        deleted, and a change that failed without a rollback is rolled back. Raises StepError with
        the first real cause, AwsError and StillWaitingError.
        """
        size = len(short(self.wanted.template).encode())
        if size > INLINE_LIMIT:
            raise StepError(too_large(self.wanted.name, size, INLINE_LIMIT))
        before: list[Recovered] = []
        watch = await self._started(before)
        warnings = tuple(warning for recovered in before for warning in recovered.warnings)
        if watch is None:
            return Brought(bool(before), await self._unchanged(), warnings)
        stack = await _finished(watch)
        return Brought(True, stack, (*warnings, *map(not_deleted, watch.not_deleted)))

    async def _started(self, before: list[Recovered]) -> Watch | None:
        """Start the change and return its watch; None where there is nothing to change.

        before: gets what was rolled back before it.
        """
        for rounds_left in reversed(range(_ROUNDS)):
            stack = await self._at_rest()
            if stack and (recovered := await self._recovered(stack)):
                before.append(recovered)
                stack = recovered.stack
            elif stack and stack.is_dead:
                await self._delete_remains(stack)
                stack = None
            wanted = await self._with_lost(stack)
            is_lost = wanted.reverts
            if any(recovered.warnings for recovered in before):
                # What a rollback passed over differs from the stack: AWS has to look, not to trust.
                wanted = replace(wanted, reverts=True)
            try:
                change_set = await prepare(self.door, wanted, stack)
                if change_set is None and is_lost:
                    raise StepError(stays_gone(wanted.name))
                if change_set is None:
                    return None
                watch = self._watch(change_set.stack_id)
                # Marked before it begins, or its first events would count as old.
                await watch.mark()
                await execute(self.door, wanted, change_set)
                return watch
            except (StepError, AwsError) as error:
                was_quicker = isinstance(error, OvertakenError) or await self._overtaken(stack)
                if rounds_left and was_quicker:
                    continue
                status = status_of(stack.status) if stack else None
                if stack and status and status.deploy is Deploying.TRIES:
                    raise StepError(not_changeable(stack.name, status, error.plain)) from error
                raise
        return None

    async def _with_lost(self, stack: Stack | None) -> Wanted:
        """Return the stack as wanted, with what somebody has deleted outside CloudFormation.

        Raises StepError with the status of a refusal where that is a database, and nobody agreed
        to an empty one.
        """
        wanted = self.wanted
        if stack is None or stack.is_shell:
            return wanted
        door = self.door.with_region(wanted.region)
        lost = await missing(door, await resources(door, stack.id, wanted.region))
        if not lost:
            return wanted
        databases = [resource for resource in lost if resource.type == DATABASE]
        if databases and not wanted.may_lose:
            plain = database_gone(wanted.site, databases[0].physical_id)
            raise StepError(plain, Exit.REFUSED)
        named = ", ".join(f"{in_words(each.type)} {each.physical_id}" for each in lost)
        why = f"Deleted outside CloudFormation, and created again: {named}."
        self.narrator.step(self.step, State.RUNNING, why)
        return replace(wanted, reverts=True)

    async def _recovered(self, stack: Stack) -> Recovered | None:
        """Roll back a change that failed and was not rolled back; None where there is none."""
        recovery = Recovery(self.door, self.narrator, self.step, self.wanted)
        match status_of(stack.status).deploy:
            case Deploying.ROLLS_BACK:
                return await recovery.roll_back(stack)
            case Deploying.CONTINUES:
                return await recovery.continue_rollback(stack)
        return None

    async def _delete_remains(self, dead: Stack) -> None:
        """Delete what a failed creation left, unless that holds something and nobody agreed."""
        wanted = self.wanted
        held = await remains(self.door, self.step, dead, wanted.region)
        if held and not wanted.may_lose:
            effects = [change.effect.text for change in held]
            plain = still_holds(wanted.site, dead.name, dead.status, effects)
            raise StepError(plain, Exit.REFUSED)
        # AWS refuses to delete a protected database. Whoever agreed to lose it wants it gone.
        door = self.door.with_region(wanted.region)
        listed = await resources(door, dead.id, wanted.region)
        try:
            await unlock(door, dead, (r for r in listed if r.logical_id not in wanted.leave))
        except StillLockedError as locked:
            raise still_locked(wanted.site, dead, locked) from locked
        # The role that it was created with may be gone; ours has what deleting needs.
        dead = replace(dead, role=wanted.role or dead.role)
        gone = to_leave(dead, listed, wanted.leave)
        await delete(self.door, self.narrator, self.step, dead, wanted.region, gone)

    async def _overtaken(self, before: Stack | None) -> bool:
        """Whether another run has done something to the stack since we read it."""
        now = await find(self.door, self.wanted.name, self.wanted.region)
        if now is None or now.is_shell:
            return False
        was = (before.id, before.status, before.touched) if before else ()
        return now.busy or was != (now.id, now.status, now.touched)

    async def _at_rest(self) -> Stack | None:
        """Return the stack once nothing is in progress in it. A failed operation is not hidden."""
        stack = await self._find()
        if stack is None or not stack.busy:
            return stack
        if self.outdated and await self.outdated(stack):
            return await self._cancelled(stack)
        self.narrator.step(self.step, State.RUNNING, f"{JOINING}: {stack.status}.")
        watch = self._watch(stack.id)
        await watch.mark_operation()
        if stack.status == "DELETE_IN_PROGRESS":
            await watch.end()
            return await self._find()
        return await _finished(watch)

    async def _cancelled(self, stack: Stack) -> Stack | None:
        """Cancel what is in progress, and return the stack as it is then."""
        domain = stack.parameters.get("DomainName", "")
        why = f"The answers name another domain now. No longer waiting for {domain}."
        self.narrator.step(self.step, State.RUNNING, why)
        if stack.status == CREATING:
            await delete(self.door, self.narrator, self.step, stack, self.wanted.region)
            return None
        watch = self._watch(stack.id)
        # Rolling back, nothing is asked of the operator any more.
        watch.idle = None
        await watch.mark()
        await cancel(self.door, stack, self.wanted.region)
        return await watch.end()

    async def _unchanged(self) -> Stack:
        stack = await self._find()
        if stack is None:
            raise StepError(stack_failed(self.wanted.name, "DELETE_COMPLETE", None))
        self.narrator.stack(self.step, State.UNCHANGED, stack.name, stack.status)
        return stack

    async def _find(self) -> Stack | None:
        wanted = self.wanted
        return await find_own(self.door, wanted.site, wanted.name, wanted.region)

    def _watch(self, stack_id: str) -> Watch:
        return Watch(
            self.door,
            self.narrator,
            self.step,
            self.wanted.region,
            stack_id,
            self.wanted.name,
            idle=self.idle,
            heard=self.heard,
        )


def still_locked(site: str, stack: Stack, locked: StillLockedError) -> StepError:
    """Return the end of a step that could not make a resource ready for its deletion."""
    ended = from_aws(locked.error, begun=True)
    place = f"{stack.short_name(site)}/{locked.resource.logical_id}"
    one = f"{in_words(locked.resource.type)} {locked.resource.physical_id}"
    return StepError(not_unlocked(ended.plain, one, place), ended.exit_code, stuck=(place,))


def to_leave(stack: Stack, listed: Iterable[StackResource], leave: AbstractSet[str]) -> list[str]:
    """Return the logical ids that CloudFormation is to retain of a stack: only what failed before.

    RetainResources is for stacks in DELETE_FAILED (API reference, DeleteStack).
    """
    failed = {each.logical_id for each in listed if each.status == DELETE_FAILED}
    return sorted(failed & leave) if stack.status == DELETE_FAILED else []


async def delete(
    door: Door,
    narrator: Narrator,
    step: str,
    stack: Stack,
    region: str,
    gone: Sequence[str] = (),
) -> None:
    """Delete a stack, with the role that it was created with, and watch until it is gone.

    gone: logical ids that CloudFormation passes over (RetainResources), in a stack that it failed
    to delete before.

    Raises StepError with the first real cause where something could not be deleted.
    """
    watch = Watch(door, narrator, step, region, stack.id, stack.name)
    if stack.status == "DELETE_IN_PROGRESS":
        await watch.mark_operation()
    else:
        await watch.mark()
        # Each try is another operation: the newest event before it tells them apart.
        once = token("delete", stack.id, watch.marker)
        await retry_until_assumable(
            lambda: door.call(
                "cloudformation",
                "delete_stack",
                region,
                StackName=stack.id,
                ClientRequestToken=once,
                **with_role(stack.role),
                **({"RetainResources": list(gone)} if gone else {}),
            )
        )
    ended = await watch.end()
    if ended.status != "DELETE_COMPLETE":
        places = places_of(narrator.site, stack, watch.not_deleted)
        raise StepError(delete_failed(stack.name, watch.cause, places), stuck=places)


async def _finished(watch: Watch) -> Stack:
    stack = await watch.end()
    if stack.status in GOOD:
        return stack
    cause = watch.cause
    if cause and "DescribeEvents" in cause.reason:  # a validation, which names the resource there
        named = await problems(watch.door, watch.region, StackName=stack.id)
        cause = replace(named[0], reason=f"{named[0].reason}\n{cause.reason}") if named else cause
    raise StepError(stack_failed(stack.name, stack.status, cause))
