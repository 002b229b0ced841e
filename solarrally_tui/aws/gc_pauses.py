"""Keeps Python's garbage collector from holding up a screen.

AWS's service models are some hundred thousand objects that stay. Going through all of them takes
the collector a third of a second, in which no key is taken and nothing is drawn.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ALLOCATIONS, _YOUNG, _OLD = 20_000, 20, 20
_lock = threading.Lock()
_calm = threading.Event()
_loading = 0


def calm() -> None:
    """Collect more rarely from now on, and never again what is loaded by now.

    For a program that draws; others have the time.
    """
    _calm.set()
    gc.set_threshold(_ALLOCATIONS, _YOUNG, _OLD)
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays: in a calm program nothing is collected meanwhile, and it never is later."""
    if not _calm.is_set():
        yield
        return
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _loading  # noqa: PLW0603 the collector is one for the whole process, too
    with _lock:
        _loading += 1
        gc.disable()


def _leave() -> None:
    global _loading  # noqa: PLW0603
    with _lock:
        _loading -= 1
        if not _loading:
            gc.freeze()
            gc.enable()
