"""An error in plain words."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instead:
    """Another answer of the site, with which what has failed may work."""

    words: str
    """What it does, such as "do without the firewall"."""
    path: str
    """Its dotted path in the site file."""
    value: str | int | None = None
    """The answer; None where it depends on the present one."""

    @property
    def line(self) -> str:
        """Return it as people write it."""
        return f"{self.path} = {json.dumps(self.value)}" if self.value is not None else self.path


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
