"""The resources that each action is limited to, as far as AWS makes it possible."""

from typing import Final

from solarrally_tui.policy import arn_patterns, authorization
from solarrally_tui.policy.authorization import Action
from solarrally_tui.policy.scope import Scope

ANYTHING: Final = ("*",)


class UnknownKindError(LookupError):
    """arn_patterns.py has no pattern for the resources of an action."""


def resources_of(action: Action, scope: Scope) -> tuple[tuple[str, ...], str]:
    """Return ARN patterns for an action, or a single star, and why it is not narrower.

    Raises UnknownKindError for a kind of resource that arn_patterns.py does not know.
    """
    if action.name in arn_patterns.EVERYWHERE and action.name not in scope.only_named:
        return ANYTHING, arn_patterns.EVERYWHERE[action.name]
    if action.name in arn_patterns.OF_ACTION:
        arns = {arn for rest in arn_patterns.OF_ACTION[action.name] for arn in scope.arns(rest)}
        return tuple(sorted(arns)), ""
    kinds = _kinds(action)
    if not kinds:
        return ANYTHING, arn_patterns.NOTHING_NARROWER
    arns = {arn for kind in kinds for arn in _arns(kind, scope)}
    reasons = sorted({_reason(kind) for kind in kinds} - {""})
    return tuple(sorted(arns)), " ".join(reasons)


def _kinds(action: Action) -> list[str]:
    """Return the kinds of resources that an action is about here, with their service.

    An action such as tagging may be about many kinds: only those count that another action of ours
    is always about.
    """
    required, optional = (
        [f"{action.service}:{kind}" for kind in kinds]
        for kinds in (action.required, action.optional)
    )
    ours = {
        *arn_patterns.PATTERNS,
        *arn_patterns.INCIDENTAL,
        *authorization.always_touched(),
    } - arn_patterns.NOT_OURS
    kinds = [kind for kind in required if kind not in arn_patterns.NOT_OURS]
    kinds += [kind for kind in optional if kind in ours]
    return kinds or [kind for kind in optional if authorization.kind(*kind.split(":", 1))]


def _reason(kind: str) -> str:
    if kind in arn_patterns.PATTERNS:
        return arn_patterns.WIDE.get(kind, "")
    service = kind.partition(":")[0]
    if service not in arn_patterns.UNNAMED:
        raise UnknownKindError(
            f"policy/arn_patterns.py has no pattern for {kind}. Add its ARN to PATTERNS."
        )
    return arn_patterns.UNNAMED[service]


def _arns(kind: str, scope: Scope) -> list[str]:
    if kind not in arn_patterns.PATTERNS:
        return [scope.arn(authorization.kind(*kind.split(":", 1)))]
    return [arn for rest in arn_patterns.PATTERNS[kind] for arn in scope.arns(rest)]
