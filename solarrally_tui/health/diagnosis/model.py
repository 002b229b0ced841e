"""What a diagnosis says: causes with their evidence, what is well, and what is not known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence


class Sureness(StrEnum):
    """How sure a cause is, the surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One cause that the evidence speaks for.

    Attributes:
        id: the rule that matched; never changes, scripts rely on it.
        what: what happened, in a sentence for people.
        next: what to do now.
        source: where the rule is from.
        evidence: what it rests on, the most telling first.
        effects: what follows from it: symptoms that would otherwise be causes of their own.
    """

    id: str
    what: str
    sure: Sureness
    next: str
    source: str
    evidence: tuple[Evidence, ...]
    effects: tuple[Evidence, ...] = ()

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
    """The answer to the question why a site is not well.

    Attributes:
        causes: ranked, the likeliest root first.
        past: causes whose effects no longer show; only where the site is well now.
        fine: checks and evidence that show something to be well.
        unknown: what could not be seen.
        asked: how many sources were queried.
    """

    site: str
    region: str
    account: str
    time: datetime
    health: Severity
    causes: tuple[Candidate, ...] = ()
    past: tuple[Candidate, ...] = ()
    fine: tuple[Evidence, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    asked: int = 0

    @property
    def hidden(self) -> dict[str, list[str]]:
        """The titles of what is not known, by the reason."""
        by_reason: dict[str, list[str]] = {}
        for item in self.unknown:
            by_reason.setdefault(item.why, []).append(item.title)
        return by_reason

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
