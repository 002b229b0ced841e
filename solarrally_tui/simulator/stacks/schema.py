"""Checks properties against AWS's registry schemas, and says what is wrong in AWS's words.

The schemas are vendored (`tools/vendor_schemas.py`). CloudFormation reads numbers and booleans from
texts, and texts from numbers, so the validator at the end of this module does so too.
"""

import functools
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from types import UnionType
from typing import Any, cast

from jsonschema import Draft7Validator, TypeChecker, ValidationError, validators
from jsonschema.exceptions import relevance

Properties = dict[str, Any]

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_INTEGER = re.compile(r"-?\d+")


def check(kind: str, logical_id: str, properties: Properties) -> None:
    """Refuse properties that the type's schema does not allow. Types without a schema here pass.

    Raises ValueError with CloudFormation's reason.
    """
    validator = _validator(kind)
    if validator is None:
        return
    given = _without_system_tags(properties)
    problems = {*_read_only(kind, given), *map(_problem, validator.iter_errors(given))}
    if problems:
        joined = ", ".join(sorted(problems))
        msg = f"Properties validation failed for resource {logical_id} with message: [{joined}]"
        raise ValueError(msg)


@functools.cache
def schema(kind: str) -> Properties | None:
    """Return the vendored schema of a type, or None when there is none."""
    name = f"{kind.replace('::', '-')}.json"
    source = files("solarrally_tui.simulator") / "schemas" / name
    return json.loads(source.read_text()) if source.is_file() else None


@functools.cache
def _validator(kind: str) -> Any:
    vendored = schema(kind)
    return None if vendored is None else _Cloudformation(vendored)


def _read_only(kind: str, properties: Properties) -> Iterator[str]:
    """Yield a problem for each attribute at the top that only AWS sets."""
    paths = (schema(kind) or {}).get("readOnlyProperties", ())
    for name in (p.removeprefix("/properties/") for p in paths):
        if name in properties and "/" not in name:
            yield f"Encountered unsupported properties in {{/}}: [{name}]"


def _without_system_tags(value: Any) -> Any:
    """Leave out the aws: tags, which MiniStack adds as CloudFormation does."""
    if isinstance(value, dict):
        return {
            key: _without_system_tags(item)
            for key, item in value.items()
            if not key.startswith("aws:") and not (item and _system_tags(item))
        }
    if isinstance(value, list):
        return [_without_system_tags(item) for item in value if not _system_tag(item)]
    return value


def _system_tags(value: Any) -> bool:
    return isinstance(value, list) and all(_system_tag(item) for item in value)


def _system_tag(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("Key", "")).startswith("aws:")


def _problem(error: ValidationError) -> str:
    """Return one problem in the words of AWS's validator."""
    if error.context:
        error = max(error.context, key=relevance)
    where = "#" + "".join(f"/{part}" for part in error.absolute_path)
    value: Any = error.validator_value
    keys = cast("Properties", error.instance)
    rule, level = str(error.validator), cast("Properties", error.schema)
    if rule == "additionalProperties":
        # Only the first, although jsonschema names them all in one error.
        known = level.get("properties", {})
        extra = next(key for key in keys if key not in known)
        return f"{where}: extraneous key [{extra}] is not permitted"
    if rule == "required":
        missing = next(key for key in value if key not in keys)
        return f"{where}: required key [{missing}] not found"
    if rule == "enum":
        return f"{where}: {error.instance} is not a valid enum value"
    if rule == "type":
        wanted = value if isinstance(value, str) else " or ".join(value)
        actual = type(error.instance).__name__
        return f"{where}: expected type: {wanted.capitalize()}, found: {actual}"
    return f"{where}: failed validation constraint for keyword [{rule}]"


def _is_number(value: Any, kinds: type | UnionType, text: re.Pattern[str]) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, kinds) or (isinstance(value, str) and bool(text.fullmatch(value)))


def _bound(validator: Any, limit: float, value: Any, rule: Any) -> Iterator[ValidationError]:
    below = "minimum" in rule and rule["minimum"] == limit
    if validator.is_type(value, "number"):
        number = float(value)
        if number < limit if below else number > limit:
            yield ValidationError(f"{value} is out of range")


def _pattern(_validator: Any, pattern: str, value: Any, _rule: Any) -> Iterator[ValidationError]:
    """Match a pattern. They are written for Java; one that Python cannot read is left to AWS."""
    compiled = _compiled(pattern)
    if compiled and isinstance(value, str) and not compiled.search(value):
        yield ValidationError(f"{value} does not match {pattern}")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _enum(_validator: Any, allowed: list[Any], value: Any, _rule: Any) -> Iterator[ValidationError]:
    if str(value).lower() not in {str(item).lower() for item in allowed}:
        yield ValidationError(f"{value} is not allowed")


def _lengths(_validator: Any, limit: int, value: Any, rule: Any) -> Iterator[ValidationError]:
    if isinstance(value, str):
        short = rule.get("minLength") == limit and len(value) < limit
        long = rule.get("maxLength") == limit and len(value) > limit
        if short or long:
            yield ValidationError(f"{value} has a wrong length")


_TYPES: TypeChecker = Draft7Validator.TYPE_CHECKER.redefine_many(
    {
        "integer": lambda _, value: _is_number(value, int, _INTEGER),
        "number": lambda _, value: _is_number(value, int | float, _NUMBER),
        "boolean": lambda _, value: isinstance(value, bool) or value in ("true", "false"),
        "string": lambda _, value: isinstance(value, str | int | float | bool),
    }
)
_Cloudformation: Any = validators.extend(  # type: ignore[no-untyped-call]
    Draft7Validator,
    {
        "minimum": _bound,
        "maximum": _bound,
        "pattern": _pattern,
        "enum": _enum,
        "minLength": _lengths,
        "maxLength": _lengths,
        "format": lambda *_: (),
        "uniqueItems": lambda *_: (),
    },
    type_checker=_TYPES,
)
