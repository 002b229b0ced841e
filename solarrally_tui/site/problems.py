"""Problems of a site file. Imports nothing heavy: screens catch these errors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a site file."""

    field: str
    what: str
    example: str
    line: int = 0
    """Line of the file; 0 where that is not known."""
    file: str = ""
    """The shared file that has it, as the site file names it; empty for the site file itself."""

    def __str__(self) -> str:
        """Return the problem as one sentence for a terminal."""
        shown = f" Example: {self.example}" if self.example else ""
        line = f"line {self.line}" if self.line else ""
        place = "".join(f"{part}, " for part in (self.file, line) if part)
        return f"{place}{self.field}: {self.what}{shown}"


class SiteError(Exception):
    """A site file is invalid. Has every problem, not just the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
