"""What one command has said so far, so that whatever ends it can be told in JSON, too."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solarrally_tui.text.plain import Plain


@dataclass(slots=True)
class Transcript:
    """The words of one command."""

    lines: list[str] = field(default_factory=list)
    """Lines for people."""
    plain: "Plain | None" = None
    """The last error that was explained."""
    has_result: bool = False
    """Whether the JSON on standard output ends with a result."""
    site: str = ""
    """The site of the run that began; empty before one."""
    lost: str = ""
    """Why standard output took no more; empty as long as it does, or where its reader has left."""


CURRENT: list[Transcript] = [Transcript()]


def begin() -> Transcript:
    """Begin a command."""
    CURRENT[0] = Transcript()
    return CURRENT[0]


def current() -> Transcript:
    """Return what the running command has said."""
    return CURRENT[0]
