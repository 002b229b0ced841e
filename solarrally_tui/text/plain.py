"""An error in plain words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instead:
    """Other answers of the site, with which what has failed may work."""

    words: str
    """What they do, such as "do without the firewall"."""
    answers: Mapping[str, str | int | None]
    """The answers by their dotted paths in the site file; None where one depends on the present
    one, or on the person."""
    means: str = ""
    """What the site gains or gives up with them, in a sentence; empty where that is nothing."""

    def __str__(self) -> str:
        """Return the way out for a person who writes the site file."""
        if None in self.answers.values():
            return f"Or {self.words} ({' and '.join(self.answers)} in the site file)."
        lines = [f"{path} = {json.dumps(value)}" for path, value in self.answers.items()]
        return f"Or {self.words}: {' and '.join(lines)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An error as a person reads it: what happened, why, what to do next, and the detail."""

    what: str
    why: str
    next: str
    detail: str = ""
    instead: Instead | None = None
    """An answer that may avoid it; None where none is known."""
    about: str = ""
    """Dotted path of the answer that it is about; empty where it is about none."""

    def __str__(self) -> str:
        """Return the three sentences, without the detail."""
        return " ".join(part for part in (self.what, self.why, self.next) if part)
