"""What provisioning reports: one stream of small frozen events."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.findings.glyphs import Signed

VERSION: Final = 2


WATCHED: Final = "run"
"""Type of the event with which a run says that it only watches another one. Its reason names that
one, its resource the other computer."""


class State(Signed):
    """The state of a step or a resource."""

    WAITING = "waiting"
    RUNNING = "running"
    WAITING_FOR_YOU = "waiting_for_you"
    DONE = "done"
    UNCHANGED = "unchanged"
    WARN = "warning"
    """The step ended, and something that the site does not need could not be done."""
    FAILED = "failed"
    OUT_OF_SIGHT = "out_of_sight"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    time: ISO 8601 in UTC. An event without stack is about a step; with a resource, about one
    resource of a stack, type being CloudFormation's type and reason AWS's words. stabilising: the
    resource is configured, and AWS waits until it is stable.
    """

    time: str
    site: str
    step: str
    state: State
    stack: str = ""
    resource: str = ""
    type: str = ""
    reason: str = ""
    stabilising: bool = False

    @property
    def at(self) -> float | None:
        """Return its time in seconds since the epoch; None where that cannot be read."""
        try:
            return datetime.fromisoformat(self.time).timestamp()
        except ValueError:
            return None

    def to_json(self) -> dict[str, Any]:
        """Return the event as the JSON object that --json prints."""
        return {"v": VERSION, **asdict(self)}


Emit = Callable[[Event], None]


def fan_out(*readers: Emit) -> Emit:
    """Return one emit function that passes each event to every reader."""

    def emit(event: Event) -> None:
        for read in readers:
            read(event)

    return emit
