"""Chargers that charge for as long as a demonstration lasts: registered, connected, and sending.

They are simulated chargers as those of `solarrally chargers simulate`, and come in through AWS IoT
as any other. They live in the event loop of the wizard, without a thread or process of their own.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import Onboarding
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import Rhythm, publish_as
from solarrally_tui.chargers.simulation.figures import Tally
from solarrally_tui.commands.demonstration.scenarios import chargers_of
from solarrally_tui.deployed.site import DeployedSite

INTERVAL_SECONDS: Final = 2.0
"""Between two messages of a charger: often enough that a page moves all the time."""
SEED: Final = "noon-195"
"""With it, all of sunny-garage's chargers charge at first, four of them mostly from the sun."""
_RHYTHM: Final = Rhythm(INTERVAL_SECONDS, seed=SEED)


class Charging:
    """The chargers of one site. Its chargers send until run is cancelled."""

    def __init__(self, site: str, folder: Path) -> None:
        """folder: for the chargers' files, in a folder of their own that ends with them."""
        self._site, self._folder = site, folder
        self._joining: asyncio.Queue[ChargerFiles] = asyncio.Queue()
        self._names: set[str] = set()

    def join(self, charger: ChargerFiles) -> None:
        """Let one more charger send from now on, unless it does already."""
        if charger.name not in self._names:
            self._names.add(charger.name)
            self._joining.put_nowait(charger)

    async def run(self, door: Door) -> None:
        """Register the chargers and let them send until cancelled.

        Raises AwsError and ChargerError where they cannot be registered.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".charging-", dir=self._folder) as folder:
            site = await DeployedSite.open(door, self._site)
            onboarding = await Onboarding.begin(site)
            added = [
                await onboarding.add(name, Path(folder) / name) for name in chargers_of(self._site)
            ]
            async with asyncio.TaskGroup() as group:
                group.create_task(_send([charger.files for charger in added]))
                while True:
                    group.create_task(_send([await self._joining.get()]))


async def _send(chargers: Sequence[ChargerFiles]) -> None:
    """Publish until cancelled. A charger that AWS IoT refuses, as after destroy, falls silent."""
    try:
        await publish_as(chargers, _RHYTHM, Tally())
    except ChargerError:
        return  # Its files are gone: whoever removed them wanted no more of it.
