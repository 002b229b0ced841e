"""Requests that the simulated account judged, and what the independent engine says to the same."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from solarrally_tui.simulator.child import Account
from tests.iam_engine.engine import Question, Result, Verdict, judge

SAME = {
    "allowed": Result.ALLOWED,
    "explicitDeny": Result.EXPLICITLY_DENIED,
    "implicitDeny": Result.IMPLICITLY_DENIED,
}
_NEW = "new0123456789"
"""Stands for the star of an id that AWS has not given yet: to the engine a star means every one."""

Recorded = dict[str, Any]


def record(account: Account) -> None:
    """Begin to record the distinct requests of everybody but the root user."""
    httpx.post(f"{account.endpoint_url}/_solarrally/permissions", json={}, trust_env=False)


def peek(account: Account) -> list[Recorded]:
    """Return what was recorded so far."""
    url = f"{account.endpoint_url}/_solarrally/permissions"
    found: list[Recorded] = httpx.get(url, trust_env=False, timeout=60).json()["requests"]
    return found


def recorded(account: Account) -> list[Recorded]:
    """Return what was recorded, and end recording."""
    found = peek(account)
    httpx.delete(f"{account.endpoint_url}/_solarrally/permissions", trust_env=False)
    return found


@dataclass(frozen=True)
class Comparison:
    """Verdicts of both on the same requests."""

    requests: list[Recorded]
    verdicts: list[Verdict]

    @property
    def differences(self) -> list[str]:
        """What one allows and the other denies, in words."""
        return [
            f"{one['principal']}: {one['action']} on {one['resource']} in {one['context']}: "
            f"{one['effect']} here, {verdict.result} there, ignoring {verdict.ignored}"
            for one, verdict in zip(self.requests, self.verdicts, strict=True)
            if SAME[one["effect"]] is not verdict.result
        ]

    @property
    def denied(self) -> list[str]:
        return [
            f"{one['principal']}: {one['action']} on {one['resource']}"
            for one in self.requests
            if one["effect"] != "allowed"
        ]

    @property
    def counts(self) -> dict[str, int]:
        """Requests by the kind of who makes them, and those whose resource has no kind there."""
        kinds = Counter(kind_of(one["principal"]) for one in self.requests)
        untyped = sum(bool(verdict.untyped) for verdict in self.verdicts)
        return {"requests": len(self.requests), **kinds, "untyped": untyped}


def kind_of(principal: str) -> str:
    name = principal.split(":")[5]
    kinds = ("AWSCloudFormation", "AWSCodeBuild", "ExecutionRole", "supports-", "deploys-")
    return next((kind for kind in kinds if kind in name), name)


def compared(requests: Iterable[Recorded]) -> Comparison:
    """Let the independent engine judge requests that the simulated account has judged."""
    asked = list(requests)
    return Comparison(asked, judge(_questions(asked)))


def _policy(one: Recorded) -> Any:
    """Return the policy of the resource. A key that does not exist yet has the usual one."""
    if one["resource_policy"]:
        return json.loads(one["resource_policy"])
    if not one["action"].startswith("kms:"):
        return None
    owner = {"AWS": f"arn:aws:iam::{one['account']}:root"}
    statement = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": statement}


def _questions(requests: Iterable[Recorded]) -> Iterator[Question]:
    for one in requests:
        resource = one["resource"]
        named = resource if resource == "*" else resource.replace("*", _NEW)
        # What the action is about may have a name that the service has not given yet.
        yield Question(
            one["principal"],
            one["action"],
            named.replace("??????", "AbCdEf"),
            identity=[json.loads(text) for text in one["identity"]],
            boundary=one["boundary"] and json.loads(one["boundary"]),
            policy=_policy(one),
            context=one["context"],
            account=one["account"],
        )
