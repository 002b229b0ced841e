"""What the status screen shows beside checks: the history and the logs of a site."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol

from typing_extensions import override

from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health import logs
from solarrally_tui.health.history import Happened, history
from solarrally_tui.health.logs import LogLine
from solarrally_tui.health.observed_site import ObservedSite, observe
from solarrally_tui.wizard.model import Opener

LINES = 500
"""Lines of a log that are kept."""
BACK = timedelta(hours=1)


class Journals(Protocol):
    """What happened to a site. Calls to AWS raise AwsError."""

    period: ClassVar[str] = "in the last hour"
    """From when the lines of logs are, in words."""

    async def history(self, name: str) -> Happened:
        """Return what happened to the site, the newest first."""

    async def lines(self, name: str, source: str, words: str) -> tuple[LogLine, ...]:
        """Return the lines of a log of the last hour with these words, the oldest first.

        Raises OutOfReachError where the site has no such log.
        """


class EngineJournals(Journals):
    """Reads them from the account."""

    def __init__(self, open_door: Opener) -> None:
        self._open_door = open_door

    @override
    async def history(self, name: str) -> Happened:
        return await history(await self._observed(name))

    @override
    async def lines(self, name: str, source: str, words: str) -> tuple[LogLine, ...]:
        observed = await self._observed(name, frozenset({logs.SOURCES[source].stack}))
        since = datetime.now(UTC) - BACK
        return tuple(await logs.read(observed, source, since, words, LINES))

    async def _observed(self, name: str, only: frozenset[str] | None = None) -> ObservedSite:
        return await observe(await DeployedSite.open(await self._open_door(None), name), only)
