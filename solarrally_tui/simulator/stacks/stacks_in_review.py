"""A stack in review stays the same stack when another change set is created for it.

MiniStack creates a new stack under the same name. Then whoever watches the first one loses it, as
when two people deploy one site at the same moment.
"""

from collections.abc import Callable

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

from solarrally_tui.simulator.pins import private, replace_entry

_change_sets = private(cloudformation, "_change_sets")
_stacks = private(cloudformation, "_stacks")
_stack_events = private(cloudformation, "_stack_events")

Response = tuple[int, dict[str, str], bytes]

_REVIEW = "REVIEW_IN_PROGRESS"


def install() -> None:
    """Put this before MiniStack's CreateChangeSet. Call once."""
    replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", _keeping_stack)


def _keeping_stack(create: Callable[[dict[str, list[str]]], Response]) -> Callable[..., Response]:
    def created(parameters: dict[str, list[str]]) -> Response:
        name = parameters["StackName"][0]
        before = _stacks.get(name)
        if not before or before["StackStatus"] != _REVIEW:
            return create(parameters)
        events = _stack_events[before["StackId"]]
        status, headers, body = create(parameters)
        if (now := _stacks.get(name, before)) is not before:
            _stack_events.pop(now["StackId"], None)
            body = body.replace(now["StackId"].encode(), before["StackId"].encode())
            for change_set in _change_sets.values():
                if change_set["StackId"] == now["StackId"]:
                    change_set["StackId"] = before["StackId"]
        _stacks[name], _stack_events[before["StackId"]] = before, events
        return status, headers, body

    return created
