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
        id: the rule that found it; never changes, scripts rely on it.
        what: what happened, in a sentence for people.
        next: what to do now.
        source: where the rule is from.
        evidence: what it rests on, the most telling first.
        effects: what follows from it: symptoms that other rules would have told by themselves.
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
        """AWS's own words that tell it best."""
        return self.evidence[0].words


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could not be seen, and why. It never stands for being well."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to: why is this site not well.

    Attributes:
        causes: ranked, the root of most first.
        past: causes of trouble that no longer shows; only where the site is well now.
        fine: what it is not: checks and looks that found all well.
        unknown: what could not be seen.
        asked: how many sources were asked.
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
        """What is not known, by the reason."""
        found: dict[str, list[str]] = {}
        for each in self.unknown:
            found.setdefault(each.why, []).append(each.title)
        return found

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        if self.causes:
            return self.causes[0].what
        if self.health is Severity.OK:
            return f"Nothing is wrong with {self.site}. Every check is well."
        if self.health is Severity.UNKNOWN:
            return f"Nothing is known to be wrong with {self.site}, but not everything was seen."
        return f"{self.site} is not well, and nothing that was seen tells why."
