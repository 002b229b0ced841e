"""Reads a described change set: what happens to each resource, and whether data would be lost.

The same judgement serves the preview, which shows it, and the guard, which refuses. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from solarrally_tui.provisioning.change.plan import Change, Doing, Effect, Value, Weight
from solarrally_tui.provisioning.change.wording import RECREATED, RESOURCE_TYPES, ResourceType

Body = Mapping[str, Any]

_DOING: Final = {"Add": Doing.ADD, "Import": Doing.ADD, "Remove": Doing.REMOVE}
_STAYS: Final = frozenset({"Retain", "ReplaceAndRetain"})
_SNAPSHOT: Final = frozenset({"Snapshot", "ReplaceAndSnapshot"})
_REFERENCES: Final = frozenset({"ResourceReference", "ResourceAttribute"})
_SHOWN: Final = 60
"""Characters of a value that fit a line; longer ones say nothing there."""
_HIDDEN: Final = frozenset({"AWS::SecretsManager::Secret"})
"""Types whose values are never shown."""


def changes_of(stack: str, described: Body) -> tuple[Change, ...]:
    """Return every change of a change set as DescribeChangeSet returns it, all pages together."""
    bodies = [change["ResourceChange"] for change in described.get("Changes", ())]
    replaced = {
        body["LogicalResourceId"] for body in bodies if body.get("Replacement", "False") != "False"
    }
    return tuple(_change(stack, body, replaced) for body in bodies)


def _change(stack: str, body: Body, replaced: Iterable[str]) -> Change:
    kind, name = body["ResourceType"], body["LogicalResourceId"]
    doing, values = _doing(body, replaced), _values(body)
    properties = [value.name for value in values]
    effect = effect_of(kind, name, doing, properties, body.get("PolicyAction", ""))
    details = body.get("Details") or ()
    # A change that only refers to others is listed because of them, which may prove an echo.
    only_refers = all(detail.get("ChangeSource") in _REFERENCES for detail in details)
    because = dict.fromkeys(_entity(detail) for detail in details) if only_refers else ()
    physical_id = str(body.get("PhysicalResourceId", ""))
    return Change(stack, name, kind, doing, effect, values, tuple(because), physical_id)


def _entity(detail: Body) -> str:
    return str(detail.get("CausingEntity", "")).partition(".")[0]


def _doing(body: Body, replaced: Iterable[str]) -> Doing:
    action = body.get("Action", "")
    if action == "Remove" and body.get("PolicyAction") in _STAYS:
        return Doing.LEAVE
    if action in _DOING:
        return _DOING[action]
    if action not in {"Modify", "SyncWithActual"}:
        return Doing.MAYBE  # Dynamic: CloudFormation cannot tell before it has begun
    if body.get("Replacement") == "True":
        return Doing.REPLACE
    if body.get("Replacement") == "Conditional" and _may_replace(body, replaced):
        return Doing.MAYBE
    return Doing.CHANGE


def _may_replace(body: Body, replaced: Iterable[str]) -> bool:
    """Judge a conditional replacement by its details; one without any stays in doubt."""
    keeps = RESOURCE_TYPES.get(body["ResourceType"], ResourceType("")).keeps
    details = [
        detail
        for detail in body.get("Details") or ()
        if detail.get("Target", {}).get("RequiresRecreation", "Never") != "Never"
    ]
    return not details or any(_detail_may_replace(detail, keeps, replaced) for detail in details)


def _detail_may_replace(detail: Body, keeps: frozenset[str], replaced: Iterable[str]) -> bool:
    target = detail["Target"]
    if target["RequiresRecreation"] == "Conditionally" and target.get("Name") in keeps:
        return False
    # A reference to a resource that is not replaced still yields the same name or ARN.
    return detail.get("ChangeSource") not in _REFERENCES or _entity(detail) in replaced


def effect_of(
    kind: str, name: str, doing: Doing, properties: Iterable[str], policy: str = ""
) -> Effect:
    """Return how much a change of a resource matters, and what it means in words.

    policy: what happens to the old resource, as PolicyAction names it; empty where it is deleted.
    """
    type_ = RESOURCE_TYPES.get(kind)
    if type_ is None:
        return _of_unknown_type(kind, name, doing)
    loses = doing in {Doing.REPLACE, Doing.MAYBE, Doing.REMOVE}
    effect = _of_known_type(type_, name, doing, tuple(properties))
    text = effect.text.format(id=name)
    if not loses or not type_.holds:
        return Effect(effect.weight, text)
    if name in RECREATED:
        return Effect(Weight.QUIET, text)
    return _loss(doing, text, policy)


def _loss(doing: Doing, text: str, policy: str) -> Effect:
    if doing is Doing.MAYBE:
        text = f"AWS decides only during the update whether this happens: {text}"
    if policy in _SNAPSHOT:
        text = f"{text} AWS takes a final snapshot first."
    if policy in _STAYS:
        text = f"{text} The old one stays in your account with its content, and you keep paying."
    return Effect(Weight.DANGER, text)


def _of_known_type(
    type_: ResourceType, name: str, doing: Doing, properties: tuple[str, ...]
) -> Effect:
    # "the database Database" would say the same twice.
    is_named_alike = type_.one.replace(" ", "").lower().endswith(name.lower())
    one = type_.one if is_named_alike else f"{type_.one} {name}"
    if doing is Doing.CHANGE:
        known = [type_.properties[p] for p in properties if p in type_.properties]
        worst = min(known, key=lambda effect: effect.weight.rank, default=type_.changed)
        return worst or Effect(Weight.QUIET, f"Changes the {one}, without interruption.")
    particular = {
        Doing.REMOVE: type_.removed,
        Doing.REPLACE: type_.replaced,
        Doing.MAYBE: type_.replaced,
    }
    general = {
        Doing.ADD: f"Creates the {one}.",
        Doing.REMOVE: f"Deletes the {one}.",
        Doing.LEAVE: f"Keeps the {one} in your account, outside the site. You keep paying for it.",
        Doing.REPLACE: f"Replaces the {one}, without interruption.",
        Doing.MAYBE: f"Changes the {one}, or replaces it.",
    }
    return particular.get(doing) or Effect(Weight.QUIET, general[doing])


def _of_unknown_type(kind: str, name: str, doing: Doing) -> Effect:
    """Admit that this version does not know the type. What may be lost is not guessed."""
    what = f"{name} ({kind})"
    if doing is Doing.ADD:
        return Effect(Weight.QUIET, f"Creates {what}.")
    if doing is Doing.CHANGE:
        return Effect(Weight.PAUSE, f"Changes {what} in place. It may not answer for a while.")
    if doing is Doing.LEAVE:
        return Effect(Weight.QUIET, f"Keeps {what} in your account, outside the site.")
    verb = "Deletes" if doing is Doing.REMOVE else "Replaces"
    doubt = "This version does not know whether it holds data."
    return Effect(Weight.DANGER, f"{verb} {what}. {doubt}")


def _values(body: Body) -> tuple[Value, ...]:
    """Return each changed property once, with its value before and after where AWS reports it."""
    values: dict[str, Value] = {}
    shown = body["ResourceType"] not in _HIDDEN
    for detail in body.get("Details") or ():
        target = detail.get("Target", {})
        name = str(target.get("Name") or target.get("Attribute") or "")
        before, after = (str(target.get(key, "")) for key in ("BeforeValue", "AfterValue"))
        fits = shown and len(before) <= _SHOWN and len(after) <= _SHOWN
        new = Value(name, before, after) if fits else Value(name)
        if name and not values.get(name, Value("")).after:
            values[name] = new
    return tuple(values.values())
