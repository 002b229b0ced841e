"""Walk the wizard on an embedded account that answers slowly; measure how long its loop stalls.

Usage: python tools/bench_stall.py [RUNS]

While one callback runs, no key is taken and nothing is drawn: that is a stall. The walk goes
through every step, the dialogs of Size, typing, a whole deployment, the status, the hand-over and
the diagnosis. Each run is a process of its own, so that each meets every screen for the first time.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from bench_watch import LIMIT_MS, Stall, Watch

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
_DEPLOY_SECONDS: Final = 400
_LISTED: Final = 5
_STEPS: Final = 20

_ON_THE_WAY: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "WelcomeScreen": (("f1",), ("escape",), ("ctrl+p",), ("escape",)),
    "DomainScreen": (("down",), ("up",)),
    "SizeScreen": (
        ("right", "right", "left", "left"),
        ("f3", "down"),
        ("escape", "ctrl+t"),
        ("escape", "tab", *("backspace",) * 4, *"240"),
        (*("backspace",) * 3, *"17"),
    ),
    "ReviewScreen": (("2",), ("3",), ("4",), ("1",), ("ctrl+n",), ("enter",)),
    "StatusScreen": (("h",), ("escape", "f4"), ("f1",), ("escape",)),
}
"""Keys that are pressed on a screen, with a rest after each group."""


def _slow_down(endpoint: str) -> None:
    body = {"kind": "delay", "target": "*", "seconds": _LATE_SECONDS}
    request = urllib.request.Request(  # noqa: S310 our own account on loopback
        f"{endpoint}/_solarrally/faults", json.dumps(body).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=10).read()  # noqa: S310


async def _walk(folder: Path, watch: Watch) -> None:
    app = WizardApp(real_services(), store=DraftStore(folder), draft=Draft(DEMO_SITE))
    watch.screen = lambda: type(app.screen_stack[-1]).__name__ if app.screen_stack else "start"
    limit()
    async with app.run_test(size=(120, 40)) as pilot:
        await _rest(pilot)
        for _ in range(_STEPS):
            name = watch.screen()
            if name == "HandoverScreen":  # it opens by itself when a site is new
                await _press(pilot, "escape")
                name = watch.screen()
            for keys in _ON_THE_WAY.get(name, ()):
                await _press(pilot, *keys)
            if name == "ReviewScreen":
                await _until(app, pilot, _DEPLOY_SECONDS)
            if name == "StatusScreen":
                return
            await _press(pilot, "ctrl+n")
        raise RuntimeError(f"the walk ended on {watch.screen()}")


async def _press(pilot: Any, *keys: str) -> None:
    await pilot.press(*keys)
    await _rest(pilot)


async def _rest(pilot: Any) -> None:
    """Give AWS's slow answers time to come and to be drawn."""
    await pilot.pause(6 * _LATE_SECONDS)


async def _until(app: Any, pilot: Any, seconds: float) -> None:
    """Wait until the deployment ends. Raises RuntimeError where it does not succeed."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await pilot.pause(0.5)
        run = app.session.site.run
        if run is not None and not run.active:
            if run.succeeded:
                return
            raise RuntimeError(f"the deployment failed: {run.outcome}")
    raise RuntimeError(f"the deployment took longer than {seconds} s on {app.screen}")


def _once() -> list[Stall]:
    """Start the account and walk. Returns every callback that took a while."""
    child = Child(speed="instant")
    try:
        account = child.start()
        with tempfile.TemporaryDirectory(prefix="solarrally-bench-") as name, Watch() as watch:
            for variable in [each for each in os.environ if each.startswith("AWS_")]:
                del os.environ[variable]
            os.environ |= account.environment | {"HOME": name, "TEXTUAL_ANIMATIONS": "none"}
            os.chdir(name)
            _slow_down(account.endpoint_url)
            asyncio.run(_walk(Path(name) / "drafts", watch))
    finally:
        child.stop()
    return watch.stalls


def _again() -> list[Stall]:
    """Walk in a process of its own."""
    words = (sys.executable, str(Path(__file__).resolve()), _ONCE)
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    return [Stall(**each) for each in json.loads(done.stdout.splitlines()[-1])]


def main() -> None:
    """Walk some times, and print the longest callback of every screen beside the limit."""
    if sys.argv[1:] == [_ONCE]:
        print(json.dumps([asdict(stall) for stall in _once()]))
        return
    _tell([_again() for _ in range(int(sys.argv[1]) if sys.argv[1:] else _RUNS)])


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
    screens = _longest(runs)
    for screen, times in sorted(screens.items(), key=lambda item: -max(item[1])):
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
