"""An error in plain words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An error as a person reads it: what happened, why, what to do next, and the detail."""

    what: str
    why: str
    next: str
    detail: str = ""

    def __str__(self) -> str:
        """Return the three sentences, without the detail."""
        return " ".join(part for part in (self.what, self.why, self.next) if part)
