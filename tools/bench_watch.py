"""Times every callback of an asyncio loop, for bench_stall.py."""

# ruff: noqa: SLF001 asyncio has no public hook for its callbacks

import asyncio
import gc
import sys
import threading
import time
import traceback
from asyncio.events import Handle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

LIMIT_MS: Final = 50


@dataclass(frozen=True, slots=True)
class Stall:
    """One callback that kept the loop. Milliseconds on the clock, and of the processor."""

    clock: float
    own: float
    screen: str
    what: str
    where: str
    """Our own code that ran when a stall had gone on for a while, seen by another thread.

    Or that memory was collected meanwhile, with how long that took.
    """


class Watch:
    """Times every callback of the loop, and looks at where a long one is."""

    def __init__(self) -> None:
        self.stalls: list[Stall] = []
        self.screen: Callable[[], str] = lambda: "start"
        self._run = Handle._run
        self._begun = self._collecting = 0.0
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
                if taken > LIMIT_MS / 10:
                    own = 1000 * (time.thread_time() - used)
                    watch.stalls.append(
                        Stall(taken, own, watch.screen(), _named(handle), watch._where)
                    )

        Handle._run = timed  # type: ignore[method-assign]
        gc.callbacks.append(self._collected)
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def _collected(self, phase: str, about: dict[str, int]) -> None:
        """Note a collection in the loop's thread that took a while."""
        if threading.get_ident() != self._loop_thread:
            return
        if phase == "start":
            self._collecting = time.thread_time()
        elif (taken := 1000 * (time.thread_time() - self._collecting)) > LIMIT_MS / 10:
            self._where = f"collected generation {about['generation']} in {taken:.0f} ms"

    def _look(self) -> None:
        """Note where the loop is whenever a callback takes half of the limit."""
        while not self._ended.wait(LIMIT_MS / 5000):
            begun = self._begun
            if begun and not self._where and time.perf_counter() - begun > LIMIT_MS / 2000:
                frame = sys._current_frames().get(self._loop_thread)
                self._where = _ours(traceback.extract_stack(frame))

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        gc.callbacks.remove(self._collected)
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
