"""One rule: which words of AWS speak for which cause, and what to do then."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.health.diagnosis.model import Sureness

CERTAIN, LIKELY, POSSIBLE = Sureness.CERTAIN, Sureness.LIKELY, Sureness.POSSIBLE

ROOT, NEAR, SYMPTOM, ASIDE = 0, 1, 2, 9
"""How near to the root: a symptom is explained by whatever is nearer. Asides explain nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One cause and what speaks for it.

    Attributes:
        id: never changes; scripts rely on it.
        kinds: kinds of evidence, the most telling first.
        words: pattern in AWS's words; empty for any.
        state: pattern of the whole state; empty for any.
        what: a sentence; {resource}, {stack}, {state}, {words}, {who}, {action} and the facts of
            the leading evidence are filled in.
        depth: ROOT, NEAR, SYMPTOM or ASIDE.
        source: where AWS, or the application's contract, says so.
    """

    id: str
    kinds: tuple[str, ...]
    what: str
    next: str
    source: str
    words: str = ""
    state: str = ""
    sure: Sureness = CERTAIN
    depth: int = ROOT


TASK: Final = ("task", "container", "service-event", "deployment")
"""Kinds of evidence of what tasks do."""

AGAIN: Final = "Then run solarrally deploy again; it continues where it stopped."
