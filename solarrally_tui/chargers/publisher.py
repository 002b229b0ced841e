"""Publishes realistic telemetry as one or more chargers, and counts what AWS IoT acknowledged."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.connection import Connection
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.telemetry import Unit

SPREAD_SECONDS: Final = 1.0
"""Chargers start within this time of each other, so that they do not publish all at once."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages AWS IoT acknowledged, in all and of each charger."""

    acknowledged: int
    by_charger: Mapping[str, int] = field(default_factory=dict)


OnMessage = Callable[[str, Mapping[str, object]], None]
"""Called with a charger's name and the telemetry once AWS IoT acknowledged it."""


async def simulate(
    chargers: Sequence[ChargerFiles | Path],
    *,
    interval: float,
    count: int | None = None,
    on_message: OnMessage | None = None,
) -> Counts:
    """Publish as each charger every interval seconds until each has sent count messages.

    A path means every charger with its files in that folder. Without count it continues until
    cancelled; each connection is then closed properly. Raises ChargerError when the files cannot
    be used or AWS IoT refuses a charger.
    """
    if interval <= 0 or (count is not None and count < 1):
        raise ChargerError(
            what="Nothing can be sent.",
            why="The interval must be above 0 seconds and the count at least 1.",
            next="Change the number and try again.",
        )
    resolved = await asyncio.to_thread(_resolve, chargers)
    counts: Counter[str] = Counter({charger.name: 0 for charger in resolved})
    spread = min(interval, SPREAD_SECONDS) / max(len(resolved), 1)

    def acknowledged(name: str, message: Mapping[str, object]) -> None:
        counts[name] += 1
        if on_message:
            on_message(name, message)

    try:
        async with asyncio.TaskGroup() as group:
            for place, charger in enumerate(resolved):
                rhythm = _Rhythm(place * spread, interval, count)
                group.create_task(_publish(charger, rhythm, acknowledged))
    except* ChargerError as errors:
        first = errors.exceptions[0]
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return Counts(counts.total(), dict(counts))


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """When one charger publishes: first after delay, then every interval seconds, count times."""

    delay: float
    interval: float
    count: int | None


async def _publish(charger: ChargerFiles, rhythm: _Rhythm, acknowledged: OnMessage) -> None:
    unit = Unit(f"{charger.site}/{charger.name}/{datetime.now(UTC)}")
    loop = asyncio.get_running_loop()
    due = loop.time() + rhythm.delay
    sent = 0
    async with Connection(charger) as connection:
        while rhythm.count is None or sent < rhythm.count:
            await asyncio.sleep(due - loop.time())
            message = unit.reading(datetime.now(UTC))
            await connection.publish(json.dumps(message, separators=(",", ":")).encode())
            sent += 1
            acknowledged(charger.name, message)
            # After an outage the rhythm stays the same, instead of making up for lost time.
            due = max(due + rhythm.interval, loop.time())


def _resolve(chargers: Sequence[ChargerFiles | Path]) -> list[ChargerFiles]:
    # AWS IoT allows one connection for each client id: a charger that is named twice counts once.
    unique: dict[str, ChargerFiles] = {}
    for entry in chargers:
        in_entry = [entry] if isinstance(entry, ChargerFiles) else ChargerFiles.in_folder(entry)
        for charger in in_entry:
            unique[f"{charger.endpoint}/{charger.client_id}"] = charger
    return list(unique.values())
