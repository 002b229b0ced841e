"""How a box is that a run has left, or deletes: states that no step has."""

from typing import Final

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.wizard.run_progress import Part, RunProgress


class Stopped(Signed):
    """What a run that has stopped leaves of a box."""

    NOT_BEGUN = "not begun"
    NOT_REACHED = "not reached"
    """The same of a site that existed before: it may be there."""
    IN_PART = "in part"
    UNDONE = "undone"
    UNKNOWN = "unknown"
    """AWS was at it when the connection was lost."""


class Deletion(Signed):
    """How far the deletion of a box is."""

    EXISTS = "exists"
    DELETING = "deleting"
    DELETED = "deleted"
    ABSENT = "not there"
    """It did not exist before."""


UNPRICED: Final = frozenset(
    {
        State.FAILED,
        Deletion.DELETED,
        Deletion.ABSENT,
        Part.KEPT,
        Stopped.UNDONE,
        Stopped.NOT_BEGUN,
        Stopped.IN_PART,
    }
)
"""States of a box whose price would be that of what does not exist, or perhaps not as a whole."""


def not_begun(run: RunProgress) -> Signed:
    """Return what the run calls that which it has not come to."""
    if run.active:
        return State.WAITING
    existed = run.exists and not run.earlier.creates  # then it was not there before the first try
    return Stopped.NOT_REACHED if existed and not run.destroys else Stopped.NOT_BEGUN
