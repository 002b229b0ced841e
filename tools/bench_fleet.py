"""Measures the fleet screen with thousands of chargers: its start, and how its loop stalls.

Usage: python tools/bench_fleet.py [CHARGERS]

The chargers are in the registry and the fleet index of a simulated account, a process of its own
that goes through all of them for each question. The start is the time from F2 on Status, whose
checks have ended, until the first chargers are on the screen. Two later moments follow: all are
counted, and all were read after End. Beside the clock is the processor's time of this process and
of the account's, which share the machine. Meanwhile each charger sends a message every ten seconds:
frames of the page are read in the wizard's process, as from its connection, at that rate. Stalls
count from F2 on. Beside them is what Textual's DataTable takes for as many lines at once. Exit
status 1 where a limit is not kept.
"""

# ruff: noqa: SLF001 what is known is not shown in full

import asyncio
import contextlib
import json
import math
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench_watch import LIMIT_MS, Watch
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.events import Key
from textual.widgets import DataTable

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

from solarrally_tui.app import WizardApp  # noqa: E402
from solarrally_tui.aws.door import Door  # noqa: E402
from solarrally_tui.aws.gc_pauses import limit  # noqa: E402
from solarrally_tui.chargers.fleet.power_course import step_at  # noqa: E402
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

START_SECONDS: Final = 1.0
_SITE: Final = "bench"
_INTERVAL: Final = 10.0
_TURNS: Final = 50
"""Turns a second in which frames arrive."""
_LASTING: Final = frozenset({"listen", "telemetry"})
"""What runs as long as Status is shown."""


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
    number = step = 0
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
        if (now := step_at(datetime.now(UTC))) != step:
            step = now
            sight.note_power(datetime.now(UTC))
        await asyncio.sleep(1 / _TURNS)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A point in time: of the clock, and of the processor for this process and the account's."""

    clock: float
    own: float
    account: float

    @classmethod
    def now(cls, account: int) -> "_Moment":
        # /proc counts in hundredths of a second, user and system (proc(5), fields 14 and 15).
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{account}/stat").read_text().rpartition(")")[2].split()
            used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            return cls(time.monotonic(), time.process_time(), used)
        return cls(time.monotonic(), time.process_time(), math.nan)

    def since(self, before: "_Moment") -> str:
        """Return for people what went by since another moment."""
        own, account = self.own - before.own, self.account - before.account
        return (
            f"{self.clock - before.clock:.2f} s "
            f"(processor: {own:.2f} s here, {account:.2f} s in the account)"
        )


async def _walk(folder: Path, chargers: int, watch: Watch, account: int) -> float:
    """Open the screen, scroll, search, and say how long it took; return the start in seconds."""
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
        await _until(lambda: all(w.is_finished or w.group in _LASTING for w in app.workers))
        watch.stalls.clear()
        begun = _Moment.now(account)
        # As a terminal sends it: Pilot.press waits until nothing happens any more.
        app.post_message(Key("f2", None))
        await _until(lambda: app.screen.query_one(ChargerTable).chosen)
        screen: Any = app.screen
        table = screen.query_one(ChargerTable)
        drawn = asyncio.Event()
        screen.call_after_refresh(drawn.set)
        await drawn.wait()
        shown = _Moment.now(account)
        await _until(lambda: screen._overview and screen._found.expected == chargers)
        counted = _Moment.now(account)
        print(
            f"fleet screen, {chargers} chargers: first shown after {shown.since(begun)}, "
            f"limit {START_SECONDS:.0f} s"
        )
        print(f"  all counted after {counted.since(begun)}")
        sending = asyncio.create_task(_send(screen._fleet.sight, chargers))
        for key in (*("pagedown",) * 40, *("down",) * 60, *("pageup",) * 10):
            await pilot.press(key)
        pressed = _Moment.now(account)
        app.post_message(Key("end", None))
        await _until(lambda: len(screen._found.found) == chargers and table.chosen)
        print(f"  after End, all read after {_Moment.now(account).since(pressed)}")
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
    return shown.clock - begun.clock


async def _until(is_there: Callable[[], object]) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        with contextlib.suppress(NoMatches):
            if is_there():
                return
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
            took = asyncio.run(_walk(Path(home) / "drafts", chargers, watch, child.pid))
    finally:
        child.stop()
    stalls = sorted(watch.stalls, key=lambda one: -one.own)
    longest = stalls[0].own if stalls else 0.0
    print(f"  longest callback {longest:.0f} ms of processor time, limit {LIMIT_MS} ms")
    for one in stalls[:5]:
        place = one.where or one.what[:40]
        print(f"  {one.own:4.0f} ms of {one.clock:4.0f}   {one.screen:<18} {place}")
    print(f"  DataTable with as many lines: {asyncio.run(_compared(chargers)):.0f} ms at once")
    sys.exit(0 if took <= START_SECONDS and longest <= LIMIT_MS else 1)


if __name__ == "__main__":
    main()
