"""A site under examination: what the sources call, and how evidence of it is written down."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, TypeVar

from solarrally_tui.aws.console import console
from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.findings.stack_failures import last_operation
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.memo import Memo
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError

_Seen = TypeVar("_Seen")

Event = dict[str, Any]
"""A stack event as DescribeStackEvents returns it."""

_EVENT_PAGES: Final = 10
"""At most this many pages of a stack's events: one operation of ours has two at most."""


class NotNeededError(Exception):
    """A source has nothing to look for in this site, and that is as it should be."""


@dataclass
class Case:
    """One examination. Calls are made through it, so that each piece of evidence names its own."""

    observed: ObservedSite
    evidence: list[Evidence] = field(default_factory=list)
    """Everything that all sources have gathered so far."""
    _memo: Memo = field(default_factory=Memo)

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

    def region(self, stack_id: str) -> str:
        """Return the Region of a stack."""
        return self.observed.deployed.stacks.region(stack_id)

    def stack(self, stack_id: str) -> Stack | None:
        """Return a stack of the site; None where it does not exist or cannot be read."""
        return self.observed.stack(stack_id)

    async def call(
        self, service: str, operation: str, /, region: str | None = None, **params: Any
    ) -> tuple[dict[str, Any], ApiCall]:
        """Make a call; return the response, and what evidence is taken from. Raises AwsError."""
        where = region or self.door.region
        shown = {name: value for name, value in params.items() if name.lower() != "nexttoken"}
        response = await self.door.call(service, operation, where, **params)
        return response, ApiCall(service, operation, where, shown)

    async def find(
        self, service: str, operation: str, /, region: str | None = None, **params: Any
    ) -> tuple[dict[str, Any] | None, ApiCall]:
        """Make a call as call does, but return None where AWS does not find the thing."""
        where = region or self.door.region
        response = await self.door.find(service, operation, where, **params)
        return response, ApiCall(service, operation, where, params)

    async def pages(
        self, service: str, operation: str, key: str, /, region: str | None = None, **params: Any
    ) -> tuple[list[Any], ApiCall]:
        """Make a call page by page; return the items under key, as call does. Raises AwsError."""
        where = region or self.door.region
        items = await self.door.pages(service, operation, key, where, **params)
        return items, ApiCall(service, operation, where, params)

    def link(self, page: str, region: str = "", **values: str) -> str:
        """Return the console's address of a resource; empty where the account is not AWS's."""
        if self.door.endpoint_url:
            return ""
        return console(page, region or self.door.region, **values)

    async def shared(self, key: str, see: Callable[[], Awaitable[_Seen]]) -> _Seen:
        """Look at something that several sources look at, once. Raises what see raises."""
        return await self._memo.kept(key, see, inf)

    async def events(self, stack_id: str) -> list[Event]:
        """Return the events of a stack's last operation, in order of time. Raises AwsError."""
        stack = self.stack(stack_id)
        if stack is None:
            return []

        async def read() -> list[Event]:
            return last_operation(
                await self.newest_events(stack.id, self.region(stack_id)), stack.id
            )

        return await self.shared(f"events of {stack_id}", read)

    async def newest_events(self, stack_arn: str, region: str) -> list[Event]:
        """Return the newest events of a stack, the newest first. Raises AwsError."""
        events: list[Event] = []
        token: dict[str, str] = {}
        for _ in range(_EVENT_PAGES):
            response, _ = await self.call(
                "cloudformation", "describe_stack_events", region, StackName=stack_arn, **token
            )
            events += response["StackEvents"]
            if not response.get("NextToken"):
                break
            token = {"NextToken": response["NextToken"]}
        return events

    async def resource_ids(self, stack_id: str, type_: str) -> list[str]:
        """Return the physical ids of a stack's resources of one type, deleted ones too.

        After a rollback only the events still hold them. Raises OutOfReachError where there is no
        such stack, and AwsError.
        """
        existing = await self.observed.resource_ids(stack_id, type_)
        if existing:
            return existing
        events = [e for e in await self.events(stack_id) if e.get("ResourceType") == type_]
        return list(dict.fromkeys(id_ for e in events if (id_ := e.get("PhysicalResourceId"))))

    async def resource_id(self, stack_id: str, type_: str, output: str = "") -> str:
        """Return the physical id of a stack's only resource of a type.

        output: the stack's output that holds it, which costs no call. Raises OutOfReachError and
        AwsError.
        """
        stack = self.stack(stack_id)
        if stack and stack.outputs.get(output):
            return stack.outputs[output]
        ids = await self.resource_ids(stack_id, type_)
        if not ids:
            name = self.observed.name_of(stack_id)
            raise OutOfReachError(f"The stack {name} has not created this yet.")
        return ids[0]
