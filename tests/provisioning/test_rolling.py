"""Updates and rollbacks while somebody watches: requests that fail, and gaps of the live view."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest
from websockets.exceptions import WebSocketException

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.trusted_authority import https_context
from solarrally_tui.health.diagnosis.keeping import look
from solarrally_tui.provisioning.deployment.deploy import deploy, roll_back
from solarrally_tui.provisioning.deployment.releases import returning
from solarrally_tui.provisioning.deployment.releases.returning import Kept
from solarrally_tui.provisioning.deployment.releases.updating import Wish, updated
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from tests.provisioning.engine_setup import (
    Heard,
    StandingSite,
    deployed,
    fault,
    site_named,
    speed,
)

SPEED = 200
"""Times faster than AWS: connections drain for 0.15 seconds, and alarms are watched for 0.6."""
EVERY = 0.15


@dataclass
class Viewer:
    """Loads the page and asks the backend all the time, and keeps the live view open."""

    front: Front
    headers: dict[str, str]
    requests: int = 0
    failed: list[str] = field(default_factory=list)
    opened: int = 0
    """Live connections."""
    refused: int = 0
    """Live connections that could not be opened. One after the other is tried at once."""

    async def ask(self, path: str) -> None:
        async with httpx.AsyncClient(verify=https_context(), trust_env=False) as client:
            while True:
                self.requests += 1
                try:
                    url = f"{self.front.url}{path}"
                    answer = await client.get(url, headers=self.headers, timeout=60)
                    if answer.status_code != httpx.codes.OK:
                        self.failed.append(f"{path} {answer.status_code}")
                except httpx.HTTPError as error:
                    self.failed.append(f"{path} {type(error).__name__}")
                await asyncio.sleep(EVERY)

    async def watch(self) -> None:
        while True:
            before = self.opened
            with contextlib.suppress(OSError, WebSocketException):
                async with self.front.live(self.headers) as socket:
                    self.opened += 1
                    await socket.wait_closed()
            self.refused += self.opened == before
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def watched(site: Site, door: Door) -> AsyncIterator[Viewer]:
    outputs = await (await DeployedSite.open(door, site.name)).stacks.outputs("edge")
    viewer = Viewer(Front.of(outputs), await viewer_login.headers(door, outputs))
    tasks = [asyncio.create_task(viewer.ask(path)) for path in ("/", "/health")]
    tasks.append(asyncio.create_task(viewer.watch()))
    try:
        yield viewer
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def paced(standing: StandingSite, account: Account) -> Iterator[Site]:
    speed(account, str(SPEED))
    yield standing.site
    speed(account, "instant")


async def _kept(site: Site, door: Door) -> Kept:
    return await returning.look_up(await DeployedSite.open(door, site.name))


async def _back(site: Site, door: Door) -> tuple[Any, Heard]:
    known = await DeployedSite.open(door, site.name)
    release = await returning.choose(known, await _kept(site, door))
    heard = Heard()
    return await roll_back(release, door, heard.append), heard


def _order(heard: Heard, *steps: str) -> list[str]:
    """Return those steps in the order in which they changed something."""
    return [e.step for e in heard if e.state is State.DONE and not e.resource and e.step in steps]


async def test_nobody_loses_a_request_in_an_update_and_in_a_rollback(
    paced: Site, door: Door
) -> None:
    before = await _kept(paced, door)
    assert before.is_complete
    for run in ("update", "rollback"):
        async with watched(paced, door) as viewer:
            await asyncio.sleep(EVERY)
            if run == "update":
                outcome, heard = await deployed(updated(paced, Wish("d" * 40)), door)
            else:
                outcome, heard = await _back(paced, door)
            await asyncio.sleep(3 * EVERY)
        assert outcome.exit_code is Exit.OK, outcome.cause
        after = await _kept(paced, door)
        assert after.is_complete
        if run == "update":
            # A page is never newer than the backend that it asks.
            assert _order(heard, "app", "publish") == ["app", "publish"]
            assert after.target == before.releases[0]
        else:
            assert "is back at release" in outcome.summary
            assert _order(heard, "app", "publish") == ["publish", "app"]
            states = {heard.last(step).state for step in ("image-build", "frontend-build")}
            assert states == {State.UNCHANGED}
            assert (after.running, after.site) == (before.running, paced)
            # What was rolled back from is no release to return to.
            assert after.releases[0].previous == before.releases[0].previous
        assert viewer.failed == []
        assert viewer.requests > 20
        # The one task was replaced: its live view ended once, when its connections had drained.
        # The next one was there for the first who asked.
        assert (viewer.opened, viewer.refused) == (2, 0)


async def test_the_viewer_sees_an_outage(paced: Site, door: Door, owner: Door) -> None:
    app = await (await DeployedSite.open(door, paced.name)).stacks.outputs("app")
    service = {"cluster": app["ClusterName"], "service": app["ServiceName"]}
    async with watched(paced, door) as viewer:
        await asyncio.sleep(3 * EVERY)
        await owner.call("ecs", "update_service", **service, desiredCount=0)
        async with asyncio.timeout(90):
            while not viewer.failed:
                await asyncio.sleep(EVERY)
            await owner.call("ecs", "update_service", **service, desiredCount=1)
            while viewer.opened < 2:
                await asyncio.sleep(EVERY)
    # CloudFront has the page; the backend and the live view were gone.
    assert set(viewer.failed) == {"/health 503"}
    assert viewer.refused


async def test_tasks_that_do_not_start_are_taken_back_and_nobody_notices(
    paced: Site, door: Door, account: Account
) -> None:
    before = await _kept(paced, door)
    words = "sqlalchemy.exc.ArgumentError: no such dialect"
    larger = site_named(paced.name, size={"log_retention_days": 60})
    wanted = updated(larger, Wish("e" * 40))
    heard = Heard()
    ends = fault(account, kind="task", target=f"solarrally-{paced.name}-app", message=words)
    async with watched(paced, door) as viewer:
        with ends:
            outcome = await deploy(wanted, door, heard.append, look=partial(look, wanted, door))
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "do not stay healthy" in outcome.cause.why
    assert "serves the tasks and the page of before" in outcome.cause.next
    assert f"solarrally rollback {paced.name}" in outcome.cause.next
    # What AWS's own words of a real account leave out.
    seen = [line for line in outcome.cause.detail.splitlines() if line.startswith("Seen before")]
    assert any(words in line for line in seen)
    # Stacks before the tasks have changed. A rollback takes them back, too.
    assert heard.last("build").state is State.DONE
    half = await _kept(paced, door)
    assert (half.site, half.is_complete, half.target) == (wanted, False, before.releases[0])
    assert half.running == before.running
    speed(account, "instant")
    await _stayed(paced, door, heard, viewer, before.running)
    same, _ = await deployed(paced, door)
    assert (same.exit_code, same.changed) == (Exit.OK, False)


@pytest.mark.torture
async def test_an_alarm_takes_an_update_back(
    paced: Site, door: Door, owner: Door, account: Account
) -> None:
    before, wanted = await _kept(paced, door), updated(paced, Wish("f" * 40))

    async def ring() -> None:
        """Let the alarm ring once ECS has begun to replace the tasks."""
        stacks = (await DeployedSite.open(door, paced.name)).stacks
        app = await stacks.outputs("app")
        while True:
            alarms = await stacks.resources("app")
            names = [a.physical_id for a in alarms if a.logical_id == "ServerErrorsAlarm"]
            response = await door.call(
                "ecs",
                "describe_services",
                cluster=app["ClusterName"],
                services=[app["ServiceName"]],
            )
            primary = response["services"][0]["deployments"][0]
            if names and primary["rolloutState"] == "IN_PROGRESS" and primary["runningCount"]:
                break
            await asyncio.sleep(0.05)
        await owner.call(
            "cloudwatch",
            "set_alarm_state",
            AlarmName=names[0],
            StateValue="ALARM",
            StateReason="Threshold crossed",
        )

    async with watched(paced, door) as viewer:
        ringing = asyncio.create_task(ring())
        outcome, heard = await deployed(wanted, door)
        await ringing
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "An alarm rang while the tasks of Service were replaced" in outcome.cause.why
    speed(account, "instant")
    # The same update again continues. ECS leaves out an alarm that rings from the start.
    again, _ = await deployed(wanted, door)
    assert again.exit_code is Exit.OK, again.cause
    assert (await _kept(paced, door)).is_complete
    await _stayed(paced, door, heard, viewer, before.running)


async def _stayed(site: Site, door: Door, heard: Heard, viewer: Viewer, image: str) -> None:
    """Check that an update that failed left everything that viewers meet, and take it back."""
    assert heard.last("publish").state is State.WAITING
    assert viewer.failed == []
    assert (viewer.opened, viewer.refused) == (1, 0)
    back, _ = await _back(site, door)
    assert back.exit_code is Exit.OK, back.cause
    assert (await _kept(site, door)).running == image
