"""A stack that is deleted or cancelled while a resource of it waits for the world outside."""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers

from solarrally_tui.simulator.pins import private, replace

_stacks = private(cloudformation, "_stacks")

_DELETE = "_delete_when_stopped"
_CANCEL = "_cancel_requested"

Work = Callable[..., Awaitable[None]]


def install() -> None:
    """Let a deletion during the creation end that first, as AWS does. Call once."""
    delete: Work = private(handlers, "_delete_stack_async")

    def deleting(_: Work) -> Work:
        async def later(name: str, stack_id: str, *rest: Any, **named: Any) -> None:
            stack = _stacks.get(name)
            if stack and stack.get("StackStatus") == "CREATE_IN_PROGRESS":
                stack[_DELETE] = True
            else:
                await delete(name, stack_id, *rest, **named)

        return later

    def deploying(deploy: Work) -> Work:
        async def then(name: str, stack_id: str, *rest: Any, **named: Any) -> None:
            await deploy(name, stack_id, *rest, **named)
            stack = _stacks.get(name)
            if stack and stack.pop(_DELETE, False):
                await delete(name, stack_id)

        return then

    replace(handlers, "_delete_stack_async", deleting)
    replace(handlers, "_deploy_stack_async", deploying)
    replace(changesets, "_deploy_stack_async", deploying)


def is_given_up(parameter: str) -> bool:
    """Whether a stack with this value among its parameters is to stop what it does."""
    return any(
        (stack.get(_DELETE) or stack.get(_CANCEL))
        and any(each["ParameterValue"] == parameter for each in stack.get("Parameters") or ())
        for stack in list(_stacks.values())
    )
