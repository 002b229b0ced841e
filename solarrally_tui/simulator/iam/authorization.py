"""Judges what principals need, and remembers the distinct requests when it is asked to.

Root users are not judged: of an account's policies none restricts them, and the policies of
resources that deny them something are not considered.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import ecr, kms, s3, secretsmanager, sns, sqs

from solarrally_tui.simulator.iam import judgement, principals, refusal_words, tags
from solarrally_tui.simulator.iam.judgement import Decision, Request
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.principals import Principal
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.pins import private

_POLICIES_OF_RESOURCES: Final = {
    "ecr": private(ecr, "repository_policy_for_arn"),
    "kms": private(kms, "key_policy_for_arn"),
    "s3": private(s3, "bucket_policy_for_arn"),
    "secretsmanager": private(secretsmanager, "secret_policy_for_arn"),
    "sns": private(sns, "topic_policy_for_arn"),
    "sqs": private(sqs, "queue_policy_for_arn"),
}


@dataclass(frozen=True, slots=True)
class Denial:
    """An action that a principal may not do."""

    need: Need
    message: str


class Authorization:
    """Judges the needs of principals. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recording = False
        self._seen: dict[tuple[Any, ...], dict[str, Any]] = {}

    def denial(
        self,
        principal: Principal,
        needs: Iterable[Need],
        place: Place,
        facts: Mapping[str, str | list[str]] | None = None,
    ) -> Denial | None:
        """Return the first need that is denied, or None where everything is allowed.

        `facts` are condition keys of the whole call, in lower case.
        """
        if principal.is_root:
            return None
        with request_scope(place.account, place.region):
            for need in needs:
                decision = self._decide(principal, need, place, facts or {})
                if not decision.allowed:
                    text = refusal_words.message(
                        principal.arn, need.action, need.resource, decision
                    )
                    return Denial(need, text)
        return None

    def _decide(
        self, principal: Principal, need: Need, place: Place, facts: Mapping[str, Any]
    ) -> Decision:
        policy = _resource_policy(need)
        texts = _documents(principal, policy)
        context = _context(judgement.condition_keys(texts), principal, need, place, facts)
        request = Request(need.action, need.resource, context)
        decision = judgement.judge(principal.arn, principal.policies, request, policy)
        if self._recording:
            self._record(principal, request, policy, decision)
        return decision

    def record(self, *, on: bool) -> dict[str, Any]:
        """Begin or end recording. Beginning forgets what was recorded before."""
        with self._lock:
            self._recording = on
            if on:
                self._seen = {}
        return {"recording": on}

    def listed(self) -> dict[str, Any]:
        """Return the distinct requests so far, each with the policies that were in force."""
        with self._lock:
            return {"recording": self._recording, "requests": list(self._seen.values())}

    def _record(
        self, principal: Principal, request: Request, policy: str | None, decision: Decision
    ) -> None:
        policies = principal.policies
        context = {k: list(v) if isinstance(v, list) else v for k, v in request.context.items()}
        key = (principal.arn, request.action, request.resource, policies, policy, repr(context))
        entry = {
            "principal": principal.arn,
            "account": principal.account,
            "action": request.action,
            "resource": request.resource,
            "context": context,
            "identity": list(policies.identity),
            "boundary": policies.boundary,
            "session": None if policies.session is None else list(policies.session),
            "resource_policy": policy,
            "effect": decision.effect.value,
            "because": decision.because,
        }
        with self._lock:
            self._seen.setdefault(key, entry)


def _documents(principal: Principal, policy: str | None) -> tuple[str, ...]:
    own = principal.policies
    return (*own.identity, *(own.session or ()), *filter(None, (own.boundary, policy)))


def _resource_policy(need: Need) -> str | None:
    """Return the policy of a resource, for the services that keep one. Without one it is None."""
    parts = need.resource.split(":", 5)
    if need.action.startswith("sts:AssumeRole"):
        return principals.trust(need.resource) if len(parts) == 6 else None
    find = _POLICIES_OF_RESOURCES.get(parts[2]) if len(parts) == 6 else None
    found = find(need.resource) if find else None
    return str(found[0]) if found and found[0] else None


def _context(
    keys: Iterable[str],
    principal: Principal,
    need: Need,
    place: Place,
    facts: Mapping[str, str | list[str]],
) -> dict[str, str | list[str]]:
    """Return the values of those condition keys that some policy asks for."""
    known = {
        "aws:requestedregion": place.region,
        "aws:resourceaccount": place.account,
        "aws:securetransport": "true",
        "aws:sourceip": "127.0.0.1",
        "aws:viaawsservice": "true" if "aws:calledvia" in facts else "false",
    }
    known |= {**principal.facts, **facts, **need.facts}  # type: ignore[dict-item]
    asked: dict[str, tuple[Any, ...]] = {}
    context: dict[str, str | list[str]] = {}
    for key in keys:
        value = known.get(key) or _of_tags(key, need, asked)
        if value:
            context[key] = value
    return context


def _of_tags(key: str, need: Need, cache: dict[str, Any]) -> str | list[str] | None:
    """Return what a condition key on tags asks for; None for another key or where there is none."""
    if key == "aws:tagkeys":
        return tags.keys_of_request(need.given)
    prefix, _, name = key.partition("/")
    if prefix == "aws:requesttag":
        found = tags.of_request(need.given)
    elif prefix.endswith(":resourcetag"):
        found = cache.setdefault("tags", None) or tags.of_resource(need.resource)
        cache["tags"] = found
    else:
        return None
    return next((value for tag, value in found.items() if tag.lower() == name), None)
