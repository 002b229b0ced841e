"""Brings one stack to its wanted state, from whatever state it is in."""

from collections.abc import Awaitable, Callable

from solarrally_tui.aws.door import Door
from solarrally_tui.provisioning.changeset import INLINE_LIMIT, Wanted, execute, prepare, token
from solarrally_tui.provisioning.events import State
from solarrally_tui.provisioning.explain import delete_failed, stack_failed, stuck, too_large
from solarrally_tui.provisioning.outcome import Exit
from solarrally_tui.provisioning.stack import DEAD, GOOD, STUCK, Stack, find
from solarrally_tui.provisioning.steps import End, StepError
from solarrally_tui.provisioning.voice import Voice
from solarrally_tui.provisioning.watch import Watch

Idle = Callable[[Watch], Awaitable[None]]


async def bring(
    door: Door, voice: Voice, step: str, wanted: Wanted, idle: Idle | None = None
) -> tuple[End, Stack]:
    """Create, update or leave a stack, and return how that ended and the stack itself.

    An operation that is under way is joined and watched first; a stack that never came to be is
    deleted first. idle is called while nothing new happens. Raises StepError with the first real
    cause, AwsError and StillWaitingError.
    """
    size = len(wanted.template.encode())
    if size > INLINE_LIMIT:
        raise StepError(too_large(wanted.name, size, INLINE_LIMIT), Exit.FAILED)
    stack = await _at_rest(door, voice, step, wanted, idle)
    if stack and stack.status in STUCK:
        raise StepError(stuck(stack.name, stack.status, stack.reason))
    if stack and stack.status in DEAD:
        await remove(door, voice, step, stack, wanted.region)
        stack = None
    change_set = await prepare(door, wanted, stack)
    if change_set is None:
        return await _unchanged(door, voice, step, wanted)
    watch = Watch(door, voice, step, wanted.region, change_set.stack_id, wanted.name, idle=idle)
    await watch.mark()
    await execute(door, wanted, change_set)
    stack = await _finished(watch)
    return End(True, stack.status), stack


async def remove(door: Door, voice: Voice, step: str, stack: Stack, region: str) -> None:
    """Delete a stack and watch until it is gone.

    Raises StepError with the first real cause where something could not be deleted.
    """
    watch = Watch(door, voice, step, region, stack.id, stack.name)
    if stack.status == "DELETE_IN_PROGRESS":
        await watch.mark_operation()
    else:
        await watch.mark()
        await door.call(
            "cloudformation",
            "delete_stack",
            region,
            StackName=stack.id,
            ClientRequestToken=token("delete", stack.id, stack.status, stack.touched),
        )
    ended = await watch.end()
    if ended.status != "DELETE_COMPLETE":
        raise StepError(delete_failed(stack.name, watch.cause))


async def _at_rest(
    door: Door, voice: Voice, step: str, wanted: Wanted, idle: Idle | None
) -> Stack | None:
    """Return the stack once nothing is under way in it. A failed operation is not hidden."""
    stack = await find(door, wanted.name, wanted.region)
    if stack is None or not stack.busy:
        return stack
    voice.step(step, State.RUNNING, f"Joining what is under way: {stack.status}.")
    watch = Watch(door, voice, step, wanted.region, stack.id, stack.name, idle=idle)
    await watch.mark_operation()
    if stack.status == "DELETE_IN_PROGRESS":
        await watch.end()
        return await find(door, wanted.name, wanted.region)
    return await _finished(watch)


async def _finished(watch: Watch) -> Stack:
    stack = await watch.end()
    if stack.status not in GOOD:
        raise StepError(stack_failed(stack.name, stack.status, watch.cause))
    return stack


async def _unchanged(door: Door, voice: Voice, step: str, wanted: Wanted) -> tuple[End, Stack]:
    stack = await find(door, wanted.name, wanted.region)
    if stack is None:
        raise StepError(stack_failed(wanted.name, "DELETE_COMPLETE", None))
    voice.stack(step, State.UNCHANGED, wanted.name, stack.status)
    return End(False, stack.status), stack
