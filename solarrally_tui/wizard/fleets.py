"""What the fleet screen needs: the chargers of a site, counted, searched and watched."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn, Protocol

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

LINGER_SECONDS: Final = 3600.0
"""For which the page is listened at after the last screen: as long as a course of power is kept."""


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


class Watch:
    """Listens at the page of a site for all screens that show it, and for a while after the last.

    So the course of the power has no hole for the minutes that somebody spends elsewhere.
    """

    def __init__(self) -> None:
        self.sight = Sight(0.0)
        self._screens = 0
        self._listening: asyncio.Task[None] | None = None
        self._end: asyncio.TimerHandle | None = None

    async def follow(self, site: DeployedSite) -> NoReturn:
        """Let a screen take part until it is cancelled."""
        if self._end:
            self._end.cancel()
        if not self._screens and self._listening and "page" in self.sight.unseen:
            self._listening.cancel()  # It waits to try again, perhaps for a site of before.
            self._listening = None
        self._screens += 1
        try:
            while True:
                if self._listening is None or self._listening.done():
                    self._listening = asyncio.create_task(self._listen(site))
                await asyncio.shield(self._listening)
        finally:
            self._screens -= 1
            if not self._screens and self._listening:
                loop = asyncio.get_running_loop()
                self._end = loop.call_later(LINGER_SECONDS, self._listening.cancel)

    def close(self) -> None:
        """Listen no more, whoever takes part."""
        if self._end:
            self._end.cancel()
        if self._listening:
            self._listening.cancel()

    async def _listen(self, site: DeployedSite) -> None:
        """Listen until nobody looks and the page does not answer: the site may be gone."""
        while True:
            await sight.listen(site, self.sight)
            if not self._screens and "page" in self.sight.unseen:
                return
            await asyncio.sleep(sight.AGAIN_SECONDS)


class EngineFleets(Fleets):
    """Asks AWS."""

    def __init__(self, at: Opener) -> None:
        self._at = at
        self._watches: dict[tuple[Door, str], Watch] = {}
        """By account and site, so that a screen knows what the one before has seen."""

    @override
    async def open(self, name: str) -> WatchedFleet:
        door = await self._at(None)
        site = await DeployedSite.open(door, name)
        watch = self._watches.setdefault((door, name), Watch())
        watch.sight.allowed = float(site.site.allowed_silence)
        return EngineFleet(site, watch)

    def close(self) -> None:
        """Listen at no page any more."""
        for watch in self._watches.values():
            watch.close()
        self._watches.clear()


class EngineFleet(WatchedFleet):
    """The chargers of a site in the account."""

    def __init__(self, site: DeployedSite, watch: Watch) -> None:
        self._site, self._watch, self._sight = site, watch, watch.sight

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
        await self._watch.follow(self._site)

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
