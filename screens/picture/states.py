"""How far each box of the picture is in a run. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from solarrally_tui.architecture.diagram import OUTSIDE, SUPPORT, Box, BoxId, Diagram
from solarrally_tui.provisioning.deployment.step_graph import DISTRIBUTION, FRONTEND, IMAGE
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.wizard.run_progress import RunProgress, StepView

_FIRST: Final = (
    State.FAILED,
    State.WAITING_FOR_YOU,
    State.OUT_OF_SIGHT,
    State.RUNNING,
    State.WAITING,
    State.WARN,
    State.DONE,
    State.UNCHANGED,
)
"""Which state of its parts a box has. It is done only when all of them are."""

_BEGUN: Final = frozenset({State.RUNNING, State.WARN, State.DONE})
"""States of parts that the run has come to."""

_STEPS: Final[Mapping[BoxId, tuple[str, ...]]] = {BoxId.FILES: (IMAGE, FRONTEND)}
"""Steps without a stack whose state counts for a box as well."""

_BEFORE: Final = {"edge": DISTRIBUTION}
"""The step that creates a stack which a later step of the same name changes."""


def states(shown: Diagram, run: RunProgress) -> Mapping[BoxId, State]:
    """Return the state of each box in AWS, as far as the run has seen it."""
    found = {box.id: _state(box, run) for box in shown.boxes if box.id not in OUTSIDE}
    return {box: state for box, state in found.items() if state is not None}


def _state(box: Box, run: RunProgress) -> State | None:
    parts = [state for stack, name in box.resources for state in _of_resource(run, stack, name)]
    if not run.destroys:
        parts += [view.state for step in _STEPS.get(box.id, ()) if (view := run.steps.get(step))]
    there = Counter(parts)
    if box.id in SUPPORT and there[State.FAILED] * 2 < there.total():
        # A stack that failed has a few of its secrets or alarms; its own box shows that.
        del there[State.FAILED]
    found = next((state for state in _FIRST if state in there), None)
    if found is State.WAITING and there.keys() & _BEGUN:
        found = State.RUNNING  # between two of its parts it works, too
    return State.WAITING if found is State.RUNNING and not run.active else found


def _of_resource(run: RunProgress, stack: str, name: str) -> Iterator[State]:
    """Yield a resource's state in each step that makes it.

    None where a run that is watched does not show its stack.
    """
    steps = (stack,) if run.destroys or stack not in _BEFORE else (_BEFORE[stack], stack)
    for step in steps:
        if view := run.steps.get(step):
            yield _in_step(view, name)
        elif run.destroys:
            yield State.WAITING


def _in_step(view: StepView, name: str) -> State:
    if view.rolls_back:
        return State.FAILED
    if view.state in {State.RUNNING, State.WAITING_FOR_YOU}:
        # CloudFormation reports of a stack that exists only what it changes.
        unseen = State.RUNNING if view.verb == "UPDATE" else State.WAITING
        seen = view.parts.get(name, unseen)
        # The list of steps calls it done only with the rest of its step.
        return State.RUNNING if seen is State.DONE else seen
    return view.state
