"""Walk the wizard on an embedded account that answers slowly; measure how long its loop stalls.

Usage: python tools/bench_stall.py

While one callback runs, no key is taken and nothing is drawn: that is a stall. The walk goes
through every step, the list of costs, the quote and a whole deployment.
"""

# ruff: noqa: SLF001 asyncio has no public hook for its callbacks

import asyncio
import json
import os
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
from asyncio.events import Handle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from solarrally_tui.app import WizardApp
from solarrally_tui.aws.calm import calm
from solarrally_tui.commands.headless import DEMO_SITE
from solarrally_tui.screens.draft import Draft
from solarrally_tui.screens.services import real_services
from solarrally_tui.screens.store import DraftStore
from solarrally_tui.simulator.child import Child

LIMIT_MS: Final = 50
_LATE_SECONDS: Final = 0.2
_DEPLOY_SECONDS: Final = 400
_LISTED: Final = 12
_TO_REVIEW: Final = 9


@dataclass(frozen=True, slots=True)
class Stall:
    """One callback that kept the loop. Milliseconds on the clock, and of the processor."""

    clock: float
    own: float
    screen: str
    what: str
    where: str
    """Our own code that ran when a stall had gone on for a while, seen by another thread."""


class Watch:
    """Times every callback of the loop, and looks at where a long one is."""

    def __init__(self) -> None:
        self.stalls: list[Stall] = []
        self.screen: Callable[[], str] = lambda: "start"
        self._run = Handle._run
        self._begun = 0.0
        self._where = ""
        self._loop_thread = threading.get_ident()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        watch, run = self, self._run

        def timed(handle: Handle) -> None:
            begun, used = time.perf_counter(), time.thread_time()
            watch._begun, watch._where = begun, ""
            try:
                run(handle)
            finally:
                watch._begun = 0.0
                taken = 1000 * (time.perf_counter() - begun)
                if taken > LIMIT_MS / 5:
                    own = 1000 * (time.thread_time() - used)
                    watch.stalls.append(
                        Stall(taken, own, watch.screen(), _named(handle), watch._where)
                    )

        Handle._run = timed  # type: ignore[method-assign]
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def _look(self) -> None:
        """Note where the loop is whenever a callback takes half of the limit."""
        while not self._ended.wait(LIMIT_MS / 5000):
            begun = self._begun
            if begun and not self._where and time.perf_counter() - begun > LIMIT_MS / 2000:
                frame = sys._current_frames().get(self._loop_thread)
                self._where = _ours(traceback.extract_stack(frame))

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        Handle._run = self._run  # type: ignore[method-assign]


def _ours(stack: traceback.StackSummary) -> str:
    """Return the innermost places of a stack, our own one first."""
    own = [
        each
        for each in stack
        if "/solarrally_tui/" in each.filename or "/screens/" in each.filename
    ]
    inner = [
        f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in (*own[-1:], *stack[-2:])
    ]
    return " < ".join(dict.fromkeys(inner))


def _named(handle: Handle) -> str:
    """Return whose callback it is: the task's name, or the function's."""
    owner = getattr(handle._callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return owner.get_name()
    return getattr(handle._callback, "__qualname__", repr(handle._callback))


def _slow_down(endpoint: str) -> None:
    body = {"kind": "delay", "target": "*", "seconds": _LATE_SECONDS}
    request = urllib.request.Request(  # noqa: S310 our own account on loopback
        f"{endpoint}/_solarrally/faults", json.dumps(body).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=10).read()  # noqa: S310


async def _walk(folder: Path, watch: Watch) -> None:
    app = WizardApp(real_services(), store=DraftStore(folder), draft=Draft(DEMO_SITE))
    watch.screen = lambda: type(app.screen_stack[-1]).__name__ if app.screen_stack else "start"
    calm()
    async with app.run_test(size=(120, 40)) as pilot:
        await _rest(pilot)
        for _ in range(_TO_REVIEW):
            name = watch.screen()
            if name == "SizeScreen":
                await _look_at_costs(pilot)
            if name == "ReviewScreen":
                break
            await pilot.press("ctrl+n")
            await _rest(pilot)
        await pilot.press("ctrl+n")
        await _rest(pilot)
        await pilot.press("enter")
        await _until(app, pilot, _DEPLOY_SECONDS)
        for _ in range(2):
            await pilot.press("ctrl+n")
            await _rest(pilot)


async def _look_at_costs(pilot: Any) -> None:
    for keys in (("right", "right", "left", "left"), ("f3", "down", "escape"), ("f4", "escape")):
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
        run = app.session.run
        if run is not None and not run.active:
            if run.succeeded:
                return
            raise RuntimeError(f"the deployment failed: {run.outcome}")
    raise RuntimeError(f"the deployment took longer than {seconds} s on {app.screen}")


def main() -> None:
    """Start the account, walk, and print the longest stalls beside the limit."""
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
    _tell(watch.stalls)


def _tell(stalls: list[Stall]) -> None:
    longest = sorted(stalls, key=lambda stall: -stall.own)
    late = sum(stall.clock > LIMIT_MS for stall in stalls)
    print(
        f"the wizard's loop while AWS answers {1000 * _LATE_SECONDS:.0f} ms late, "
        f"limit {LIMIT_MS} ms: longest {longest[0].clock if longest else 0:.0f} ms, {late} above"
    )
    for stall in longest[:_LISTED]:
        print(
            f"  {stall.clock:6.0f} ms   processor {stall.own:6.0f} ms   "
            f"{stall.screen:<18} {stall.what}"
        )
        if stall.where:
            print(f"            {stall.where}")


if __name__ == "__main__":
    main()
