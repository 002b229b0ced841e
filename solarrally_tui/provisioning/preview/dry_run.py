"""Asks CloudFormation what a change of one stack would do, and leaves nothing behind."""

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.deployed.change_sets import PREVIEW_PREFIX
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.change_set import (
    OvertakenError,
    Wanted,
    create,
    describe,
    discard,
    refusal,
)
from solarrally_tui.provisioning.change.explanation import not_accepted
from solarrally_tui.provisioning.change.judgement import changes_of
from solarrally_tui.provisioning.change.plan import Change
from solarrally_tui.provisioning.engine.steps import StepError


async def dry_run(door: Door, stack_id: str, wanted: Wanted, stack: Stack) -> tuple[Change, ...]:
    """Return what a change set of an existing stack would do. It is never executed.

    Continues when the caller is cancelled, and the door closes only after it, so that the change
    set is deleted all the same.
    Raises StepError with CloudFormation's words where it would not accept the change (also where
    another run changes the stack right now), StillWaitingError and AwsError.
    """
    return await door.to_its_end(_ask(door, stack_id, wanted, stack))


async def _ask(door: Door, stack_id: str, wanted: Wanted, stack: Stack) -> tuple[Change, ...]:
    change_set = await create(door, wanted, stack, PREVIEW_PREFIX)
    try:
        refused = await refusal(door, wanted, change_set)
        if refused is not None and not refused.is_empty:
            raise StepError(not_accepted(wanted.name, refused.reason, refused.problems))
        if refused is not None:
            return ()
        return changes_of(stack_id, await describe(door, wanted.region, change_set.id))
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OvertakenError(wanted.name) from error
        raise
    finally:
        # A run that executes another change set of the stack deletes ours, too.
        with tolerate(Kind.NOT_FOUND):
            await discard(door, wanted.region, change_set.id)
