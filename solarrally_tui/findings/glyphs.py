"""How states look: one table of glyph, word and tone. Colour is never the only difference.

Every enum of states derives from `Signed`; the names of its members are rows of the table.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class Tone(StrEnum):
    """What a colour means. The wizard maps a tone to a colour of its theme; lines have none."""

    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state looks."""

    glyph: str
    word: str
    tone: Tone


SIGNS: Final = {
    # How well something is.
    "OK": Sign("✓", "ok", Tone.SUCCESS),
    "WARN": Sign("▲", "warning", Tone.WARNING),
    "FAIL": Sign("✗", "failing", Tone.ERROR),
    "STOPS": Sign("✗", "stops", Tone.ERROR),
    # How far something is.
    "WAITING": Sign("○", "waiting", Tone.MUTED),
    "UNUSED": Sign("·", "not used", Tone.MUTED),
    "RUNNING": Sign("●", "working", Tone.PRIMARY),
    "WAITING_FOR_YOU": Sign("▲", "needs you", Tone.WARNING),
    "DONE": Sign("✓", "done", Tone.SUCCESS),
    "FAILED": Sign("✗", "failed", Tone.ERROR),
    "OUT_OF_SIGHT": Sign("?", "not seen", Tone.WARNING),
    # What a run that has stopped leaves of something.
    "NOT_BEGUN": Sign("○", "not begun", Tone.MUTED),
    "NOT_REACHED": Sign("○", "not reached", Tone.MUTED),
    "IN_PART": Sign("~", "in part", Tone.MUTED),
    "UNDONE": Sign("·", "undone", Tone.MUTED),
    # How far a deletion is.
    "EXISTS": Sign("○", "exists", Tone.MUTED),
    "DELETING": Sign("●", "deleting", Tone.PRIMARY),
    "DELETED": Sign("✓", "deleted", Tone.SUCCESS),
    "ABSENT": Sign("·", "not there", Tone.MUTED),
    "KEPT": Sign("▲", "kept", Tone.WARNING),
    # What a deployment does to something.
    "NEW": Sign("+", "new", Tone.SECONDARY),
    "CHANGES": Sign("~", "changes", Tone.WARNING),
    "DANGER": Sign("✗", "data loss", Tone.ERROR),
    "PAUSE": Sign("▲", "interruption", Tone.WARNING),
    "QUIET": Sign("·", "no interruption", Tone.MUTED),
    # What becomes of something that a source does.
    "BLOCKED": Sign("✗", "cannot run", Tone.ERROR),
    "WARNING": Sign("▲", "worth knowing", Tone.WARNING),
    "ARRANGED": Sign("✓", "handled by the site", Tone.SUCCESS),
    "FIXED": Sign("✓", "fixed by the build", Tone.SUCCESS),
    # How a charger is; connected is green only where a message of it was seen.
    "FAILING": Sign("✗", "failing", Tone.ERROR),
    "SILENT": Sign("▲", "silent", Tone.WARNING),
    "OFFLINE": Sign("▲", "offline", Tone.WARNING),
    "NEVER": Sign("○", "not switched on yet", Tone.MUTED),
    "CONNECTED": Sign("●", "connected", Tone.SECONDARY),
    "SENDING": Sign("✓", "sending", Tone.SUCCESS),
    "REVOKED": Sign("·", "revoked", Tone.MUTED),
    # How complete an answer is.
    "OPEN": Sign("○", "open", Tone.MUTED),
    "WRONG": Sign("▲", "check", Tone.WARNING),
    # Which of several is chosen.
    "CHOSEN": Sign("●", "chosen", Tone.PRIMARY),
    "NOT_CHOSEN": Sign("○", "not chosen", Tone.PRIMARY),
    # Shared by all of them.
    "UNCHANGED": Sign("=", "unchanged", Tone.SUCCESS),
    "UNKNOWN": Sign("?", "unknown", Tone.WARNING),
}
"""By the name of an enum's member."""

IN_ASCII: Final = {"✓": "v", "✗": "x", "▲": "^", "●": "*", "○": "o", "·": "."}
"""What looks like a glyph on a terminal that has only ASCII."""


class Signed(StrEnum):
    """A state that a person sees."""

    @property
    def sign(self) -> Sign:
        """Its glyph, word and tone."""
        return SIGNS[self.name]

    @property
    def glyph(self) -> str:
        """Its one character."""
        return self.sign.glyph

    @property
    def word(self) -> str:
        """What a person reads for it; the value is what programs read."""
        return self.sign.word

    @property
    def heading(self) -> str:
        """Its word as a title."""
        return f"{self.word[:1].upper()}{self.word[1:]}"

    @property
    def tone(self) -> Tone:
        """What its colour means."""
        return self.sign.tone

    @property
    def rank(self) -> int:
        """Its place among the states of its kind, in the order in which they are written."""
        return list(type(self)).index(self)

    def line(self, text: str) -> str:
        """Return a sentence behind the state's glyph."""
        return f"{self.glyph} {text}"


class Selection(Signed):
    """Whether an entry of a list is the chosen one."""

    CHOSEN = "chosen"
    NOT_CHOSEN = "not chosen"

    @classmethod
    def of(cls, *, chosen: bool) -> Self:
        """Return the state of an entry."""
        return cls("chosen" if chosen else "not chosen")
