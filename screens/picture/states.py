"""How far each box of the picture is in a run. Pure."""

from collections import Counter
from collections.abc import Mapping
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

_STEPS: Final[Mapping[BoxId, tuple[str, ...]]] = {BoxId.FILES: (IMAGE, FRONTEND)}
"""Steps without a stack whose state counts for a box as well."""

_BEFORE: Final = {"edge": DISTRIBUTION}
"""The step that creates a stack which a later step of the same name changes."""


def states(shown: Diagram, run: RunProgress) -> Mapping[BoxId, State]:
    """Return the state of each box in AWS, as far as the run has seen it."""
    found = {box.id: _state(box, run) for box in shown.boxes if box.id not in OUTSIDE}
    return {box: state for box, state in found.items() if state is not None}


def _state(box: Box, run: RunProgress) -> State | None:
    parts = [_of_resource(run, stack, name) for stack, name in box.resources]
    if not run.destroys:
        parts += [view.state for step in _STEPS.get(box.id, ()) if (view := run.steps.get(step))]
    there = Counter(part for part in parts if part is not None)
    if box.id in SUPPORT and there[State.FAILED] * 2 < there.total():
        # A stack that failed has a few of its secrets or alarms; its own box shows that.
        del there[State.FAILED]
    return next((state for state in _FIRST if state in there), None)


def _of_resource(run: RunProgress, stack: str, name: str) -> State | None:
    """Return a resource's state; None where a run that is watched does not show its stack."""
    view = run.steps.get(stack)
    before = None if run.destroys else run.steps.get(_BEFORE.get(stack, ""))
    if before and before.state is not State.WAITING and (not view or view.state is State.WAITING):
        seen = before.parts.get(name)
        if seen is not State.DONE:
            return _in_step(before, name)
        # The later step still changes it: what exists is not finished.
        return State.RUNNING if run.active else State.WAITING
    if view is None:
        return State.WAITING if run.destroys else None
    return _in_step(view, name)


def _in_step(view: StepView, name: str) -> State:
    if view.rolls_back:
        return State.FAILED
    if view.state in {State.RUNNING, State.WAITING_FOR_YOU}:
        # CloudFormation reports of a stack that exists only what it changes.
        unseen = State.RUNNING if view.verb == "UPDATE" else State.WAITING
        return view.parts.get(name, unseen)
    return view.state
