"""Where the stacks of a site are, for a site whose record is gone or cannot be read."""

import asyncio
from dataclasses import dataclass

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.deployed.stack import DELETED, GOOD, find
from solarrally_tui.site.names import stack_name
from solarrally_tui.site.regions import REGIONS


@dataclass(frozen=True, slots=True)
class Found:
    """A site as its stacks show it."""

    region: str
    stacks: dict[str, str]
    """Statuses by the names of its stacks."""
    at_home: bool
    """Whether they are in the site's own Region, and not only in us-east-1, where some always are.
    """

    def __str__(self) -> str:
        """Return what was found, in words."""
        count = f"{len(self.stacks)} {'stack' if len(self.stacks) == 1 else 'stacks'}"
        bad = {name: status for name, status in self.stacks.items() if status not in GOOD}
        named = ", ".join(f"{name} is {status}" for name, status in sorted(bad.items())[:3])
        return f"{count} in {self.region}" + (f"; {named}" if bad else ", all complete")


async def find_stacks(door: Door, site: str) -> Found | None:
    """Look for the stacks of a site in every Region, the door's own first; None where none is.

    Regions that are switched off, that these credentials may not look into, or that do not answer,
    count as empty.
    Raises AwsError where the stacks that were found cannot be read.
    """
    homes = {stack_name(site, item.id) for item in CATALOGUE if item.region == "home"}
    names = {stack_name(site, item.id) for item in CATALOGUE}

    async def named_in(region: str) -> tuple[str, set[str]]:
        # A Region that is lost must not hold up a deployment in another one.
        asked = door if region == door.region else door.brief()
        try:
            listed = await asked.pages("cloudformation", "list_stacks", "StackSummaries", region)
        except AwsError:
            return region, set()
        there = {s["StackName"] for s in listed if s["StackStatus"] != DELETED}
        return region, there & names

    here = await named_in(door.region)
    rest = sorted(REGIONS - {door.region})
    others = [] if here[1] & homes else await asyncio.gather(*map(named_in, rest))
    # Regions with stacks of the site's own Region first: some stacks are always in us-east-1.
    for region, present in sorted([here, *others], key=lambda one: not one[1] & homes):
        stacks = await asyncio.gather(*(find(door, name, region) for name in sorted(present)))
        own = {one.name: one.status for one in stacks if one and one.site == site}
        if own:
            return Found(region, own, bool(own.keys() & homes))
    return None
