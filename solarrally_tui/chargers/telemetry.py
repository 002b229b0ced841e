"""Realistic telemetry of one charger in the application's schema. Pure: seeded, no clock.

`simulator/runtime/standin/telemetry.py` checks messages against the same schema and deliberately
shares nothing with this module: it is the second opinion that finds our mistakes. Change both when
the application's model changes.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    """What a charger is doing, in the application's words."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    FINISHING = "finishing"
    FAULTED = "faulted"


Spans = Mapping[Status, tuple[float, float]]
"""Shortest and longest time in each state, in seconds."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a charger is used."""

    spans: Spans
    first: tuple[Status, ...]
    """What it may be doing at first; what is listed more often is more likely."""
    faults: float
    """How many of its sessions end in a fault, as a share."""
    sun: tuple[float, float]
    """Least and most share of its energy that comes from the sun at first."""
    most_sun: float = 1.0


DAY: Final = Habits(
    MappingProxyType(
        {
            Status.AVAILABLE: (30, 180),
            Status.PREPARING: (5, 20),
            Status.CHARGING: (600, 3600),
            Status.FINISHING: (10, 40),
            Status.FAULTED: (30, 90),
        }
    ),
    (*(Status.CHARGING,) * 3, Status.PREPARING, Status.AVAILABLE),
    faults=0.02,
    sun=(0.2, 0.9),
)
"""Most charge, most of it from the sun."""
NIGHT: Final = Habits(
    MappingProxyType(
        {
            **DAY.spans,
            Status.AVAILABLE: (1800, 7200),
            Status.CHARGING: (3600, 14400),
        }
    ),
    (*(Status.AVAILABLE,) * 4, Status.CHARGING),
    faults=0.01,
    sun=(0.0, 0.0),
    most_sun=0.0,
)
"""Most are free, and nothing comes from the sun."""
FAULTS: Final = Habits(
    MappingProxyType({**DAY.spans, Status.CHARGING: (20, 90), Status.FAULTED: (20, 120)}),
    (Status.FAULTED, Status.CHARGING, Status.PREPARING),
    faults=0.6,
    sun=(0.2, 0.9),
)
"""Short sessions, of which most end in a fault."""

FREE: Final[Mapping[str, object]] = MappingProxyType(
    {
        "session_id": None,
        "current_a": 0.0,
        "power_w": 0.0,
        "session_energy_kwh_solar": 0.0,
        "session_energy_kwh_grid": 0.0,
        "session_total_energy_kwh": 0.0,
        "energy_source": "none",
        "status": Status.AVAILABLE.value,
    }
)
"""What a message says of a charger without a car, beside its time, voltage and temperature."""

_AMBIENT_C: Final = (12.0, 28.0)
_WARMING_C: Final = 18.0
_WARMING_SECONDS: Final = 300.0


@dataclass
class Unit:
    """One charger. Call `reading` with rising times; it returns the content of one message.

    The same seed and times give the same readings.
    """

    seed: str
    habits: Habits = DAY
    status: Status = field(init=False)
    _random: random.Random = field(init=False, repr=False)
    _at: datetime | None = field(init=False, default=None)
    _until: float = field(init=False, default=0.0)
    _session: str | None = field(init=False, default=None)
    _solar_kwh: float = field(init=False, default=0.0)
    _grid_kwh: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 plausible figures, not secrets
        self._limit_a = self._random.choice((10.0, 16.0, 16.0, 32.0))
        self._ambient = self._random.uniform(*_AMBIENT_C)
        self._temperature = self._ambient
        self._sun = self._random.uniform(*self.habits.sun)
        self._enter(self._random.choice(self.habits.first))
        if self.status in {Status.CHARGING, Status.FAULTED}:
            self._begin_session()
            self._solar_kwh, self._grid_kwh = self._random.uniform(0, 6), self._random.uniform(0, 4)

    def reading(self, at: datetime) -> dict[str, object]:
        """Return the telemetry at an aware time. No time passes when the clock was set back."""
        seconds = 0.0 if self._at is None else max(0.0, (at - self._at).total_seconds())
        self._at = at
        self._live(seconds)
        volts = round(230 + self._random.gauss(0, 1.5), 1)
        amperes = self._amperes()
        watts = round(volts * amperes, 1)
        kwh = watts * seconds / 3_600_000
        self._solar_kwh += kwh * self._sun
        self._grid_kwh += kwh * (1 - self._sun)
        return self._message(at, volts, amperes, watts)

    def _live(self, seconds: float) -> None:
        """Let time pass: at most one change of state, sun and temperature drift."""
        self._until -= seconds
        if self._until <= 0:
            self._enter(self._next())
        self._sun = min(self.habits.most_sun, max(0.0, self._sun + self._random.gauss(0, 0.02)))
        goal = self._ambient + (_WARMING_C if self.status is Status.CHARGING else 0.0)
        share = min(1.0, seconds / _WARMING_SECONDS)
        self._temperature += (goal - self._temperature) * share + self._random.gauss(0, 0.05)

    def _next(self) -> Status:
        match self.status:
            case Status.AVAILABLE:
                return Status.PREPARING
            case Status.PREPARING:
                return Status.CHARGING
            case Status.CHARGING:
                broken = self._random.random() < self.habits.faults
                return Status.FAULTED if broken else Status.FINISHING
            case _:
                return Status.AVAILABLE

    def _enter(self, status: Status) -> None:
        self.status = status
        self._until = self._random.uniform(*self.habits.spans[status])
        if status is Status.PREPARING:
            self._begin_session()
        elif status is Status.AVAILABLE:
            self._session, self._solar_kwh, self._grid_kwh = None, 0.0, 0.0

    def _begin_session(self) -> None:
        self._session = f"sess_{self._random.getrandbits(32):08x}"
        self._solar_kwh = self._grid_kwh = 0.0

    def _amperes(self) -> float:
        if self.status is not Status.CHARGING:
            return 0.0
        return round(self._limit_a * self._random.uniform(0.95, 1.0), 2)

    def _message(
        self, at: datetime, volts: float, amperes: float, watts: float
    ) -> dict[str, object]:
        solar, grid = round(self._solar_kwh, 4), round(self._grid_kwh, 4)
        source = "solar" if self._sun >= 0.5 else "grid"
        return {
            "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "session_id": self._session,
            "voltage_v": volts,
            "current_a": amperes,
            "power_w": watts,
            "session_energy_kwh_solar": solar,
            "session_energy_kwh_grid": grid,
            "session_total_energy_kwh": round(solar + grid, 4),
            "energy_source": source if self.status is Status.CHARGING else "none",
            "temperature_c": round(self._temperature, 1),
            "status": self.status.value,
        }
