"""How many chargers a site has in each state, whatever their number: the index counts."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from solarrally_tui.chargers.fleet.charger import Charger, State
from solarrally_tui.chargers.fleet.reading import index_is_needed
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.fleet_index import REVOKED, Fleet, of_site
from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class Overview:
    """A site's chargers, counted."""

    fleet: Fleet
    """Those in service."""
    revoked: int = 0
    sending: int | None = None
    """How many send, by the state of each; None where the index counted, which knows none."""
    silent: int | None = None
    """How many are connected and send nothing, as above."""

    @classmethod
    def of(cls, chargers: Sequence[Charger], sight: Sight) -> Self:
        """Count chargers by the state of each: all that a site has."""
        states = Counter(one.state(sight) for one in chargers)
        away = (o.reason for o in chargers if o.state(sight) in {State.FAILING, State.OFFLINE})
        serving = [one for one in chargers if one.state(sight) is not State.REVOKED]
        sending, silent = states[State.SENDING], states[State.SILENT]
        fleet = Fleet(
            len(serving),
            sending + silent + states[State.CONNECTED],
            Counter(away),
            sum(one.ends_soon(sight.now.date()) for one in serving),
        )
        return cls(fleet, states[State.REVOKED], sending, silent)

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
