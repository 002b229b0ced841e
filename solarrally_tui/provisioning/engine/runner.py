"""Runs a graph of steps: ready ones in parallel, nothing new after a failure."""

import asyncio
from collections.abc import Mapping

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.provisioning.engine.context import Acceptances, Action, C, Ends
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.graph import Graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.steps import (
    End,
    StepError,
    from_aws,
    from_computer,
    from_waiting,
)
from solarrally_tui.provisioning.engine.waits import STEP

Tasks = dict[asyncio.Task[End], str]


async def run(graph: Graph, actions: Mapping[str, Action[C]], context: C) -> Ends:
    """Run every step after its needs, note how each one ended in the context, and return that.

    After a failure nothing new is started; what already runs is watched to its end, because AWS
    continues with it anyway. When this coroutine is cancelled, running steps are reported as out of
    sight.
    """
    ends, narrator = context.ends, context.narrator
    for step in graph.steps:
        narrator.step(step.id, State.WAITING)
    waiting, tasks, said = list(graph.steps), Tasks(), dict[str, str]()
    try:
        while True:
            ready = [] if ends.failed else [step for step in waiting if context.is_ready(step)]
            for step in ready:
                waiting.remove(step)
                narrator.step(step.id, State.RUNNING)
                task = asyncio.ensure_future(_guarded(step.id, actions[step.id], context))
                tasks[task] = step.id
            for step in waiting:
                reason = "" if ends.failed else context.waits_for(step)
                if reason != said.get(step.id, ""):
                    narrator.step(step.id, State.WAITING, reason)
                    said[step.id] = reason
            if not tasks:
                return ends
            for task in await _finished(tasks, context.acceptances):
                _note(tasks.pop(task), task, ends, narrator)
    except BaseException:
        await _stop_watching(tasks, narrator)
        raise


async def _finished(tasks: Tasks, acceptances: Acceptances) -> list[asyncio.Task[End]]:
    """Wait until a step has ended or was accepted, and return those that have ended."""
    news = asyncio.ensure_future(acceptances.news.wait())
    try:
        await asyncio.wait({*tasks, news}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
    acceptances.news.clear()
    return [task for task in tasks if task.done()]


async def _guarded(step: str, action: Action[C], context: C) -> End:
    STEP.set(step)
    try:
        return await action(context)
    except AwsError as error:
        raise from_aws(error, begun=context.begun) from error
    except ComputerError as error:
        raise from_computer(error.plain, begun=context.begun) from error
    except StillWaitingError as error:
        raise from_waiting(error, f"The step {step}") from error


def _note(step: str, task: asyncio.Task[End], ends: Ends, narrator: Narrator) -> None:
    try:
        end = task.result()
    except StepError as error:
        ends.failed[step] = error
        narrator.step(step, error.state, _reason(error))
    except Exception as error:
        narrator.step(step, State.FAILED, f"Internal error: {type(error).__name__}.")
        raise
    else:
        ends.done[step] = end
        said = " ".join((*map(str, end.warnings), end.reason)).strip()
        narrator.step(step, end.state, said)


def _reason(error: StepError) -> str:
    plain = error.plain
    if error.state is State.WAITING_FOR_YOU:  # what to do counts, more than why
        return f"{plain.what} {plain.next}"
    if isinstance(error.__cause__, AwsError):  # its why alone does not say what was refused
        return f"{plain.what} {plain.why}".strip()
    return plain.why or plain.what


async def _stop_watching(tasks: Tasks, narrator: Narrator) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for step in tasks.values():
        narrator.step(step, State.OUT_OF_SIGHT, "Stopped watching. AWS continues.")
