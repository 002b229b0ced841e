"""A deployed site as the checks see it: its stacks, read once, with what could not be read."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.site.model import Site

_Seen = TypeVar("_Seen")


class OutOfReachError(Exception):
    """A check cannot examine something, because what leads to it does not exist."""


@dataclass(frozen=True)
class ObservedSite:
    """What the checks look at. A stack that could not be read is an error instead."""

    deployed: DeployedSite
    stacks: Mapping[str, Stack | AwsError | None]
    _seen: dict[str, "asyncio.Task[Any]"] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        """The answers that the site was deployed with."""
        return self.deployed.site

    @property
    def door(self) -> Door:
        """The door, in the site's Region."""
        return self.deployed.door

    def name_of(self, stack_id: str) -> str:
        """Return the name of a stack in CloudFormation, whether it exists or not."""
        return self.deployed.stacks.name(stack_id)

    def stack(self, stack_id: str) -> Stack | None:
        """Return a stack; None where it does not exist or cannot be read."""
        stack = self.stacks[stack_id]
        return stack if isinstance(stack, Stack) else None

    def output(self, stack_id: str, name: str) -> str:
        """Return an output of a stack.

        Raises OutOfReachError where it has none, and AwsError where the stack cannot be read.
        """
        stack = self._existing(stack_id)
        if name not in stack.outputs:
            raise OutOfReachError(f"The stack {stack.name} is not ready.")
        return stack.outputs[name]

    async def resource_ids(self, stack_id: str, type_: str) -> list[str]:
        """Return the physical ids of a stack's resources of one type.

        Raises OutOfReachError where there is no such stack, and AwsError.
        """
        listed = await self.resources(stack_id)
        return [r.physical_id for r in listed if r.type == type_ and r.physical_id]

    async def resources(self, stack_id: str) -> list[StackResource]:
        """Return the resources of a stack, deleted ones too.

        Raises OutOfReachError where there is no such stack, and AwsError.
        """
        self._existing(stack_id)
        return await self.shared(
            f"resources/{stack_id}", lambda: self.deployed.stacks.resources(stack_id)
        )

    async def shared(self, key: str, see: Callable[[], Coroutine[Any, Any, _Seen]]) -> _Seen:
        """Look at something that several checks look at, once. Raises what see raises."""
        if key not in self._seen:
            self._seen[key] = asyncio.create_task(see())
        # Shielded: several checks share the task, and one that runs out of time must not end it.
        seen: _Seen = await asyncio.shield(self._seen[key])
        return seen

    def seen(self, key: str) -> Any:
        """Return what was looked at under a key; None where nobody did, or it failed."""
        task = self._seen.get(key)
        done = task is not None and task.done() and not task.cancelled()
        return task.result() if task and done and not task.exception() else None

    def _existing(self, stack_id: str) -> Stack:
        stack = self.stacks[stack_id]
        if isinstance(stack, AwsError):
            raise stack
        if stack is None:
            raise OutOfReachError(f"The stack {self.name_of(stack_id)} does not exist yet.")
        return stack


_ALL: Final = frozenset(blueprint.id for blueprint in CATALOGUE)


async def observe(site: DeployedSite, only: AbstractSet[str] = _ALL) -> ObservedSite:
    """Read stacks of a site at once. Never raises AwsError: it is kept for the checks."""

    async def read(stack_id: str) -> Stack | AwsError | None:
        try:
            return await site.stacks.find(stack_id)
        except AwsError as error:
            return error

    ids = [blueprint.id for blueprint in CATALOGUE if blueprint.id in only]
    return ObservedSite(site, dict(zip(ids, await asyncio.gather(*map(read, ids)), strict=True)))
