"""Chargers that charge for as long as a demonstration lasts: registered, connected, and sending.

They are simulated chargers as those of `solarrally chargers simulate`, and come in through AWS IoT
as any other. They live in the event loop of the wizard, without a thread or process of their own.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import Onboarding
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import Rhythm, publish_as
from solarrally_tui.chargers.simulation.figures import Tally
from solarrally_tui.commands.demonstration.scenarios import chargers_of
from solarrally_tui.deployed.site import DeployedSite

SEED: Final = "noon-195"
"""With it, all of sunny-garage's chargers charge at first, four of them mostly from the sun."""


class Charging:
    """The chargers of one site. They send until run is cancelled, or end is called."""

    def __init__(self, site: DeployedSite, identities: str, folder: Path) -> None:
        """identities: the id of the stack that they are registered in.

        folder: for the chargers' files, in a folder of their own that ends with them.
        """
        self._site, self._folder = site, folder
        self.identities = identities
        self._joining: asyncio.Queue[ChargerFiles] = asyncio.Queue()
        self._joined: dict[str, ChargerFiles] = {}
        self._sending: dict[str, asyncio.Task[None]] = {}
        """By their names."""
        self._running: asyncio.Task[object] | None = None

    def join(self, charger: ChargerFiles) -> None:
        """Let one more charger send from now on, or one that sends already by its new files."""
        if self._joined.get(charger.name) != charger:
            self._joined[charger.name] = charger
            self._joining.put_nowait(charger)

    def end(self) -> None:
        """Let them fall silent."""
        if self._running is not None:
            self._running.cancel()

    async def run(self) -> None:
        """Register the chargers and let them send as often as the site's answers say.

        Raises AwsError and ChargerError where they cannot be registered.
        """
        self._running = asyncio.current_task()
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".charging-", dir=self._folder) as folder:
            rhythm = Rhythm(float(self._site.site.size.interval_seconds), seed=SEED)
            onboarding = await Onboarding.begin(self._site)
            names = chargers_of(self._site.name)
            added = [await onboarding.add(name, Path(folder) / name) for name in names]
            async with asyncio.TaskGroup() as group:
                # One after the other all the time, so that a page moves more often than each sends.
                for place, charger in enumerate(added):
                    after = place * rhythm.interval / len(added)
                    sending = _send(charger.files, rhythm, after)
                    self._sending[charger.name] = group.create_task(sending)
                while True:
                    joining = await self._joining.get()
                    if before := self._sending.get(joining.name):
                        before.cancel()
                    self._sending[joining.name] = group.create_task(_send(joining, rhythm))


async def _send(charger: ChargerFiles, rhythm: Rhythm, after: float = 0.0) -> None:
    """Publish after some seconds, until cancelled or refused, as after destroy."""
    await asyncio.sleep(after)
    try:
        await publish_as([charger], rhythm, Tally())
    except ChargerError:
        return  # Its files are gone: whoever removed them wanted no more of it.
