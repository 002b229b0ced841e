"""What an experiment saw, and the report of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from solarrally_tui.findings.severity import Severity
from solarrally_tui.proofs.claims import Claim


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was expected, and what AWS did."""

    expected: str
    saw: str
    holds: bool | None
    """None where it could not be seen."""

    @property
    def severity(self) -> Severity:
        """How it is shown."""
        return of(self.holds)


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim with everything that was seen of it."""

    claim: Claim
    at: datetime
    """In UTC, when it began."""
    account: str
    region: str
    seconds: float
    observations: tuple[Observation, ...]
    problem: str = ""
    """What ended it early; empty where it came to its end."""
    left: str = ""
    """What could not be deleted; empty where nothing is left."""

    @property
    def holds(self) -> bool | None:
        """Whether the claim holds by what was seen; None where something was not seen."""
        found = {one.holds for one in self.observations}
        if False in found:
            return False
        return True if found == {True} and not self.problem else None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "id": self.claim.id,
            "claim": self.claim.claim,
            "expected": self.claim.expected,
            "holds": self.holds,
            "at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}",
            "account": self.account,
            "region": self.region,
            "seconds": round(self.seconds, 1),
            "observations": [
                {"expected": one.expected, "saw": one.saw, "holds": one.holds}
                for one in self.observations
            ],
            "problem": self.problem,
            "left": self.left,
        }


def of(holds: bool | None) -> Severity:
    """Return how a verdict is shown."""
    return {True: Severity.OK, False: Severity.FAIL, None: Severity.UNKNOWN}[holds]


WORDS: Mapping[bool | None, str] = {
    True: "as expected",
    False: "not as expected",
    None: "not seen completely",
}


def to_markdown(proofs: Iterable[Proof]) -> str:
    """Return a report of experiments, without the account's number."""
    parts = ["# What a real account has shown\n"]
    for proof in proofs:
        parts.append(
            f"\n## {proof.claim.id}: {WORDS[proof.holds]}\n\n{proof.claim.claim}.\n\n"
            f"* Done: {proof.claim.experiment}\n"
            f"* Expected: {proof.claim.expected}\n"
            f"* When and where: {proof.at:%Y-%m-%d %H:%M} UTC, {proof.region}, "
            f"{proof.seconds:.0f} s\n"
        )
        parts += [f"* Ended early: {proof.problem}\n"] if proof.problem else []
        parts += [f"* Still there: {proof.left}\n"] if proof.left else []
        parts.append("\n| expected | seen | |\n|---|---|---|\n")
        for one in proof.observations:
            cells = (one.expected, one.saw, WORDS[one.holds])
            parts.append(f"| {' | '.join(_cell(cell, proof.account) for cell in cells)} |\n")
    return "".join(parts)


def _cell(text: str, account: str) -> str:
    return " ".join(text.replace(account, "ACCOUNT").replace("|", "\\|").split())
