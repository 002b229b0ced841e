"""The one poller: everything that waits for AWS waits here, and can be cancelled."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import TypeVar

from solarrally_tui.aws.budget import waiting
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.pace import here
from solarrally_tui.aws.patience import PASSING

T = TypeVar("T")


class StillWaitingError(TimeoutError):
    """The time limit of a wait has passed. What we waited for may still happen."""


_GROWTH = 1.25
_SLOWEST_WHEN_REFUSED = 30.0


async def poll(
    check: Callable[[], Awaitable[T | None]],
    *,
    every: float,
    limit: float,
    slowest: float | None = None,
) -> T:
    """Call check until it returns something, and return that.

    every: seconds of AWS (aws/pace.py) between calls, with up to 10 % jitter either way; limit:
    seconds in all. slowest: when given, the pause grows up to this many seconds while check returns
    None. All waits together make no more calls than aws/budget.py allows; the first one is not
    counted, because it may be the change itself.
    A call that was throttled, did not reach AWS, or met a problem of AWS's own says nothing: it
    counts as "not yet".
    Raises StillWaitingError after limit, an error that a run has waited for long enough, and
    whatever else check raises.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + limit
    pause = usual = every
    first = True
    while True:
        try:
            with nullcontext() if first else waiting():
                result = await check()
            pause = usual
            usual = min(usual * _GROWTH, slowest or every)
        except AwsError as error:
            if error.kind not in PASSING or error.waited_for:
                raise
            result, pause = None, min(pause * 2, _SLOWEST_WHEN_REFUSED)
        if result is not None:
            return result
        if clock() + here(pause) > end:
            raise StillWaitingError(f"gave up after {limit:.0f} s")
        first = False
        await asyncio.sleep(here(pause) * random.uniform(0.9, 1.1))  # noqa: S311 jitter, not a secret
