"""What a check found in a source: findings, each with its places and its remedy."""

from collections.abc import Iterable
from dataclasses import dataclass

from solarrally_tui.findings.glyphs import Signed


class Level(Signed):
    """How much a finding matters, from good to bad in this order."""

    FIXED = "fixed"
    """It would not run; the build corrects it."""
    ARRANGED = "arranged"
    """It would not run elsewhere; the site handles it."""
    WARNING = "warning"
    """It runs, and you should know this."""
    BLOCKED = "blocked"
    """It cannot run, and nothing here corrects it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the source; line 0 means the file as a whole."""

    file: str
    line: int = 0
    name: str = ""
    """What is there, such as a table or a route, where a sentence names it."""

    def __str__(self) -> str:
        """Return file and line as editors understand them."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """One thing that the source does. The id never changes; scripts rely on it."""

    id: str
    level: Level
    what: str
    places: tuple[Place, ...]
    remedy: str
    """What holds because the build or the site sees to it; where it is by hand, what to do."""
    fix: str = ""
    """The build's fix that corrects it."""

    @property
    def by_hand(self) -> bool:
        """Whether nothing corrects it unless you do."""
        return self.level in {Level.WARNING, Level.BLOCKED}

    @property
    def line(self) -> str:
        """What a person reads first: what is so, never what would be so without a remedy."""
        return self.what if self.by_hand else self.remedy


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return names as a part of a sentence, at most so many, and how many more there are."""
    every = list(dict.fromkeys(names))
    shown = every if len(every) <= most else [*every[:most], f"{len(every) - most} more"]
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True, slots=True)
class SourceReport:
    """All findings of one source."""

    source: str
    commit: str
    findings: tuple[SourceFinding, ...]

    @property
    def worst(self) -> Level:
        """The worst level among the findings."""
        levels = (finding.level for finding in self.findings)
        return max(levels, key=lambda level: level.rank, default=Level.FIXED)
