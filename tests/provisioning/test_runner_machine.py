"""A state machine over graphs, faults, interruptions and answers: the runner on a made-up account.

The account is the truth: what a step asked for is absent, begun or there, and stays so when the run
that asked is interrupted. The steps are made up; graph, runner, context, events and ends are the
real ones, and so is what makes an extra's failure a warning.

`make torture` runs many more examples, each time others.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from solarrally_tui.account.shared.extras import Extra
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.provisioning.deployment.optional import optional
from solarrally_tui.provisioning.engine.context import Action, Context
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.graph import Accepted, Graph, graph
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.runner import run
from solarrally_tui.provisioning.engine.steps import End, StepError

MOST = 7
EXTRA = Extra("An extra", "extra = false")


def aws_error(code: str, *, waited: bool = False) -> AwsError:
    error = AwsError(code, "no", "s3", "put_object")
    error.waited_for = waited
    return error


FAULTS: dict[str, Callable[[], Exception]] = {
    "refused": lambda: aws_error("AccessDenied"),
    "throttled": lambda: aws_error("ThrottlingException", waited=True),
    "expired": lambda: aws_error("ExpiredToken"),
    "unreachable": lambda: aws_error("EndpointConnectionError"),
    "stuck": lambda: StillWaitingError("gave up"),
    "failed": lambda: StepError(
        Plain(what="It failed.", why="Why.", next="Next."), stuck=("app/Service",)
    ),
    "waits": lambda: StepError(
        Plain(what="It waits.", why="Why.", next="Next."), Exit.WAITING_FOR_YOU
    ),
    "read-only": lambda: aws_error("ReadOnly"),
    "computer": lambda: ComputerError(Plain(what="This computer.", why="Why.", next="Next.")),
}
ANSWERS = ("done",) * 4 + ("accepted",) * 5 + ("lost", *FAULTS)
"""How a call ends, most often well."""

STOPS = frozenset(
    {"not agreed", "lost", "throttled", "expired", "unreachable", "waits", "read-only", "computer"}
)
"""What stops a run also where only an extra meets it: it needs the operator, or nobody can see."""


@dataclass
class Thing:
    """What one step asks AWS for."""

    loses: bool
    """Whether the operator has to agree first."""
    is_extra: bool
    begun: bool = False
    there: bool = False


@dataclass
class Run:
    """One run that is watched."""

    context: Context
    may_lose: bool
    task: "asyncio.Task[Any]"
    events: list[Event] = field(default_factory=list)
    began: list[str] = field(default_factory=list)
    waiting: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)
    """What steps that work wait for: how their call ends."""
    faults: dict[str, str] = field(default_factory=dict)
    """What went wrong with steps."""
    asked: set[str] = field(default_factory=set)
    """Steps of this run that have asked AWS for something."""

    def last(self, step: str) -> State:
        return next(event.state for event in reversed(self.events) if event.step == step)


class Runs(RuleBasedStateMachine):
    """Runs a graph again and again on one account."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.things: dict[str, Thing] = {}
        self.graph: Graph = graph({})
        self.run: Run | None = None

    # --- the account and the steps ---

    @initialize(
        shape=st.lists(
            st.tuples(st.integers(0, 2**MOST - 1), st.integers(0, 2**MOST - 1), st.integers(0, 7)),
            min_size=1,
            max_size=MOST,
        )
    )
    def build(self, shape: list[tuple[int, int, int]]) -> None:
        """Each step needs some steps before it, done or accepted, by the bits of two numbers."""
        needs: dict[str, list[str | Accepted]] = {}
        for number, (done, accepted, traits) in enumerate(shape):
            before = [f"s{index}" for index in range(number)]
            needs[f"s{number}"] = [
                Accepted(name) if accepted >> index & 1 else name
                for index, name in enumerate(before)
                if done >> index & 1
            ]
            self.things[f"s{number}"] = Thing(loses=traits in {6, 7}, is_extra=traits in {5, 7})
        self.graph = graph(needs)

    def action(self, name: str) -> Action[Context]:
        thing = self.things[name]

        async def act(context: Context) -> End:
            now = self.run
            assert now is not None
            assert context is now.context
            now.began.append(name)
            self.check_beginning(now, name)
            if thing.there:
                return End(False)
            if thing.loses and not now.may_lose:
                now.faults[name] = "not agreed"
                agree = Plain(what="It loses data.", why="", next="Agree.")
                raise StepError(agree, Exit.REFUSED)
            return await self.asked(now, name)

        return optional(act, EXTRA) if thing.is_extra else act

    async def asked(self, now: Run, name: str) -> End:
        """Ask AWS, or join what an earlier run has asked for, and wait for the end."""
        thing, future = self.things[name], self.loop.create_future
        now.waiting[name] = future()
        while (how := await now.waiting[name]) == "accepted":
            self.begin(now, name)
            now.context.accepted(name)
            now.waiting[name] = future()
        if how == "done":
            self.begin(now, name)
            thing.there = True
            return End(True)
        now.faults[name] = how
        if how == "lost":  # AWS has done it, and nobody heard
            self.begin(now, name)
            thing.there = True
            how = "unreachable"
        error = FAULTS[how]()
        raise error

    def begin(self, now: Run, name: str) -> None:
        self.things[name].begun = True
        now.asked.add(name)

    def check_beginning(self, now: Run, name: str) -> None:
        step = next(step for step in self.graph.steps if step.id == name)
        ends = now.context.ends
        assert not ends.failed, f"{name} began after {ends.failed}"
        assert step.needs <= ends.done.keys()
        assert step.needs_accepted <= ends.done.keys() | now.context.acceptances.steps
        for need in step.needs:
            assert self.things[need].there or self.things[need].is_extra
        for need in step.needs_accepted:
            thing = self.things[need]
            assert thing.begun or thing.there or thing.is_extra

    # --- what happens ---

    @precondition(lambda self: self.run is None)
    @rule(may_lose=st.booleans())
    def start(self, may_lose: bool) -> None:
        events: list[Event] = []
        context = Context(narrator=Narrator("x", events.append))
        actions = {name: self.action(name) for name in self.things}
        task = self.loop.create_task(run(self.graph, actions, context))
        self.run = Run(context, may_lose, task, events)
        self.settle()

    @precondition(lambda self: self.run and self.run.waiting)
    @rule(which=st.integers(0, MOST - 1), how=st.sampled_from(ANSWERS))
    def answer(self, which: int, how: str) -> None:
        """AWS answers a step, or something goes wrong with it."""
        assert self.run
        names = sorted(self.run.waiting)
        self.run.waiting.pop(names[which % len(names)]).set_result(how)
        self.settle()

    @precondition(lambda self: self.run is not None)
    @rule()
    def leave(self) -> None:
        """The operator leaves: AWS continues, and what works is out of sight."""
        assert self.run
        left, working = self.run, set(self.run.waiting)
        self.cancel()
        for step in self.graph.steps:
            if step.id in working:
                assert left.last(step.id) is State.OUT_OF_SIGHT
            elif step.id not in left.began:
                assert left.last(step.id) is State.WAITING

    @precondition(lambda self: self.run is not None)
    @rule()
    def kill(self) -> None:
        """The process is killed. Nothing of it says another word."""
        self.cancel()

    @precondition(lambda self: any(t.begun and not t.there for t in self.things.values()))
    @rule()
    def aws_finishes(self) -> None:
        """AWS finishes what nobody watches."""
        watched = self.run.waiting.keys() if self.run else ()
        for name, thing in self.things.items():
            if thing.begun and name not in watched:
                thing.there = True

    # --- what holds ---

    @invariant()
    def a_run_has_something_to_wait_for(self) -> None:
        assert self.run is None or self.run.waiting

    @invariant()
    def what_can_begin_has_begun(self) -> None:
        if self.run and not self.run.context.ends.failed:
            ready = {step.id for step in self.graph.steps if self.run.context.is_ready(step)}
            assert ready <= set(self.run.began)

    @invariant()
    def who_waits_says_for_what(self) -> None:
        for step in self.graph.steps if self.run else ():
            if self.run and step.id not in self.run.began:
                last = next(e for e in reversed(self.run.events) if e.step == step.id)
                context = self.run.context
                waits = "" if context.ends.failed else context.waits_for(step)
                assert (last.state, last.reason) == (State.WAITING, waits)

    @invariant()
    def nothing_is_said_to_be_done_that_is_not_there(self) -> None:
        if self.run:
            for name, end in self.run.context.ends.done.items():
                assert self.things[name].there or end.warnings

    def settle(self) -> None:
        """Let everything happen that can; judge a run that has ended."""
        self.loop.run_until_complete(_rest())
        if self.run and self.run.task.done():
            ended, self.run = self.run, None
            ended.task.result()
            self.judge(ended)

    def judge(self, ended: Run) -> None:
        """Compare what a run says at its end with the account."""
        ends = ended.context.ends
        ran = {*ends.done, *ends.failed}
        assert ran == set(ended.began)
        assert not ends.done.keys() & ends.failed.keys()
        for name, end in ends.done.items():
            assert ended.last(name) is end.state
            assert self.things[name].there or end.state is State.WARN
            assert ended.faults.get(name, "") not in STOPS
            if end.state is State.UNCHANGED:
                assert name not in ended.asked
        for name, error in ends.failed.items():
            assert ended.last(name) is error.state
            assert error.state not in {State.DONE, State.UNCHANGED, State.WARN}
        for name in self.things.keys() - ran:
            assert ended.last(name) is State.WAITING
        if not ends.failed:
            assert ran == self.things.keys()
            assert all(t.there or t.is_extra for t in self.things.values())
            assert ends.changed == any(end.changed for end in ends.done.values())
            return
        assert ends.first_error
        if ends.first_error.exit_code is Exit.CREDENTIALS:
            # Which says that AWS was not asked for anything.
            assert not ended.asked

    def cancel(self) -> None:
        assert self.run
        task, self.run = self.run.task, None
        task.cancel()
        self.loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        assert task.cancelled()

    def teardown(self) -> None:
        """Running again converges, and then changes nothing."""
        try:
            if self.run:
                self.finish()
            for _ in range(3):
                self.start(may_lose=True)
                if self.run:
                    self.finish()
                if all(thing.there for thing in self.things.values()):
                    break
            assert all(thing.there for thing in self.things.values())
            self.start(may_lose=False)
            assert self.run is None
        finally:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    def finish(self) -> None:
        """Let AWS answer everything well until the run ends, which it does."""
        for _ in range(3 * MOST):
            if self.run is None:
                return
            for name in sorted(self.run.waiting):
                self.run.waiting.pop(name).set_result("done")
            self.settle()
        pytest.fail("the run does not end")


async def _rest() -> None:
    for _ in range(6 * MOST):
        await asyncio.sleep(0)


@pytest.mark.timeout(1200)
def test_no_way_through_a_graph_is_wrong() -> None:
    long = "SOLARRALLY_TORTURE" in os.environ
    run_state_machine_as_test(
        Runs,
        settings=settings(
            max_examples=3000 if long else 60,
            stateful_step_count=40 if long else 25,
            derandomize=not long,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
