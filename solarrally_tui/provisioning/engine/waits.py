"""The door of a run: where AWS is slow, silent or asks for a sign-in, it waits and says so."""

from contextvars import ContextVar
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator

STEP: Final[ContextVar[str]] = ContextVar("step")
"""The step whose action makes the present call. The runner sets it."""

_STATES: Final = {
    Kind.UNREACHABLE: State.OUT_OF_SIGHT,
    Kind.EXPIRED: State.WAITING_FOR_YOU,
    Kind.LOCAL: State.WAITING_FOR_YOU,
}


def patient(door: Door, narrator: Narrator, first_step: str = "") -> Door:
    """Return the door for a run. first_step: what calls before the first step count to."""

    def say(kind: Kind | None, words: str) -> None:
        if step := STEP.get(first_step):
            state = _STATES.get(kind, State.RUNNING) if kind else State.RUNNING
            narrator.step(step, state, words)

    return door.patient(say)
