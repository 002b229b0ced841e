"""Statements and policies as IAM accepts them, split to fit its limit."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.policy import arn_patterns
from solarrally_tui.policy.action_resources import ANYTHING, resources_of
from solarrally_tui.policy.authorization import Action
from solarrally_tui.policy.restrictions import Condition, condition
from solarrally_tui.policy.scope import Scope

LIMIT: Final = 6144
"""Characters of a managed policy, not counting white space (IAM quotas)."""

_VERSION: Final = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy, and why it is no narrower."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str = ""
    """Why the resources are not narrower; never empty for a single star."""
    condition: Condition = field(default_factory=dict)
    effect: str = "Allow"
    all_but: bool = False
    """Whether the statement is about every action but these."""

    def to_json(self) -> dict[str, Any]:
        """Return the statement as IAM accepts it."""
        statement: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "NotAction" if self.all_but else "Action": list(self.actions),
            "Resource": list(self.resources) if len(self.resources) > 1 else self.resources[0],
        }
        return statement | ({"Condition": dict(self.condition)} if self.condition else {})


@dataclass(frozen=True, slots=True)
class Policy:
    """One managed policy."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The policy document."""
        return {"Version": _VERSION, "Statement": [one.to_json() for one in self.statements]}

    @property
    def size(self) -> int:
        """Characters as IAM counts them."""
        return size(self.statements)


def size(statements: Iterable[Statement]) -> int:
    """Return the characters of a policy of these statements, as IAM counts them."""
    document = {"Version": _VERSION, "Statement": [one.to_json() for one in statements]}
    return len("".join(json.dumps(document, separators=(",", ":")).split()))


def statements(actions: Iterable[Action], scope: Scope) -> list[Statement]:
    """Return statements that allow actions, each on as few resources as AWS makes possible.

    Actions with patterns share one statement for each service and condition: IAM ignores the
    patterns of kinds that an action is not about. Actions without patterns share one for each
    service, condition and reason.
    """
    groups: dict[tuple[str, str, str, str], list[_Placed]] = {}
    for action in sorted(set(actions), key=lambda action: action.name):
        placed = _Placed(action, *resources_of(action, scope), condition(action.name, scope))
        key = (
            action.service,
            placed.reason if placed.resources == ANYTHING else "",
            " ".join(placed.resources) if action.name in arn_patterns.OF_ACTION else "",
            json.dumps(placed.condition),
        )
        groups.setdefault(key, []).append(placed)
    grouped: list[Statement] = []
    # Within a service those with patterns first, then by action: never by the words of a reason.
    for (service, *_), members in sorted(
        groups.items(), key=lambda item: (item[0][0], item[0][1] > "")
    ):
        grouped.append(_statement(service, members, grouped))
    return grouped


@dataclass(frozen=True, slots=True)
class _Placed:
    """An action, the resources that it is allowed on, and when."""

    action: Action
    resources: tuple[str, ...]
    reason: str
    condition: Condition


def _statement(service: str, members: list[_Placed], before: list[Statement]) -> Statement:
    resources = tuple(sorted({arn for placed in members for arn in placed.resources}))
    reasons = dict.fromkeys(placed.reason for placed in members if placed.reason)
    stem = "".join(part.capitalize() for part in service.split("-"))
    stem += "Any" if resources == ANYTHING else "Named"
    others = sum(statement.sid.startswith(stem) for statement in before)
    return Statement(
        f"{stem}{others + 1}" if others else stem,
        tuple(placed.action.name for placed in members),
        resources,
        " ".join(reasons),
        members[0].condition,
    )


def split(name: str, parts: Iterable[Statement]) -> tuple[Policy, ...]:
    """Put each statement into the first policy that has room for it within IAM's limit.

    Raises ValueError for a statement that is larger than the limit.
    """
    filled: list[list[Statement]] = [[]]
    empty = size(())
    sizes = [empty]
    for part in parts:
        if (alone := size([part])) > LIMIT:
            raise ValueError(f"The statement {part.sid} does not fit into one policy.")
        added = alone - empty + 1  # with a comma, for which there is room where there is none
        with_room = (n for n, taken in enumerate(sizes) if taken + added - (not filled[n]) <= LIMIT)
        target = next(with_room, len(filled))
        if target == len(filled):
            filled.append([])
            sizes.append(empty)
        sizes[target] += added - (not filled[target])
        filled[target].append(part)
    if len(filled) == 1:
        return (Policy(name, tuple(filled[0])),)
    return tuple(Policy(f"{name}-{n}", tuple(parts)) for n, parts in enumerate(filled, 1))
