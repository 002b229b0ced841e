"""A stack in review stays the same stack when one more change set is made for it.

MiniStack makes a new one under the same name, so that whoever watches the first loses it, as when
two people deploy one site at the same moment.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

from solarrally_tui.simulator.pins import private

Answer = tuple[int, dict[str, str], bytes]

_REVIEW = "REVIEW_IN_PROGRESS"


def install() -> None:
    """Put this before MiniStack's CreateChangeSet. Call once."""
    operations: dict[str, Any] = private(handlers, "_ACTION_HANDLERS")
    operations["CreateChangeSet"] = _staying(operations["CreateChangeSet"])


def _staying(create: Callable[[dict[str, list[str]]], Answer]) -> Callable[..., Answer]:
    def created(given: dict[str, list[str]]) -> Answer:
        stacks, events = (private(cloudformation, name) for name in ("_stacks", "_stack_events"))
        name = given["StackName"][0]
        before = stacks.get(name)
        if not before or before["StackStatus"] != _REVIEW:
            return create(given)
        told = events[before["StackId"]]
        status, headers, body = create(given)
        if (now := stacks.get(name, before)) is not before:
            events.pop(now["StackId"], None)
            body = body.replace(now["StackId"].encode(), before["StackId"].encode())
            _move(now["StackId"], before["StackId"])
        stacks[name], events[before["StackId"]] = before, told
        return status, headers, body

    return created


def _move(stack: str, to: str) -> None:
    for change_set in private(cloudformation, "_change_sets").values():
        if change_set["StackId"] == stack:
            change_set["StackId"] = to
