"""What templates alone say about a change, before and after. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from solarrally_tui.provisioning.change.judgement import effect_of
from solarrally_tui.provisioning.change.plan import Change, Doing, Value
from solarrally_tui.stacks.resolver import references, resolve
from solarrally_tui.stacks.template import read

REPLACES: Final = frozenset({Doing.REPLACE, Doing.MAYBE})
"""What gives a resource, and what refers to it, other attributes."""

_SHOWN: Final = 60
_STAYS: Final = frozenset({"Retain", "RetainExceptOnCreate"})
Bodies = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A template with its parameters filled in."""

    resources: Bodies
    outputs: Mapping[str, Any]
    """Values of outputs; text where the parameters decide, otherwise what it refers to."""


def resolved(template: str, parameters: Mapping[str, str], pseudo: Mapping[str, str]) -> Resolved:
    """Resolve the text of a template. Raises what its reader and the resolver raise."""
    template_resolved = resolve(read(template), dict(parameters), pseudo)
    outputs = {name: body["Value"] for name, body in template_resolved["Outputs"].items()}
    return Resolved(template_resolved["Resources"], outputs)


def values_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Value, ...]:
    """Return what differs between two mappings, with short values in words."""
    names = [
        name
        for name in dict.fromkeys([*before, *after])
        if _text(before.get(name)) != _text(after.get(name))
    ]
    return tuple(Value(n, _short(before.get(n)), _short(after.get(n))) for n in names)


def changed_parameters(
    template: str, now: Mapping[str, str], values: Mapping[str, str]
) -> tuple[Value, ...]:
    """Return the parameters that differ, but for those whose value AWS itself looks up.

    One that a stack of an earlier version lacks has its default there, and no change is said of it.
    """
    declared = read(template)["Parameters"]
    ours = {
        name: body.get("Default")
        for name, body in declared.items()
        if not body["Type"].startswith("AWS::SSM")
    }
    sides = (
        {name: side.get(name, default) for name, default in ours.items()} for side in (now, values)
    )
    return values_of(*sides)


def without_echoes(
    changes: tuple[Change, ...], before: Resolved, after: Resolved
) -> tuple[Change, ...]:
    """Leave out what only refers to a resource that stays the same, and fill in values.

    CloudFormation lists everything that refers to a changed resource, as it cannot exclude that an
    attribute of it changes.
    """
    replaced = {change.resource for change in changes if change.doing in REPLACES}
    return tuple(
        _with_values(change, before, after)
        for change in changes
        if not change.because
        or replaced & set(change.because)
        or before.resources.get(change.resource) != after.resources.get(change.resource)
    )


def _with_values(change: Change, before: Resolved, after: Resolved) -> Change:
    """Fill in values that AWS did not report, from the templates."""
    sides = (
        side.resources.get(change.resource, {}).get("Properties") or {} for side in (before, after)
    )
    known = {value.name: value for value in values_of(*sides)}
    values = tuple(
        value if value.before or value.after else known.get(value.name, value)
        for value in change.values
    )
    return replace(change, values=values)


def compared(stack: str, before: Resolved, after: Resolved) -> tuple[Change, ...]:
    """Return what differs between two resolved templates. They do not show replacement."""
    was, will = before.resources, after.resources
    changes = [
        _change(stack, name, will[name]["Type"], Doing.ADD) for name in will if name not in was
    ]
    for name, body in was.items():
        if name not in will:
            stays = body.get("DeletionPolicy", "Delete") in _STAYS
            doing = Doing.LEAVE if stays else Doing.REMOVE
            changes.append(_change(stack, name, body["Type"], doing))
            continue
        values = values_of(body.get("Properties") or {}, will[name].get("Properties") or {})
        if values:
            changes.append(_change(stack, name, body["Type"], Doing.CHANGE, values))
    return tuple(changes)


def outputs_after(
    before: Resolved, after: Resolved, now: Mapping[str, str], replaced: frozenset[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Return the outputs that a stack will have, and the names of those that cannot be known yet.

    now: its outputs of today; replaced: logical ids of resources that may be replaced.
    """
    by_meaning = {_text(value): now[name] for name, value in before.outputs.items() if name in now}
    outputs: dict[str, str] = {}
    unknown = set()
    for name, value in after.outputs.items():
        same = by_meaning.get(_text(value))
        if isinstance(value, str):
            outputs[name] = value
        elif same is not None and replaced.isdisjoint(references(value)):
            outputs[name] = same
        else:
            unknown.add(name)
            if name in now:
                outputs[name] = now[name]
    return outputs, frozenset(unknown)


def _change(
    stack: str, name: str, kind: str, doing: Doing, values: tuple[Value, ...] = ()
) -> Change:
    effect = effect_of(kind, name, doing, [value.name for value in values])
    return Change(stack, name, kind, doing, effect, values, certain=False)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _short(value: Any) -> str:
    text = "" if value is None else _text(value)
    return text if len(text) <= _SHOWN and not text.startswith(("{", "[")) else ""
