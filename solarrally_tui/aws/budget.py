"""How many calls all waits of a run make together: never more than AWS is glad to answer.

CloudFormation, ECS and the others limit calls for the whole account and Region. Ten stacks, two
builds and a certificate that were each read every few seconds would take what the account's other
users need, and be throttled.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.aws.pace import here, is_instant

A_MINUTE: Final = 23.0
"""Calls that waits make a minute, whatever their number."""

_AT_ONCE: Final = 6.0
"""Calls that need not wait for each other after a quiet while. So no minute has more than 29; a run
also shows once a minute that it is alive."""

_ROUNDING: Final = 1e-6
_SLOWED: Final = 0.5
_SLOWEST: Final = 0.25
_RECOVERS: Final = 0.05
"""What throttling leaves of the rate, what it leaves at least, and what each answer gives back."""

_WAITING: ContextVar[bool | None] = ContextVar("waiting", default=None)
"""None for what waits for nothing; False for what counts, and waits for no other call."""


@contextmanager
def waiting(*, urgent: bool = False) -> Iterator[None]:
    """Mark the calls in this block as made only to see whether something has happened.

    urgent: something has. They count all the same, but wait for no other call.
    """
    token = _WAITING.set(not urgent)
    try:
        yield
    finally:
        _WAITING.reset(token)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Budget:
    """The calls of all waits, first come, first served. Each event loop needs one of its own."""

    rate: float = 1.0
    """Part of A_MINUTE that AWS answers without throttling."""
    _left: float = _AT_ONCE
    _counted: float | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def has_spare(self) -> bool:
        """Whether a call could be made now without making another one wait."""
        return is_instant() or (not self._turn.locked() and self._now_left() >= 2.0)

    async def take(self) -> None:
        """Wait until another call may be made, where the caller only waits for something."""
        waits = _WAITING.get()
        if waits is None or is_instant():
            return
        loop = asyncio.get_running_loop()
        if not waits:
            self._left, self._counted = max(self._now_left() - 1.0, -_AT_ONCE), loop.time()
            return
        async with self._turn:
            while (left := self._now_left()) < 1.0 - _ROUNDING:  # noqa: ASYNC110 time refills it
                await asyncio.sleep((1.0 - left) * self._every)
            self._left, self._counted = left - 1.0, loop.time()

    @property
    def _every(self) -> float:
        return here(60.0 / (A_MINUTE * self.rate))

    def _now_left(self) -> float:
        now = asyncio.get_running_loop().time()
        before = self._counted if self._counted is not None else now
        return min(_AT_ONCE, self._left + (now - before) / self._every)

    def throttled(self) -> None:
        """Note that AWS limits the rate of calls: ask less often from now on."""
        self.rate = max(self.rate * _SLOWED, _SLOWEST)

    def answered(self) -> None:
        """Note an answer: ask a little more often again."""
        self.rate = min(self.rate + _RECOVERS, 1.0)
