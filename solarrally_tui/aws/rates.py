"""How often each operation may be called, where many calls of one kind are made at once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.aws.pace import exactly_here, is_instant

_CATCHES_UP: Final = 0.8
"""Seconds. Calls that came late may follow each other faster, up to what was missed in this time.
AWS takes short bursts."""

_TOGETHER: Final = 1.0
"""Seconds."""

_SLOWED: Final = 0.7
_SLOWEST: Final = 0.05
_RECOVERS: Final = 0.02
"""What throttling leaves of a rate, what it leaves at least, and what each answer gives back."""


@dataclass(slots=True)
class _Turns:
    """The turns of one operation."""

    a_second: float
    next: float = 0.0
    part: float = 1.0
    """Of the rate, as AWS has answered so far: others may call the same operation."""
    slowed: float = float("-inf")
    """When throttling was noted last."""


@dataclass(slots=True)
class Rates:
    """Gives every call its turn, first come, first served. Each event loop needs one of its own."""

    a_second: Mapping[str, float]
    """What AWS takes, by `service.operation` in boto3's names. The others are not limited."""
    _turns: dict[str, _Turns] = field(default_factory=dict)

    async def turn(self, call: str) -> None:
        """Wait until a call is due."""
        turns = self._of(call)
        if turns is None or is_instant():
            return
        now = asyncio.get_running_loop().time()
        due = max(turns.next, now - exactly_here(_CATCHES_UP))
        turns.next = due + exactly_here(1.0 / (turns.a_second * turns.part))
        if due > now:
            await asyncio.sleep(due - now)

    def throttled(self, call: str) -> None:
        """Note that AWS limits the rate of a call: make it less often from now on.

        Calls that were under way together are refused together, and count once.
        """
        now = asyncio.get_running_loop().time()
        if (turns := self._of(call)) and now - turns.slowed >= exactly_here(_TOGETHER):
            turns.slowed, turns.part = now, max(turns.part * _SLOWED, _SLOWEST)

    def answered(self, call: str) -> None:
        """Note an answer: call a little more often again."""
        if turns := self._of(call):
            turns.part = min(turns.part + _RECOVERS, 1.0)

    def _of(self, call: str) -> _Turns | None:
        if call not in self.a_second:
            return None
        return self._turns.setdefault(call, _Turns(self.a_second[call]))
