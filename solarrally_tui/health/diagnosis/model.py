"""What a diagnosis says: causes with their evidence, what is well, and what is not known."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence

_NOT_THERE: Final = re.compile(r"does not exist yet|is not there yet|is not ready|has not created")
"""How sources say that what they read has not been created."""


class Sureness(StrEnum):
    """How sure a cause is, the surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def meaning(self) -> str:
        """What that says of a cause, in a sentence."""
        return {
            "certain": "Certain: AWS reports it.",
            "likely": "Likely: concluded from the evidence.",
            "possible": "Possible: one explanation of the evidence.",
        }[self]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One cause that the evidence speaks for."""

    id: str
    """The rule that matched; never changes, scripts rely on it."""
    what: str
    """What happened, in a sentence for people."""
    sure: Sureness
    next: str
    """What to do now."""
    source: str
    """Where the rule is from."""
    evidence: tuple[Evidence, ...]
    """What it rests on, the most telling first."""
    effects: tuple[Evidence, ...] = ()
    """What follows from it: symptoms that would otherwise be causes of their own."""

    @property
    def why(self) -> str:
        """AWS's own words that show it best."""
        return self.evidence[0].words


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could not be seen, and why. It never counts as being well."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to the question why a site is not well."""

    site: str
    region: str
    account: str
    time: datetime
    health: Severity
    causes: tuple[Candidate, ...] = ()
    """Ranked, the likeliest root first."""
    past: tuple[Candidate, ...] = ()
    """Causes whose effects no longer show; only where the site is well now."""
    fine: tuple[Evidence, ...] = ()
    """Checks and evidence that show something to be well."""
    kept: tuple[Evidence, ...] = ()
    """What a run saw before a rollback, and no cause cites."""
    slow: tuple[Evidence, ...] = ()
    """Statements that the database took long for lately. They need not be a fault."""
    unknown: tuple[Unknown, ...] = ()
    """What could not be seen."""
    asked: int = 0
    """How many sources were queried."""

    @property
    def hidden(self) -> dict[str, list[str]]:
        """The titles of what is not known, by the reason."""
        by_reason: dict[str, list[str]] = {}
        for item in self.unknown:
            by_reason.setdefault(item.why, []).append(item.title)
        return by_reason

    @property
    def awaited(self) -> dict[str, list[str]]:
        """Those of them whose part the cause has kept from being created."""
        known = self.hidden if self.causes else {}
        return {why: titles for why, titles in known.items() if _NOT_THERE.search(why)}

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        if self.causes:
            return self.causes[0].what
        if self.health is Severity.OK:
            return f"Nothing is wrong with {self.site}. Every check is ok."
        if self.health is Severity.UNKNOWN:
            seen = "but not everything could be checked."
            return f"Nothing is known to be wrong with {self.site}, {seen}"
        return f"{self.site} is not well, and the evidence does not show why."
