"""Watches an operation on one stack: each event once, the first real cause, and its end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.budget import waiting
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.patience import PASSING
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.stack import DELETED, Stack, find
from solarrally_tui.findings.stack_failures import (
    Cause,
    FailedResource,
    begins,
    first_cause,
    is_configured,
    is_own,
    undeleted,
)
from solarrally_tui.provisioning.change.stack_reader import Turn, reader_of
from solarrally_tui.provisioning.engine.events import Event
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE, Narrator, iso, state_of

LIMIT_SECONDS: Final = 4 * 3600.0
"""CloudFormation itself waits up to three hours for a service that does not become stable."""

DOUBT_SECONDS: Final = 120.0
"""After how long without an event to describe the stack itself: what we wait for may have ended
just before we began to watch, when another run was quicker."""


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Watch:
    """One operation on one stack, followed from a marked event on."""

    door: Door
    narrator: Narrator
    step: str
    region: str
    stack_id: str
    stack_name: str
    marker: str = ""
    """The newest event that is not ours to report; empty reports all there are."""
    idle: "Callable[[Watch], Awaitable[None]] | None" = None
    """Called after each round without news; may report what is waited for, or raise StepError."""
    heard: Callable[[Mapping[str, Any]], None] | None = None
    """Called with each event, as DescribeStackEvents returns it."""
    _seen: list[dict[str, Any]] = field(default_factory=list)
    _news: float = field(default_factory=_now)
    _described: float = 0.0

    async def mark(self) -> None:
        """Leave out everything that has happened so far. Raises AwsError."""
        newest = await self._page(None)
        self.marker = newest["StackEvents"][0]["EventId"] if newest["StackEvents"] else ""

    async def mark_operation(self) -> None:
        """Leave out everything before the operation in progress. Raises AwsError."""
        events = await self._new_events()
        for index, event in enumerate(events):
            if self._is_own(event) and begins(event):
                self.marker = events[index + 1]["EventId"] if index + 1 < len(events) else ""
                return

    async def end(self) -> Stack:
        """Report every event until the operation is over, and return the stack as it is then.

        Over means that the stack's own last event says so and DescribeStacks agrees: right after
        a call, AWS may still show the state from before it.
        Raises AwsError, and StillWaitingError when it took longer than LIMIT_SECONDS.
        """
        reader = reader_of(self.door, self.region)
        with reader.watching(self.stack_id) as turn:
            while self.quiet_seconds < LIMIT_SECONDS:
                await reader.wait_for(turn, self.door)
                seen = await self._read_once(turn)
                if isinstance(seen, Stack):
                    return seen
                reader.done(turn, news=bool(seen))
        raise StillWaitingError(f"gave up after {LIMIT_SECONDS:.0f} s")

    @property
    def cause(self) -> Cause | None:
        """The first failure of the operation that is not an echo of another one."""
        return first_cause(self._seen, self.stack_id)

    @property
    def not_deleted(self) -> tuple[FailedResource, ...]:
        """What the operation tried to delete in vain."""
        return undeleted(event for event in self._seen if not self._is_own(event))

    @property
    def quiet_seconds(self) -> float:
        """How long nothing new has happened."""
        return _now() - self._news

    @property
    def under_way(self) -> frozenset[str]:
        """The types of the resources that CloudFormation is working on."""
        last = {event["LogicalResourceId"]: event for event in self._seen}
        return frozenset(
            event["ResourceType"]
            for event in last.values()
            if event["ResourceStatus"].endswith("_IN_PROGRESS") and not self._is_own(event)
        )

    async def _read_once(self, turn: Turn) -> Stack | bool | None:
        """Read what is new.

        Returns the stack when it is at rest, True when there was news, None otherwise. What AWS did
        not answer, or throttled, says nothing about the stack.
        """
        try:
            seen = await self._read(turn)
            if seen is None and self.idle:
                with waiting():
                    await self.idle(self)
        except AwsError as error:
            if error.kind not in PASSING or error.waited_for:
                raise
            return None
        return seen

    async def _read(self, turn: Turn) -> Stack | bool | None:
        news = await self._take_news(urgent=turn.at_rest)
        if self._rests() or turn.at_rest or self._in_doubt(turn):
            with waiting(urgent=self._rests() or turn.at_rest):
                stack = await find(self.door, self.stack_id, self.region)
            if stack is None or not stack.busy:
                if not self._rests():  # what was reported between the two calls
                    await self._take_news(urgent=True)
                return stack or Stack(self.stack_id, self.stack_name, DELETED)
            turn.at_rest = False
        return True if news else None

    async def _take_news(self, *, urgent: bool) -> bool:
        """Report every event since the last one. urgent: the stack has come to rest."""
        # What hears of it and then makes calls does not only wait.
        with waiting(urgent=urgent):
            new = await self._new_events()
        for event in reversed(new):
            self._seen.append(event)
            self.narrator.emit(self._report(event))
            if self.heard:
                self.heard(event)
        if new:
            self.marker, self._news = new[0]["EventId"], _now()
        return bool(new)

    def _rests(self) -> bool:
        """Whether the stack's own last event says that the operation is over."""
        own = [event["ResourceStatus"] for event in self._seen if self._is_own(event)]
        return bool(own) and not own[-1].endswith("_IN_PROGRESS")

    def _in_doubt(self, turn: Turn) -> bool:
        """Whether it is time to describe the stack itself, once in a while."""
        now = _now()
        if now - max(self._news, self._described, turn.listed) < DOUBT_SECONDS:
            return False
        self._described = now
        return True

    async def _new_events(self) -> list[dict[str, Any]]:
        """Return the events after the marker, newest first; paging stops at the marker."""
        new: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self._page(after)
            for event in page["StackEvents"]:
                if event["EventId"] == self.marker:
                    return new
                new.append(event)
            after = page.get("NextToken")
            if not after:
                return new

    async def _page(self, after: str | None) -> dict[str, Any]:
        more = {"NextToken": after} if after else {}
        return await self.door.call(
            "cloudformation", "describe_stack_events", self.region, StackName=self.stack_id, **more
        )

    def _is_own(self, event: dict[str, Any]) -> bool:
        return is_own(event, self.stack_id)

    def _report(self, event: dict[str, Any]) -> Event:
        own = self._is_own(event)
        status, words = event["ResourceStatus"], event.get("ResourceStatusReason", "")
        return Event(
            iso(event["Timestamp"]),
            self.narrator.site,
            self.step,
            state_of(status),
            self.stack_name,
            self.stack_name if own else event["LogicalResourceId"],
            STACK_TYPE if own else event.get("ResourceType", ""),
            (f"{status}: {words}" if words else status) if own else words or status,
            stabilising=is_configured(event),
        )
