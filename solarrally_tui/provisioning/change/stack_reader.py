"""The one reader of a Region's stacks: when it is worth reading the events of which.

A few stacks are read one by one. With more, one ListStacks of what is in progress shows which ones
have come to rest, and the events of the others are read in turn, for what they report on the way.
So the calls do not grow with the stacks (aws/budget.py), and the next list shows every end.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from typing import Final
from weakref import WeakKeyDictionary

from solarrally_tui.aws.budget import A_MINUTE, Budget, waiting
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.pace import here
from solarrally_tui.aws.patience import PASSING
from solarrally_tui.deployed.stack import REVIEW
from solarrally_tui.deployed.stack_status import STATUSES

SEVERAL: Final = 3
"""From how many stacks on the list is read."""

LIST_EVERY: Final = 6.0
_LISTS: Final = 60.0 / LIST_EVERY
_SOON: Final = 1.0
_LONGEST: Final = 5.0
"""Seconds of AWS: between lists; before the first look at events; and at most between looks at the
events of a stack that is watched alone."""

_LONGEST_FOR_EACH: Final = 7.5
"""The same for each of several stacks, whose ends the list shows."""

_GROWTH: Final = 1.5
_TICK: Final = 0.01
_MAKES_WAY: Final = 20.0
_TRY: Final = 1.0
"""Where the list shows the ends, a look at events makes way for other calls: for so many seconds of
AWS at most, trying again after so many."""
_IN_PROGRESS: Final = sorted(
    {name for name in STATUSES if name.endswith("_IN_PROGRESS")} - {REVIEW}
)


@dataclass(slots=True)
class Turn:
    """When the events of one stack are read next. Moments are those of the event loop's clock."""

    stack_id: str
    due: float
    pause: float = 0.0
    """Seconds of AWS."""
    listed: float = -inf
    """When a list had it in progress last."""
    at_rest: bool = False
    """Whether a list had it no more, after one that had."""
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class StackReader:
    """Whose turn it is among the watched stacks of one Region."""

    region: str
    _turns: list[Turn] = field(default_factory=list)
    _list_due: float = 0.0
    _may_list: bool = True

    @contextmanager
    def watching(self, stack_id: str) -> Iterator[Turn]:
        """Count a stack among those that are watched, for as long as the block lasts."""
        turn = Turn(stack_id, _now() + here(_SOON))
        self._turns.append(turn)
        try:
            yield turn
        finally:
            self._turns.remove(turn)

    async def wait_for(self, turn: Turn, door: Door) -> None:
        """Wait until the events of a stack are worth reading. Raises AwsError."""
        while not turn.news.is_set():
            left = turn.due - _now()
            if left <= 0 and self._may_go(turn, door):
                break
            if self._lists and self._list_due <= _now():
                await self._list(door)
                continue
            if self._lists and left > 0:
                left = min(left, self._list_due - _now())
            with suppress(TimeoutError):
                wait = left if left > 0 else here(_TRY)
                await asyncio.wait_for(turn.news.wait(), max(wait, _TICK))
        turn.news.clear()

    def _may_go(self, turn: Turn, door: Door) -> bool:
        """Whether a look that is due need not make way for what others wait for."""
        overdue = _now() - turn.due > here(_MAKES_WAY)
        return not self._lists or overdue or door.budget.has_spare

    def done(self, turn: Turn, *, news: bool) -> None:
        """Note that the events of a stack were read, and whether there were any."""
        stacks = len(self._turns)
        spare = A_MINUTE - (_LISTS if self._lists else 0.0)
        first = stacks * 60.0 / spare
        longest = stacks * _LONGEST_FOR_EACH if self._lists else max(_LONGEST, first)
        soon = first / 2 if self._lists else _SOON
        turn.pause = first if news else min(max(turn.pause * _GROWTH, soon), longest)
        turn.due = _now() + here(turn.pause)

    @property
    def _lists(self) -> bool:
        return self._may_list and len(self._turns) >= SEVERAL

    async def _list(self, door: Door) -> None:
        """Find out which of the watched stacks have come to rest."""
        # Before the call: the other watches wait for its result.
        self._list_due = _now() + here(LIST_EVERY)
        try:
            busy = await self._busy(door)
        except AwsError as error:
            self._may_list = error.kind is not Kind.DENIED
            if error.waited_for or error.kind not in PASSING | {Kind.DENIED}:
                raise
            return
        self._list_due = _now() + here(LIST_EVERY)
        for turn in self._turns:
            if turn.stack_id in busy:
                turn.listed, turn.at_rest = _now(), False
            elif turn.listed > -inf and not turn.at_rest:
                turn.at_rest = True
                turn.news.set()

    async def _busy(self, door: Door) -> set[str]:
        ids: set[str] = set()
        after: dict[str, str] = {}
        while True:
            with waiting():
                page = await door.call(
                    "cloudformation",
                    "list_stacks",
                    self.region,
                    StackStatusFilter=_IN_PROGRESS,
                    **after,
                )
            ids |= {summary["StackId"] for summary in page["StackSummaries"]}
            if not page.get("NextToken"):
                return ids
            after = {"NextToken": page["NextToken"]}


_READERS: Final[WeakKeyDictionary[Budget, dict[str, StackReader]]] = WeakKeyDictionary()


def reader_of(door: Door, region: str) -> StackReader:
    """Return the reader that all watches behind a door share in a Region."""
    readers = _READERS.setdefault(door.budget, {})
    return readers.setdefault(region, StackReader(region))


def _now() -> float:
    return asyncio.get_running_loop().time()
