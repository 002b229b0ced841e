"""Change sets that CloudFormation refused. They stay in the account, and with them the reason."""

from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.stack_failures import Cause, operation_causes

PREFIX: Final = "solarrally-"
"""Begins the name of every change set of ours."""

PREVIEW_PREFIX: Final = f"{PREFIX}preview-"
"""Begins the name of every change set that is never executed."""

NO_CHANGE: Final = ("didn't contain changes", "No updates are to be performed")
"""What CloudFormation says of a change set that it refuses because nothing would change."""


def is_refused(summary: dict[str, Any]) -> bool:
    """Whether a change set, as ListChangeSets returns it, is one of ours that was refused."""
    name = str(summary["ChangeSetName"])
    ours = name.startswith(PREFIX) and not name.startswith(PREVIEW_PREFIX)
    reason = str(summary.get("StatusReason", ""))
    empty = any(words in reason for words in NO_CHANGE)
    return ours and not empty and summary["Status"] == "FAILED"


async def forget_refused(door: Door, stack: str, region: str) -> None:
    """Delete the refused change sets of a stack. Raises AwsError."""
    summaries = await door.pages(
        "cloudformation", "list_change_sets", "Summaries", region, StackName=stack
    )
    for summary in filter(is_refused, summaries):
        await door.call(
            "cloudformation", "delete_change_set", region, ChangeSetName=summary["ChangeSetId"]
        )


async def problems(door: Door, region: str, **which: str) -> tuple[Cause, ...]:
    """Return which resources a refused operation names, with AWS's words about each.

    CloudFormation reports them as events of the operation, and elsewhere only that there are some.
    which: ChangeSetName or StackName. Nothing where they cannot be read: they only add detail.
    """
    try:
        events = await door.pages(
            "cloudformation",
            "describe_events",
            "OperationEvents",
            region,
            Filters={"FailedEvents": True},
            **which,
        )
    except AwsError:
        return ()
    return tuple(operation_causes(events))
