"""Rule SQL that MiniStack lacks: a thing's registry entry, and aliases that nest."""

import re
from collections.abc import Callable
from typing import Any

from ministack.services import iot

from solarrally_tui.simulator.pins import private, replace

_REGISTRY = re.compile(
    r"^get_registry_data\(\s*'DescribeThing'\s*,\s*(?P<thing>[^,]+?)\s*,\s*'(?P<role>arn:[^']+)'\s*\)"
    r"\.(?P<path>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)$"
)


def install() -> None:
    """Teach MiniStack's rules both. Call once."""
    replace(iot, "_valid_where_operand", _knowing_the_registry)
    replace(iot, "_eval_select_expr", _asking_the_registry)
    replace(iot, "_rule_event", _nesting)


def _knowing_the_registry(valid: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda operand: bool(_REGISTRY.match(operand.strip())) or valid(operand)


def _asking_the_registry(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    things, described = private(iot, "_things"), private(iot, "_resolve_attribute")

    def value(expression: str, *message: Any) -> Any:
        asked = _REGISTRY.match(expression.strip())
        if not asked:
            return evaluate(expression, *message)
        thing = things.get(evaluate(asked["thing"], *message)) or {}
        return described(thing, asked["path"])

    return value


def _nesting(event: Callable[..., Any]) -> Callable[..., Any]:
    """`AS a.b` makes an object a with a field b."""

    def nested(*args: Any, **kwargs: Any) -> Any:
        flat = event(*args, **kwargs)
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
