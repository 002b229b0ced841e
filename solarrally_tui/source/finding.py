"""What a check found in a source: findings, each with its places and its remedy."""

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
    """What the build or the site does about it; where it is by hand, what you have to do."""
    fix: str = ""
    """The build's fix that corrects it."""

    @property
    def by_hand(self) -> bool:
        """Whether nothing corrects it unless you do."""
        return self.level in {Level.WARNING, Level.BLOCKED}


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
