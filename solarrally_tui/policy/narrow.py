"""Limit each action to the resources that it is needed for, as far as AWS offers it."""

from typing import Final

from solarrally_tui.policy import authorization, estate, places
from solarrally_tui.policy.authorization import Action
from solarrally_tui.policy.scope import Scope

ANYTHING: Final = ("*",)


class UnplacedError(LookupError):
    """Nobody has said yet where the resources of an action are."""


def resources_of(action: Action, scope: Scope) -> tuple[tuple[str, ...], str]:
    """Return ARN patterns for an action, or a lone star, and why it is no narrower.

    Raises UnplacedError for a kind of resource that places.py does not know.
    """
    if action.name in places.EVERYWHERE and action.name not in scope.only_named:
        return ANYTHING, places.EVERYWHERE[action.name]
    kinds = _kinds(action)
    if not kinds:
        return ANYTHING, places.NOTHING_NARROWER
    found = {arn for kind in kinds for arn in _arns(kind, scope)}
    reasons = sorted({_reason(kind) for kind in kinds} - {""})
    return tuple(sorted(found)), " ".join(reasons)


def _kinds(action: Action) -> list[str]:
    """Return the kinds of resources that an action is about here, with their service.

    Of many that it may be about, such as for tagging, those count that some action of ours is
    always about.
    """
    required, optional = (
        [f"{action.service}:{each}" for each in told] for told in (action.required, action.optional)
    )
    ours = {*places.PLACES, *places.BESIDE, *authorization.always_touched()} - places.NOT_OURS
    found = [*(each for each in required if each not in places.NOT_OURS)]
    found += [each for each in optional if each in ours]
    return found or [each for each in optional if authorization.kind(*each.split(":", 1))]


def _reason(kind: str) -> str:
    if kind in places.PLACES:
        return places.WIDE.get(kind, "")
    service = kind.partition(":")[0]
    if service not in places.UNNAMED:
        raise UnplacedError(f"Say in places.py where things of the kind {kind} are.")
    return places.UNNAMED[service]


def _arns(kind: str, scope: Scope) -> list[str]:
    if kind not in places.PLACES:
        return [scope.arn(authorization.kind(*kind.split(":", 1)))]
    found = [
        scope.arn(rest, stack=stack)
        for rest in places.PLACES[kind]
        for stack in (scope.stacks if "{stack}" in rest else ("",))
    ]
    if kind in places.BY_LOGICAL_ID:
        type_, rest = places.BY_LOGICAL_ID[kind]
        found += [scope.arn(rest, logical=name) for name in estate.logical_ids(type_)]
    if kind == "iam:role":
        found += [scope.arn(f"iam::{{account}}:role{path}*") for path in role_paths(scope)]
    return found


def role_paths(scope: Scope) -> list[str]:
    """Return the IAM paths that blueprints give their roles, with the site's name filled in."""
    return [path.replace("${SiteName}", scope.site or "*") for path in estate.role_paths()]
