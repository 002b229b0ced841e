"""Settings and jobs on the embedded account: from the operator's call to a charger and back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.management import desired, job_documents, jobs, shadow
from solarrally_tui.chargers.management.jobs import Rollout
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.deployed import device_shadows
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.identities import iot_identities
from solarrally_tui.simulator.child import Account
from tests.chargers.charger_setup import client

_T = TypeVar("_T")


@asynccontextmanager
async def publishing(*chargers: ChargerFiles, interval: float = 0.1) -> AsyncIterator[list[Any]]:
    """Be some chargers as long as the block lasts; yields what AWS IoT acknowledged."""
    sent: list[Any] = []
    task = asyncio.create_task(
        simulate(chargers, interval=interval, on_message=lambda *told: sent.append(told))
    )
    try:
        yield sent
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(ask: Callable[[], Awaitable[_T]], check: Callable[[_T], bool]) -> _T:
    async with asyncio.timeout(60):
        while not check(found := await ask()):
            await asyncio.sleep(0.1)
    return found


async def test_a_charger_takes_settings_while_it_is_away_and_while_it_is_there(
    alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    added = await add(name, alpha, tmp_path / name)
    assert (await shadow.read(alpha, name)).lines == []
    await desired.desire(alpha, [name], {"interval": 1, "max_current_a": 8})
    waiting = await shadow.read(alpha, name)
    assert waiting.lines == [
        ("interval", "not reported, waits for 1 s"),
        ("max_current_a", "not reported, waits for 8 A"),
    ]
    async with publishing(added.files) as sent:
        seen = await until(
            lambda: shadow.read(alpha, name), lambda one: one.reported == one.desired
        )
        assert seen.lines == [("interval", "1 s"), ("max_current_a", "8 A")]
        assert seen.firmware == "1.0.0"
        await desired.desire(alpha, [name], {"max_current_a": 6})
        await until(
            lambda: shadow.read(alpha, name), lambda one: one.reported.get("max_current_a") == 6
        )
        sent.clear()
        await asyncio.sleep(2.2)
        assert 1 <= len(sent) <= 3, "one a second and not ten"
        assert all(message["current_a"] <= 6 for _, message in sent)
    with pytest.raises(ChargerError, match="has no charger nobody"):
        await desired.arns_of(alpha, [name, "nobody"])


async def test_a_job_runs_from_end_to_end(alpha: DeployedSite, name: str, tmp_path: Path) -> None:
    names = [f"{name}-{number}" for number in range(2)]
    files = [(await add(one, alpha, tmp_path / one)).files for one in names]
    document = job_documents.settings({"interval": 2})
    await desired.desire(alpha, names, {"interval": 1})
    async with publishing(*files):
        made = await jobs.create(alpha, document, tuple(names), Rollout())
        done = await until(
            lambda: jobs.job(alpha, made.name),
            lambda one: one is not None and one.status == "COMPLETED",
        )
        assert done is not None
        assert done.counts == {"SUCCEEDED": 2}
        for one in names:
            # The job came last, so what was desired before is desired no more.
            assert (await shadow.read(alpha, one)).lines == [("interval", "2 s")]
        # A job that a charger cannot carry out is rejected, and named.
        bad = await jobs.create(alpha, {"operation": "explode"}, (names[0],), Rollout())
        await until(
            lambda: jobs.job(alpha, bad.name),
            lambda one: one is not None and one.counts == {"REJECTED": 1},
        )
        assert await jobs.failures(alpha, bad.name) == [(names[0], "REJECTED")]
        # A restart: it comes back and carries out what waits.
        again = await jobs.create(alpha, job_documents.restart(), (names[1],), Rollout())
        await until(
            lambda: jobs.job(alpha, again.name),
            lambda one: one is not None and one.status == "COMPLETED",
        )
    waiting = await jobs.create(alpha, job_documents.restart(), tuple(names), Rollout())
    assert waiting.counts == {"QUEUED": 2}
    ended = await jobs.cancel(alpha, waiting.name)
    assert ended is not None
    assert (ended.status, ended.counts) == ("CANCELED", {"CANCELED": 2})
    assert waiting.name in [one.name for one in await jobs.jobs(alpha)]

    assert await jobs.job(alpha, "none") is None


async def test_a_job_stops_where_chargers_fail(
    account: Account, alpha: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    names = [f"{name}-{number}" for number in range(7)]
    for one in names:
        iot.create_thing(
            thingName=one,
            thingTypeName=f"solarrally-{alpha.name}-charger",
            attributePayload={"attributes": {"site": alpha.name}},
        )
    real = (await add(f"{name}-real", alpha, tmp_path / "real")).files
    made = await jobs.create(
        alpha, {"operation": "explode"}, (*names, real.name), Rollout(abort_percent=1)
    )
    data = client(account, "iot-jobs-data")
    for one in names[:5]:
        data.start_next_pending_job_execution(thingName=one)
        data.update_job_execution(thingName=one, jobId=made.id, status="REJECTED")
    ended = await until(
        lambda: jobs.job(alpha, made.name), lambda one: one is not None and one.status == "CANCELED"
    )
    assert ended is not None
    assert ended.counts["REJECTED"] == 5
    assert ended.counts["CANCELED"] == 3
    assert ended.reason
    # What destroy deletes.
    await iot_identities._delete_jobs(alpha.door, alpha.name)
    assert await jobs.jobs(alpha) == ()
    await device_shadows.delete_all(real.name, alpha.door)
    assert await shadow.read(alpha, real.name) == shadow.Shadow()


@pytest.mark.parametrize("numbers", [(0, 20, 60), (2000, 20, 60), (1, 0, 60), (1, 20, 0)])
def test_rollouts_of_no_use_are_refused(numbers: tuple[int, float, int]) -> None:
    with pytest.raises(ChargerError):
        Rollout(*numbers)
