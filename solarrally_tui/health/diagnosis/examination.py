"""A site under examination: what the sources ask, and how evidence of it is written down."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.stack_failures import last_operation
from solarrally_tui.health.diagnosis.console_links import console
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.report import Report

Event = dict[str, Any]

_EVENT_PAGES = 10
"""At most this many pages of a stack's events: one operation of ours is two at most."""


class NotNeededError(Exception):
    """A source has nothing to look at in this site, and that is as it should be."""


@dataclass
class Case:
    """One examination. Calls are made through it, so that each piece of evidence names its own."""

    observed: ObservedSite
    report: Report | None = None
    seen: list[Evidence] = field(default_factory=list)
    """Everything that was told so far, by all sources."""
    _events: dict[str, "asyncio.Task[list[Event]]"] = field(default_factory=dict)

    @property
    def door(self) -> Door:
        """The door, in the site's Region."""
        return self.observed.door

    @property
    def name(self) -> str:
        """The site's name."""
        return self.observed.deployed.name

    @property
    def account(self) -> str:
        """Twelve digits."""
        return self.observed.deployed.account

    def region(self, stack: str) -> str:
        """Return the Region of a stack."""
        return self.observed.deployed.stacks.region(stack)

    async def call(
        self, service: str, operation: str, /, region: str | None = None, **params: Any
    ) -> tuple[dict[str, Any], Asked]:
        """Make a call; return the answer, and what evidence is taken from. Raises AwsError."""
        ask: Callable[..., Any] = self.door.call
        where = region or self.door.region
        shown = {name: value for name, value in params.items() if name.lower() != "nexttoken"}
        return await ask(service, operation, where, **params), Asked(
            service, operation, where, shown
        )

    async def pages(
        self, service: str, operation: str, key: str, /, region: str | None = None, **params: Any
    ) -> tuple[list[Any], Asked]:
        """Make a call page by page; return the items under key, as call does. Raises AwsError."""
        ask: Callable[..., Any] = self.door.pages
        where = region or self.door.region
        return await ask(service, operation, key, where, **params), Asked(
            service, operation, where, params
        )

    def link(self, page: str, region: str = "", **values: str) -> str:
        """Return the console's address of a thing; nothing where the account is not AWS's."""
        if self.door.endpoint_url:
            return ""
        return console(page, region or self.door.region, **values)

    def stack(self, stack: str) -> Stack | None:
        """Return a stack of the site; None where it does not exist or cannot be read."""
        return self.observed.stack(stack)

    async def events(self, stack: str) -> list[Event]:
        """Return the events of a stack's last operation, in order of time. Raises AwsError."""
        found = self.stack(stack)
        if found is None:
            return []
        if stack not in self._events:
            self._events[stack] = asyncio.create_task(self._operation(found.id, self.region(stack)))
        return await asyncio.shield(self._events[stack])

    async def _operation(self, stack_id: str, region: str) -> list[Event]:
        return last_operation(await self.told_of(stack_id, region), stack_id)

    async def told_of(self, stack_id: str, region: str) -> list[Event]:
        """Return the newest events of a stack, the newest first. Raises AwsError."""
        found: list[Event] = []
        more: dict[str, str] = {}
        for _ in range(_EVENT_PAGES):
            answer, _ = await self.call(
                "cloudformation", "describe_stack_events", region, StackName=stack_id, **more
            )
            found += answer["StackEvents"]
            if not answer.get("NextToken"):
                break
            more = {"NextToken": answer["NextToken"]}
        return found

    async def things(self, stack: str, kind: str) -> list[str]:
        """Return the physical ids of a stack's resources of one type, gone ones too.

        After a rollback only events still tell how things were called. Raises OutOfReachError
        where there is no such stack, and AwsError.
        """
        there = await self.observed.resource_ids(stack, kind)
        if there:
            return there
        told = (event for event in await self.events(stack) if event.get("ResourceType") == kind)
        return list(dict.fromkeys(id_ for e in told if (id_ := e.get("PhysicalResourceId"))))

    async def thing(self, stack: str, kind: str) -> str:
        """Return the physical id of a stack's resource. Raises OutOfReachError and AwsError."""
        found = await self.things(stack, kind)
        if not found:
            short = kind.rpartition("::")[2]
            raise OutOfReachError(f"solarrally-{self.name}-{stack} never got to its {short}.")
        return found[0]
