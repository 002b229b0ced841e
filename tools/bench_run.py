"""Measure a run on a simulated account at its pace: print, judge nothing.

Usage: python tools/bench_run.py [SPEED]

Ten stacks are created and watched at once, and the calls of each minute of AWS counted. Then a
small site is deployed. Its makespan is compared with the critical path: the longest way through the
graph if no step took longer than AWS itself needed, by CloudFormation's and CodeBuild's own times.
SPEED is how many times faster than AWS the account is; what this machine needs weighs as many times
more.
"""

import asyncio
import json
import os
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from bench_forecast import site

from solarrally_tui.aws.door import Door
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, PLANNED
from solarrally_tui.provisioning.engine.events import Event, State, fan_out
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE, Narrator
from solarrally_tui.simulator.child import embedded_account
from solarrally_tui.wizard.run_outlook import RunOutlook, outlook, prospects
from solarrally_tui.wizard.run_progress import RunProgress

_STACKS: Final = 10
_AFTER: Final = 120.0
_ASKED_FOR: Final = {"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::CloudFront::Distribution"}
_INITIATED: Final = "Resource creation Initiated"
_LIMITS: Final = {"calls a minute": 30, "makespan over critical path": 1.05, "time left": 0.2}


class Minutes:
    """Counts the calls of each minute of AWS."""

    def __init__(self, endpoint_url: str, speed: float) -> None:
        self._url, self._speed = f"{endpoint_url}/_solarrally/calls", speed
        self.counts: list[int] = []

    def _total(self) -> int:
        with urllib.request.urlopen(self._url) as answer:  # noqa: S310 loopback
            return sum(json.load(answer)["calls"].values())

    async def _count(self) -> None:
        before = await asyncio.to_thread(self._total)
        while True:
            await asyncio.sleep(60 / self._speed)
            now = await asyncio.to_thread(self._total)
            self.counts.append(now - before)
            before = now

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[None]:
        """Count for as long as the block lasts."""
        task = asyncio.create_task(self._count())
        try:
            yield
        finally:
            task.cancel()


def template(number: int) -> str:
    """Return a template whose resources take some minutes one after the other."""
    queues = {
        f"Q{n}": {"Type": "AWS::SQS::Queue", "DependsOn": [f"Q{n - 1}"] if n else []}
        for n in range(4 + number % 3)
    }
    return json.dumps({"Resources": queues})


async def ten_stacks(door: Door, minutes: Minutes) -> list[int]:
    """Watch ten stacks to their ends; return the calls of each full minute."""
    ids = [
        (
            await door.call(
                "cloudformation", "create_stack", StackName=f"bench-{n}", TemplateBody=template(n)
            )
        )["StackId"]
        for n in range(_STACKS)
    ]
    narrator = Narrator("bench", lambda _: None)
    async with minutes.counted():
        await asyncio.gather(
            *(Watch(door, narrator, "step", door.region, id_, id_).end() for id_ in ids)
        )
    return minutes.counts


class Times:
    """When each step began and ended here, and between which moments AWS worked for it."""

    def __init__(self) -> None:
        self.steps: dict[str, list[float]] = {}
        self.aws: dict[str, list[float]] = {}
        self.accepted: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """Note an event."""
        moment = datetime.fromisoformat(event.time).timestamp()
        if not event.resource and event.state is not State.WAITING:
            self.steps.setdefault(event.step, []).append(moment)
        elif event.type == STACK_TYPE:
            self.aws.setdefault(event.step, []).append(moment)
        elif event.type in _ASKED_FOR and event.reason == _INITIATED:
            self.accepted.setdefault(event.step, moment)

    def critical_path(self, builds: dict[str, float]) -> tuple[float, dict[str, float]]:
        """Return the seconds of the longest way if no step took longer than AWS needed.

        And by how much each step on it took longer.
        """
        before: dict[str, str] = {}
        over: dict[str, float] = {}
        ends: dict[str, float] = {}
        accepted: dict[str, float] = {}
        for step in DEPLOYMENT.steps:
            met = [(ends[need], need) for need in step.needs]
            met += [(accepted[need], need) for need in step.needs_accepted]
            start, before[step.id] = max(met, default=(0.0, ""))
            own = self.steps.get(step.id, [0.0])
            takes = took = own[-1] - own[0]
            if stack := self.aws.get(step.id):
                takes = min(takes, stack[-1] - stack[0])
            takes = min(takes, builds.get(step.id, takes))
            over[step.id] = took - takes
            ends[step.id] = accepted[step.id] = start + takes
            if step.id in self.accepted:
                accepted[step.id] = start + self.accepted[step.id] - self.aws[step.id][0]
            elif step.id == "image-build":
                accepted[step.id] = start
        way, last = dict[str, float](), max(ends, key=ends.__getitem__)
        while last:
            way[last], last = over[last], before[last]
        return max(ends.values()), way


async def builds_of(door: Door, name: str) -> dict[str, float]:
    """Return how long each build took, by CodeBuild's own times."""
    took = {}
    for step, project in (("image-build", "image"), ("frontend-build", "frontend")):
        listed = await door.call(
            "codebuild", "list_builds_for_project", projectName=f"solarrally-{name}-{project}"
        )
        response = await door.call("codebuild", "batch_get_builds", ids=listed["ids"][:1])
        for build in response["builds"]:
            took[step] = (build["endTime"] - build["startTime"]).total_seconds()
    return took


async def deployment(door: Door, minutes: Minutes, speed: float) -> None:
    """Deploy a site and print the figures."""
    answers, times = site(), Times()
    run = RunProgress(PLANNED, site=answers.name)
    run.prospects = prospects(answers, estimate(answers))
    seen: list[tuple[float, RunOutlook]] = []

    async def look() -> None:
        await asyncio.sleep(_AFTER / speed)
        seen.append((time.monotonic(), outlook(run)))

    looking, began = asyncio.create_task(look()), time.monotonic()
    async with minutes.counted():
        outcome = await deploy(answers, door, fan_out(run.take, times.take))
    ended = time.monotonic()
    await looking
    path, over = times.critical_path(await builds_of(door, answers.name))
    path *= speed
    makespan = (ended - began) * speed
    print(f"deployment          {outcome.summary.splitlines()[0][:60]}")
    print(f"makespan            {makespan:6.0f} s of AWS, critical path {path:.0f} s")
    print(
        f"over critical path  {makespan / path:6.3f} (limit "
        f"{_LIMITS['makespan over critical path']})"
    )
    print(f"of that, by step    { {step: round(by * speed) for step, by in over.items()} } s")
    print(f"calls a minute      {minutes.counts} with those of the changes themselves")
    for moment, shown in seen:
        left, true = (shown.seconds_left or 0.0) * speed, (ended - moment) * speed
        off = f"{left:6.0f} s shown, {true:.0f} s true: {left / true - 1:+.0%}"
        print(f"time left at {_AFTER:.0f} s   {off}")
        print(f"line at {_AFTER:.0f} s        {shown.line}")


async def main() -> None:
    """Print the figures."""
    speed = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    async with embedded_account(speed=speed) as account:
        os.environ.update(account.environment)
        async with await Door.open() as door:
            counts = await ten_stacks(door, Minutes(account.endpoint_url, speed))
            most = max(counts, default=0)
            print(f"ten stacks          {counts} calls a minute, at most {most} (limit 30)")
            await deployment(door, Minutes(account.endpoint_url, speed), speed)


if __name__ == "__main__":
    asyncio.run(main())
