"""Validation errors that name the field, say what is wrong and show an example."""

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.site.repaired_name import repaired_name
from solarrally_tui.text.suggestion import did_you_mean


def from_validation(error: ValidationError) -> SiteError:
    """Return pydantic's errors as problems in our own words."""
    return SiteError(tuple(_problem(detail) for detail in error.errors()))


def example_of(path: str) -> str:
    """Return the example of a dotted field as a line of a site file, or an empty string."""
    field = _field(path)
    return (
        _toml_value(path.rpartition(".")[2], field.examples[0]) if field and field.examples else ""
    )


def _field(path: str) -> FieldInfo | None:
    model: Any = Site
    field: FieldInfo | None = None
    for part in path.split("."):
        name = "schema_version" if part == "schema" else part
        field = getattr(model, "model_fields", {}).get(name)
        if field is None:
            return None
        model = _model_in(field.annotation)
    return field


def _model_in(annotation: Any) -> Any:
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _toml_value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{key} = {str(value).lower()}"
    return f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"


def _problem(detail: ErrorDetails) -> Problem:
    field = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("function-"))
    what = _what(field, detail)
    if not field:
        # What answers mean together is checked of the whole site; the first word names the field.
        named, _, rest = what.partition(" ")
        field, what = (named, rest) if _field(named) else ("site", what)
    return Problem(field, what, example_of(field))


def _what(field: str, detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind in {"string_pattern_mismatch", "string_too_long", "string_too_short"}:
        # A field with a pattern says in its description what it matches.
        described = _field(field)
        rule = f"must be {described.description if described else 'shorter'}."
        repaired = repaired_name(str(detail.get("input", ""))) if field == "name" else ""
        return f"{rule} Did you mean {repaired}?" if repaired else rule
    if kind in {"enum", "literal_error"}:
        expected = str(context.get("expected", ""))
        known = re.findall(r"'([^']+)'", expected)
        return f"must be one of {expected}.{did_you_mean(str(detail.get('input', '')), known)}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        word, limit = ("at least", "ge") if kind.startswith("greater") else ("at most", "le")
        return f"must be {word} {context[limit]:,}.{_BEYOND.get((field, limit), '')}"
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries."
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind == "extra_forbidden":
        return f"{_FIXED[kind]}{_meant(field)}"
    return _FIXED.get(kind, detail["msg"].rstrip(".") + ".")


def _meant(path: str) -> str:
    """Return which field or section is probably meant by a name that is none."""
    section, _, name = path.rpartition(".")
    model: Any = _model_in(found.annotation) if (found := _field(section)) else Site
    known = ["schema" if n == "schema_version" else n for n in getattr(model, "model_fields", {})]
    if meant := did_you_mean(name, known):
        return meant
    elsewhere = [
        place
        for place, field in Site.model_fields.items()
        if name in getattr(_model_in(field.annotation), "model_fields", {})
    ]
    return f" It belongs to [{elsewhere[0]}]." if len(elsewhere) == 1 else ""


_BEYOND: Final = {("size.chargers", "le"): " More chargers need a second site."}
"""What to do beyond a limit, by field and limit."""

_FIXED: Final[Mapping[str, str]] = {
    "missing": "is missing.",
    "extra_forbidden": "is not a field of a site file.",
    "int_parsing": "must be a whole number.",
    "int_type": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "bool_parsing": "must be true or false.",
    "bool_type": "must be true or false.",
    "string_type": "must be text in quotes.",
    "model_type": "must be a table.",
}
