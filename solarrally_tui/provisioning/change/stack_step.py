"""Brings one stack to its wanted state, from whatever state it is in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.stack import DEAD, GOOD, STUCK, Stack, find
from solarrally_tui.provisioning.change.change_set import (
    INLINE_LIMIT,
    ChangeSet,
    OvertakenError,
    Wanted,
    execute,
    prepare,
    token,
    with_role,
)
from solarrally_tui.provisioning.change.explanation import (
    delete_failed,
    stack_failed,
    stuck,
    too_large,
)
from solarrally_tui.provisioning.change.outdated_stack import CREATING, Outdated, cancel
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.service_role import retry_until_assumable

Idle = Callable[[Watch], Awaitable[None]]

_ROUNDS: Final = 5
"""How often to look again when another run was quicker with the same stack."""


@dataclass(frozen=True, slots=True)
class StackStep:
    """One step that is one stack. idle is called while nothing new happens in it.

    outdated tells whether an operation that is under way is of no use any more.
    """

    door: Door
    narrator: Narrator
    step: str
    wanted: Wanted
    idle: Idle | None = None
    outdated: Outdated | None = None

    async def bring(self) -> tuple[bool, Stack]:
        """Create, update or leave the stack; return whether it changed, and the stack itself.

        An operation that is under way is joined and watched first; a stack that never came to be
        is deleted first. Raises StepError with the first real cause, AwsError and
        StillWaitingError.
        """
        size = len(self.wanted.template.encode())
        if size > INLINE_LIMIT:
            raise StepError(too_large(self.wanted.name, size, INLINE_LIMIT))
        watch = await self._started()
        if watch is None:
            return False, await self._unchanged()
        return True, await _finished(watch)

    async def _started(self) -> Watch | None:
        """Start the change and return its watch; None where there is nothing to change."""
        for left in reversed(range(_ROUNDS)):
            stack = await self._at_rest()
            if stack and stack.status in DEAD:
                dead = replace(stack, role=self.wanted.role or stack.role)
                await remove(self.door, self.narrator, self.step, dead, self.wanted.region)
                stack = None
            try:
                change_set = await prepare(self.door, self.wanted, stack)
                return None if change_set is None else await self._execute(change_set)
            except (StepError, AwsError) as error:
                gone = isinstance(error, OvertakenError)
                if not left or not (gone or await self._overtaken(stack)):
                    raise
        return None

    async def _execute(self, change_set: ChangeSet) -> Watch:
        watch = self._watch(change_set.stack_id)
        await watch.mark()
        await execute(self.door, self.wanted, change_set)
        return watch

    async def _overtaken(self, before: Stack | None) -> bool:
        """Tell whether somebody else has done something to the stack since we looked."""
        now = await find(self.door, self.wanted.name, self.wanted.region)
        if now is None or now.is_shell:
            return False
        was = (before.id, before.status, before.touched) if before else ()
        return now.busy or was != (now.id, now.status, now.touched)

    async def _at_rest(self) -> Stack | None:
        """Return the stack once nothing is under way in it. A failed operation is not hidden."""
        stack = await find(self.door, self.wanted.name, self.wanted.region)
        if stack and stack.status in STUCK:
            raise StepError(stuck(stack.name, stack.status, stack.reason))
        if stack is None or not stack.busy:
            return stack
        if self.outdated and await self.outdated(stack):
            return await self._given_up(stack)
        self.narrator.step(self.step, State.RUNNING, f"Joining what is under way: {stack.status}.")
        watch = self._watch(stack.id)
        await watch.mark_operation()
        if stack.status == "DELETE_IN_PROGRESS":
            await watch.end()
            return await find(self.door, self.wanted.name, self.wanted.region)
        return await _finished(watch)

    async def _given_up(self, stack: Stack) -> Stack | None:
        """Take back what is under way, and return the stack as it is then."""
        domain = stack.parameters.get("DomainName", "")
        why = f"The answers name another domain now. Giving up the wait for {domain}."
        self.narrator.step(self.step, State.RUNNING, why)
        if stack.status == CREATING:
            await remove(self.door, self.narrator, self.step, stack, self.wanted.region)
            return None
        watch = self._watch(stack.id)
        watch.idle = None
        await watch.mark()
        await cancel(self.door, stack, self.wanted.region)
        return await watch.end()

    async def _unchanged(self) -> Stack:
        stack = await find(self.door, self.wanted.name, self.wanted.region)
        if stack is None:
            raise StepError(stack_failed(self.wanted.name, "DELETE_COMPLETE", None))
        self.narrator.stack(self.step, State.UNCHANGED, stack.name, stack.status)
        return stack

    def _watch(self, stack_id: str) -> Watch:
        return Watch(
            self.door,
            self.narrator,
            self.step,
            self.wanted.region,
            stack_id,
            self.wanted.name,
            idle=self.idle,
        )


async def remove(door: Door, narrator: Narrator, step: str, stack: Stack, region: str) -> None:
    """Delete a stack, with the role that it was made with, and watch until it is gone.

    Raises StepError with the first real cause where something could not be deleted.
    """
    watch = Watch(door, narrator, step, region, stack.id, stack.name)
    if stack.status == "DELETE_IN_PROGRESS":
        await watch.mark_operation()
    else:
        await watch.mark()
        await _delete(door, stack, region)
    ended = await watch.end()
    if ended.status != "DELETE_COMPLETE":
        raise StepError(delete_failed(stack.name, watch.cause))


async def _delete(door: Door, stack: Stack, region: str) -> None:
    once = token("delete", stack.id, stack.status, stack.touched)
    await retry_until_assumable(
        lambda: door.call(
            "cloudformation",
            "delete_stack",
            region,
            StackName=stack.id,
            ClientRequestToken=once,
            **with_role(stack.role),
        )
    )


async def _finished(watch: Watch) -> Stack:
    stack = await watch.end()
    if stack.status not in GOOD:
        raise StepError(stack_failed(stack.name, stack.status, watch.cause))
    return stack
