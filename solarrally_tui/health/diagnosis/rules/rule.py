"""One rule: which words of AWS speak for which cause, and what to do then.

Order decides: the first rule of the registry that matches a piece of evidence claims it. So what is
special stands before what is general.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from solarrally_tui.health.diagnosis.model import Sureness

CERTAIN, LIKELY, POSSIBLE = Sureness.CERTAIN, Sureness.LIKELY, Sureness.POSSIBLE

ROOT, NEAR, SYMPTOM, ASIDE = 0, 1, 2, 9
"""How near to the root: a symptom is explained by whatever is nearer. Asides explain nothing."""

COMMON: Final = frozenset(
    {"site", "resource", "stack", "state", "words", "who", "action", "clock", "package"}
)
"""Placeholders that every piece of evidence fills in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One cause and what speaks for it."""

    id: str
    """Never changes; scripts rely on it."""
    kinds: tuple[str, ...]
    """Kinds of evidence, the most telling first."""
    what: str
    """What happened, a sentence. Placeholders are those of COMMON and of defaults."""
    next: str
    """What to do, with the same placeholders."""
    source: str
    """Where AWS, or the application's contract, documents it."""
    words: str = ""
    """Pattern in AWS's words; empty for any."""
    state: str = ""
    """Pattern of the whole state; empty for any."""
    sure: Sureness = CERTAIN
    depth: int = ROOT
    """ROOT, NEAR, SYMPTOM or ASIDE."""
    explains: frozenset[str] = frozenset()
    """Ids of rules that follow from this one where both are found. It then takes their place."""
    within: str = ""
    """Pattern in the files of the traceback that the words end; it counts only where the log has
    one."""
    printed_by: str = ""
    """Programs that print the words; for lines of logs."""
    checked: str = ""
    """How it was checked that they do: measured, source, documented or not checked, and on what."""
    defaults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further placeholders, with what they become where the leading evidence has no fact of that
    name."""


TASK: Final = ("task", "container", "service-event", "deployment")
"""Kinds of evidence of what tasks do."""

AGAIN: Final = "Then run solarrally deploy FILE again. It resumes where it stopped."
