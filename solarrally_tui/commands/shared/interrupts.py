"""Ctrl+C during a run at a terminal: what leaving means, and only the second one leaves."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.terminal import say

if TYPE_CHECKING:
    from solarrally_tui.wizard.leaving import Leaving

SECONDS: Final = 10.0
"""Within which the second Ctrl+C counts as leaving."""


@contextlib.contextmanager
def asking(leaving: "Callable[[], Leaving]", *, asks: bool) -> Iterator[None]:
    """Say at Ctrl+C what leaving means now, and cancel this task at the second one.

    asks: whether somebody is there; otherwise the first one leaves, as always.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    last = float("-inf")

    def pressed() -> None:
        nonlocal last
        now = loop.time()
        if now - last < SECONDS and task:
            task.cancel()
            return
        last = now
        left = leaving()
        say(left.words)
        say(f"Press Ctrl+C again within {SECONDS:.0f} seconds to leave. Else the run continues.")
        if not left.destroys and not left.watched:
            say(f"To delete what is there, leave, then run solarrally destroy {left.site}.")

    if not asks or not (sys.stdin and sys.stdin.isatty()):
        yield
        return
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, a thread
        loop.add_signal_handler(signal.SIGINT, pressed)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
