"""Change sets that list what would happen, with conditions and replacements.

MiniStack compares two templates resource by resource without evaluating their conditions, so it
does not list a resource that only a condition adds or removes. It also knows for few types which
properties replace the resource. For the others AWS's own schemas say it.
"""

import functools
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import changesets, engine, provisioners, stacks

from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.stacks.schema import schema

_REPLACING_PROPERTIES = private(provisioners, "_REPLACING_PROPERTIES")

Template = dict[str, Any]


def install() -> None:
    """Correct what DescribeChangeSet lists. Call once."""
    replace(changesets, "_resolve_props_for_diff", _without_false_conditions)
    replace(stacks, "_property_recreation", _by_schema)


def _without_false_conditions(resolve: Callable[..., Template]) -> Callable[..., Template]:
    """Leave out resources whose condition is false: they do not exist."""

    def resolved(template: Template, parameters: Template, *where: str) -> Template:
        compared = resolve(template, parameters, *where)
        if not compared:
            return compared
        # Read now: `conditions` replaces it.
        conditions = private(engine, "_evaluate_conditions")(template, parameters)
        existing = {
            name: body
            for name, body in compared["Resources"].items()
            if conditions.get(body.get("Condition"), True)
        }
        return {**compared, "Resources": existing}

    return resolved


def _by_schema(known: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """Consult the type's schema where MiniStack has no list of its own."""

    def recreation(kind: str, name: str) -> str:
        if kind in _REPLACING_PROPERTIES or schema(kind) is None:
            return known(kind, name)
        return _replacing(kind).get(name, "Never")

    return recreation


@functools.cache
def _replacing(kind: str) -> dict[str, str]:
    """Return the properties that cannot be changed in place, with CloudFormation's word for each.

    Where only a part of a nested property replaces the resource, the word is Conditionally.
    """
    paths = [
        path.removeprefix("/properties/").split("/")
        for path in (schema(kind) or {}).get("createOnlyProperties", ())
    ]
    whole = {path[0] for path in paths if len(path) == 1}
    return {path[0]: "Conditionally" for path in paths} | dict.fromkeys(whole, "Always")
