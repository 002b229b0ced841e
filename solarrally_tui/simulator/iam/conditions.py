"""The Condition element of a policy: operators, their set forms, and keys that a request lacks.

Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Conditions with
multiple context keys or values".
"""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.simulator.iam.elements import arn_matches, as_list, pattern

Context = Mapping[str, str | list[str]]
"""Values of a request by condition key, in lower case. A list belongs to a key of many values."""

Test = Callable[[str, str], bool]
"""Whether a value of the request meets one wanted by the policy."""

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_LITERALS: Final = {"*": "[*]", "?": "[?]", "$": "$"}


class UnknownOperatorError(ValueError):
    """A policy has a condition operator that IAM lacks, or that this evaluator does not know."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator, one key and the values that the policy wants."""

    operator: str
    key: str
    wanted: tuple[str, ...]
    every: bool | None
    """True for ForAllValues, False for ForAnyValue, None for a key with one value."""
    if_exists: bool

    @property
    def variables(self) -> frozenset[str]:
        """The keys, in lower case, whose values the wanted values contain."""
        found = (match[1] for text in self.wanted for match in _VARIABLE.finditer(text))
        return frozenset(name.partition(",")[0].strip().lower() for name in found)

    def met(self, context: Context) -> bool:
        """Return whether a request meets it."""
        value = context.get(self.key)
        if self.operator == "null":
            return any((value is None) == (text.lower() == "true") for text in self.wanted)
        if value is None:
            # What a request lacks differs from everything, but no value of it is among the wanted.
            absent = self.operator in _NEGATED and self.every is None
            return self.every is True or self.if_exists or absent
        if self.every is None:
            return isinstance(value, str) and self._one(value, context)
        values = (self._one(each, context) for each in as_list(value))
        return all(values) if self.every else any(values)

    def _one(self, value: str, context: Context) -> bool:
        negated = self.operator in _NEGATED
        test = _TESTS[_NEGATED.get(self.operator, self.operator)]
        wanted = (_filled(text, context) for text in self.wanted)
        return negated != any(text is not None and test(value, text) for text in wanted)


def compiled(element: Mapping[str, Mapping[str, Any]] | None) -> tuple[Condition, ...]:
    """Return the conditions of a statement, all of which must be met.

    Raises UnknownOperatorError.
    """
    return tuple(
        _condition(operator, key, values)
        for operator, keys in (element or {}).items()
        for key, values in keys.items()
    )


def _condition(operator: str, key: str, values: Any) -> Condition:
    name = operator.lower()
    every = {"forallvalues": True, "foranyvalue": False}.get(name.partition(":")[0])
    name = name.rpartition(":")[2]
    base = name.removesuffix("ifexists")
    if base not in _TESTS and base not in _NEGATED and base != "null":
        raise UnknownOperatorError(f"{operator} is no condition operator of this evaluator.")
    wanted = tuple(
        str(value).lower() if isinstance(value, bool) else str(value) for value in as_list(values)
    )
    return Condition(base, key.lower(), wanted, every, if_exists=base != name)


def _filled(text: str, context: Context) -> str | None:
    """Return a wanted value with its policy variables replaced; None where the request lacks one.

    `${*}` and its like stand for the character itself.
    """
    if "${" not in text:
        return text
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        name, _, default = (part.strip() for part in match[1].partition(","))
        if name in _LITERALS:
            return _LITERALS[name]
        found = context.get(name.lower(), default.strip("'") or None)
        missing = missing or not isinstance(found, str)
        return str(found)

    filled = _VARIABLE.sub(value, text)
    return None if missing else filled


def _like(value: str, wanted: str) -> bool:
    return pattern(wanted).fullmatch(value) is not None


def _arn(value: str, wanted: str) -> bool:
    return arn_matches(wanted, value)


def _bool(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


def _address(value: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _compared(compare: Callable[[float, float], bool], read: Callable[[str], float]) -> Test:
    def test(value: str, wanted: str) -> bool:
        try:
            return compare(read(value), read(wanted))
        except ValueError:
            return False

    return test


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return dt.datetime.fromisoformat(text).timestamp()


_ORDERS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "equals": lambda one, other: one == other,
    "lessthan": lambda one, other: one < other,
    "lessthanequals": lambda one, other: one <= other,
    "greaterthan": lambda one, other: one > other,
    "greaterthanequals": lambda one, other: one >= other,
}
_TESTS: Final[Mapping[str, Test]] = {
    "stringequals": lambda value, wanted: value == wanted,
    "stringequalsignorecase": lambda value, wanted: value.lower() == wanted.lower(),
    "stringlike": _like,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": _bool,
    "ipaddress": _address,
    **{f"numeric{name}": _compared(order, float) for name, order in _ORDERS.items()},
    **{f"date{name}": _compared(order, _moment) for name, order in _ORDERS.items()},
}
_NEGATED: Final[Mapping[str, str]] = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
"""Operators that are met where the other one is not."""
