"""Chargers of a site as scripted, for tests of screens alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.detail import Detail, DeviceCertificate
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.power_course import STEP
from solarrally_tui.chargers.fleet.search import Search
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.removal import Removed
from solarrally_tui.chargers.replacement import Replacement, Stage
from solarrally_tui.chargers.revocation import Revoked
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.deployed.fleet_index import Fleet

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
PAGE = 100
_REASONS = ("AUTH_ERROR", "DUPLICATE_CLIENTID", "CONNECTION_LOST", "MQTT_KEEP_ALIVE_TIMEOUT")


def charger(number: int, reason: str | None = "", **more: object) -> Charger:
    """Number so and so of a row; reason: why it is not connected, None for never."""
    since = None if reason is None else NOON - timedelta(hours=1 + number % 50)
    known = {
        "firmware": f"2.{number % 4}.1" if number % 3 else None,
        "certificate_ends": date(2026, 1, 20) if number % 40 == 7 else date(2049, 12, 31),
    }
    return Charger(
        f"harbour-{number:04}",
        reason == "",
        since,
        reason or "",
        **(known | more),  # type: ignore[arg-type]
    )


def many(count: int) -> tuple[Charger, ...]:
    """Chargers of all states, what needs attention first."""
    failing = [charger(n, _REASONS[n % 2]) for n in range(count // 250)]
    offline = [charger(500 + n, _REASONS[2 + n % 2]) for n in range(count // 20)]
    never = [charger(1000 + n, None) for n in range(count // 50)]
    rest = count - len(failing) - len(offline) - len(never)
    return (*failing, *offline, *never, *(charger(2000 + n) for n in range(rest)))


def three() -> tuple[Charger, ...]:
    return (
        charger(7, "DUPLICATE_CLIENTID"),
        charger(1, firmware="2.1.1[/x]"),
        charger(2),
    )


class ScriptedFound:
    """Pages of what a script has."""

    def __init__(self, fleet: "ScriptedFleets", chargers: Sequence[Charger]) -> None:
        self._fleet, self._all = fleet, chargers
        self._is_counted = False
        self.found: list[Charger] = []

    @property
    def expected(self) -> int | None:
        return len(self._all) if self._is_counted or self.is_complete else None

    @property
    def is_complete(self) -> bool:
        return len(self.found) == len(self._all)

    async def begin(self) -> None:
        self._fleet.answer()
        await self.until(1)

    async def count(self) -> None:
        await self._fleet.counts.wait()
        self._fleet.answer()
        self._is_counted = True

    async def until(self, count: int | None) -> None:
        while not self.is_complete and (count is None or len(self.found) < count):
            await asyncio.sleep(0)
            self._fleet.answer()
            self._fleet.pages += 1
            self.found += self._all[len(self.found) : len(self.found) + PAGE]

    def drop(self, name: str) -> None:
        self.found = [one for one in self.found if one.name != name]
        self._all = [one for one in self._all if one.name != name]


class ScriptedFleets:
    """A site with chargers, and what is seen of them."""

    def __init__(self) -> None:
        self.chargers: tuple[Charger, ...] = three()
        self.error: Exception | None = None
        self.counts = asyncio.Event()
        """While it is not set, nothing is counted yet."""
        self.counts.set()
        self.pages = 0
        self.searches: list[Search] = []
        self.revoked: list[str] = []
        self.removed: list[str] = []
        self.given: list[tuple[str, Path]] = []
        self.ended: list[str] = []
        self.connects = asyncio.Event()
        """Set once the charger connects with its new key."""
        self.sight = Sight(25.0, now=NOON, silent_count=0)

    def answer(self) -> None:
        if self.error:
            raise self.error

    def send(self, every: int = 3) -> None:
        """Let most of those that are connected have sent a message."""
        self.sight.listening_since = NOON - timedelta(minutes=5)
        for number, one in enumerate(self.chargers):
            if one.is_connected and number % every:
                kind = ("charging", "available", "charging", "finishing")[number % 4]
                power = 7400.0 + 13 * (number % 90) if kind == "charging" else 0.0
                moment = NOON - timedelta(seconds=2 + number % 9)
                self.sight.last[one.name] = Frame(one.name, moment, moment, power, kind)

    def remember(self, minutes: int = 20) -> None:
        """Let what sends have been seen for some time, rising and falling."""
        self.sight.listening_since = NOON - timedelta(minutes=minutes + 1)
        frames = dict(self.sight.last)
        for step in range(minutes * 60 // STEP):
            moment = NOON - timedelta(minutes=minutes) + timedelta(seconds=STEP * (step + 1))
            for place, (name, frame) in enumerate(frames.items()):
                share = abs((step * (place + 2) // 4) % 40 - 20) / 20
                watts = 7400.0 * share
                self.sight.last[name] = replace(frame, arrived=moment, power_w=watts)
            self.sight.note_power(moment)
        self.sight.last, self.sight.now = frames, NOON

    async def open(self, name: str) -> "ScriptedFleets":
        self.answer()
        return self

    async def look(self) -> None:
        """See what is in the script."""

    async def overview(self) -> Overview:
        await self.counts.wait()
        self.answer()
        served = [one for one in self.chargers if one.revoked is None]
        gone: dict[str, int] = {}
        for one in served:
            if one.reason:
                gone[one.reason] = gone.get(one.reason, 0) + 1
        soon = sum(one.ends_soon(NOON.date()) for one in served)
        connected = sum(one.is_connected for one in served)
        proved = sum(one.is_only_proved for one in served)
        fleet = Fleet(len(served), connected, gone, soon, proved)
        return Overview(fleet, len(self.chargers) - len(served))

    def find(self, search: Search) -> ScriptedFound:
        self.searches.append(search)
        found = () if search.impossible else self.chargers
        return ScriptedFound(self, [one for one in found if search.has(one, self.sight)])

    async def detail(self, name: str) -> Detail | None:
        self.answer()
        one = next((each for each in self.chargers if each.name == name), None)
        return one and Detail(
            one, "sunny-garage", (DeviceCertificate("8f3a" * 16, "ACTIVE", "2049-12-31"),)
        )

    async def follow(self) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError

    async def revoke(self, name: str) -> Revoked:
        self.answer()
        self.revoked.append(name)
        self.sight.lock_out(name)
        return Revoked(name, ("8f3a",), was_connected=True, gone=True, seconds=1.2)

    async def remove(self, name: str) -> Removed:
        self.answer()
        self.removed.append(name)
        return Removed(name, 1)

    async def give_key(self, name: str, folder: Path) -> Replacement:
        self.answer()
        self.given.append((name, folder))
        return Replacement(name, folder, "9b1c" * 16, ("arn:aws:iot:cert/8f3a",))

    async def end_old_key(self, begun: Replacement, seconds: float) -> Stage:
        await self.connects.wait()
        self.answer()
        return Stage.DONE

    async def end_old_key_now(self, begun: Replacement) -> None:
        self.answer()
        self.ended.append(begun.name)
