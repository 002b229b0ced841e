"""A state machine over the statuses of a stack and the commands: each status has a way on.

Stack and account are the simulated ones; the engine is the real one. Its thinner sibling is the
table of test_stack_statuses.py, where each status meets each command once.
"""

import asyncio
import contextlib
import json
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed import stack
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.deployed.stack_status import STATUSES, Deploying
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep, delete
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import stack_name
from tests import clients
from tests.provisioning.engine_setup import opened, put_stack

T = TypeVar("T")

SITE, HOME = "machine", "us-east-1"
NAME = stack_name(SITE, "iot")
TEMPLATE = json.dumps(
    {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Kept": {"Type": "AWS::S3::Bucket"}}}
)
SETTLED = sorted(
    name for name in STATUSES if not name.endswith("_IN_PROGRESS") and name != stack.DELETED
)
"""Statuses that stay until somebody does something."""


class Stacks(RuleBasedStateMachine):
    """One stack of a site, put into statuses by hand, and what the commands make of it."""

    account: ClassVar[Account]
    door: ClassVar[Door]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def __init__(self) -> None:
        super().__init__()
        self.fault = ""

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    def now(self) -> Stack | None:
        return self.do(stack.find(self.door, NAME, HOME))

    def bring(self, *, may_lose: bool, leave: frozenset[str] = frozenset()) -> Brought:
        wanted = Wanted(SITE, NAME, HOME, TEMPLATE, {}, may_lose=may_lose, leave=leave)
        step = StackStep(self.door, Narrator(SITE, lambda _: None), "iot", wanted)
        return self.do(step.bring())

    def is_whole(self) -> bool:
        """Whether everything of the template is in the account, and complete."""
        now = self.now()
        assert now
        listed = self.do(stack.resources(self.door, now.id, HOME))
        listed_topics = self.do(self.door.pages("sns", "list_topics", "Topics"))
        arns = {topic["TopicArn"] for topic in listed_topics}
        topics = {r.physical_id for r in listed if r.logical_id == "Topic"}
        at_rest = STATUSES[now.status].deploy is Deploying.CHANGES
        return at_rest and topics <= arns and len(listed) >= 2

    @initialize(exists=st.booleans())
    def begin(self, exists: bool) -> None:
        if exists:
            self.bring(may_lose=True)

    @precondition(lambda self: self.now() is not None)
    @rule(status=st.sampled_from(SETTLED), which=st.sampled_from(("Topic", "Kept")))
    def becomes(self, status: str, which: str) -> None:
        """Somebody, or AWS, leaves the stack in a status."""
        there = {r.logical_id for r in self.do(stack.resources(self.door, NAME, HOME))}
        fails = status.endswith("_FAILED") and which in there
        failed = {which: "Rate exceeded."} if fails else {}
        put_stack(self.account, NAME, status, failed)

    @rule()
    def breaks(self) -> None:
        """From now on AWS fails to create or change the topic; or no longer."""
        url = f"{self.account.endpoint_url}/_solarrally/faults"
        if self.fault:
            httpx.delete(f"{url}/{self.fault}", trust_env=False).raise_for_status()
            self.fault = ""
            return
        what = {"kind": "resource", "target": "iot/Topic", "message": "Rate exceeded."}
        self.fault = str(httpx.post(url, json=what, trust_env=False).json()["id"])

    @rule(may_lose=st.booleans(), leaves=st.booleans())
    def deploy(self, may_lose: bool, leaves: bool) -> None:
        before = self.now()
        leave = frozenset({"Topic", "Kept"}) if leaves else frozenset()
        failed: StepError | None = None
        try:
            brought = self.bring(may_lose=may_lose, leave=leave)
        except StepError as error:
            failed = error
        after = self.now()
        if failed is None:
            assert brought.stack == after
            # Whoever names what is left behind is told so.
            assert self.is_whole() or brought.warnings
            return
        assert failed.plain.what
        assert failed.plain.next
        if failed.exit_code is Exit.REFUSED:
            assert not may_lose or (before and before.status.startswith("IMPORT_ROLLBACK"))
            assert before
            assert after
            assert (after.id, after.status) == (before.id, before.status)

    @precondition(lambda self: self.now() is not None)
    @rule()
    def destroy(self) -> None:
        self.delete()

    def delete(self) -> None:
        if now := self.now():
            gone: tuple[str, ...] = ()
            if now.status == "DELETE_FAILED":
                listed = self.do(stack.resources(self.door, now.id, HOME))
                gone = tuple(r.logical_id for r in listed if r.status == "DELETE_FAILED")
            narrator = Narrator(SITE, lambda _: None)
            self.do(delete(self.door, narrator, "iot", now, HOME, gone))
            assert self.now() is None

    def teardown(self) -> None:
        """Whatever happened: running again, at worst after `destroy`, leads to a whole stack."""
        if self.fault:
            self.breaks()
        now = self.now()
        try:
            self.bring(may_lose=True, leave=frozenset({"Topic", "Kept"}))
        except StepError:
            assert now
            assert now.status == "IMPORT_ROLLBACK_FAILED"  # its only way on
            self.delete()
        self.bring(may_lose=True)
        assert self.is_whole()
        assert not self.bring(may_lose=False).changed
        self.delete()


@contextlib.contextmanager
def machine(account: Account) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    opening = opened(clients.owner(account))
    Stacks.account, Stacks.loop = account, loop
    Stacks.door = loop.run_until_complete(opening.__aenter__())
    try:
        yield
    finally:
        loop.run_until_complete(opening.__aexit__(None, None, None))
        loop.close()


@pytest.mark.torture
@pytest.mark.timeout(1200)
def test_each_status_has_a_way_on(own_account: Account) -> None:
    with machine(own_account):
        run_state_machine_as_test(
            Stacks,
            settings=settings(
                max_examples=40,
                stateful_step_count=8,
                phases=[Phase.generate],  # its way is short, and walking it takes seconds
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
