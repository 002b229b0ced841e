"""How far each box of the picture is in a run. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from solarrally_tui.architecture.diagram import OUTSIDE, SUPPORT, Box, BoxId, Diagram
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.provisioning.deployment.step_graph import DISTRIBUTION, FRONTEND, IMAGE
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.picture.endings import Deletion, Stopped, not_begun
from solarrally_tui.wizard.run_progress import Part, RunProgress, StepView

_FIRST: Final = (
    State.FAILED,
    State.WAITING_FOR_YOU,
    State.OUT_OF_SIGHT,
    Stopped.UNDONE,
    State.RUNNING,
    State.WAITING,
    State.WARN,
    Part.KEPT,
    State.DONE,
    State.UNCHANGED,
    Deletion.ABSENT,
)
"""Which state of its parts a box has. It is done only when all of them are."""

_BEGUN: Final = frozenset({State.RUNNING, State.WARN, State.DONE})
"""States of parts that the run has come to."""

_STEPS: Final[Mapping[BoxId, tuple[str, ...]]] = {BoxId.FILES: (IMAGE, FRONTEND)}
"""Steps without a stack whose state counts for a box as well."""

_BEFORE: Final = {"edge": DISTRIBUTION}
"""The step that creates a stack which a later step of the same name changes."""


_DELETIONS: Final[Mapping[Signed, Signed]] = {
    State.WAITING: Deletion.EXISTS,
    State.RUNNING: Deletion.DELETING,
    State.DONE: Deletion.DELETED,
    State.UNCHANGED: Deletion.DELETED,
}


def states(shown: Diagram, run: RunProgress) -> Mapping[BoxId, Signed]:
    """Return the state of each box in AWS, as far as the run has seen it."""
    found = {box.id: _state(box, run) for box in shown.boxes if box.id not in OUTSIDE}
    return {box: state for box, state in found.items() if state is not None}


def _state(box: Box, run: RunProgress) -> Signed | None:
    parts = [state for stack, name in box.resources for state in _of_resource(run, stack, name)]
    own = () if run.destroys else _STEPS.get(box.id, ())
    steps = [view.shown for step in own if (view := run.steps.get(step))]
    there = Counter(parts)
    if box.id in SUPPORT:
        # A stack that failed has a few of its secrets or alarms; its own box shows that.
        for ended in (State.FAILED, Stopped.UNDONE):
            if there[ended] * 2 < there.total():
                del there[ended]
    there.update(steps)  # A build that failed is the box's own failure.
    found: Signed | None = next((state for state in _FIRST if state in there), None)
    begun = bool(there.keys() & _BEGUN) or _works(box, run)
    if run.active and found is State.WAITING and begun:
        found = State.RUNNING  # between two of its parts it works, too
    if not run.active and found in {State.WAITING, State.RUNNING}:
        found = _left(run, begun=begun)
    if found is State.RUNNING and run.silent_since is not None:
        found = State.OUT_OF_SIGHT
    if found is State.OUT_OF_SIGHT:
        found = Stopped.UNKNOWN
    return _DELETIONS.get(found, found) if found is not None and run.destroys else found


def _works(box: Box, run: RunProgress) -> bool:
    """Whether the one step works that makes all of a box, which the list of steps says too."""
    makers = {stack for stack, _ in box.resources}
    views = [run.steps.get(step) for step in makers]
    return (
        not run.destroys
        and len(views) == 1
        and (views[0] is not None and views[0].state is State.RUNNING)
    )


def _left(run: RunProgress, *, begun: bool) -> Signed:
    """Return how a box is that a run which has stopped has not finished."""
    if run.destroys:
        return State.WAITING
    if begun:
        return Stopped.IN_PART
    return not_begun(run)


def _of_resource(run: RunProgress, stack: str, name: str) -> Iterator[Signed]:
    """Yield a resource's state in each step that makes it.

    None where a run that is watched does not show its stack.
    """
    steps = (stack,) if run.destroys or stack not in _BEFORE else (_BEFORE[stack], stack)
    for step in steps:
        if run.there is not None and step not in run.there:
            yield Deletion.ABSENT
        elif view := run.steps.get(step):
            yield _in_step(view, name)
        elif run.destroys:
            yield State.WAITING


def _in_step(view: StepView, name: str) -> Signed:
    seen = view.parts.get(name)
    if view.fails:
        return _of_failed(view, seen)
    if view.state in {State.RUNNING, State.WAITING_FOR_YOU}:
        # CloudFormation reports of a stack that exists only what it changes.
        unseen = State.RUNNING if view.verb == "UPDATE" else State.WAITING
        if view.is_over:
            unseen = State.DONE  # an earlier try has made it, and this one only looks
        # The list of steps calls it done only with the rest of its step.
        return State.RUNNING if seen is State.DONE else seen or unseen
    return seen if seen is Part.KEPT else view.shown


def _of_failed(view: StepView, seen: Signed | None) -> Signed:
    """Return how a resource is whose step has failed: only what failed itself is called so."""
    if State.FAILED not in view.parts.values():
        return State.FAILED
    if seen is State.FAILED:
        return State.FAILED
    if view.verb == "UPDATE":
        return State.UNCHANGED  # The rollback leaves it as it was before.
    return State.WAITING if seen is None else Stopped.UNDONE
