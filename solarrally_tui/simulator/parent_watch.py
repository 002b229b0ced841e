"""Ends the simulated account when the process that started it ends."""

import contextlib
import os
import threading
import time
from collections.abc import Callable

_STANDARD_INPUT = 0
_CHECK_EVERY_SECONDS = 0.5
_GRACE_SECONDS = 5.0


def watch(parent: int, stop: Callable[[], None]) -> None:
    """Call `stop` once when standard input closes or the process with the id `parent` is gone.

    Standard input is a pipe that the parent holds open. It closes on every platform, however the
    parent ends. The process id is watched as well, in case something else inherited the pipe; 0
    watches nothing. `stop` is called from another thread. When stopping takes longer than five
    seconds, the process is ended by force.
    """
    if not parent:
        return
    ended = threading.Event()
    _thread(_until_input_closes, ended)
    _thread(_until_gone, ended, parent)
    _thread(_end, ended, stop)


def _thread(run: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=run, args=arguments, daemon=True, name="parent-watch").start()


def _end(ended: threading.Event, stop: Callable[[], None]) -> None:
    ended.wait()
    stop()
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


def _until_input_closes(ended: threading.Event) -> None:
    # Unbuffered: a thread inside sys.stdin would break the end of the interpreter.
    with contextlib.suppress(OSError):
        while os.read(_STANDARD_INPUT, 1):
            pass
    ended.set()


def _until_gone(ended: threading.Event, parent: int) -> None:
    """Wait until the parent's process id changes. Windows keeps it; there the pipe alone works."""
    while os.getppid() == parent:
        time.sleep(_CHECK_EVERY_SECONDS)
    ended.set()
