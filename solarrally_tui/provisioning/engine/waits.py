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
_OPEN: Final = frozenset({State.RUNNING, State.WAITING_FOR_YOU, State.OUT_OF_SIGHT})


def patient(door: Door, narrator: Narrator, first_step: str = "") -> Door:
    """Return the door for a run. first_step: what calls before the first step count to."""

    def say(kind: Kind | None, words: str) -> None:
        if step := _under_way(narrator, STEP.get(first_step)):
            state = _STATES.get(kind, State.RUNNING) if kind else State.RUNNING
            narrator.step(step, state, words)

    return door.patient(say)


def _under_way(narrator: Narrator, step: str) -> str:
    """Return the step, or where it has ended, one that has not; empty where all have ended.

    A lease that is renewed during the whole run is of no step, and an ended one does not go on.
    """
    if narrator.states.get(step, State.WAITING) in {State.WAITING, *_OPEN}:
        return step
    return next((one for one, state in narrator.states.items() if state in _OPEN), "")
