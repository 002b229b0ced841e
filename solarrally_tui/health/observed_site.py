"""A deployed site as the checks see it: its stacks, read once, with what could not be read."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.health.figures import Series
from solarrally_tui.health.memo import Memo
from solarrally_tui.health.metrics import Metric, Metrics
from solarrally_tui.site.model import Site

_Seen = TypeVar("_Seen")
MetricsOf = Callable[["ObservedSite"], Sequence[Metric]]
_LISTING_SECONDS: Final = 3600.0
_BUSY_SECONDS: Final = 5.0
"""For which what a stack lists is kept: at rest, and while CloudFormation works on it."""
_ROUND_SECONDS: Final = 5.0
"""For which the checks of one round share what they see. They begin at the same time."""


class OutOfReachError(Exception):
    """A check cannot examine something, because what leads to it does not exist."""


@dataclass(frozen=True)
class ObservedSite:
    """What the checks look at. A stack that could not be read is an error instead."""

    deployed: DeployedSite
    stacks: Mapping[str, Stack | AwsError | None]
    memo: Memo = field(default_factory=Memo)
    """What its checks share. A watch keeps it from one round to the next."""
    metrics_of: MetricsOf = field(default=lambda _: ())
    """Returns the metrics that its checks want."""

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
        stack = self.stacks.get(stack_id)
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

    async def resources(self, stack_id: str, *, fresh: bool = False) -> list[StackResource]:
        """Return the resources of a stack, deleted ones too.

        fresh: list them anew. Raises OutOfReachError where there is no such stack, and AwsError.
        """
        stack = self._existing(stack_id)
        # A stack lists other resources only after an operation on it.
        name = f"resources:{stack.id}:{stack.touched}:{stack.status}"
        if fresh:
            self.memo.forget(name)
        read = partial(self.deployed.stacks.resources, stack_id)
        seconds = _BUSY_SECONDS if stack.busy else _LISTING_SECONDS
        return await self.memo.kept(name, read, seconds)

    async def shared(self, key: str, see: Callable[[], Coroutine[Any, Any, _Seen]]) -> _Seen:
        """Look at something that several checks look at, once. Raises what see raises."""
        return await self.memo.kept(key, see, _ROUND_SECONDS)

    def seen(self, key: str) -> Any:
        """Return what was looked at under a key; None where nobody did, or it failed."""
        return self.memo.seen(key)

    async def series(self, metric: str) -> Series:
        """Return what CloudWatch measured of the site, by the id of the metric. Raises AwsError."""
        wanted = partial(self.metrics_of, self)
        return await Metrics(self.door, wanted, self.memo).series(metric)

    async def account(self) -> str:
        """Return the number of the account that these credentials belong to. Raises AwsError."""
        return (await self.memo.kept("identity", self.door.identity, _LISTING_SECONDS)).account

    def _existing(self, stack_id: str) -> Stack:
        stack = self.stacks.get(stack_id)
        if isinstance(stack, AwsError):
            raise stack
        if stack is None:
            raise OutOfReachError(f"The stack {self.name_of(stack_id)} does not exist yet.")
        return stack


async def observe(
    site: DeployedSite, only: AbstractSet[str] | None = None, memo: Memo | None = None
) -> ObservedSite:
    """Read stacks of a site at once. Never raises AwsError: it is kept for the checks.

    only: the stacks to read, of those that its shape has; all where it is None.
    memo: what earlier rounds of checks read.
    """

    async def read(stack_id: str) -> Stack | AwsError | None:
        try:
            return await site.stacks.find(stack_id)
        except AwsError as error:
            return error

    has = (blueprint.id for blueprint in of_shape(site.site.size.shape))
    ids = [id_ for id_ in has if only is None or id_ in only]
    stacks = dict(zip(ids, await asyncio.gather(*map(read, ids)), strict=True))
    return ObservedSite(site, stacks, memo or Memo())
