"""What is said on leaving is what the account then does, in each of ten states of one site's life.

One site is deployed, left in each state, looked at once AWS is at rest, and continued.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final

import pytest

from solarrally_tui.aws import patience
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.aws.session import Clients
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import GOOD, ROLLED_BACK, Stack
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.provisioning.deployment import step_graph as deployment
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.engine.events import Emit, Event, State
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.provisioning.teardown import step_graph as teardown
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.leaving import Leaving, leaving
from solarrally_tui.wizard.run_progress import RunProgress
from tests.clients import owner as root
from tests.provisioning.engine_setup import fault, opened, site_named

NAME = "left-alone"
PLAIN = site_named(NAME)
EXTERNAL = site_named(NAME, domain={"name": "left.example.net", "dns": "external"})
TITLES = {**deployment.TITLES, **teardown.TITLES}
STACKS = {item.id for item in CATALOGUE}

Trigger = Callable[[RunProgress], bool]


def _in_aws(step: str, status: str = "CREATE_IN_PROGRESS") -> Trigger:
    return lambda run: step in run.steps and run.steps[step].in_aws == status


def _database_while_records_wait(run: RunProgress) -> bool:
    """Once the run knows that the load balancer waits for a record: it learns it a moment late."""
    balancer = run.steps["balancer"]
    knows = not balancer.in_aws or bool(balancer.certificates)
    return knows and _in_aws("data")(run)


def _only_waits(run: RunProgress) -> bool:
    states = [view.state for view in run.steps.values()]
    running = [view for view in run.steps.values() if view.state is State.RUNNING]
    return State.WAITING_FOR_YOU in states and all(view.certificates for view in running)


def _all_but_verify(run: RunProgress) -> bool:
    over = {State.DONE, State.UNCHANGED, State.WARN}
    others = [view for id_, view in run.steps.items() if id_ not in {"verify", "observe"}]
    return run.steps["verify"].state is State.RUNNING and all(v.state in over for v in others)


@dataclass(frozen=True)
class Situation:
    """A state of a run: when it is reached, and with which answers."""

    id: str
    trigger: Trigger
    site: Site = PLAIN
    destroys: bool = False
    faults: tuple[dict[str, object], ...] = ()


SITUATIONS = (
    Situation("before anything", lambda _: True),
    Situation("record written", lambda run: run.steps["record"].state is State.DONE),
    Situation("bootstrap", _in_aws("bootstrap")),
    Situation(
        "builds",
        lambda run: bool(run.steps["image-build"].in_aws),
        EXTERNAL,
    ),
    Situation("database", _database_while_records_wait, EXTERNAL),
    Situation("DNS record", _only_waits, EXTERNAL),
    Situation(
        "signed out",
        lambda run: any(
            view.reason.startswith(patience.SESSION_EXPIRED) for view in run.steps.values()
        ),
        EXTERNAL,
        faults=(
            {
                "kind": "refuse",
                "target": "cloudformation.DescribeStackEvents",
                "code": "ExpiredTokenException",
            },
        ),
    ),
    Situation(
        "rollback",
        _in_aws("app", "ROLLBACK_IN_PROGRESS"),
        faults=({"kind": "resource", "target": f"solarrally-{NAME}-app/Service"},),
    ),
    Situation("all but verify", _all_but_verify),
    Situation("destroy", _in_aws("app", "DELETE_IN_PROGRESS"), destroys=True),
)


@dataclass
class Left:
    """What was said, and what there was once AWS was at rest."""

    said: Leaving
    steps: dict[str, State]
    reported: set[str] = field(default_factory=set)
    """Steps whose stack AWS had reported as complete, though they had not ended."""
    there: dict[str, Stack | None] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    """Stacks that existed when the run began."""

    def stack_ids(self, titles: tuple[str, ...]) -> set[str]:
        ids = {id_ for id_ in self.steps if TITLES.get(id_) in titles}
        return {"edge" if id_ == "distribution" else id_ for id_ in ids} & STACKS

    @property
    def complete(self) -> set[str]:
        return {id_ for id_, stack in self.there.items() if stack and stack.status in GOOD}

    @property
    def exists(self) -> set[str]:
        return {id_ for id_, stack in self.there.items() if stack and stack.is_created}


class Life:
    """The life of the site so far: each situation follows the one before it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._left: dict[str, Left] = {}

    def left(self, id_: str) -> Left:
        """Live on until a situation, and return it."""
        for situation in SITUATIONS:
            if situation.id not in self._left:
                self._left[situation.id] = asyncio.run(self._live(situation))
            if situation.id == id_:
                break
        return self._left[id_]

    def end(self) -> None:
        asyncio.run(self._end())

    async def _live(self, situation: Situation) -> Left:
        before = list(self._left.values())
        with ExitStack() as stack:
            for each in situation.faults:
                stack.enter_context(_fault(self._account, each))
            async with opened(self._account) as door:
                door.attend()
                left = await _left_in(situation, door)
        async with opened(self._account) as door:
            left.there = await _at_rest(situation, door)
        left.before = before[-1].exists if before else set()
        return left

    async def _end(self) -> None:
        async with opened(self._account) as door:
            await destroy(NAME, door, lambda _: None, delete_data=True)


@pytest.fixture(scope="module")
def life(account: Account) -> Iterator[Life]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate_wait, "LOOK_EVERY_SECONDS", 0.1)
        patch.setattr(Clients, "can_sign_in_again", property(lambda _: True))
        lived = Life(root(account))
        yield lived
        lived.end()


def _fault(account: Account, what: dict[str, object]) -> AbstractContextManager[None]:
    return fault(account, **{"message": "said the test", **what})


async def _left_in(situation: Situation, door: Door) -> Left:
    """Run until the state is reached, say what leaving means, and leave."""
    titles = teardown.TITLES if situation.destroys else deployment.PLANNED
    run = RunProgress(titles, situation.destroys, NAME)
    left: list[Left] = []
    task: asyncio.Task[Outcome]

    def hear(event: Event) -> None:
        run.take(event)
        if not left and situation.trigger(run):
            said = leaving(run, partial(estimate, situation.site))
            reported = {id_ for id_, view in run.steps.items() if view.in_aws in GOOD}
            states = {id_: view.state for id_, view in run.steps.items()}
            left.append(Left(said, states, reported))
            task.cancel()

    emit: Emit = hear
    if situation.destroys:
        working = destroy(NAME, door, emit, delete_data=False)
    else:
        working = deploy(situation.site, door, emit)
    task = asyncio.ensure_future(working)
    with suppress(asyncio.CancelledError, TimeoutError):
        await asyncio.wait_for(task, 100)
    assert left, (situation.id, {id_: view.state for id_, view in run.steps.items()})
    return left[0]


async def _at_rest(situation: Situation, door: Door) -> dict[str, Stack | None]:
    stacks = SiteStacks.of(situation.site, door)

    async def rest() -> dict[str, Stack | None] | None:
        found = await stacks.all()
        # A certificate waits for a record that nobody creates here.
        waits = {"global", "balancer"} if situation.site is EXTERNAL else set()
        busy = {id_ for id_, stack in found.items() if stack and stack.busy}
        return found if busy <= waits else None

    return await poll(rest, every=0.1, slowest=0.5, limit=40.0)


_FIRST: Final = 7
"""Situations before there is an application. The others take longer, and run in make torture."""


@pytest.fixture(
    params=[
        pytest.param(each.id, marks=() if number < _FIRST else pytest.mark.torture)
        for number, each in enumerate(SITUATIONS)
    ]
)
def left(request: pytest.FixtureRequest, life: Life) -> tuple[str, Left]:
    return request.param, life.left(request.param)


def test_what_is_said_on_leaving_is_what_the_account_then_does(left: tuple[str, Left]) -> None:
    id_, seen = left
    said = seen.said
    over = {i for i, state in seen.steps.items() if state in {State.DONE, State.UNCHANGED}}
    # AWS finishes what it is said to finish, and nothing that is said to wait.
    finishing = seen.stack_ids(said.finishing)
    gone = {i for i, stack in seen.there.items() if stack is None}
    if id_ == "destroy":
        assert finishing <= gone
    else:
        assert finishing <= seen.complete
        rolled_back = {i for i, s in seen.there.items() if s and s.status == ROLLED_BACK}
        assert rolled_back == seen.stack_ids(said.rolling_back)
        asking = {i for i, stack in seen.there.items() if stack and stack.busy}
        assert seen.stack_ids(said.asking) <= asking
        if not said.unseen:  # signed out, this run has not looked at all of them again
            assert asking <= seen.stack_ids(said.asking)
        over_there = over | seen.reported
        done = over_there & STACKS | ({"edge"} if "distribution" in over_there else set())
        assert seen.complete <= finishing | done | seen.before | seen.stack_ids(said.unseen)
    assert said.waiting == said.total - len(over) - len(said.finishing)
    # And what exists then costs what was said.
    lines = [line for line in estimate(PLAIN).lines if isinstance(line, Line)]
    cost = sum((line.monthly for line in lines if line.stack in seen.exists), Decimal(0))
    if said.monthly is None:  # it cannot be seen whether this run creates anything
        assert said.unseen
        assert "What exists by then already costs money." in said.words
    elif said.at_least:
        assert said.monthly <= cost + 1
    else:
        assert abs(said.monthly - cost) < 1


EXPECTED = {
    "before anything": ("nothing under way", "less than $1 a month"),
    "record written": ("nothing under way", "less than $1 a month"),
    "bootstrap": ("AWS finishes what it has begun: Foundations.", "about $1 a month"),
    "builds": ("AWS finishes what it has begun: ", "a month"),
    "database": ("AWS finishes what it has begun: ", "Database"),
    "DNS record": ("AWS waits up to 36 hours for a certificate's DNS record: ",),
    "signed out": ("It cannot be seen now whether AWS works on: ",),
    "rollback": ("AWS rolls back what failed: Application.",),
    "all but verify": ("until you continue.", "a month"),
    "destroy": ("AWS finishes what it has begun: ", "What is left costs about"),
}


def test_each_state_has_words_of_its_own(left: tuple[str, Left]) -> None:
    id_, seen = left
    for words in EXPECTED[id_]:
        assert words in seen.said.words
    if next(each for each in SITUATIONS if each.id == id_).site is PLAIN:
        assert "DNS" not in seen.said.words


def test_there_are_ten_states() -> None:
    assert len(SITUATIONS) == len(EXPECTED) == 10
