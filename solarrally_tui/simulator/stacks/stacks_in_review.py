"""A stack in review stays the same stack when one more change set is made for it.

MiniStack makes a new one under the same name, so that whoever watches the first loses it, as when
two people deploy one site at the same moment.
"""

from collections.abc import Callable

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

from solarrally_tui.simulator.pins import private, replace_entry

_change_sets = private(cloudformation, "_change_sets")
_stacks = private(cloudformation, "_stacks")
_stack_events = private(cloudformation, "_stack_events")

Answer = tuple[int, dict[str, str], bytes]

_REVIEW = "REVIEW_IN_PROGRESS"


def install() -> None:
    """Put this before MiniStack's CreateChangeSet. Call once."""
    replace_entry(handlers, "_ACTION_HANDLERS", "CreateChangeSet", _staying)


def _staying(create: Callable[[dict[str, list[str]]], Answer]) -> Callable[..., Answer]:
    def created(given: dict[str, list[str]]) -> Answer:
        name = given["StackName"][0]
        before = _stacks.get(name)
        if not before or before["StackStatus"] != _REVIEW:
            return create(given)
        told = _stack_events[before["StackId"]]
        status, headers, body = create(given)
        if (now := _stacks.get(name, before)) is not before:
            _stack_events.pop(now["StackId"], None)
            body = body.replace(now["StackId"].encode(), before["StackId"].encode())
            _move(now["StackId"], before["StackId"])
        _stacks[name], _stack_events[before["StackId"]] = before, told
        return status, headers, body

    return created


def _move(stack: str, to: str) -> None:
    for change_set in _change_sets.values():
        if change_set["StackId"] == stack:
            change_set["StackId"] = to
