"""The one poller: everything that waits, waits here, and can be cancelled."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from solarrally_tui.aws.errors import AwsError, Kind

T = TypeVar("T")

_TRANSIENT = frozenset({Kind.THROTTLED, Kind.UNREACHABLE})


class StillWaitingError(TimeoutError):
    """The time limit of a wait passed. What we waited for may still happen."""


async def poll(check: Callable[[], Awaitable[T | None]], *, every: float, limit: float) -> T:
    """Call check until it returns something, and return that.

    every: seconds between calls, with up to 20 % jitter; limit: seconds in all.
    A throttled or unreachable answer is no verdict: it counts as "not yet".
    Raises StillWaitingError after limit, and whatever else check raises.
    """
    end = time.monotonic() + limit
    pause = every
    while True:
        try:
            found = await check()
            pause = every
        except AwsError as error:
            if error.kind not in _TRANSIENT:
                raise
            found, pause = None, min(pause * 2, 30.0)
        if found is not None:
            return found
        if time.monotonic() + pause > end:
            raise StillWaitingError(f"gave up after {limit:.0f} s")
        await asyncio.sleep(pause * random.uniform(0.9, 1.1))  # noqa: S311 jitter, not a secret
