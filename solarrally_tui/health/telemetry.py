"""Whether telemetry of the chargers reaches the page, and where it stops if not. Pure.

The way of a message: charger, AWS IoT, the bridge of a task, its backend, the page. Each place was
looked at by itself: the fleet index knows which chargers are connected, CloudWatch what AWS IoT
accepted, the probe in each task what its bridge delivered and what its backend shows, and we listen
at the page. What could not be looked at is None, and nothing is concluded from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from solarrally_tui.deployed.dashboard.live_frames import LiveFrames
from solarrally_tui.deployed.fleet_index import Fleet
from solarrally_tui.deployed.probe_reports import ProbeReport, Rejection
from solarrally_tui.site.model import allowed_silence

_EXPECTED_FRAMES: Final = 3.0
"""How many frames must be missing at the page before we say that they are missing."""


class Place(StrEnum):
    """A place on the way of a message, in its order."""

    IOT = "iot"
    HUB = "hub"
    BRIDGE = "bridge"
    BACKEND = "backend"
    PAGE = "page"

    @property
    def where(self) -> str:
        """The link that ends here, in words."""
        return _WHERE[self]


_WHERE: Final = {
    Place.IOT: "between the chargers and AWS IoT",
    Place.HUB: "between AWS IoT and the hub",
    Place.BRIDGE: "between AWS IoT and the bridge",
    Place.BACKEND: "between the bridge and the backend",
    Place.PAGE: "between the backend and the page",
}


class Flow(StrEnum):
    """What is known about telemetry as a whole."""

    FLOWS = "flows"
    """The page gets messages of chargers that are connected."""
    NO_CHARGERS = "no-chargers"
    """No charger is registered."""
    NONE_CONNECTED = "none-connected"
    """Chargers are registered, and AWS IoT calls none of them connected."""
    STOPPED = "stopped"
    """Chargers are connected, and no message reaches the page of at least one task."""
    UNKNOWN = "unknown"
    """Too little could be seen."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Telemetry at each place of its way, at one moment.

    For a display: `fleet` (chargers connected of registered), `power_kw`, `messages_a_minute`,
    `newest_age`, `flow`, `stops_at`, `silent` and `rejections`.
    """

    time: datetime
    interval: int
    """Seconds between two messages of a charger, by the site file."""
    fleet: Fleet | None = None
    """None where the fleet index could not be queried."""
    tasks: tuple[ProbeReport, ...] | None = None
    """The newest report of each task's probe; None where the log could not be read, empty where no
    probe reports."""
    frames: LiveFrames | None = None
    """What we saw at the page; None where we could not listen, or where nobody is connected."""
    published: int | None = None
    """Messages that AWS IoT accepted in whole minutes since the newest one at a bridge, of the
    whole Region. Read only where telemetry does not arrive, because AWS bills the metric. None also
    while no such minute has been counted."""
    rule_errors: int | None = None
    """Actions of the site's rules that failed in the last five minutes. Read as published."""
    unseen: tuple[str, ...] = ()
    """Why something is None, in sentences."""

    @property
    def allowed(self) -> int:
        """How old the newest message may be, in seconds."""
        return allowed_silence(self.interval)

    @property
    def connected(self) -> int | None:
        """How many chargers AWS IoT calls connected; None where that is not known."""
        return self.fleet.connected if self.fleet else None

    @property
    def newest_age(self) -> float | None:
        """Seconds since a message reached the page; None where none was seen.

        Where we got none ourselves, it is what the probe of the freshest task saw.
        """
        if self.frames and self.frames.newest:
            return max(0.0, (self.time - self.frames.newest).total_seconds())
        ages = [
            one.live_age + one.age(self.time)
            for one in self.tasks or ()
            if one.live_age is not None
        ]
        return min(ages, default=None)

    @property
    def lag(self) -> float | None:
        """Seconds by which messages at the page are late, by the chargers' clocks."""
        if not self.frames or not self.frames.newest_sent:
            return None
        return (self.time - self.frames.newest_sent).total_seconds()

    @property
    def power_kw(self) -> float | None:
        """The power of all chargers by their last messages, in kilowatts; None where unknown.

        The probe of the freshest task knows them all. We stop listening at the first message.
        """
        if (freshest := self._freshest) is not None:
            return (freshest.power_w or 0.0) / 1000
        frames, connected = self.frames, self.connected
        is_whole = frames is not None and connected is not None and len(frames.last) >= connected
        return frames.power_w / 1000 if frames and frames.total and is_whole else None

    @property
    def solar_percent(self) -> float | None:
        """How much of that power is of chargers that charge mostly from the sun, in percent.

        None where it is not known, and where nobody charges.
        """
        freshest = self._freshest
        if freshest is not None and freshest.power_w and freshest.solar_w is not None:
            return 100 * freshest.solar_w / freshest.power_w
        return None

    @property
    def _freshest(self) -> ProbeReport | None:
        """The report of the task that got the newest message; None where none knows the power."""
        known = [
            one for one in self.tasks or () if one.power_w is not None and one.live_age is not None
        ]
        return min(known, key=lambda one: one.live_age or 0.0, default=None)

    @property
    def messages_a_minute(self) -> int | None:
        """Messages that reached a task in the last minute; None without a report."""
        return max((one.a_minute for one in self.tasks or ()), default=None)

    @property
    def silent(self) -> tuple[str, ...]:
        """Chargers that are connected and send nothing, the first few."""
        named = dict.fromkeys(name for one in self.tasks or () for name in one.silent)
        return tuple(name for name in named if name not in self._heard)

    @property
    def silent_count(self) -> int:
        """How many chargers are connected and send nothing."""
        return max(
            (one.silent_count - len(self._heard & set(one.silent)) for one in self.tasks or ()),
            default=0,
        )

    @property
    def _heard(self) -> frozenset[str]:
        """Chargers whose messages we got at the page ourselves, after the probes' reports."""
        return frozenset(self.frames.last) if self.frames else frozenset()

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """What the application rejects, by charger, in the minute of the last reports."""
        found: dict[str, Rejection] = {}
        for one in (rejection for task in self.tasks or () for rejection in task.rejections):
            # Every task receives every message, so the tasks count the same ones.
            if one.charger not in found or found[one.charger].count < one.count:
                found[one.charger] = one
        return tuple(found.values())

    @property
    def blind(self) -> tuple[ProbeReport, ...]:
        """Tasks whose viewers see no fresh message, although chargers are connected."""
        return tuple(one for one in self.tasks or () if self._stops_in(one) is not None)

    @property
    def flow(self) -> Flow:
        """Return what is known as a whole."""
        if self.fleet and not self.fleet.registered:
            return Flow.NO_CHARGERS
        if self.fleet and not self.fleet.connected:
            return Flow.NONE_CONNECTED
        if self.frames and self.frames.total:
            return Flow.FLOWS
        if not self._waited and self._fresh and not self._lost_on_the_way_to_the_page:
            return Flow.FLOWS
        return Flow.STOPPED if self._waited or self.stops_at else Flow.UNKNOWN

    @property
    def _waited(self) -> bool:
        """Whether we listened at the page for as long as a message may be missing."""
        return self.frames is not None and self.frames.seconds >= self.allowed

    @property
    def _fresh(self) -> bool:
        """Whether the viewers of some task got a message in time, by its own report."""
        ages = [one.live_age for one in self.tasks or () if one.live_age is not None]
        return bool(ages) and min(ages) <= self.allowed

    @property
    def stops_at(self) -> Place | None:
        """The first place that messages do not reach; None where they arrive or nobody knows."""
        stops = [place for one in self.tasks or () if (place := self._stops_in(one))]
        if stops:
            return min(stops, key=list(Place).index)
        return Place.PAGE if self._lost_on_the_way_to_the_page else None

    @property
    def where(self) -> str:
        """The link at which messages stop, in words; empty where they arrive or nobody knows."""
        place = self.stops_at
        has_hub = any(one.hub for one in self.tasks or ())
        if place is Place.BRIDGE and has_hub:
            return "between the hub and the bridge"
        if place in {Place.BRIDGE, Place.HUB} and self.published is None and self._all_linked:
            return f"between the chargers and the {place.value}"
        return place.where if place else ""

    @property
    def newest_at_bridge(self) -> datetime | None:
        """When a bridge delivered its newest message; None where that is not known."""
        times = [
            one.time - timedelta(seconds=one.bridge_age)
            for one in self.tasks or ()
            if one.bridge_age is not None
        ]
        return max(times, default=None)

    @property
    def _all_linked(self) -> bool:
        return all(one.linked for one in self.tasks or ())

    @property
    def _lost_on_the_way_to_the_page(self) -> bool:
        if not self.frames or self.frames.total or not self.tasks:
            return False
        shown = min(one.shown for one in self.tasks)
        return shown / 60 * self.frames.seconds >= _EXPECTED_FRAMES

    def _stops_in(self, task: ProbeReport) -> Place | None:
        """Return where messages stop on their way to the viewers of one task."""
        arrival = Place.HUB if task.hub and _is_before_the_hub(task, self.allowed) else Place.BRIDGE
        if not task.linked:
            return arrival
        if self._heard and len(self.tasks or ()) == 1:
            return None  # The report is up to a minute old, and this task has shown one since.
        if task.bridge_age is None:
            # It had heard of nobody when it reported, and AWS IoT counts messages of the whole
            # Region. A charger may have come since: only the page tells whether its messages came.
            heard_nobody = self.connected and task.age(self.time) < self.allowed
            missing = self._waited and self.frames is not None and not self.frames.total
            return arrival if heard_nobody and self.published and missing else None
        if task.bridge_age > self.allowed:
            return Place.IOT if self.published == 0 else arrival
        if task.live_age is not None and task.live_age > self.allowed:
            return Place.BACKEND
        return None

    @property
    def figures(self) -> str:
        """What was counted at each place, for a person."""
        parts = []
        if self.published is not None:
            parts.append(f"AWS IoT accepted {self.published} since then in this Region")
        if self.rule_errors is not None:
            parts.append(f"{self.rule_errors} rule actions failed")
        if self.tasks:
            received = min(one.received for one in self.tasks)
            rejected = max(one.rejected for one in self.tasks)
            shown = min(one.shown for one in self.tasks)
            parts.append(
                f"in a minute the bridge delivered {received}, the backend rejected {rejected} "
                f"and showed {shown}"
            )
        if self.frames:
            parts.append(f"the page got {self.frames.total} in {self.frames.seconds:.0f} s")
        return ", ".join(parts)


def _is_before_the_hub(task: ProbeReport, allowed: float) -> bool:
    """Whether what a task misses has not reached the hub, if the hub can be asked."""
    hub = task.hub
    if hub is None or not hub.reachable:
        return False
    return not hub.linked or (hub.age is not None and hub.age > allowed)


def as_object(telemetry: Telemetry) -> dict[str, Any]:
    """Return telemetry as the object that `status --json` prints."""
    fleet, frames = telemetry.fleet, telemetry.frames
    return {
        "flow": telemetry.flow.value,
        "stops_at": telemetry.stops_at.value if telemetry.stops_at else None,
        "newest_age_seconds": telemetry.newest_age,
        "allowed_seconds": telemetry.allowed,
        "registered": fleet.registered if fleet else None,
        "connected": fleet.connected if fleet else None,
        "silent": telemetry.silent_count,
        "failing": fleet.failing if fleet else None,
        "certificates_expiring": fleet.expiring if fleet else None,
        "published_since_region": telemetry.published,
        "rule_errors_5_minutes": telemetry.rule_errors,
        "tasks": None
        if telemetry.tasks is None
        else [
            {
                "task": one.task,
                "linked": one.linked,
                "hub": None
                if one.hub is None
                else {
                    "reachable": one.hub.reachable,
                    "links": one.hub.links,
                    "linked": one.hub.linked,
                    "age_seconds": one.hub.age,
                },
                "received": one.received,
                "rejected": one.rejected,
                "shown": one.shown,
                "bridge_age_seconds": one.bridge_age,
                "live_age_seconds": one.live_age,
            }
            for one in telemetry.tasks
        ],
        "page": {"frames": frames.total, "seconds": round(frames.seconds, 1)} if frames else None,
        "rejections": [
            {"charger": one.charger, "count": one.count, "reason": one.reason}
            for one in telemetry.rejections
        ],
    }
