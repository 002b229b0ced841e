"""What CloudFormation says about a stack right now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind

REVIEW: Final = "REVIEW_IN_PROGRESS"
DEAD: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
"""States of a stack that never came to be; its only way on is to be deleted."""

STUCK: Final = frozenset({"DELETE_FAILED", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"})
"""States that somebody has to look at before anything else can be done."""

GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as describe_stacks shows it."""

    id: str
    name: str
    status: str
    reason: str = ""
    touched: str = ""
    """When the last operation on it began; tells two operations apart."""
    parameters: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    role: str = ""
    """ARN of the role that CloudFormation works with on it; empty for the caller's own session."""

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW

    @property
    def is_shell(self) -> bool:
        """Whether a change set made it and nothing has been created in it yet."""
        return self.status == REVIEW


async def find(door: Door, name: str, region: str) -> Stack | None:
    """Return a stack by its name or ARN, or None where there is none. Raises AwsError.

    A deleted stack is found by its ARN only, and then has the status DELETE_COMPLETE.
    """
    try:
        told = await door.call("cloudformation", "describe_stacks", region, StackName=name)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    return _stack(told["Stacks"][0]) if told["Stacks"] else None


async def find_all(door: Door, region: str) -> list[Stack]:
    """Return every stack of a Region that is not deleted. Raises AwsError."""
    found = await door.pages("cloudformation", "describe_stacks", "Stacks", region)
    return [stack for stack in map(_stack, found) if stack.status != "DELETE_COMPLETE"]


def _stack(told: dict[str, Any]) -> Stack:
    moments = (told.get(key) for key in ("DeletionTime", "LastUpdatedTime", "CreationTime"))
    touched = next((moment for moment in moments if moment), "")
    return Stack(
        told["StackId"],
        told["StackName"],
        told["StackStatus"],
        told.get("StackStatusReason", ""),
        touched.isoformat() if isinstance(touched, datetime) else str(touched),
        {p["ParameterKey"]: p.get("ParameterValue", "") for p in told.get("Parameters") or ()},
        {o["OutputKey"]: o["OutputValue"] for o in told.get("Outputs") or ()},
        {t["Key"]: t["Value"] for t in told.get("Tags") or ()},
        told.get("RoleARN", ""),
    )
