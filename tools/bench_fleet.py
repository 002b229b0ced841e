"""Measures the fleet screen with thousands of chargers: its start, and how its loop stalls.

Usage: python tools/bench_fleet.py [CHARGERS]

The chargers are in the registry and the fleet index of a simulated account. Meanwhile each sends a
message every ten seconds: frames of the page are read in the wizard's process, as from its
connection, at that rate. Beside it is what Textual's DataTable takes for as many lines at once.
Exit status 1 where a limit is not kept.
"""

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from bench_watch import LIMIT_MS, Watch
from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from solarrally_tui.app import WizardApp  # noqa: E402
from solarrally_tui.aws.door import Door  # noqa: E402
from solarrally_tui.aws.gc_pauses import limit  # noqa: E402
from solarrally_tui.chargers.fleet.sight import Sight  # noqa: E402
from solarrally_tui.deployed import record  # noqa: E402
from solarrally_tui.deployed.dashboard.live_frames import Frame  # noqa: E402
from solarrally_tui.interview.draft import Draft  # noqa: E402
from solarrally_tui.interview.draft_store import DraftStore  # noqa: E402
from solarrally_tui.screens.fleet.table import ChargerTable  # noqa: E402
from solarrally_tui.simulator.child import Account, Child  # noqa: E402
from solarrally_tui.wizard.engine import real_services  # noqa: E402
from solarrally_tui.wizard.session import Session, SiteView  # noqa: E402
from tests import clients  # noqa: E402
from tests.chargers.charger_setup import deploy_iot  # noqa: E402

if TYPE_CHECKING:
    from solarrally_tui.screens.fleet.screen import FleetScreen

START_SECONDS: Final = 1.0
_SITE: Final = "bench"
_INTERVAL: Final = 10.0
_TURNS: Final = 50
"""Turns a second in which frames arrive."""


def _prepare(account: Account, chargers: int) -> None:
    owner = clients.owner(account)
    site = deploy_iot(owner, _SITE)
    iot = clients.client(owner, "iot", site.region)
    modes = {"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"}
    iot.update_indexing_configuration(thingIndexingConfiguration=modes)
    body = {
        "site": _SITE,
        "chargers": chargers,
        "connected": chargers * 9 // 10,
        "attributes": {"certificateEnds": "20491231", "firmware": "2.1.1"},
        "disconnected": {"AUTH_ERROR": chargers // 250, "NEVER": chargers // 50},
    }
    request = urllib.request.Request(  # noqa: S310 our own account on loopback
        f"{account.endpoint_url}/_solarrally/fleet", json.dumps(body).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=60).read()  # noqa: S310

    async def write() -> None:
        async with await Door.open(site.region) as door:
            await record.write(door, site, "123456789012")

    asyncio.run(write())


async def _send(sight: Sight, chargers: int) -> None:
    """Let each charger send a message every ten seconds."""
    each = max(int(chargers / _INTERVAL / _TURNS), 1)
    number = 0
    sight.listening_since = datetime.now(UTC)
    while True:
        for _ in range(each):
            number = (number + 1) % chargers
            body = {
                "unit_id": f"{_SITE}-filled-{number}",
                "timestamp": datetime.now(UTC).isoformat(),
                "power_w": 7400.0,
                "status": "charging",
            }
            if frame := Frame.read(json.dumps(body), datetime.now(UTC)):
                sight.last[frame.charger] = frame
        await asyncio.sleep(1 / _TURNS)


async def _walk(folder: Path, chargers: int, watch: Watch) -> tuple[float, float]:
    """Open the screen, scroll, search; return the seconds until chargers are shown: clock, own."""
    session = Session(
        real_services(), DraftStore(folder), site=SiteView(Draft({"name": _SITE}), _SITE)
    )
    session.site.draft.step = "status"
    session.services.preload()
    app = WizardApp(session.services, session=session)
    watch.screen = lambda: type(app.screen_stack[-1]).__name__ if app.screen_stack else "start"
    limit()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(2)
        begun, used = time.monotonic(), time.process_time()
        await pilot.press("f2")
        table = await _until(pilot, lambda screen: screen.query_one(ChargerTable).chosen)
        took, own = time.monotonic() - begun, time.process_time() - used
        fleet: Any = cast("FleetScreen", app.screen)._fleet  # noqa: SLF001 what the page would fill
        sending = asyncio.create_task(_send(fleet.sight, chargers))
        for key in (*("pagedown",) * 40, *("down",) * 60, *("pageup",) * 10, "end"):
            await pilot.press(key)
        await _until(pilot, lambda _: table.chosen)
        for key in ("home", "slash", *"filled-42"):
            await pilot.press(key)
        await pilot.pause(2)
        await pilot.press("enter")
        await pilot.press("enter")
        await pilot.pause(1)
        await pilot.press("escape")
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
    return took, own


async def _until(pilot: Any, is_there: Any) -> ChargerTable:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with contextlib.suppress(Exception):
            if is_there(pilot.app.screen):
                table: ChargerTable = pilot.app.screen.query_one(ChargerTable)
                return table
        await asyncio.sleep(0.01)
    raise TimeoutError


class _Tables(App[None]):
    """Textual's own table, for comparison."""

    def compose(self) -> ComposeResult:
        yield DataTable()


async def _compared(chargers: int) -> float:
    """Return how many milliseconds DataTable's loop stands still for these lines."""
    app = _Tables()
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.query_one(DataTable)
        table.add_columns("Charger", "State", "Last seen", "kW", "Status", "Firmware", "End")
        begun = time.process_time()
        table.add_rows(
            [(f"evse-{n}", "sending", "3 s", "7.4", "", "2.1", "") for n in range(chargers)]
        )
        await pilot.pause()
        return 1000 * (time.process_time() - begun)


def main() -> None:
    """Measure on a simulated account of its own."""
    chargers = int(sys.argv[1]) if sys.argv[1:] else 5000
    child = Child(speed="instant", scenario="raised-quotas")
    try:
        account = child.start()
        for variable in [each for each in os.environ if each.startswith("AWS_")]:
            del os.environ[variable]
        with tempfile.TemporaryDirectory(prefix="solarrally-bench-") as home, Watch() as watch:
            os.environ |= account.environment | {"HOME": home, "TEXTUAL_ANIMATIONS": "none"}
            _prepare(account, chargers)
            took, own = asyncio.run(_walk(Path(home) / "drafts", chargers, watch))
    finally:
        child.stop()
    stalls = sorted(
        (one for one in watch.stalls if "Charger" in one.screen or "Fleet" in one.screen),
        key=lambda one: -one.own,
    )
    longest = stalls[0].own if stalls else 0.0
    print(
        f"fleet screen, {chargers} chargers: first shown after {took:.2f} s "
        f"({own:.2f} s of processor time), limit {START_SECONDS:.0f} s"
    )
    print(f"  longest callback {longest:.0f} ms of processor time, limit {LIMIT_MS} ms")
    for one in stalls[:5]:
        place = one.where or one.what[:40]
        print(f"  {one.own:4.0f} ms of {one.clock:4.0f}   {one.screen:<18} {place}")
    print(f"  DataTable with as many lines: {asyncio.run(_compared(chargers)):.0f} ms at once")
    sys.exit(0 if took <= START_SECONDS and longest <= LIMIT_MS else 1)


if __name__ == "__main__":
    main()
