"""What a simulated charger sends, and how it misbehaves. Pure: seeded, no clock.

The same seed, name, profile and interval give the same messages, but for the time that is stamped
on each when it is sent.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from solarrally_tui.chargers.telemetry import DAY, FAULTS, NIGHT, Habits, Unit

_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the story of every charger begins; messages are stamped with the real time instead."""


class Profile(StrEnum):
    """What the chargers are like."""

    DAY = "day"
    NIGHT = "night"
    FAULTS = "faults"
    RADIO = "radio"
    CLOCK = "clock"
    BAD = "bad"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Traits:
    """What distinguishes the chargers of one profile."""

    words: str
    habits: Habits = DAY
    losses: float = 0.0
    """How often the radio is lost, as a share of the messages."""
    silence: tuple[float, float] = (2.0, 20.0)
    """Shortest and longest time without the radio, in seconds."""
    clock_hours: float = 0.0
    """How far a charger's clock may be off, either way."""
    flaws: float = 0.0
    """How many of the messages the application must reject, as a share."""


TRAITS: Final[Mapping[Profile, Traits]] = MappingProxyType(
    {
        Profile.DAY: Traits("most charge, much of it from the sun"),
        Profile.NIGHT: Traits("most are free, nothing comes from the sun", NIGHT),
        Profile.FAULTS: Traits("short sessions, of which most end in a fault", FAULTS),
        Profile.RADIO: Traits("connections break for 2 to 20 seconds", losses=0.05),
        Profile.CLOCK: Traits("clocks are off by up to 12 hours either way", clock_hours=12.0),
        Profile.BAD: Traits("every fifth message is one that the application rejects", flaws=0.2),
    }
)
_MIXED: Final = (*(Profile.DAY,) * 10, *TRAITS)
"""What a charger of MIXED may be: eleven of sixteen are as by day."""


class Flaw(StrEnum):
    """What is wrong with a message. The application rejects each; AWS IoT accepts all."""

    TORN = "torn"
    NO_STATUS = "status missing"
    SHOUTED = "status in capitals"
    NEGATIVE = "negative power"
    WORDS = "words for a number"
    NUMBERED = "time as a number"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a charger."""

    at: float
    """When it is due, in seconds since the charger began."""
    reading: Mapping[str, object]
    silent: float = 0.0
    """How long the radio is lost before it, in seconds."""
    clock: float = 0.0
    """How far the charger's clock is off, in seconds."""
    flaw: Flaw | None = None

    def stamped(self, now: datetime) -> datetime:
        """Return the time that the charger's clock shows, in milliseconds as it is sent."""
        shown = now.astimezone(UTC) + timedelta(seconds=self.clock)
        return shown.replace(microsecond=shown.microsecond // 1000 * 1000)

    def message(self, now: datetime) -> dict[str, object]:
        """Return the message as it is meant at a time, without its flaw."""
        text = self.stamped(now).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
        return {**self.reading, "timestamp": text}

    def payload(self, now: datetime) -> bytes:
        """Return the message as it is sent at a time."""
        return _spoilt(self.message(now), self.flaw)


def traits_of(profile: Profile, seed: str, name: str) -> Traits:
    """Return what one charger is like. In MIXED, each draws another profile."""
    if profile is Profile.MIXED:
        profile = _dice(seed, name, "profile").choice(_MIXED)
    return TRAITS[profile]


def losses_of(profile: Profile) -> float:
    """Return how often chargers of a profile lose their radio, as a share of the messages."""
    kinds = _MIXED if profile is Profile.MIXED else (profile,)
    return sum(TRAITS[kind].losses for kind in kinds) / len(kinds)


def turns(traits: Traits, seed: str, name: str, interval: float) -> Iterator[Turn]:
    """Yield what a charger does every interval seconds, without end."""
    unit = Unit(f"{seed}/{name}", traits.habits)
    dice = _dice(seed, name, "turns")
    clock = dice.uniform(-traits.clock_hours, traits.clock_hours) * 3600
    at = 0.0
    while True:
        lost, flawed, length = dice.random(), dice.random(), dice.uniform(*traits.silence)
        flaw = dice.choice(tuple(Flaw))
        yield Turn(
            at,
            unit.reading(_BEGIN + timedelta(seconds=at)),
            length if lost < traits.losses else 0.0,
            clock,
            flaw if flawed < traits.flaws else None,
        )
        at += interval


def _dice(seed: str, name: str, what: str) -> random.Random:
    return random.Random(f"{seed}/{name}/{what}")  # noqa: S311 plausible figures, not secrets


def _spoilt(message: dict[str, object], flaw: Flaw | None) -> bytes:
    match flaw:
        case Flaw.NO_STATUS:
            del message["status"]
        case Flaw.SHOUTED:
            message["status"] = str(message["status"]).upper()
        case Flaw.NEGATIVE:
            message["power_w"] = -1.0
        case Flaw.WORDS:
            message["voltage_v"] = "two hundred and thirty"
        case Flaw.NUMBERED:
            message["timestamp"] = 1767225600
    payload = json.dumps(message, separators=(",", ":")).encode()
    return payload[:-20] if flaw is Flaw.TORN else payload
