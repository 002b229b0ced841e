"""CloudFormation's intrinsic functions on values that are already resolved.

A function returns the plain value if everything in it is known. Otherwise it returns the function
itself with what is known filled in, so that references to resources stay symbolic.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{(!?)\s*([^}]+?)\s*\}")


class ResolveError(ValueError):
    """The template cannot be resolved with these parameters."""


def text(value: Any) -> str:
    """Return a scalar as CloudFormation writes it into text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_symbolic(value: Any) -> bool:
    """Whether a value still refers to something that only AWS knows."""
    return isinstance(value, dict)


def equals(argument: Any) -> bool:
    """Fn::Equals of two known values. Raises ResolveError for others."""
    left, right = argument
    if is_symbolic(left) or is_symbolic(right):
        raise ResolveError(f"A condition compares values that are not known: {argument}.")
    return text(left) == text(right)


def join(argument: Any) -> Any:
    """Fn::Join."""
    separator, parts = argument
    if is_symbolic(parts) or any(is_symbolic(part) for part in parts):
        return {"Fn::Join": argument}
    return str(separator).join(text(part) for part in parts)


def select(argument: Any) -> Any:
    """Fn::Select."""
    index, options = argument
    if is_symbolic(options):
        return {"Fn::Select": argument}
    if not 0 <= int(index) < len(options):
        raise ResolveError(f"Fn::Select cannot take item {index} of {len(options)}.")
    return options[int(index)]


def split(argument: Any) -> Any:
    """Fn::Split."""
    separator, source = argument
    return {"Fn::Split": argument} if is_symbolic(source) else text(source).split(separator)


def cidr(argument: Any) -> Any:
    """Fn::Cidr for IPv4: a number of subnets, each with a number of host bits."""
    block, count, bits = argument
    if is_symbolic(block):
        return {"Fn::Cidr": argument}
    subnets = ipaddress.ip_network(block).subnets(new_prefix=32 - int(bits))
    return [str(subnet) for _, subnet in zip(range(int(count)), subnets, strict=False)]


def find_in_map(argument: Any, mappings: Mapping[str, Any]) -> Any:
    """Fn::FindInMap. Raises ResolveError if the mapping has no such entry."""
    name, first, second = argument
    try:
        return mappings[name][text(first)][text(second)]
    except KeyError as error:
        raise ResolveError(f"Mapping {name} has no entry {first}.{second}.") from error


def sub(argument: Any, known: Mapping[str, Any]) -> Any:
    """Fn::Sub. References to resources and their attributes stay in the text."""
    template, own = argument if isinstance(argument, list) else (argument, {})
    values = {**known, **own}
    symbolic = {name: value for name, value in own.items() if is_symbolic(value)}
    names = {name for escaped, name in _PLACEHOLDER.findall(template) if not escaped}
    if names <= values.keys() and not symbolic:
        return _fill(template, values)
    kept = _fill(template, {k: v for k, v in values.items() if k not in symbolic}, escape=True)
    return {"Fn::Sub": [kept, symbolic] if symbolic else kept}


def _fill(template: str, values: Mapping[str, Any], *, escape: bool = False) -> str:
    def replace(match: re.Match[str]) -> str:
        escaped, name = match.groups()
        if escaped:
            return match.group(0) if escape else f"${{{name}}}"
        return text(values[name]) if name in values else match.group(0)

    return _PLACEHOLDER.sub(replace, template)


def sub_names(argument: Any) -> set[str]:
    """Return the resources that a symbolic Fn::Sub refers to."""
    template, own = argument if isinstance(argument, list) else (argument, {})
    names = {name for escaped, name in _PLACEHOLDER.findall(template) if not escaped}
    return {name.split(".")[0] for name in names - set(own) if not name.startswith("AWS::")}
