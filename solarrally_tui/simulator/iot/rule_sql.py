"""What MiniStack's rule SQL lacks: registry data, CASE, nested aliases, and fields in topics."""

import contextvars
import re
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.pins import private, replace

_things = private(iot, "_things")
_resolve_attribute = private(iot, "_resolve_attribute")
_MISSING = private(iot, "_MISSING")

_REGISTRY = re.compile(
    r"^get_registry_data\(\s*'DescribeThing'\s*,\s*(?P<thing>[^,]+?)\s*,\s*'(?P<role>arn:[^']+)'\s*\)"
    r"\.(?P<path>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)$"
)
_CASE = re.compile(
    r"^CASE\s+(\S+)((?:\s+WHEN\s+\S+\s+THEN\s+\S+)+)(?:\s+ELSE\s+(\S+))?\s+END$", re.IGNORECASE
)
_BRANCH = re.compile(r"WHEN\s+(\S+)\s+THEN\s+(\S+)", re.IGNORECASE)
_FIELD = re.compile(r"\$\{([^}]+)\}")
_message: contextvars.ContextVar[tuple[Any, ...]] = contextvars.ContextVar("message", default=())
"""Topic, payload, message and client id that a rule is processing."""


def install() -> None:
    """Add all of them to MiniStack's rules. Call once."""
    replace(iot, "_run_rule_actions", _in_its_account)
    replace(iot, "_dispatch_rule_republish", _with_fields)
    replace(
        iot,
        "_valid_where_operand",
        lambda valid: lambda operand: bool(_REGISTRY.match(operand.strip())) or valid(operand),
    )
    replace(iot, "_eval_select_expr", _with_registry_data)
    replace(iot, "_rule_event", _with_nested_aliases)


def _with_registry_data(evaluate: Callable[..., Any]) -> Callable[..., Any]:

    def value(expression: str, *message: Any) -> Any:
        if case := _CASE.match(expression.strip()):
            return chosen(case, *message)
        call = _REGISTRY.match(expression.strip())
        if not call:
            return evaluate(expression, *message)
        thing = _things.get(evaluate(call["thing"], *message)) or {}
        return _resolve_attribute(thing, call["path"])

    def chosen(case: re.Match[str], *message: Any) -> Any:
        """Without a match and without ELSE the result is undefined, so the field is left out."""
        given = evaluate(case[1], *message)
        for when, then in _BRANCH.findall(case[2]):
            if evaluate(when, *message) == given:
                return evaluate(then, *message)
        return evaluate(case[3], *message) if case[3] else _MISSING

    return value


def _with_nested_aliases(event: Callable[..., Any]) -> Callable[..., Any]:
    """`AS a.b` creates an object a with a field b."""

    def nested(sql: str, topic: str, payload: bytes, client_id: Any = None, **more: Any) -> Any:
        _message.set((topic, payload, more.get("message"), client_id))
        flat = event(sql, topic, payload, client_id, **more)
        if not isinstance(flat, dict):
            return flat
        whole: dict[str, Any] = {}
        for name, value in flat.items():
            *outer, last = name.split(".")
            parent = whole
            for part in outer:
                parent = parent.setdefault(part, {})
            parent[last] = value
        return whole

    return nested


def _in_its_account(run: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A rule sees the things of its own account and Region."""

    async def scoped(account: str, region: str, *rest: Any) -> None:
        with request_scope(account, region):
            await run(account, region, *rest)

    return scoped


def _with_fields(republish: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """`${field}` in a topic is a field of the message, and `$$` is a dollar sign."""
    evaluate = private(iot, "_eval_select_expr")

    async def filled(account: str, region: str, rule: str, action: Any, event: Any) -> None:
        message = _message.get()
        topic = _FIELD.sub(lambda m: str(evaluate(m[1], *message)), str(action["topic"]))
        await republish(account, region, rule, action | {"topic": topic.replace("$$", "$")}, event)

    return filled
