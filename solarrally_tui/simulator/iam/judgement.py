"""What the policies of a principal and of a resource say to a request.

This is IAM's policy evaluation within one organisation that restricts nothing: identity-based
policies, permissions boundary, session policy and resource-based policy. Source: IAM user guide,
"Policy evaluation logic" and "Permissions boundaries for IAM entities".
"""

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, Final, Self

from solarrally_tui.simulator.iam import conditions
from solarrally_tui.simulator.iam.conditions import Condition, Context
from solarrally_tui.simulator.iam.elements import arn_matches, as_list, has_wildcards, pattern

Document = dict[str, Any]

IDENTITY: Final = "identity-based policy"
BOUNDARY: Final = "permissions boundary"
SESSION: Final = "session policy"
RESOURCE: Final = "resource-based policy"
TRUST: Final = "role trust policy"

_OWN_POLICY_DECIDES: Final = ("kms:", "sts:AssumeRole")
"""Actions for which identity-based policies count only where the policy of the key or role lets the
account decide (KMS developer guide, "Key policies"; IAM user guide, "Role trust policies")."""


class Effect(Enum):
    """What a request meets, in the words of IAM's policy simulator."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and the kind of policy that is the reason of a denial."""

    effect: Effect
    because: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the request may proceed."""
        return self.effect is Effect.ALLOWED


@dataclass(frozen=True, slots=True)
class Request:
    """An action on a resource, and what else policies can ask about it."""

    action: str
    resource: str
    """An ARN, or a star where AWS limits the action to no resource."""
    context: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policies:
    """The documents, as JSON, that decide what a principal may do."""

    identity: tuple[str, ...] = ()
    boundary: str | None = None
    session: tuple[str, ...] | None = None
    """At most one of several session policies needs to allow; None where the session has none."""


class _Match(IntEnum):
    """How a resource-based policy names a principal; what is named more closely is greater."""

    NOT = 0
    ACCOUNT = 1
    ROLE = 2
    """The role of a session, to which its boundary still applies."""
    ITSELF = 3


@dataclass(frozen=True, slots=True)
class _Actions:
    """Actions that a statement names. Most are named in full, and found without a pattern."""

    named: frozenset[str]
    """In lower case: AWS ignores the case of actions."""
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, element: Any) -> Self:
        texts = as_list(element)
        return cls(
            frozenset(one.lower() for one in texts if not has_wildcards(one)),
            tuple(pattern(one, ignore_case=True) for one in texts if has_wildcards(one)),
        )

    def hold(self, action: str) -> bool:
        return action.lower() in self.named or any(one.fullmatch(action) for one in self.patterns)


@dataclass(frozen=True, slots=True)
class _Statement:
    allows: bool
    actions: _Actions
    is_about_others: bool
    """Whether the statement is about every action but those (NotAction)."""
    resources: tuple[str, ...] | None
    """None where the policy is attached to the one resource that it is about."""
    other_resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    principal: Any

    def about_action(self, action: str) -> bool:
        return self.actions.hold(action) != self.is_about_others

    def matches(self, request: Request) -> bool:
        """Return whether the statement is about a request. Its action is checked before."""
        return self._about_resource(request.resource) and all(
            condition.met(request.context) for condition in self.conditions
        )

    def _about_resource(self, resource: str) -> bool:
        if self.other_resources:
            return not any(arn_matches(one, resource) for one in self.other_resources)
        return self.resources is None or any(arn_matches(one, resource) for one in self.resources)


@functools.lru_cache(maxsize=1024)
def _statements(document: str) -> tuple[_Statement, ...]:
    return tuple(
        _Statement(
            allows=one["Effect"] == "Allow",
            actions=_Actions.of(one.get("Action") or one.get("NotAction")),
            is_about_others=not one.get("Action"),
            resources=tuple(as_list(one["Resource"])) if "Resource" in one else None,
            other_resources=tuple(as_list(one.get("NotResource"))),
            conditions=conditions.compiled(one.get("Condition")),
            principal=one.get("Principal"),
        )
        for one in as_list(json.loads(document).get("Statement"))
    )


@functools.lru_cache(maxsize=16384)
def _about(document: str, action: str) -> tuple[_Statement, ...]:
    """Return the statements of a document that are about an action."""
    return tuple(one for one in _statements(document) if one.about_action(action))


def condition_keys(documents: Iterable[str]) -> frozenset[str]:
    """Return the condition keys, in lower case, that some documents ask for or fill in."""
    return frozenset(key for document in documents for key in _keys(document))


@functools.lru_cache(maxsize=1024)
def _keys(document: str) -> frozenset[str]:
    met = [one for each in _statements(document) for one in each.conditions]
    return frozenset({one.key for one in met}.union(*(one.variables for one in met)))


def judge(
    principal: str, policies: Policies, request: Request, resource_policy: str | None = None
) -> Decision:
    """Return whether a principal of the resource's own account may do what it requests.

    `principal` is the ARN of a user or of a role's session, or a service such as
    `ecs.amazonaws.com`, which has no policies of its own.
    """
    identity = _effect(policies.identity, request)
    boundary = None if policies.boundary is None else _effect((policies.boundary,), request)
    session = None if policies.session is None else _effect(policies.session, request)
    named, denied = _named(principal, request, resource_policy)
    kinds = {IDENTITY: identity, BOUNDARY: boundary, SESSION: session}
    for kind, effect in kinds.items():
        if effect is Effect.EXPLICIT_DENY:
            return Decision(effect, kind)
    own = TRUST if request.action.startswith("sts:AssumeRole") else RESOURCE
    if denied:
        return Decision(Effect.EXPLICIT_DENY, own)
    if named is _Match.ITSELF and session is None:
        return Decision(Effect.ALLOWED)
    if named < _Match.ROLE and (reason := _lacking(request, identity, named, own, resource_policy)):
        return Decision(Effect.IMPLICIT_DENY, reason)
    for kind, effect in ((BOUNDARY, boundary), (SESSION, session)):
        skipped = kind == BOUNDARY and named is _Match.ITSELF
        if effect is Effect.IMPLICIT_DENY and not skipped:
            return Decision(effect, kind)
    return Decision(Effect.ALLOWED)


def _lacking(
    request: Request, identity: Effect, named: _Match, own: str, resource_policy: str | None
) -> str:
    """Return which kind of policy would have to allow a request; empty where one does."""
    decides = request.action.startswith(_OWN_POLICY_DECIDES) and request.resource != "*"
    if decides and resource_policy is not None and named is _Match.NOT:
        return own
    return "" if identity is Effect.ALLOWED else IDENTITY


def _effect(documents: tuple[str, ...], request: Request) -> Effect:
    met = {
        one.allows
        for document in documents
        for one in _about(document, request.action)
        if one.matches(request)
    }
    if False in met:
        return Effect.EXPLICIT_DENY
    return Effect.ALLOWED if met else Effect.IMPLICIT_DENY


def _named(principal: str, request: Request, document: str | None) -> tuple[_Match, bool]:
    """Return how closely a resource-based policy allows a principal, and whether it denies."""
    if document is None:
        return _Match.NOT, False
    met = [
        (one.allows, _match(one.principal, principal))
        for one in _about(document, request.action)
        if one.matches(request)
    ]
    denied = any(match for allows, match in met if not allows)
    return max((match for allows, match in met if allows), default=_Match.NOT), denied


def _match(element: Any, principal: str) -> _Match:
    if element == "*":
        return _Match.ITSELF
    best = _Match.NOT
    for kind, names in (element or {}).items():
        for name in as_list(names):
            best = max(best, _one_match(kind, name, principal))
    return best


def _one_match(kind: str, name: str, principal: str) -> _Match:
    if name == principal or (kind == "AWS" and name == "*"):
        return _Match.ITSELF
    if kind != "AWS" or not principal.startswith("arn:"):
        return _Match.NOT
    account = principal.split(":")[4]
    if name in {account, f"{':'.join(principal.split(':')[:2])}:iam::{account}:root"}:
        return _Match.ACCOUNT
    return _Match.ROLE if _is_session_of(name, principal) else _Match.NOT


def _is_session_of(role: str, principal: str) -> bool:
    """Return whether a principal is a session of a role. A session's ARN lacks the role's path."""
    ours, theirs = role.split(":"), principal.split(":")
    return (
        ":assumed-role/" in principal
        and ours[:3] + ours[4:5] == [*theirs[:2], "iam", theirs[4]]
        and ours[5].startswith("role/")
        and ours[5].rpartition("/")[2] == theirs[5].split("/")[1]
    )
