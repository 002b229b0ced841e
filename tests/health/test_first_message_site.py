"""Who was only proved is waited for; who sent by itself and is gone is a warning."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import certificates, removal
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.proving import noted, prove
from solarrally_tui.chargers.simulated_load import page_of
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.fleet_index import Fleet
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.probes.telemetry import judge
from solarrally_tui.health.report import Observation, Pending
from solarrally_tui.health.telemetry import Telemetry
from tests.health.health_setup import BreakableSite, ChargerOnline
from tests.health.states import disconnected

PATIENCE = 20.0


@asynccontextmanager
async def writable(site: BreakableSite) -> AsyncIterator[DeployedSite]:
    async with await Door.open("us-east-1") as door:
        yield await DeployedSite.open(door, site.deployed.name)


async def nobody_connected(site: DeployedSite) -> Fleet:
    """Return how the chargers are once none is connected."""
    end = time.monotonic() + PATIENCE
    while (seen := await fleet_index.fleet(site.door, site.name)).connected:
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
    return seen


async def online_for_a_moment(site: DeployedSite, folder: Path) -> None:
    charger = ChargerOnline(folder)
    end = time.monotonic() + PATIENCE
    while not (await fleet_index.fleet(site.door, site.name)).connected:
        assert time.monotonic() < end
        await asyncio.sleep(0.1)
    charger.stop()


def said(fleet: Fleet) -> Observation:
    return judge(Telemetry(datetime.now(UTC), 1, fleet))


async def test_who_was_only_proved_is_waited_for(site: BreakableSite, tmp_path: Path) -> None:
    with disconnected(site):
        async with writable(site) as deployed:
            before = await nobody_connected(deployed)
            assert (before.registered, before.waiting) == (1, 0)
            assert said(before).severity is Severity.WARN
            added = await add("new-1", deployed, tmp_path / "new-1")
            try:
                await beside_a_new_one(deployed, tmp_path / "new-1")
            finally:
                await removal.remove(added.files.name, deployed)


async def beside_a_new_one(site: DeployedSite, folder: Path) -> None:
    never = await nobody_connected(site)
    assert (never.registered, never.waiting) == (2, 1)
    assert "1 of them sent nothing of their own yet." in said(never).line
    assert said(never).severity is Severity.WARN

    files = folder / "new-1.json"
    await proved(site, files)
    only_proved = await nobody_connected(site)
    assert (sum(only_proved.gone.values()), only_proved.waiting) == (2, 1)

    # The other one, too, as if it had only been proved: then nobody is missing.
    value = {fleet_index.PROVED: fleet_index.until(datetime.now(UTC))}
    await certificates.set_attributes("wall-1", value, site.door)
    waited_for = said(await nobody_connected(site))
    assert waited_for.severity is Severity.OK
    assert waited_for.pending is Pending.WAITING
    assert waited_for.line == "2 chargers are registered. Waiting for their first own messages."

    await asyncio.sleep(1.1)  # the attribute has whole seconds
    await online_for_a_moment(site, folder)
    gone = await nobody_connected(site)
    assert gone.waiting == 1
    assert said(gone).severity is Severity.WARN

    # A proof of a charger that has sent by itself changes nothing.
    await proved(site, files)
    assert (await nobody_connected(site)).waiting == 1


async def proved(site: DeployedSite, settings: Path) -> None:
    charger = await asyncio.to_thread(ChargerFiles.load, settings)
    async with noted(charger.name, site):
        proof = await prove(charger, await page_of(site))
    assert proof.is_proven, proof.plain
