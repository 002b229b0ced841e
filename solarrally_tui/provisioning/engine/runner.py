"""Runs a graph of steps: ready ones in parallel, nothing new after a failure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.graph import Graph
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.steps import Action, End, StepError, from_aws, from_waiting


@dataclass(slots=True)
class Ends:
    """How each step ended; a step in neither mapping was not started."""

    good: dict[str, End] = field(default_factory=dict)
    bad: dict[str, StepError] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any step changed the account, or may have."""
        return bool(self.bad) or any(end.changed for end in self.good.values())

    @property
    def first_error(self) -> StepError | None:
        """The error that came first; later ones often follow from it."""
        return next(iter(self.bad.values()), None)


async def run(graph: Graph, actions: Mapping[str, Action], voice: Voice) -> Ends:
    """Run every step after its needs and return how each one ended.

    After a failure nothing new is started; what already runs is watched to its end, because AWS
    goes on with it anyway. When this coroutine is cancelled, running steps are said to be out of
    sight.
    """
    ends = Ends()
    for step in graph.steps:
        voice.step(step.id, State.WAITING)
    sorter, tasks = graph.sorter(), dict[asyncio.Task[End], str]()
    try:
        while True:
            for ready in () if ends.bad else sorter.get_ready():
                voice.step(ready, State.RUNNING)
                begun = bool(ends.good)
                task = asyncio.ensure_future(_guarded(ready, actions[ready], begun=begun))
                tasks[task] = ready
            if not tasks:
                return ends
            finished, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                name = tasks.pop(task)
                _note(name, task, voice, ends)
                if name in ends.good:
                    sorter.done(name)
    except BaseException:
        await _let_go(tasks, voice)
        raise


async def _guarded(step: str, action: Action, *, begun: bool) -> End:
    try:
        return await action()
    except AwsError as error:
        raise from_aws(error, begun=begun) from error
    except StillWaitingError as error:
        raise from_waiting(error, f"The step {step}") from error


def _note(step: str, task: asyncio.Task[End], voice: Voice, ends: Ends) -> None:
    try:
        end = task.result()
    except StepError as error:
        ends.bad[step] = error
        voice.step(step, error.state, _reason(error))
    except Exception as error:
        voice.step(step, State.FAILED, f"A fault of our own: {type(error).__name__}.")
        raise
    else:
        ends.good[step] = end
        voice.step(step, end.state, end.reason)


def _reason(error: StepError) -> str:
    plain = error.plain
    if error.state is State.WAITING_FOR_YOU:  # what to do counts, more than why
        return f"{plain.what} {plain.next}"
    return plain.why or plain.what


async def _let_go(tasks: Mapping[asyncio.Task[End], str], voice: Voice) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for step in tasks.values():
        voice.step(step, State.OUT_OF_SIGHT, "We stopped watching. AWS goes on.")
