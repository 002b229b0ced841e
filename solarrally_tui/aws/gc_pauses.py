"""Keeps pauses of Python's garbage collector away from a program that draws.

AWS's service models are some hundred thousand objects that stay in memory. Scanning all of them
takes the collector a third of a second, in which no key is read and nothing is drawn.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ALLOCATIONS, _YOUNG, _OLD = 2_000, 5, 800
"""The first two bound what a pause scans, 10,000 objects: 50,000 took half of a stall. The
last keeps rare what scans everything."""
_lock = threading.Lock()
_limited = threading.Event()
_loading = 0


def limit() -> None:
    """Collect less often from now on, and never again what is loaded now.

    For a program that draws. Others can afford the pauses.
    """
    _limited.set()
    gc.set_threshold(_ALLOCATIONS, _YOUNG, _OLD)
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays in memory: after limit(), it is never collected, now or later."""
    global _loading  # noqa: PLW0603 the process has only one collector, too
    if not _limited.is_set():
        yield
        return
    with _lock:
        _loading += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _loading -= 1
            if not _loading:
                gc.freeze()
                gc.enable()
