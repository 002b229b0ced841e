"""What MiniStack's rules lack: a thing's registry entry, nesting aliases, topics with fields."""

import contextvars
import re
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.pins import private, replace

_things = private(iot, "_things")
_resolve_attribute = private(iot, "_resolve_attribute")

_REGISTRY = re.compile(
    r"^get_registry_data\(\s*'DescribeThing'\s*,\s*(?P<thing>[^,]+?)\s*,\s*'(?P<role>arn:[^']+)'\s*\)"
    r"\.(?P<path>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)$"
)
_FIELD = re.compile(r"\$\{([^}]+)\}")
_read: contextvars.ContextVar[tuple[Any, ...]] = contextvars.ContextVar("read", default=())
"""Topic, payload, message and client id of what a rule is looking at."""


def install() -> None:
    """Teach MiniStack's rules all three. Call once."""
    replace(iot, "_run_rule_actions", _in_its_account)
    replace(iot, "_dispatch_rule_republish", _with_fields)
    replace(iot, "_valid_where_operand", _knowing_the_registry)
    replace(iot, "_eval_select_expr", _asking_the_registry)
    replace(iot, "_rule_event", _nesting)


def _knowing_the_registry(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda operand: bool(_REGISTRY.match(operand.strip())) or valid(operand)


def _asking_the_registry(evaluate: Callable[..., Any]) -> Callable[..., Any]:

    def value(expression: str, *message: Any) -> Any:
        asked = _REGISTRY.match(expression.strip())
        if not asked:
            return evaluate(expression, *message)
        thing = _things.get(evaluate(asked["thing"], *message)) or {}
        return _resolve_attribute(thing, asked["path"])

    return value


def _nesting(event: Callable[..., Any]) -> Callable[..., Any]:
    """`AS a.b` makes an object a with a field b."""

    def nested(sql: str, topic: str, payload: bytes, client_id: Any = None, **more: Any) -> Any:
        _read.set((topic, payload, more.get("message"), client_id))
        flat = event(sql, topic, payload, client_id, **more)
        if not isinstance(flat, dict):
            return flat
        whole: dict[str, Any] = {}
        for name, value in flat.items():
            *outer, last = name.split(".")
            place = whole
            for part in outer:
                place = place.setdefault(part, {})
            place[last] = value
        return whole

    return nested


def _in_its_account(run: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A rule sees the things of the account and Region that it is in."""

    async def scoped(account: str, region: str, *rest: Any) -> None:
        with request_scope(account, region):
            await run(account, region, *rest)

    return scoped


def _with_fields(republish: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """`${field}` in a topic is a field of the message, and `$$` is a dollar sign."""
    evaluate = private(iot, "_eval_select_expr")

    async def filled(account: str, region: str, rule: str, action: Any, event: Any) -> None:
        read = _read.get()
        topic = _FIELD.sub(lambda found: str(evaluate(found[1], *read)), str(action["topic"]))
        await republish(account, region, rule, action | {"topic": topic.replace("$$", "$")}, event)

    return filled
