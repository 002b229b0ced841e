"""Walk the wizard on an embedded account that answers slowly; measure how long its loop stalls.

Usage: python tools/bench_stall.py [RUNS]

While one callback runs, no key is taken and nothing is drawn: that is a stall. The walk uses the
wizard as a person does: every step and most dialogs, a whole deployment, the proof of a charger,
the fleet, the diagnosis and an operation. Each walk is a process of its own, so that each meets
every screen for the first time. What counts is the processor's time of the loop's thread: on the
clock, a callback also waits for others on a busy machine. Exit status 1 where a walk stops on its
way.
"""

import asyncio
import importlib
import json
import os
import pkgutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench_watch import LIMIT_MS, Stall, Watch
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import Static

from solarrally_tui import screens
from solarrally_tui.app import WizardApp
from solarrally_tui.aws.gc_pauses import limit
from solarrally_tui.commands.demonstration.headless import DEMO_SITE
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.simulator.child import Child
from solarrally_tui.wizard.engine import real_services

_RUNS: Final = 3
_ONCE: Final = "--once"
_LATE_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 300
_LISTED: Final = 12
_LASTING: Final = frozenset({"listen", "telemetry"})
"""Workers that run as long as their screen is shown."""
_SIZES: Final = ((120, 40), (200, 60))
"""The terminal of the walks, and the one of a further walk."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the walk comes by, and what it does there."""

    screen: str
    """The class of what is in front before the first key is pressed."""
    keys: str
    """With blanks between them. What begins with # or . is clicked. A comma is a rest."""
    shows: str = ""
    """Words that are awaited before."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every callback that took a while, and where the walk stopped; empty where it arrived."""

    stalls: Sequence[Stall]
    stands: str


_WALK: Final = (
    Stop("WelcomeScreen", "f1"),
    Stop("HelpScreen", "escape"),
    Stop("WelcomeScreen", "ctrl+p"),
    Stop("CommandPalette", "s i z e , escape"),
    Stop("WelcomeScreen", "ctrl+o"),
    Stop("JumpScreen", "escape"),
    Stop("WelcomeScreen", "f12 , f12 , ctrl+n"),
    Stop("AccountScreen", "ctrl+l", "Signed in"),
    Stop("ChooseScreen", "escape"),
    Stop("AccountScreen", "ctrl+r"),
    Stop("GuideScreen", "escape"),  # the root user gets no role
    Stop("AccountScreen", "f3"),
    Stop("HelpScreen", "escape"),
    Stop("AccountScreen", "ctrl+n"),
    Stop("BillingScreen", "f3"),
    Stop("HelpScreen", "escape"),
    Stop("BillingScreen", "ctrl+n"),
    Stop("DomainScreen", "down , down , up , up , ctrl+n"),
    Stop("SizeScreen", "right right left left , f3"),
    Stop("CostLinesScreen", "down , escape"),
    Stop("SizeScreen", "ctrl+g"),
    Stop("CurveScreen", "right left , escape"),
    Stop("SizeScreen", "ctrl+t"),
    Stop("QuoteScreen", "A d a enter , escape"),
    Stop("SizeScreen", "tab backspace backspace backspace backspace 2 4 0"),
    Stop("SizeScreen", "backspace backspace backspace 1 7 , #more , ctrl+n"),
    Stop("ApplicationScreen", "#more , f3"),
    Stop("FindingsScreen", "escape"),
    Stop("ApplicationScreen", "ctrl+n"),
    Stop("ReviewScreen", "2 , 3 , 4 , 1 , ctrl+n", "Nothing of this site exists"),
    Stop("ConfirmScreen", "right enter"),
    Stop("ProvisionScreen", "f3"),
    Stop("DetailsScreen", "down , escape"),
    Stop("ProvisionScreen", "ctrl+n", "The site is up."),
    Stop("ChargerScreen", "enter"),
    Stop("ChargerScreen", "enter", "is registered."),
    Stop("ChargerScreen", ", ctrl+n", "The page shows"),
    Stop("StatusScreen", "2 , 3 , 4 , 1 , f2", "Checked"),
    Stop("FleetScreen", ", enter"),
    Stop("ChargerDetailScreen", ", escape"),
    Stop("FleetScreen", "n"),
    Stop("NewKeyScreen", "escape"),
    Stop("FleetScreen", "slash e v , escape escape"),
    Stop("StatusScreen", "f4"),
    Stop("DiagnosisScreen", "down enter", "Nothing is wrong"),
    Stop("DetailScreen", "escape"),
    Stop("DiagnosisScreen", "escape"),
    Stop("StatusScreen", "h"),
    Stop("HandoverScreen", "r , #operations"),
    Stop("OperationsScreen", "down enter"),
    Stop("CommandScreen", ", escape", "Users: done."),
    Stop("OperationsScreen", "escape"),
    Stop("StatusScreen", "h"),
    Stop("HandoverScreen", "#destroy"),
    Stop("TypedScreen", "escape"),
    Stop("StatusScreen", ""),
)


def _slow_down(endpoint: str) -> None:
    body = {"kind": "delay", "target": "*", "seconds": _LATE_SECONDS}
    request = urllib.request.Request(  # noqa: S310 our own account on loopback
        f"{endpoint}/_solarrally/faults", json.dumps(body).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=10).read()  # noqa: S310


async def _walk(folder: Path, watch: Watch, size: tuple[int, int]) -> None:
    app = WizardApp(real_services(), store=DraftStore(folder), draft=Draft(DEMO_SITE))
    watch.screen = lambda: type(app.screen_stack[-1]).__name__ if app.screen_stack else "start"
    limit()
    async with app.run_test(size=size) as pilot:
        for stop in _WALK:
            await _until(app, stop)
            for key in stop.keys.split():
                if key[0] in "#.":
                    await pilot.click(key)
                elif key == ",":
                    await _rest(pilot)
                else:
                    await pilot.press(key)
            await _rest(pilot)


async def _rest(pilot: Any) -> None:
    """Give AWS's slow answers time to come and to be drawn."""
    await pilot.pause(6 * _LATE_SECONDS)


async def _until(app: WizardApp, stop: Stop) -> None:
    """Wait until the walk can go on. Raises TimeoutError where it cannot."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends:
        said = [str(each.content) for each in app.screen.query(Static)]
        is_there = type(app.screen).__name__ == stop.screen and stop.shows in "\n".join(said)
        # What the screen asks AWS for offers further keys.
        asks = (w for w in app.workers if w.node is app.screen and w.group not in _LASTING)
        if is_there and all(worker.is_finished for worker in asks):
            return
        await asyncio.sleep(0.3)
    where = type(app.screen).__name__
    raise TimeoutError("\n".join((f"the walk stands on {where}, and waited for {stop}:", *said)))


def _once(size: tuple[int, int]) -> Walk:
    """Start the account and walk."""
    stands = ""
    child = Child(speed="instant")
    try:
        account = child.start()
        with tempfile.TemporaryDirectory(prefix="solarrally-bench-") as name, Watch() as watch:
            for variable in [each for each in os.environ if each.startswith("AWS_")]:
                del os.environ[variable]
            os.environ |= account.environment | {"HOME": name, "TEXTUAL_ANIMATIONS": "none"}
            os.chdir(name)
            # As a terminal has it: Operations runs commands.
            HeadlessDriver.can_suspend = property(lambda _: True)  # type: ignore[assignment]
            _slow_down(account.endpoint_url)
            try:
                asyncio.run(_walk(Path(name) / "drafts", watch, size))
            except TimeoutError as error:
                stands = str(error)
    finally:
        child.stop()
    return Walk(watch.stalls, stands)


def _again(size: tuple[int, int]) -> Walk:
    """Walk in a process of its own."""
    words = (sys.executable, str(Path(__file__).resolve()), _ONCE, *map(str, size))
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    told = json.loads(done.stdout.splitlines()[-1])
    return Walk([Stall(**each) for each in told["stalls"]], told["stands"])


def main() -> None:
    """Walk some times, and print the longest callback of every screen beside the limit."""
    if _ONCE in sys.argv:
        columns, rows = map(int, sys.argv[2:])
        print(json.dumps(asdict(_once((columns, rows)))))
        return
    usual, *others = _SIZES
    sizes = [usual] * (int(sys.argv[1]) if sys.argv[1:] else _RUNS) + others
    walks = [_again(size) for size in sizes]
    _tell([walk.stalls for walk in walks])
    print(f"  not visited: {', '.join(_not_visited())}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    stopped = [walk.stands for walk in walks if walk.stands]
    print("\n".join(stopped), end="")
    sys.exit(1 if stopped else 0)


def _not_visited() -> list[str]:
    """Return the screens that the walk does not come by."""
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    kinds: list[type] = [Screen]
    for kind in kinds:
        kinds += kind.__subclasses__()
    ours = {kind.__name__ for kind in kinds if kind.__module__.startswith(screens.__name__)}
    abstract = {"StepScreen", "Dialog", "IncrementalScreen"}
    return sorted(ours - abstract - {stop.screen for stop in _WALK})


def _tell(runs: Sequence[Sequence[Stall]]) -> None:
    every = sorted((stall for run in runs for stall in run), key=lambda stall: -stall.own)
    print(
        f"the wizard's loop while AWS answers {1000 * _LATE_SECONDS:.0f} ms late, walks: "
        f"{len(runs)}, limit {LIMIT_MS} ms a callback"
    )
    for what, times in (("clock", [s.clock for s in every]), ("processor", [s.own for s in every])):
        longest = max(times, default=0)
        above = sum(each > LIMIT_MS for each in times)
        print(
            f"  {what:<10} longest {longest:4.0f} ms   {longest / LIMIT_MS:5.0%} of the limit   "
            f"{above} above"
        )
    print("  longest of a walk, processor ms     least  median    most   limit")
    longest_of = _longest(runs)
    for screen, times in sorted(longest_of.items(), key=lambda item: -max(item[1])):
        print(
            f"    {screen:<30} {min(times):8.0f}{statistics.median(times):8.0f}"
            f"{max(times):8.0f}{LIMIT_MS:8}"
        )
    for stall in every[:_LISTED]:
        print(f"  {stall.own:4.0f} ms of {stall.clock:4.0f}   {stall.screen:<18} {stall.what}")
        print(f"            {stall.where}" if stall.where else "", end="\n" if stall.where else "")


def _longest(runs: Sequence[Sequence[Stall]]) -> dict[str, list[float]]:
    """Return the longest callback of every run, by screen. 0 where none took a while."""
    screens = {stall.screen for run in runs for stall in run}
    found: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for screen in screens:
            found[screen].append(max((s.own for s in run if s.screen == screen), default=0))
    return found


if __name__ == "__main__":
    main()
