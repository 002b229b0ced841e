"""What the fleet screen needs: the chargers of a site, counted, searched and watched."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, Protocol

from typing_extensions import override

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import removal, replacement, revocation
from solarrally_tui.chargers.fleet import detail, overview, sight
from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.detail import Detail
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.reading import Reading
from solarrally_tui.chargers.fleet.search import Search
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.onboarding import Onboarding
from solarrally_tui.chargers.removal import Removed
from solarrally_tui.chargers.replacement import Replacement, Stage
from solarrally_tui.chargers.revocation import Revoked
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.wizard.model import Opener


class Found(Protocol):
    """What a search finds, read page by page. Calls raise AwsError and ChargerError."""

    @property
    def found(self) -> Sequence[Charger]:
        """What was read, the most urgent first. It grows at its end."""

    @property
    def expected(self) -> int | None:
        """How many are found in the end; None before they were counted."""

    @property
    def is_complete(self) -> bool:
        """Whether all was read."""

    async def begin(self) -> None:
        """Read the first page of each state."""

    async def count(self) -> None:
        """Count what was not read."""

    async def until(self, count: int | None) -> None:
        """Read until so many are found; None for all."""

    def drop(self, name: str) -> None:
        """Leave a charger out that was removed."""


class WatchedFleet(Protocol):
    """The chargers of one site. Calls raise AwsError and ChargerError."""

    @property
    def sight(self) -> Sight:
        """What is seen of them beside the index. It changes while follow runs."""

    async def look(self) -> None:
        """Read what the probes report of them, for sight. Raises nothing that AWS answers."""

    async def overview(self) -> Overview:
        """Count them."""

    def find(self, search: Search) -> Found:
        """Return what a search finds; nothing is read yet."""

    async def detail(self, name: str) -> Detail | None:
        """Return all that is known of one; None where there is none of this name."""

    async def follow(self) -> NoReturn:
        """Listen at the page until cancelled."""

    async def revoke(self, name: str) -> Revoked:
        """Lock a charger out, and look whether it is."""

    async def remove(self, name: str) -> Removed:
        """Delete a charger with its certificates and shadows."""

    async def give_key(self, name: str, folder: Path) -> Replacement:
        """Give a charger another key, whose files come into a folder. The present one works on."""

    async def end_old_key(self, begun: Replacement, seconds: float) -> Stage:
        """End the old key once the new one has connected; wait for that so long at most."""

    async def end_old_key_now(self, begun: Replacement) -> None:
        """End the old key and its connection, whether or not the new one has connected."""


class Fleets(Protocol):
    """The fleets of sites."""

    async def open(self, name: str) -> WatchedFleet:
        """Find the chargers of a site. Raises AwsError."""


class EngineFleets(Fleets):
    """Asks AWS."""

    def __init__(self, at: Opener) -> None:
        self._at = at
        self._sights: dict[tuple[Door, str], Sight] = {}
        """By account and site, so that a screen knows what the one before has seen."""

    @override
    async def open(self, name: str) -> WatchedFleet:
        door = await self._at(None)
        site = await DeployedSite.open(door, name)
        seen = self._sights.setdefault((door, name), Sight(0.0))
        seen.allowed = float(site.site.allowed_silence)
        return EngineFleet(site, seen)


class EngineFleet(WatchedFleet):
    """The chargers of a site in the account."""

    def __init__(self, site: DeployedSite, seen: Sight) -> None:
        self._site, self._sight = site, seen

    @property
    @override
    def sight(self) -> Sight:
        return self._sight

    @override
    async def look(self) -> None:
        await sight.read_probes(self._site, self._sight)

    @override
    async def overview(self) -> Overview:
        counted = await overview.overview(self._site)
        self._sight.connected = counted.fleet.connected
        return counted

    @override
    def find(self, search: Search) -> Found:
        return Reading(self._site, search, self._sight)

    @override
    async def detail(self, name: str) -> Detail | None:
        return await detail.detail(self._site, name)

    @override
    async def follow(self) -> NoReturn:
        await sight.follow(self._site, self._sight)

    @override
    async def revoke(self, name: str) -> Revoked:
        revoked = await revocation.revoke(name, self._site)
        if revoked.gone:
            self._sight.lock_out(name)
        return revoked

    @override
    async def remove(self, name: str) -> Removed:
        removed = await removal.remove(name, self._site)
        self._sight.lock_out(name)
        return removed

    @override
    async def give_key(self, name: str, folder: Path) -> Replacement:
        return await replacement.begin(name, await Onboarding.begin(self._site), folder)

    @override
    async def end_old_key(self, begun: Replacement, seconds: float) -> Stage:
        return await replacement.wait(begun, self._site, seconds)

    @override
    async def end_old_key_now(self, begun: Replacement) -> None:
        await replacement.end_at_once(begun, self._site)
