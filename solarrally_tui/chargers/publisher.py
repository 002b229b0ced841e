"""Publishes realistic telemetry as one or more chargers, and counts what AWS IoT acknowledged."""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from solarrally_tui.chargers.connection import Connection
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.management.device import Device
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.simulation.figures import Tally
from solarrally_tui.chargers.simulation.profiles import Profile, traits_of, turns
from solarrally_tui.computer import open_files

FEW: Final = 20
SPREAD_SECONDS: Final = 1.0
"""Few chargers start within this time of each other, so that they do not publish all at once."""
CONNECTS_A_SECOND: Final = 200
"""How fast many chargers start: below the 500 that AWS IoT admits to an account in a second (AWS
IoT Core quotas, Connect requests per second per account)."""
_OTHER_FILES: Final = 200
"""Files that this process may need beside one socket for each charger."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages AWS IoT acknowledged, in all and of each charger."""

    acknowledged: int
    by_charger: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a charger publishes, and what. Raises ChargerError for numbers of no use."""

    interval: float
    """Seconds between two messages of a charger."""
    count: int | None = None
    """How many messages each sends; None: no end."""
    profile: Profile = Profile.DAY
    seed: str = ""
    """Repeats the messages of an earlier run; empty: others each time."""

    def __post_init__(self) -> None:
        if self.interval <= 0 or (self.count is not None and self.count < 1):
            raise ChargerError(
                what="Nothing can be sent.",
                why="The interval must be above 0 seconds and the count at least 1.",
                next="Change the number and try again.",
            )


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
    rhythm = Rhythm(interval, count)
    resolved = await asyncio.to_thread(resolve, chargers)
    tally = Tally()
    await publish_as(resolved, rhythm, tally, on_message=on_message)
    if tally.refused:
        raise next(iter(tally.refused.values()))
    return counts_of(tally, resolved)


def counts_of(tally: Tally, chargers: Sequence[ChargerFiles]) -> Counts:
    """Return how many messages of each charger AWS IoT acknowledged."""
    counted = {charger.name: tally.acknowledged[charger.name] for charger in chargers}
    return Counts(sum(counted.values()), counted)


async def publish_as(
    chargers: Sequence[ChargerFiles],
    rhythm: Rhythm,
    tally: Tally,
    *,
    tls: ssl.SSLContext | None = None,
    on_message: OnMessage | None = None,
) -> None:
    """Publish as each charger, in one loop, until each has sent its messages or was refused.

    tls: what all of them show, where their files hold no certificate. Others take settings from
    their shadows, and carry out jobs. A charger that AWS IoT
    refuses stops; the others continue. Raises ChargerError where files cannot be used, or this
    computer allows too few connections.
    """
    make_room(len(chargers))
    seed = rhythm.seed or str(datetime.now(UTC))
    spread = _spread(len(chargers), rhythm.interval)
    up: set[Connection] = set()
    tally.connected = lambda: sum(one.is_up for one in up)

    async def publish(place: int, charger: ChargerFiles) -> None:
        await asyncio.sleep(place * spread)
        device = None if tls else Device(charger.name)
        try:
            async with Connection(charger, tls, device) as connection:
                up.add(connection)
                part = _Part(rhythm, seed, tally, on_message, device)
                await _publish(connection, charger, part)
                up.discard(connection)
        except ChargerError as error:
            tally.refused[charger.name] = error

    async with asyncio.TaskGroup() as group:
        for place, charger in enumerate(chargers):
            group.create_task(publish(place, charger))


@dataclass(frozen=True, slots=True)
class _Part:
    """What a charger is told of the whole."""

    rhythm: Rhythm
    seed: str
    tally: Tally
    on_message: OnMessage | None
    device: Device | None


async def _publish(connection: Connection, charger: ChargerFiles, part: _Part) -> None:
    rhythm, tally, name = part.rhythm, part.tally, charger.name
    loop = asyncio.get_running_loop()
    due = loop.time()
    traits = traits_of(rhythm.profile, part.seed, name)
    for turn in islice(turns(traits, part.seed, name, rhythm.interval), rhythm.count):
        await asyncio.sleep(due - loop.time())
        if turn.silent:
            tally.lost += 1
            connection.lose(turn.silent)
        await connection.connected()
        now = datetime.now(UTC)
        is_flawed = turn.flaw is not None
        sent = tally.send((name, turn.stamped(now)), is_flawed=is_flawed)
        message = turn.message(now)
        if part.device and not is_flawed:
            message = part.device.limited(message)
        await connection.publish(turn.payload(now) if is_flawed else _json(message))
        tally.acknowledge(name, sent, is_flawed=is_flawed)
        if part.on_message:
            part.on_message(name, message)
        # After an outage the rhythm stays the same, instead of making up for lost time.
        interval = (part.device and part.device.interval) or rhythm.interval
        due = max(due + interval, loop.time())


def _json(message: Mapping[str, object]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def _spread(chargers: int, interval: float) -> float:
    """Return the seconds between the first messages of two chargers."""
    window = interval if chargers > FEW else min(interval, SPREAD_SECONDS)
    return max(window / max(chargers, 1), 1 / CONNECTS_A_SECOND if chargers > FEW else 0.0)


def make_room(chargers: int) -> None:
    """Let this process have a socket for each charger. Raises ChargerError where it may not."""
    wanted = chargers + _OTHER_FILES
    allowed = open_files.allow(wanted)
    if allowed < wanted:
        raise ChargerError(
            what=f"This computer does not let one process be {chargers} chargers.",
            why=f"Each needs a connection, and a process may have {allowed} files open.",
            next=f"Use at most {max(allowed - _OTHER_FILES, 1)} chargers, or raise the limit: "
            f"ulimit -Hn {wanted}",
        )


def resolve(chargers: Sequence[ChargerFiles | Path]) -> list[ChargerFiles]:
    """Return the chargers, those of folders read from there. Raises ChargerError.

    AWS IoT allows one connection for each client id: a charger that is named twice counts once.
    """
    unique: dict[str, ChargerFiles] = {}
    for entry in chargers:
        in_entry = [entry] if isinstance(entry, ChargerFiles) else ChargerFiles.in_folder(entry)
        for charger in in_entry:
            unique[f"{charger.endpoint}/{charger.client_id}"] = charger
    return list(unique.values())
