"""Keeps what shows why a stack fails, before its rollback deletes it. Never stops the work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed import kept_evidence
from solarrally_tui.deployed.kept_evidence import Item, KeptEvidence
from solarrally_tui.findings.stack_failures import ECHOES
from solarrally_tui.provisioning.engine.narrator import iso

Look = Callable[[str], Awaitable[Sequence[Item]]]
"""Returns what shows why a stack fails, by its id in the catalogue. Raises AwsError."""

_LIMIT: Final = 60.0
"""Seconds that looking and keeping may take, beyond the end of the rollback too."""

_ROLLBACKS: Final = frozenset({"ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"})


@dataclass(slots=True)
class EvidenceKeeper:
    """Looks once at a stack, at the first sign that it fails."""

    door: Door
    site: str
    stack: str
    """Its id in the catalogue."""
    look: Look | None
    """None keeps nothing."""
    seen: tuple[Item, ...] = field(default=(), init=False)
    """What was found, the most telling first. Complete once kept has returned."""
    _looking: "asyncio.Task[int] | None" = field(default=None, init=False)

    def heard(self, event: Mapping[str, Any]) -> None:
        """Take an event of the stack, as DescribeStackEvents returns it."""
        if self.look and self._looking is None and _fails(event):
            looking = self._kept(self.look, str(event["EventId"]))
            self._looking = asyncio.ensure_future(looking)

    async def kept(self) -> int:
        """Wait until what was begun is kept, and return how many pieces; 0 where it could not be.

        Where this is cancelled, looking ends too.
        """
        if self._looking is None:
            return 0
        try:
            async with asyncio.timeout(_LIMIT):
                return await self._looking
        except (AwsError, TimeoutError):
            return 0
        except Exception:  # noqa: BLE001 a response that we do not understand; the work goes on
            return 0
        finally:
            self._looking.cancel()

    def leave(self) -> None:
        """End looking: the run ends."""
        if self._looking:
            self._looking.cancel()

    async def _kept(self, look: Look, event: str) -> int:
        self.seen = tuple(await look(self.stack))
        if not self.seen:
            return 0
        taken = iso(datetime.now(UTC))
        kept = KeptEvidence(self.stack, event, taken, self.seen)
        return await kept_evidence.write(self.door, self.site, kept)


def _fails(event: Mapping[str, Any]) -> bool:
    """Whether an event shows that a resource has failed, or that a rollback begins."""
    status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
    return status in _ROLLBACKS or (status.endswith("_FAILED") and not reason.startswith(ECHOES))
