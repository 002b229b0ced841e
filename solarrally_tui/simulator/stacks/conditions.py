"""Conditions of templates whose values come from functions: MiniStack knows Ref and Select only.

On AWS Fn::Equals also takes Fn::Join, Fn::Split and Fn::Sub.
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from solarrally_tui.simulator.pins import replace

Evaluate = Callable[[dict[str, Any], dict[str, Any]], dict[str, bool]]

_VARIABLE = re.compile(r"\$\{([\w:]+)\}")


def install() -> None:
    """Resolve these functions before MiniStack evaluates conditions. Call once, first of all."""
    for module in (engine, changesets, handlers, stacks):
        replace(module, "_evaluate_conditions", _resolving)


def _resolving(evaluate: Evaluate) -> Evaluate:
    def evaluated(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, bool]:
        known = {name: str(each["Value"]) for name, each in parameters.items()}
        known |= {"AWS::AccountId": get_account_id(), "AWS::Region": get_region()}
        known |= {"AWS::Partition": "aws"}
        conditions = _resolved(template.get("Conditions", {}), known)
        return evaluate({**template, "Conditions": conditions}, parameters)

    return evaluated


def _resolved(node: Any, known: dict[str, str]) -> Any:
    """Return a part of a condition with the values of these functions in their place."""
    if isinstance(node, list):
        return [_resolved(each, known) for each in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _resolved(value, known) for key, value in node.items()}
    match inner:
        case {"Ref": str(name)} if name in known:
            return known[name]
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(map(str, parts))
        case {"Fn::Split": [str(between), str(text)]}:
            return text.split(between)
        case {"Fn::Sub": str(text)}:
            return _VARIABLE.sub(lambda match: known.get(match[1], match[0]), text)
    return inner
