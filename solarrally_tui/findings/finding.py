"""A finding: one thing that a check noticed, how serious it is, and how to fix it."""

from dataclasses import dataclass
from typing import Final

from solarrally_tui.findings.severity import Severity

NOT_KNOWN: Final = "Not known: "


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was noticed. The id never changes; scripts rely on it."""

    id: str
    title: str
    severity: Severity
    line: str
    fix: str = ""
    """One paragraph: how to fix it. Empty where nothing is wrong."""

    @property
    def wants_attention(self) -> bool:
        """Whether there is something to do about it; what AWS does not say at all needs nothing."""
        return self.severity in {Severity.WARN, Severity.FAIL} or bool(self.fix)


def unknown(id_: str, title: str, why: str, fix: str) -> Finding:
    """Return a finding for what could not be checked."""
    return Finding(id_, title, Severity.UNKNOWN, f"{NOT_KNOWN}{why}", fix)
