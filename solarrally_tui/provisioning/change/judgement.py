"""Reads a described change set: what happens to each resource, and whether data would be lost.

The same judgement serves the preview, which shows it, and the guard, which refuses. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from solarrally_tui.provisioning.change.plan import Change, Doing, Value, Weight
from solarrally_tui.provisioning.change.wording import MADE_AGAIN, PAUSES, THINGS, Thing

Body = Mapping[str, Any]

_DOING: Final = {"Add": Doing.ADD, "Import": Doing.ADD, "Remove": Doing.REMOVE}
_STAYS: Final = frozenset({"Retain", "ReplaceAndRetain"})
_SNAPSHOT: Final = frozenset({"Snapshot", "ReplaceAndSnapshot"})
_REFERENCES: Final = frozenset({"ResourceReference", "ResourceAttribute"})
_SHOWN: Final = 60
"""Characters of a value that fit a line; longer ones say nothing there."""
_HIDDEN: Final = frozenset({"AWS::SecretsManager::Secret"})


def changes_of(stack: str, described: Body) -> tuple[Change, ...]:
    """Return every change of a change set as DescribeChangeSet tells it, all pages together."""
    bodies = [each["ResourceChange"] for each in described.get("Changes", ())]
    replaced = {
        body["LogicalResourceId"] for body in bodies if body.get("Replacement", "False") != "False"
    }
    return tuple(_change(stack, body, replaced) for body in bodies)


def _change(stack: str, body: Body, replaced: Iterable[str]) -> Change:
    kind, name = body["ResourceType"], body["LogicalResourceId"]
    doing = _doing(body, replaced)
    values = _values(body)
    weight, words = judged(
        kind, name, doing, [value.name for value in values], body.get("PolicyAction", "")
    )
    return Change(stack, name, kind, doing, weight, words, values, _because(body))


def _because(body: Body) -> tuple[str, ...]:
    """Return what a change only refers to; nothing where anything else about it changes."""
    details = body.get("Details") or ()
    if any(detail.get("ChangeSource") not in _REFERENCES for detail in details):
        return ()
    return tuple(dict.fromkeys(_entity(detail) for detail in details))


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
    """Judge a conditional replacement by its details; one without a word of them stays in doubt."""
    keeps = THINGS.get(body["ResourceType"], Thing("")).keeps
    details = [
        each
        for each in body.get("Details") or ()
        if each.get("Target", {}).get("RequiresRecreation", "Never") != "Never"
    ]
    return not details or any(_detail_may(each, keeps, replaced) for each in details)


def _detail_may(detail: Body, keeps: frozenset[str], replaced: Iterable[str]) -> bool:
    target = detail["Target"]
    if target["RequiresRecreation"] == "Conditionally" and target.get("Name") in keeps:
        return False
    # A reference to something that stays the same thing goes on giving the same name or ARN.
    return detail.get("ChangeSource") not in _REFERENCES or _entity(detail) in replaced


def judged(
    kind: str, name: str, doing: Doing, properties: Iterable[str], policy: str = ""
) -> tuple[Weight, str]:
    """Return how much a change matters and what it means in words.

    policy: what becomes of the old resource, as PolicyAction tells it; empty where it is deleted.
    """
    thing = THINGS.get(kind)
    if thing is None:
        return _unknown(kind, name, doing)
    words = _words(thing, name, doing, tuple(properties))
    pauses, plain = words.startswith(PAUSES), words.removeprefix(PAUSES).strip()
    loses = doing in {Doing.REPLACE, Doing.MAYBE, Doing.REMOVE}
    if loses and thing.holds and name not in MADE_AGAIN:
        return _losing(doing, plain, policy)
    return Weight.PAUSE if pauses else Weight.QUIET, plain


def _losing(doing: Doing, words: str, policy: str) -> tuple[Weight, str]:
    if doing is Doing.MAYBE:
        words = f"AWS can tell only on the way whether this happens: {words}"
    if policy in _SNAPSHOT:
        words = f"{words} AWS takes a final snapshot first."
    if policy in _STAYS:
        words = f"{words} The old one stays in your account, with what it holds, and costs."
    return Weight.DANGER, words


def _words(thing: Thing, name: str, doing: Doing, properties: tuple[str, ...]) -> str:
    one = thing.one if name.lower() == thing.one.replace(" ", "") else f"{thing.one} {name}"
    if doing is Doing.CHANGE:
        known = [thing.properties[each] for each in properties if each in thing.properties]
        worst = sorted(known, key=lambda words: not words.startswith(PAUSES))
        return (
            worst[0] if worst else thing.changed or f"Changes the {one}, no interruption."
        ).format(id=name)
    general = {
        Doing.ADD: f"Adds the {one}.",
        Doing.REMOVE: thing.removed or f"Removes the {one}.",
        Doing.LEAVE: f"Keeps the {one} in your account, outside the site. It goes on costing.",
        Doing.REPLACE: thing.replaced or f"Makes the {one} anew, no interruption.",
        Doing.MAYBE: thing.replaced or f"Changes the {one}, or makes it anew.",
    }
    return general[doing].format(id=name)


def _unknown(kind: str, name: str, doing: Doing) -> tuple[Weight, str]:
    """Say honestly that this version does not know the type. What may be lost is not guessed."""
    what = f"{name} ({kind})"
    doubt = "This version does not know whether it holds data."
    if doing is Doing.ADD:
        return Weight.QUIET, f"Adds {what}."
    if doing is Doing.CHANGE:
        return Weight.PAUSE, f"Changes {what} in place. It may not answer for a while."
    if doing is Doing.LEAVE:
        return Weight.QUIET, f"Keeps {what} in your account, outside the site."
    return Weight.DANGER, f"{'Removes' if doing is Doing.REMOVE else 'Replaces'} {what}. {doubt}"


def _values(body: Body) -> tuple[Value, ...]:
    """Return each changed property once, with its value before and after where AWS tells it."""
    found: dict[str, Value] = {}
    shown = body["ResourceType"] not in _HIDDEN
    for detail in body.get("Details") or ():
        target = detail.get("Target", {})
        name = str(target.get("Name") or target.get("Attribute") or "")
        before, after = (str(target.get(key, "")) for key in ("BeforeValue", "AfterValue"))
        fits = shown and len(before) <= _SHOWN and len(after) <= _SHOWN
        new = Value(name, before, after) if fits else Value(name)
        if name and not found.get(name, Value("")).after:
            found[name] = new
    return tuple(found.values())
