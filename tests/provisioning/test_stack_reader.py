"""How often AWS is asked while stacks, builds and the rest are waited for. In virtual time."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solarrally_tui.aws.budget import Budget
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.engine.events import Event
from solarrally_tui.provisioning.engine.narrator import Narrator
from tests.aws.virtual_time import run

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Paced:
    """CloudFormation with stacks that take their time: an event every few seconds, then the end."""

    ends: dict[str, float]
    may_list: bool = True
    throttles: Callable[[float], bool] = lambda _now: False
    budget: Budget = field(default_factory=Budget)
    calls: list[tuple[float, str]] = field(default_factory=list)

    async def call(
        self, service: str, operation: str, region: str = "", /, **params: Any
    ) -> dict[str, Any]:
        await self.budget.take()
        now = asyncio.get_running_loop().time()
        self.calls.append((now, operation))
        if self.throttles(now):
            self.budget.throttled()
            raise AwsError("Throttling", "Rate exceeded", service, operation)
        self.budget.answered()
        if operation == "list_stacks":
            if not self.may_list:
                raise AwsError("AccessDenied", "", service, operation)
            busy = [{"StackId": name} for name, end in self.ends.items() if now < end]
            return {"StackSummaries": busy}
        if service != "cloudformation":
            return {}
        name = params["StackName"]
        if operation == "describe_stacks":
            return {"Stacks": [self._described(name, now)]}
        return {"StackEvents": self._events(name, now)[::-1]}

    find = call

    def _described(self, name: str, now: float) -> dict[str, Any]:
        status = "CREATE_COMPLETE" if now >= self.ends[name] else "CREATE_IN_PROGRESS"
        return {"StackId": name, "StackName": name, "StackStatus": status}

    def _events(self, name: str, now: float) -> list[dict[str, Any]]:
        end = self.ends[name]
        moments = [0.0, *(float(s) for s in range(7, int(end), 20)), end]
        return [
            {
                "EventId": f"{name}{index}",
                "Timestamp": START + timedelta(seconds=moment),
                "LogicalResourceId": name if moment in {0.0, end} else f"R{index}",
                "PhysicalResourceId": name if moment in {0.0, end} else "",
                "ResourceType": "AWS::SNS::Topic",
                "ResourceStatus": "CREATE_COMPLETE" if moment else "CREATE_IN_PROGRESS",
            }
            for index, moment in enumerate(moments[: bisect_right(moments, now)])
        ]

    @property
    def most_a_minute(self) -> int:
        moments = [moment for moment, _ in self.calls]
        return max(bisect_right(moments, m + 60) - i for i, m in enumerate(moments))


async def watch(aws: Paced, heard: list[Event] | None = None) -> dict[str, float]:
    """Watch all stacks to their ends. Returns when each end was seen."""
    narrator = Narrator("s", (heard if heard is not None else []).append)

    async def one(name: str) -> float:
        stack = await Watch(aws, narrator, name, "eu-west-1", name, name).end()  # type: ignore[arg-type]
        assert isinstance(stack, Stack)
        assert stack.status == "CREATE_COMPLETE"
        return asyncio.get_running_loop().time()

    return dict(zip(aws.ends, await asyncio.gather(*map(one, aws.ends)), strict=True))


def stacks(count: int) -> dict[str, float]:
    return {f"stack-{n}": 90.0 + 61.0 * n for n in range(count)}


@pytest.mark.parametrize("count", [1, 2, 3, 10, 20])
def test_many_stacks_take_no_more_calls_than_few(count: int) -> None:
    aws, heard = Paced(stacks(count)), list[Event]()
    seen = run(watch(aws, heard))
    assert aws.most_a_minute <= 29
    late = [seen[name] - end for name, end in aws.ends.items()]
    assert sum(late) / count < 8
    assert max(late) < 30
    # Nothing is left out, and nothing comes twice.
    told = [(event.step, event.time) for event in heard]
    assert len(set(told)) == len(told) == sum(len(aws._events(n, 1e9)) for n in aws.ends)


def test_waits_of_all_kinds_share_the_calls() -> None:
    aws = Paced(stacks(10))

    async def build(name: str) -> None:
        async def ended() -> bool | None:
            await aws.call("codebuild", "batch_get_builds", ids=[name])
            return True if asyncio.get_running_loop().time() > 400 else None

        await poll(ended, every=2.0, slowest=6.0, limit=7200)

    async def everything() -> None:
        await asyncio.gather(watch(aws), *map(build, ("image", "frontend", "third")))

    run(everything())
    # The first call of each build is not counted: it may be what starts it.
    assert aws.most_a_minute <= 29 + 3


def test_throttling_slows_the_reader_and_changes_no_verdict() -> None:
    aws = Paced(stacks(4), throttles=lambda now: 60 < now < 240)
    seen = run(watch(aws))
    assert all(seen[name] >= end for name, end in aws.ends.items())
    during = [moment for moment, _ in aws.calls if 120 < moment < 240]
    before = [moment for moment, _ in aws.calls if moment < 60]
    assert len(during) / 120 < len(before) / 60 / 2


def test_who_may_not_list_stacks_reads_them_one_by_one() -> None:
    aws = Paced(stacks(6), may_list=False)
    seen = run(watch(aws))
    assert aws.most_a_minute <= 29
    assert max(seen[name] - end for name, end in aws.ends.items()) < 60
    assert [operation for _, operation in aws.calls].count("list_stacks") == 1


def test_calls_that_wait_for_nothing_are_not_held_up() -> None:
    aws = Paced({})

    async def changes() -> float:
        for _ in range(100):
            await aws.call("cloudformation", "list_stacks")
        return asyncio.get_running_loop().time()

    assert run(changes()) == 0
    assert AwsError("Throttling", "", "s", "o").kind is Kind.THROTTLED
