"""Asks CloudFormation what a change of one stack would do, and leaves nothing behind."""

import asyncio
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.change_set import (
    OvertakenError,
    Wanted,
    create,
    described,
    discard,
    is_empty,
    refusal,
)
from solarrally_tui.provisioning.change.explanation import not_accepted
from solarrally_tui.provisioning.change.judgement import changes_of
from solarrally_tui.provisioning.change.plan import Change
from solarrally_tui.provisioning.engine.steps import StepError

PREFIX: Final = "solarrally-preview-"
"""Begins the name of every change set that is only looked at."""


async def asked(door: Door, stack_id: str, wanted: Wanted, stack: Stack) -> tuple[Change, ...]:
    """Return what a change set of an existing stack would do. It is never executed.

    Goes on when the caller is cancelled, so that the change set is deleted all the same.
    Raises StepError with CloudFormation's words where it would not accept the change (also where
    somebody else changes the stack right now), StillWaitingError and AwsError.
    """
    task = asyncio.ensure_future(_ask(door, stack_id, wanted, stack))
    task.add_done_callback(_heard)
    return await asyncio.shield(task)


def _heard(task: "asyncio.Task[tuple[Change, ...]]") -> None:
    if not task.cancelled():
        task.exception()


async def _ask(door: Door, stack_id: str, wanted: Wanted, stack: Stack) -> tuple[Change, ...]:
    made = await create(door, wanted, stack, PREFIX)
    try:
        reason = await refusal(door, wanted, made)
        if reason is not None and not is_empty(reason):
            raise StepError(not_accepted(wanted.name, reason))
        if reason is not None:
            return ()
        return changes_of(stack_id, await described(door, wanted.region, made.id))
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OvertakenError(wanted.name) from error
        raise
    finally:
        await _away(door, wanted.region, made.id)


async def _away(door: Door, region: str, change_set: str) -> None:
    try:
        await discard(door, region, change_set)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:  # whoever executes another one deletes ours too
            raise
