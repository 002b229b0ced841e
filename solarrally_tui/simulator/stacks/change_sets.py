"""Change sets that tell what would happen: also what conditions switch, and what replaces.

MiniStack compares two templates resource by resource without asking their conditions, so a resource
that only a condition adds or removes is not listed. It also knows of few types which properties
replace them; for the others AWS's own schemas say it.
"""

import functools
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import changesets, engine, provisioners, stacks

from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.stacks.schema import schema

_evaluate_conditions = private(engine, "_evaluate_conditions")
_REPLACING_PROPERTIES = private(provisioners, "_REPLACING_PROPERTIES")

Template = dict[str, Any]


def install() -> None:
    """Correct what DescribeChangeSet lists. Call once."""
    replace(changesets, "_resolve_props_for_diff", _existing)
    replace(stacks, "_property_recreation", _by_schema)


def _existing(resolve: Callable[..., Template]) -> Callable[..., Template]:
    """Leave out resources whose condition is false: they are not there."""

    def resolved(template: Template, parameters: Template, *where: str) -> Template:
        found = resolve(template, parameters, *where)
        if not found:
            return found
        true = _evaluate_conditions(template, parameters)
        kept = {
            name: body
            for name, body in found["Resources"].items()
            if true.get(body.get("Condition"), True)
        }
        return {**found, "Resources": kept}

    return resolved


def _by_schema(known: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """Ask the type's schema where MiniStack has no list of its own."""

    def recreation(kind: str, name: str) -> str:
        if kind in _REPLACING_PROPERTIES or schema(kind) is None:
            return known(kind, name)
        return _replacing(kind).get(name, "Never")

    return recreation


@functools.cache
def _replacing(kind: str) -> dict[str, str]:
    """Properties that cannot be changed in place. Of a nested one only a part counts."""
    paths = [
        path.removeprefix("/properties/").split("/")
        for path in (schema(kind) or {}).get("createOnlyProperties", ())
    ]
    whole = {parts[0] for parts in paths if len(parts) == 1}
    return {p[0]: "Conditionally" for p in paths} | dict.fromkeys(whole, "Always")
