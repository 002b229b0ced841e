"""A finding: one line, how to fix it, and how much it matters."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters. Unknown counts as a warning, never as a block."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARN = "warn"
    FAIL = "fail"
    """Known to stop a deployment."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the account told."""

    id: str
    title: str
    level: Level
    line: str
    fix: str = ""
    """One paragraph: how to fix it. Empty where nothing is wrong."""


def unknown(id_: str, title: str, why: str, fix: str) -> Finding:
    """Return a finding for what could not be asked."""
    return Finding(id_, title, Level.UNKNOWN, f"Not known: {why}", fix)
