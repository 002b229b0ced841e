"""The one table of reasons: for stacks, builds, diagnosis and the engine's own calls. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from solarrally_tui.findings.reasons.account import ACCOUNT
from solarrally_tui.findings.reasons.clock import clock, skew
from solarrally_tui.findings.reasons.computer import CLOCK, CREDENTIALS, REQUEST_EXPIRED
from solarrally_tui.findings.reasons.names import NAMES
from solarrally_tui.findings.reasons.organization import ORGANIZATION
from solarrally_tui.findings.reasons.packages import PACKAGES, package
from solarrally_tui.findings.reasons.passing import PASSING, REGISTRY, THROTTLED
from solarrally_tui.findings.reasons.permissions import DENIED, PERMISSIONS
from solarrally_tui.findings.reasons.places import PLACES
from solarrally_tui.findings.reasons.quotas import QUOTAS
from solarrally_tui.findings.reasons.reason import Reason
from solarrally_tui.findings.reasons.running import RUNNING

AGAIN: Final = "Fix the cause, then run the same command again. It continues where it stopped."

REASONS: Final = (
    CLOCK,
    REQUEST_EXPIRED,
    *ACCOUNT,
    *ORGANIZATION,
    *CREDENTIALS,
    *PERMISSIONS,
    REGISTRY,
    THROTTLED,
    *PACKAGES,
    *NAMES,
    *PLACES,
    *QUOTAS,
    *DENIED,
    *RUNNING,
    *PASSING,
)
"""The first that matches counts, so what is special stands before what is general."""

IN_BUILDS: Final = (*ACCOUNT, *ORGANIZATION, *PERMISSIONS, REGISTRY, *PACKAGES)
"""Those that a line of a build's log shows for certain. Other words there are of compilers."""

_REFUSED: Final = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
)
_API: Final = re.compile(r"API: (?P<action>[\w-]+:\w+)")
"""How messages of CloudFormation's older handlers begin, which name no caller."""

_UNNAMED: Final = MappingProxyType({"resource": "the request", "stack": "the stack"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What some words mean, in sentences for people."""

    kind: str
    cause: str
    """The id of the reason."""
    what: str
    why: str
    next: str


def reason_of(words: str, among: Sequence[Reason] = REASONS) -> Reason | None:
    """Return the known reason that AWS's words show; None where they show none."""
    # AWS wraps its words, and so do terminals from which they are pasted.
    whole = " ".join(words.split())
    return next((reason for reason in among if reason.matches(whole)), None)


def explanation_of(
    words: str, known: Mapping[str, str] | None = None, among: Sequence[Reason] = REASONS
) -> Explanation | None:
    """Return what AWS's words mean; None where they show no known reason.

    known: values of placeholders, such as resource and stack.
    """
    reason = reason_of(words, among)
    return explained(reason, words, known or {}) if reason else None


def explained(reason: Reason, words: str, known: Mapping[str, str]) -> Explanation:
    """Return a reason in sentences, filled with what the words name and with what is known."""
    values = {**_UNNAMED, **named_in(words), **known}
    what, why, then = (filled(text, values) for text in (reason.what, reason.why, reason.next))
    return Explanation(kind=reason.kind, cause=reason.id, what=what, why=why, next=then)


def named_in(words: str) -> dict[str, str]:
    """Return what words name: who was denied what, how far the clock is off, what is missing."""
    named = _REFUSED.search(words)
    api = _API.search(words)
    return {
        "who": named["who"] if named else "the caller",
        "action": named["action"] if named else api["action"] if api else "this action",
        "clock": clock(skew(words)),
        "package": package(words),
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a sentence with its placeholders filled. Not str.format: words may hold braces."""
    whole = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)
    begins = re.compile(r"(?:^|(?<=[.:] ))the (?=request|stack|caller)")
    return begins.sub("The ", whole[:1].upper() + whole[1:])
