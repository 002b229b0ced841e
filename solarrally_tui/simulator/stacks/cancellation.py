"""A stack that is deleted or cancelled while one of its resources waits for the outside world."""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers

from solarrally_tui.simulator.pins import private, replace

_stacks = private(cloudformation, "_stacks")

# Our own mark on a stack, and MiniStack's.
_DELETE = "_delete_when_stopped"
_CANCEL = "_cancel_requested"

Work = Callable[..., Awaitable[None]]


def install() -> None:
    """Let a deletion during the creation end the creation first, as AWS does. Call once."""
    delete: Work = private(handlers, "_delete_stack_async")

    def deleting(_: Work) -> Work:
        async def delete_or_mark(name: str, stack_id: str, *rest: Any, **named: Any) -> None:
            stack = _stacks.get(name)
            if stack and stack.get("StackStatus") == "CREATE_IN_PROGRESS":
                stack[_DELETE] = True
            else:
                await delete(name, stack_id, *rest, **named)

        return delete_or_mark

    def deploying(deploy: Work) -> Work:
        async def deploy_then_delete(name: str, stack_id: str, *rest: Any, **named: Any) -> None:
            await deploy(name, stack_id, *rest, **named)
            stack = _stacks.get(name)
            if stack and stack.pop(_DELETE, False):
                await delete(name, stack_id)

        return deploy_then_delete

    replace(handlers, "_delete_stack_async", deleting)
    # Both modules of MiniStack import it by name.
    replace(handlers, "_deploy_stack_async", deploying)
    replace(changesets, "_deploy_stack_async", deploying)


def is_cancelled(parameter: str) -> bool:
    """Return whether a stack with this value among its parameters is to stop its operation."""
    return any(
        (stack.get(_DELETE) or stack.get(_CANCEL))
        and any(p["ParameterValue"] == parameter for p in stack.get("Parameters") or ())
        for stack in list(_stacks.values())
    )
