"""Watches one stack's operation: each event once, the first real cause, the end as AWS tells it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.deployed.stack import Stack, find
from solarrally_tui.findings.stack_failures import STARTS, Cause, first_cause, is_own
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE, Narrator, iso

FIRST_PAUSE: Final = 0.3
LONGEST_PAUSE: Final = 3.0
"""Seconds between looks: short while things happen, longer while nothing new comes."""

LIMIT_SECONDS: Final = 4 * 3600.0
"""CloudFormation itself waits up to three hours for a service that does not become stable."""

DOUBT_SECONDS: Final = 120.0
"""After how long without an event to ask for the stack itself: what we wait for may have ended
just before we began to watch, when another run was quicker."""

BLIND_SECONDS: Final = 900.0
"""How long AWS may be unreachable before we stop watching. What runs there goes on."""


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
    """The newest event that is not ours to tell; empty tells all there are."""
    idle: "Callable[[Watch], Awaitable[None]] | None" = None
    """Called after each look without news; may say what is waited for, or raise StepError."""
    _seen: list[dict[str, Any]] = field(default_factory=list)
    _news: float = field(default_factory=time.monotonic)
    _asked: float = 0.0
    _blind_since: float | None = None

    async def mark(self) -> None:
        """Leave out everything that has happened so far. Raises AwsError."""
        newest = await self._page(None)
        self.marker = newest["StackEvents"][0]["EventId"] if newest["StackEvents"] else ""

    async def mark_operation(self) -> None:
        """Leave out everything before the operation that is under way. Raises AwsError."""
        events = await self._new()
        for index, event in enumerate(events):
            if self._is_own(event) and event["ResourceStatus"] in STARTS:
                self.marker = events[index + 1]["EventId"] if index + 1 < len(events) else ""
                return

    async def end(self) -> Stack:
        """Tell every event until the operation is over, and return the stack as it is then.

        Over means that the stack's own last event says so and describe_stacks agrees: right after
        a call, AWS may still show the state from before it.
        Raises AwsError, and StillWaitingError when it took longer than we are ready to watch.
        """
        while True:
            seen = await poll(
                self._try_to_look, every=FIRST_PAUSE, slowest=LONGEST_PAUSE, limit=LIMIT_SECONDS
            )
            if isinstance(seen, Stack):
                return seen

    @property
    def cause(self) -> Cause | None:
        """The first failure of the operation that is not an echo of another one."""
        return first_cause(self._seen, self.stack_id)

    @property
    def quiet_seconds(self) -> float:
        """How long nothing new has happened."""
        return time.monotonic() - self._news

    @property
    def under_way(self) -> frozenset[str]:
        """The types of the resources that CloudFormation is working on."""
        last = {event["LogicalResourceId"]: event for event in self._seen}
        return frozenset(
            event["ResourceType"]
            for event in last.values()
            if event["ResourceStatus"].endswith("_IN_PROGRESS") and not self._is_own(event)
        )

    async def _try_to_look(self) -> Stack | bool | None:
        """Look; say once that AWS is out of sight, and that it is back."""
        try:
            seen = await self._look()
        except AwsError as error:
            if error.kind is Kind.UNREACHABLE:
                self._lose_sight()
            raise
        if self._blind_since is not None:
            self._blind_since = None
            self.narrator.step(self.step, State.RUNNING, "AWS is back in sight.")
        if seen is None and self.idle:
            await self.idle(self)
        return seen

    def _lose_sight(self) -> None:
        now = time.monotonic()
        if self._blind_since is None:
            self._blind_since = now
            why = "AWS cannot be reached. What was started goes on there; we keep trying."
            self.narrator.step(self.step, State.OUT_OF_SIGHT, why)
        if now - self._blind_since > BLIND_SECONDS:
            raise StillWaitingError(f"AWS was out of reach for {BLIND_SECONDS:.0f} s")

    async def _look(self) -> Stack | bool | None:
        """Return the stack when it is at rest, True when there was news, None otherwise."""
        events = await self._new()
        for event in reversed(events):
            self._seen.append(event)
            self.narrator.emit(self._told(event))
        if events:
            self.marker, self._news = events[0]["EventId"], time.monotonic()
        if self._rests() or self._in_doubt():
            stack = await find(self.door, self.stack_id, self.region)
            if stack is None:
                return Stack(self.stack_id, self.stack_name, "DELETE_COMPLETE")
            if not stack.busy:
                return stack
        return True if events else None

    def _in_doubt(self) -> bool:
        """Tell whether it is time to ask for the stack itself, once in a while."""
        now = time.monotonic()
        if now - max(self._news, self._asked) < DOUBT_SECONDS:
            return False
        self._asked = now
        return True

    def _rests(self) -> bool:
        own = [event["ResourceStatus"] for event in self._seen if self._is_own(event)]
        return bool(own) and not own[-1].endswith("_IN_PROGRESS")

    async def _new(self) -> list[dict[str, Any]]:
        """Return the events after the marker, newest first; paging stops at the marker."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = await self._page(after)
            for event in page["StackEvents"]:
                if event["EventId"] == self.marker:
                    return found
                found.append(event)
            after = page.get("NextToken")
            if not after:
                return found

    async def _page(self, after: str | None) -> dict[str, Any]:
        more = {"NextToken": after} if after else {}
        return await self.door.call(
            "cloudformation", "describe_stack_events", self.region, StackName=self.stack_id, **more
        )

    def _is_own(self, event: dict[str, Any]) -> bool:
        return is_own(event, self.stack_id)

    def _told(self, event: dict[str, Any]) -> Event:
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
        )


def state_of(status: str) -> State:
    """Return our word for a CloudFormation status of a stack or a resource."""
    if status.endswith(("_FAILED", "ROLLBACK_COMPLETE")):
        return State.FAILED
    return State.RUNNING if status.endswith("_IN_PROGRESS") else State.DONE
