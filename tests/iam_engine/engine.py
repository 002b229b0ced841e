"""Verdicts of an independent engine on requests to AWS: npm's @cloud-copilot/iam-simulate.

    [verdict] = judge([Question("arn:aws:iam::123456789012:user/ann", "s3:GetObject",
                                "arn:aws:s3:::b/key", identity=[document])])
    assert verdict.result is Result.ALLOWED

One process judges all questions of a call, so ask many at once. It is under the AGPL, so make
installs it for the tests (`make .node-tools/.ready`), and nothing of it is shipped or imported.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".node-tools"
PROGRAM = Path(__file__).with_name("judge.mjs")

Document = Mapping[str, Any]


class Result(StrEnum):
    ALLOWED = "Allowed"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    IMPLICITLY_DENIED = "ImplicitlyDenied"


@dataclass(frozen=True, slots=True)
class Question:
    """May a principal do something to a resource?"""

    principal: str
    """An ARN of a user, a role or a role's session, or a service such as ecs.amazonaws.com."""
    action: str
    resource: str
    """An ARN. With a star it asks about every resource that matches; `*` alone where AWS limits the
    action to no resource."""
    identity: Sequence[Document] = ()
    """Policies of the principal."""
    boundary: Document | None = None
    session: Document | None = None
    policy: Document | None = None
    """The policy of the resource; for sts:AssumeRole the trust policy of the role."""
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    account: str = "123456789012"
    """Account of the resource."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The engine's answer."""

    result: Result
    ignored: tuple[str, ...]
    """Keys of the context that AWS does not have for this action, so that no condition saw them."""
    untyped: str
    """Why the engine could not check that the resource is of a kind that the action is about; empty
    where it is."""

    @property
    def allowed(self) -> bool:
        return self.result is Result.ALLOWED


class EngineError(AssertionError):
    """The engine does not accept a question: an action, a resource or a policy that AWS lacks."""


def judge(questions: Iterable[Question]) -> list[Verdict]:
    """Return the verdict on each question. Raises EngineError for one that makes no sense."""
    asked = list(questions)
    text = "".join(f"{json.dumps(line)}\n" for line in _lines(asked))
    ended = subprocess.run(
        ["node", str(PROGRAM), str(FOLDER)], input=text, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise EngineError(f"Run make {FOLDER.name}/.ready. {ended.stderr}")
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    return [_verdict(*pair) for pair in zip(asked, answers, strict=True)]


def _lines(questions: Iterable[Question]) -> Iterator[dict[str, Any]]:
    numbers: dict[str, int] = {}

    def number(document: Document | None) -> Iterator[dict[str, Any]]:
        key = json.dumps(document)
        if document is not None and key not in numbers:
            numbers[key] = len(numbers)
            yield {"document": document}

    for one in questions:
        for document in (*one.identity, one.boundary, one.session, one.policy):
            yield from number(document)
        of = {name: numbers.get(json.dumps(getattr(one, name))) for name in _SINGLE}
        yield {
            "principal": one.principal,
            "action": one.action,
            "resource": one.resource,
            "account": one.account,
            "context": dict(one.context),
            "identity": [numbers[json.dumps(document)] for document in one.identity],
            "trust": one.action.startswith("sts:AssumeRole"),
            **of,
        }


_SINGLE = ("boundary", "session", "policy")


def _verdict(question: Question, answer: dict[str, Any]) -> Verdict:
    if "error" in answer:
        raise EngineError(f"{question.action} on {question.resource}: {answer['error']}")
    return Verdict(Result(answer["verdict"]), tuple(answer["ignored"]), answer["untyped"])
