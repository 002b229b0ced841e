"""How many chargers a site has in each state, whatever their number: the index counts."""

import asyncio
from dataclasses import dataclass, replace
from typing import Self

from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.reading import index_is_needed
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.fleet_index import REVOKED, Fleet, of_site
from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class Overview:
    """A site's chargers, counted."""

    fleet: Fleet
    """Those in service."""
    revoked: int = 0

    @property
    def total(self) -> int:
        """All that are registered."""
        return self.fleet.registered + self.revoked

    def without(self, charger: Charger, *, is_revoked: bool) -> Self:
        """Return the counts after a charger in service was removed, or revoked.

        The index counts so only some seconds later.
        """
        fleet, gone = self.fleet, dict(self.fleet.gone)
        if not charger.is_connected and charger.reason in gone:
            gone[charger.reason] -= 1
        less = replace(
            fleet,
            registered=fleet.registered - 1,
            connected=fleet.connected - charger.is_connected,
            gone=gone,
            proved=fleet.proved - charger.is_only_proved,
        )
        return replace(self, fleet=less, revoked=self.revoked + is_revoked)


async def overview(site: DeployedSite) -> Overview:
    """Count a site's chargers with four queries, or five where some are away.

    Raises AwsError, and ChargerError without an index.
    """
    revoked = f"{of_site(site.name)} AND attributes.{REVOKED}:2*"
    with index_is_needed():
        fleet, gone = await asyncio.gather(
            fleet_index.fleet(site.door, site.name), fleet_index.count(site.door, revoked)
        )
    return Overview(fleet, gone)
