"""A stack whose creation could not be rolled back keeps what could not be deleted.

MiniStack forgets it, so that the next DeleteStack ends well and leaves it behind. On AWS it stays
in the stack as DELETE_FAILED, and DeleteStack tries again (CloudFormation user guide, stack status
codes: ROLLBACK_FAILED).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import stacks

from solarrally_tui.simulator.pins import Record, private, replace

_stack_events = private(cloudformation, "_stack_events")

RollBack = Callable[..., Awaitable[None]]


def install() -> None:
    """Keep what a rollback could not delete. Call once."""
    replace(stacks, "_roll_back_operation", _keeping_failed)


def _keeping_failed(roll_back: RollBack) -> RollBack:
    async def rolled_back(
        name: str, stack_id: str, stack: Record, operation: Record, *rest: Any
    ) -> None:
        held = dict(stack.get("_resources") or {})
        await roll_back(name, stack_id, stack, operation, *rest)
        if stack["StackStatus"] != "ROLLBACK_FAILED":
            return
        stack["_template"] = operation["template"]
        stack["_resolved_params"] = operation["param_values"]
        reasons = {
            event["LogicalResourceId"]: event["ResourceStatusReason"]
            for event in _stack_events[stack_id]
            if event["ResourceStatus"] == "DELETE_FAILED"
        }
        for logical_id in stack["_rollback_failed"]:
            stack["_resources"][logical_id] = held[logical_id] | {
                "ResourceStatus": "DELETE_FAILED",
                "ResourceStatusReason": reasons[logical_id],
            }

    return rolled_back
