"""Regions that do not answer, as in an outage of a whole Region.

No public record shows what every service answers then. 503 is what HTTP has for it, and what AWS's
clients repeat (AWS SDKs and tools reference, "Retry behavior", transient errors). What runs in such
a Region is cut off from AWS IoT; tasks and pages that run already are not stopped here.
"""

import threading
import time

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.wire.responses import ApiError

_MESSAGE = "Service Unavailable. Please try again later."


class LostRegions:
    """Which Regions are lost, and since when. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}

    def choose(self, regions: object) -> list[str]:
        """Lose exactly these Regions; those that were lost already stay so since then.

        Raises ValueError for anything but a list of names.
        """
        if not isinstance(regions, list) or not all(isinstance(one, str) for one in regions):
            msg = 'Name the lost Regions: {"regions": ["eu-west-1"]}.'
            raise ValueError(msg)
        now = time.time()
        with self._lock:
            self._since = {region: self._since.get(region, now) for region in regions}
        return self.listed()

    def listed(self) -> list[str]:
        """Return the lost Regions."""
        with self._lock:
            return sorted(self._since)

    def since(self, region: str) -> float | None:
        """Return when a Region was lost (epoch, seconds); None for one that answers."""
        with self._lock:
            return self._since.get(region)

    def refusal(self, call: Call) -> ApiError | None:
        """Return what a client of a lost Region gets; None where the Region answers."""
        if self.since(call.region) is None:
            return None
        return ApiError("ServiceUnavailable", _MESSAGE, 503)


LOST = LostRegions()
"""One for the process, as MiniStack's own state is."""
