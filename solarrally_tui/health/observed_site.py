"""The deployed site as the checks see it: its stacks, their outputs and resources."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.blueprints import CATALOGUE, Blueprint
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, stack_name


class SiteRecord(Protocol):
    """What the account knows about a site."""

    @property
    def site(self) -> Site:
        """The site as it was deployed."""


class OutOfReachError(Exception):
    """A check cannot look, because what leads to its thing is not there."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack with its outputs."""

    name: str
    status: str
    outputs: Mapping[str, str]
    id: str = ""
    """Its ARN, by which it is known after it was deleted too."""
    reason: str = ""


@dataclass(frozen=True)
class Subject:
    """What the checks look at. Stacks that could not be read are errors instead."""

    site: Site
    door: Door
    """In the site's Region."""
    stacks: Mapping[str, Stack | AwsError | None]
    _resources: dict[str, "asyncio.Task[list[dict[str, str]]]"] = field(default_factory=dict)

    def output(self, stack: str, name: str) -> str:
        """Return an output of a stack.

        Raises OutOfReachError where it has none, and AwsError where the stack cannot be read.
        """
        found = self._stack(stack)
        if name not in found.outputs:
            raise OutOfReachError(f"The stack {found.name} is not ready.")
        return found.outputs[name]

    async def physical(self, stack: str, kind: str) -> list[str]:
        """Return the physical ids of a stack's resources of one type.

        Raises OutOfReachError where there is no such stack, and AwsError.
        """
        self._stack(stack)
        if stack not in self._resources:
            self._resources[stack] = asyncio.create_task(self._list(stack))
        return [
            resource["PhysicalResourceId"]
            for resource in await asyncio.shield(self._resources[stack])
            if resource["ResourceType"] == kind and "PhysicalResourceId" in resource
        ]

    def _stack(self, stack: str) -> Stack:
        found = self.stacks[stack]
        if isinstance(found, AwsError):
            raise found
        if found is None:
            name = stack_name(self.site.name, stack)
            raise OutOfReachError(f"The stack {name} is not there yet.")
        return found

    async def _list(self, stack: str) -> list[dict[str, str]]:
        return await self.door.pages(
            "cloudformation",
            "list_stack_resources",
            "StackResourceSummaries",
            region_of(stack, self.site),
            StackName=stack_name(self.site.name, stack),
        )


def region_of(stack: str, site: Site) -> str:
    """Return the Region that a stack of a site lives in."""
    (blueprint,) = (each for each in CATALOGUE if each.id == stack)
    return site.region if blueprint.region == "home" else GLOBAL_REGION


async def look(record: SiteRecord, door: Door) -> Subject:
    """Read all stacks of a site at once. Never raises AwsError: it is kept for the checks."""
    site, home = record.site, door.with_region(record.site.region)
    found = await asyncio.gather(*(_stack(blueprint, site, home) for blueprint in CATALOGUE))
    stacks = {blueprint.id: stack for blueprint, stack in zip(CATALOGUE, found, strict=True)}
    return Subject(site, home, stacks)


async def _stack(blueprint: Blueprint, site: Site, door: Door) -> Stack | AwsError | None:
    name = stack_name(site.name, blueprint.id)
    try:
        answer = await door.call(
            "cloudformation", "describe_stacks", region_of(blueprint.id, site), StackName=name
        )
    except AwsError as error:
        return None if error.kind is Kind.NOT_FOUND else error
    (told,) = answer["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in told.get("Outputs", [])}
    return Stack(
        name,
        told["StackStatus"],
        outputs,
        told["StackId"],
        told.get("StackStatusReason", ""),
    )
