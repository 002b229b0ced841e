"""Client request tokens: the same call with the same token is done once.

As in CloudFormation's API reference (DeleteStack, ExecuteChangeSet: "so that CloudFormation knows
that you're not attempting to ... again"). MiniStack ignores them, and deletes twice at a time.
"""

from collections.abc import Callable
from typing import Any, Final

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import handlers

from solarrally_tui.simulator.pins import replace_entry

Parameters = dict[str, list[str]]
Handler = Callable[[Parameters], Any]

_OPERATIONS: Final = (
    "CancelUpdateStack",
    "ContinueUpdateRollback",
    "DeleteStack",
    "ExecuteChangeSet",
    "RollbackStack",
)
_GOOD: Final = 200


def install() -> None:
    """Put this around the operations. Call once, after what else wraps them."""
    for operation in _OPERATIONS:
        replace_entry(handlers, "_ACTION_HANDLERS", operation, _once)


def _once(handle: Handler) -> Handler:
    known: dict[tuple[str, str, str], Any] = {}

    def handled(parameters: Parameters) -> Any:
        token = parameters.get("ClientRequestToken", [""])[0]
        key = (get_account_id(), get_region(), token)
        if token and key in known:
            return known[key]
        response = handle(parameters)
        if token and response[0] == _GOOD:
            known[key] = response
        return response

    return handled
