"""The simulator's clock: AWS's minutes, as fast as a demonstration or a test needs them."""

import asyncio
import math
import threading
import time

REAL = 1.0
INSTANT = math.inf


def parse_speed(text: str) -> float:
    """Read a speed: `real`, `instant`, or a number above zero (20 is twenty times faster than AWS).

    Returns simulated seconds for each real second, infinity for `instant`. Raises ValueError when
    the text is none of these.
    """
    named = {"real": REAL, "instant": INSTANT}
    speed = named[text] if text in named else float(text)
    if not speed > 0:
        msg = f"speed must be real, instant or a number above zero, not {text}"
        raise ValueError(msg)
    return speed


class Clock:
    """Simulated time. Safe from any thread. A change of speed wakes every sleeper."""

    def __init__(self, speed: float = REAL) -> None:
        self._speed = speed
        self._changed = threading.Condition()
        self._base_real = time.monotonic()
        self._base_simulated = 0.0

    @property
    def speed(self) -> float:
        """Simulated seconds for each real second; infinity when nothing waits."""
        return self._speed

    @property
    def instant(self) -> bool:
        """Whether sleeping returns at once."""
        return math.isinf(self._speed)

    def now(self) -> float:
        """Return the simulated seconds since the clock started. Real time while instant."""
        speed = REAL if self.instant else self._speed
        return self._base_simulated + (time.monotonic() - self._base_real) * speed

    def set_speed(self, speed: float) -> None:
        """Change the speed. Sleepers continue with the rest of their time at the new speed."""
        with self._changed:
            self._base_simulated = self.now()
            self._base_real = time.monotonic()
            self._speed = speed
            self._changed.notify_all()

    def sleep_sync(self, simulated: float) -> None:
        """Block this thread for a number of simulated seconds."""
        self.sleep_until_sync(self.now() + simulated)

    def sleep_until_sync(self, moment: float) -> None:
        """Block this thread until a simulated moment, in the seconds of `now`."""
        with self._changed:
            while (left := self._real_seconds_to(moment)) > 0:
                self._changed.wait(left)

    async def sleep(self, simulated: float) -> None:
        """Wait for a number of simulated seconds. Yields to the loop even when instant."""
        moment = self.now() + simulated
        await asyncio.sleep(0)
        # Short naps, not an event: the speed may change from any thread or loop.
        while (left := self._real_seconds_to(moment)) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, 0.2))

    def _real_seconds_to(self, moment: float) -> float:
        return 0.0 if self.instant else (moment - self.now()) / self._speed
