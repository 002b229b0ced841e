"""Telemetry as viewers receive it: the frames of the site's WebSocket `/ws/live`."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from websockets.asyncio.client import ClientConnection

from solarrally_tui.deployed.dashboard.site_http import Front


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of a charger, as the application shows it."""

    charger: str
    arrived: datetime
    """When it arrived here, by this computer's clock."""
    sent: datetime | None
    """The message's own timestamp, by the charger's clock; None where it cannot be read."""
    power_w: float
    status: str
    source: str = ""
    """Where most of its energy comes from now: solar, grid or none."""

    @classmethod
    def read(cls, text: str | bytes, arrived: datetime) -> "Frame | None":
        """Read a frame; return None for one that names no charger."""
        body = json.loads(text)
        charger = body.get("unit_id") if isinstance(body, dict) else None
        if charger is None:
            return None
        power = body.get("power_w")
        return cls(
            str(charger),
            arrived,
            _time(body.get("timestamp")),
            float(power) if isinstance(power, int | float) else 0.0,
            str(body.get("status", "")),
            str(body.get("energy_source", "")),
        )


@dataclass(frozen=True, slots=True)
class LiveFrames:
    """What was seen at `/ws/live` while we listened."""

    seconds: float
    """How long we listened, at least."""
    last: Mapping[str, Frame] = field(default_factory=lambda: MappingProxyType({}))
    """The last frame of each charger that sent one."""
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many frames of each charger arrived."""

    @property
    def total(self) -> int:
        """How many frames arrived."""
        return sum(self.counts.values())

    @property
    def newest(self) -> datetime | None:
        """When the last frame arrived; None without any."""
        return max((frame.arrived for frame in self.last.values()), default=None)

    @property
    def newest_sent(self) -> datetime | None:
        """The newest timestamp among the messages, by the chargers' clocks."""
        return max((frame.sent for frame in self.last.values() if frame.sent), default=None)

    @property
    def power_w(self) -> float:
        """The power of all chargers that sent a frame, in watts."""
        return sum(frame.power_w for frame in self.last.values())


async def frames(socket: ClientConnection) -> AsyncIterator[Frame]:
    """Yield the frames of a connection until it ends. Raises websockets' ConnectionClosed."""
    async for text in socket:
        if frame := Frame.read(text, datetime.now(UTC)):
            yield frame


async def listen(
    front: Front,
    headers: Mapping[str, str],
    seconds: float,
    *,
    enough: Callable[[LiveFrames], bool] = lambda _: False,
    opened: asyncio.Event | None = None,
) -> LiveFrames:
    """Listen for some seconds, or until enough was seen. Sets opened once connected.

    Raises what entering Front.live raises, and websockets' ConnectionClosedError.
    """
    loop = asyncio.get_running_loop()
    last: dict[str, Frame] = {}
    counts: dict[str, int] = {}
    async with front.live(headers) as socket:
        start = loop.time()
        if opened:
            opened.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for frame in frames(socket):
                    last[frame.charger] = frame
                    counts[frame.charger] = counts.get(frame.charger, 0) + 1
                    if enough(LiveFrames(loop.time() - start, last, counts)):
                        break
        return LiveFrames(loop.time() - start, last, counts)


def _time(value: Any) -> datetime | None:
    """Read the timestamp of a message. The application treats one without an offset as UTC."""
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
