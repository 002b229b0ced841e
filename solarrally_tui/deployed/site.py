"""A site in the account: its record, a door in its Region, and its stacks."""

import asyncio
from dataclasses import dataclass
from typing import Self

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints import CATALOGUE, blueprint
from solarrally_tui.deployed import record, stack
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.stack import Outputs, Stack, StackResource
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name


@dataclass(frozen=True, slots=True)
class SiteStacks:
    """The stacks of a site by their ids in the catalogue, such as "edge".

    Needs no record, so it also serves a site that is being created or is half deleted.
    """

    site: str
    """The site's name."""
    door: Door
    """In the site's Region."""

    @classmethod
    def of(cls, site: Site, door: Door) -> Self:
        """Return the stacks that belong to these answers, whatever Region the door is in."""
        return cls(site.name, door.with_region(site.region))

    def name(self, stack_id: str) -> str:
        """Return the name of a stack in CloudFormation."""
        return stack_name(self.site, stack_id)

    def region(self, stack_id: str) -> str:
        """Return the Region of a stack."""
        return blueprint(stack_id).region_for(self.door.region)

    async def find(self, stack_id: str) -> Stack | None:
        """Return a stack, or None where there is none.

        Raises ForeignResourceError for one that has the name but is not the site's, and AwsError.
        """
        return await stack.find_own(
            self.door, self.site, self.name(stack_id), self.region(stack_id)
        )

    async def all(self) -> dict[str, Stack | None]:
        """Return every stack of the catalogue, read at the same time. Raises AwsError."""
        ids = [item.id for item in CATALOGUE]
        return dict(zip(ids, await asyncio.gather(*map(self.find, ids)), strict=True))

    async def outputs(self, *stack_ids: str) -> dict[str, str]:
        """Return the outputs of stacks in one mapping; those that do not exist have none.

        No two stacks of a site share the name of an output. Raises AwsError.
        """
        stacks = await asyncio.gather(*map(self.find, stack_ids))
        together = {name: value for s in stacks if s for name, value in s.outputs.items()}
        return Outputs(" or ".join(map(self.name, stack_ids)), together)

    async def parameters(self, stack_id: str) -> dict[str, str]:
        """Return the parameters that a stack runs with; none where it was never created.

        Raises AwsError.
        """
        described = await self.find(stack_id)
        return described.parameters if described and described.is_created else {}

    async def resources(self, stack_id: str) -> list[StackResource]:
        """Return the resources of a stack, deleted ones too. Raises AwsError."""
        return await stack.resources(self.door, self.name(stack_id), self.region(stack_id))

    async def resource_ids(self, stack_id: str, type_: str) -> list[str]:
        """Return the physical ids of a stack's resources of one type. Raises AwsError."""
        listed = await self.resources(stack_id)
        return [r.physical_id for r in listed if r.type == type_ and r.physical_id]


@dataclass(frozen=True, slots=True)
class DeployedSite:
    """A site with a record in the account."""

    record: Record
    door: Door
    """In the site's Region."""

    @classmethod
    async def open(cls, door: Door, name: str) -> Self:
        """Find a site by its name, whatever Region the door is in.

        Raises UnknownSiteError, NewerRecordError, SiteError and AwsError, as record.read does.
        """
        return cls.of(await record.read(door, name), door)

    @classmethod
    def of(cls, known: Record, door: Door) -> Self:
        """Return the site of a record that was read already, whatever Region the door is in."""
        return cls(known, door.with_region(known.region))

    @property
    def site(self) -> Site:
        """The answers that it was deployed with."""
        return self.record.site

    @property
    def name(self) -> str:
        """The site's name."""
        return self.record.site.name

    @property
    def region(self) -> str:
        """The site's Region."""
        return self.record.region

    @property
    def account(self) -> str:
        """Twelve digits."""
        return self.record.account

    @property
    def stacks(self) -> SiteStacks:
        """Its stacks."""
        return SiteStacks(self.name, self.door)
