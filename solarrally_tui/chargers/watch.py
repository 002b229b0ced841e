"""Counts telemetry where the dashboard receives it: on the site's WebSocket."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from websockets.asyncio.client import ClientConnection

from solarrally_tui.deployed.dashboard.live_frames import frames
from solarrally_tui.deployed.dashboard.site_http import Front

GRACE_SECONDS: Final = 1.5
"""How long we listen after the expected count, so that a duplicate would be noticed."""


@dataclass(frozen=True, slots=True)
class Watched:
    """How many messages arrived, in all and of each charger."""

    total: int
    by_charger: Mapping[str, int] = field(default_factory=dict)


async def watch(
    address: str,
    *,
    seconds: float,
    until: int | None,
    listening: Callable[[], None],
    headers: Mapping[str, str] = MappingProxyType({}),
    name: str = "",
) -> Watched:
    """Count telemetry frames at wss://ADDRESS/ws/live, signed in by header fields.

    name: the site's own domain. The request to CloudFront at ADDRESS is then for this name, whether
    or not DNS leads there already: under its own name CloudFront would not reach the application.
    Stops after seconds, or a moment after until messages. Calls listening once connected.
    Raises OSError or websockets' errors when the address does not respond.
    """
    counts: Counter[str] = Counter()
    async with Front(address, name).live(headers) as socket:
        listening()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _count(socket, counts, until)
    return Watched(counts.total(), dict(counts))


async def _count(socket: ClientConnection, counts: "Counter[str]", until: int | None) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as grace:
        async for frame in frames(socket):
            counts[frame.charger] += 1
            if until is not None and counts.total() == until:
                grace.reschedule(loop.time() + GRACE_SECONDS)
