"""What is counted while chargers are simulated. Memory does not grow with the messages."""

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from solarrally_tui.chargers.problems import ChargerError

_STEP: Final = math.log(1.05)
"""Latencies are kept in classes that are 5 % wide."""
_LEAST_MS: Final = 0.1
_MOST_UNDER_WAY: Final = 100_000
"""Messages that the page may still show. Older ones are no longer waited for."""


class Latencies:
    """How long something took: percentiles within 5 %, in bounded memory."""

    def __init__(self) -> None:
        self._classes: Counter[int] = Counter()

    def add(self, milliseconds: float) -> None:
        """Count one."""
        self._classes[round(math.log(max(milliseconds, _LEAST_MS) / _LEAST_MS) / _STEP)] += 1

    def __len__(self) -> int:
        """Return how many classes are kept, whatever the number that was counted."""
        return len(self._classes)

    def percentile(self, share: float) -> float | None:
        """Return the milliseconds that a share of all stayed below; None where none is counted."""
        left = share * self._classes.total()
        for step, count in sorted(self._classes.items()):
            left -= count
            if left <= 0:
                return _LEAST_MS * math.exp(step * _STEP)
        return None


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in milliseconds; None before anything was counted."""

    p50: float | None
    p99: float | None

    @classmethod
    def of(cls, latencies: Latencies) -> "Latency":
        """Return the two that are shown."""
        return cls(latencies.percentile(0.5), latencies.percentile(0.99))


@dataclass(frozen=True, slots=True)
class Figures:
    """How a simulation stands."""

    seconds: float
    chargers: int
    connected: int
    sent: int
    """Messages handed to AWS IoT. One that is sent again after a lost connection counts once."""
    acknowledged: int
    flawed: int
    """Acknowledged messages that the application must reject: they are never seen."""
    seen: int | None
    """Messages that arrived at the page; None where nobody looks."""
    refused: int
    """Chargers that AWS IoT refused for good."""
    lost: int
    """How often a radio was lost on purpose."""
    acknowledgement: Latency
    page: Latency
    """From sending a message to its arrival at the page."""
    page_losses: int = 0
    """How often the connection to the page was lost, and opened again."""

    def seen_later(self, later: "Figures") -> "Figures":
        """Return these figures with what arrived at the page since."""
        return replace(self, seen=later.seen, page=later.page, page_losses=later.page_losses)

    @property
    def missing(self) -> int:
        """Acknowledged messages that ought to have arrived at the page and did not, yet."""
        return 0 if self.seen is None else max(0, self.acknowledged - self.flawed - self.seen)

    @property
    def per_second(self) -> float:
        """Acknowledged messages a second, on average."""
        return self.acknowledged / self.seconds if self.seconds else 0.0


Key = tuple[str, datetime]
"""What tells a message from others at the page: its charger and its timestamp."""


@dataclass(slots=True)
class Tally:
    """Counts while chargers are simulated. Not frozen: it is the one thing that changes."""

    clock: Callable[[], float] = time.perf_counter
    is_watched: bool = False
    """Whether somebody looks at the page."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    flawed: int = 0
    lost: int = 0
    page_losses: int = 0
    refused: dict[str, ChargerError] = field(default_factory=dict)
    """Why AWS IoT refused a charger, by its name."""
    connected: Callable[[], int] = lambda: 0
    _seen: int = 0
    _begun: float | None = None
    _acknowledgement: Latencies = field(default_factory=Latencies)
    _page: Latencies = field(default_factory=Latencies)
    _under_way: dict[Key, float] = field(default_factory=dict)

    def send(self, key: Key, *, is_flawed: bool) -> float:
        """Count a message that is about to be sent; return when."""
        now = self.clock()
        if self._begun is None:
            self._begun = now
        self.sent += 1
        if self.is_watched and not is_flawed:
            if len(self._under_way) >= _MOST_UNDER_WAY:
                del self._under_way[next(iter(self._under_way))]
            self._under_way[key] = now
        return now

    def acknowledge(self, name: str, sent: float, *, is_flawed: bool) -> None:
        """Count a message that AWS IoT acknowledged."""
        self.acknowledged[name] += 1
        self.flawed += is_flawed
        self._acknowledgement.add((self.clock() - sent) * 1000)

    def see(self, key: Key) -> None:
        """Count a message at the page, if it is one of ours and the first of its kind."""
        sent = self._under_way.pop(key, None)
        if sent is not None:
            self._seen += 1
            self._page.add((self.clock() - sent) * 1000)

    @property
    def unseen(self) -> int:
        """How many messages the page may still show."""
        return len(self._under_way)

    def figures(self, chargers: int) -> Figures:
        """Return how the simulation stands."""
        total = self.acknowledged.total()
        return Figures(
            0.0 if self._begun is None else self.clock() - self._begun,
            chargers,
            self.connected(),
            self.sent,
            total,
            self.flawed,
            self._seen if self.is_watched else None,
            len(self.refused),
            self.lost,
            Latency.of(self._acknowledgement),
            Latency.of(self._page),
            self.page_losses,
        )


def as_json(figures: Figures) -> Mapping[str, object]:
    """Return the figures for scripts. Latencies are milliseconds."""

    def latency(one: Latency) -> dict[str, float | None]:
        return {
            "p50": None if one.p50 is None else round(one.p50, 1),
            "p99": None if one.p99 is None else round(one.p99, 1),
        }

    return {
        "seconds": round(figures.seconds, 1),
        "chargers": figures.chargers,
        "connected": figures.connected,
        "sent": figures.sent,
        "acknowledged": figures.acknowledged,
        "flawed": figures.flawed,
        "seen": figures.seen,
        "missing": figures.missing,
        "refused": figures.refused,
        "lost": figures.lost,
        "page_losses": figures.page_losses,
        "per_second": round(figures.per_second, 1),
        "acknowledgement_ms": latency(figures.acknowledgement),
        "page_ms": latency(figures.page),
    }
