"""One charger of a fleet: what the index holds of it, and what was seen of it at the page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Self

from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.deployed.fleet_index import END, FAILING, REVOKED, SOON_DAYS, proved_until
from solarrally_tui.findings.glyphs import Signed

FIRMWARE: Final = "firmware"
"""Attribute of a charger's thing, or key of its reported shadow, that names its firmware."""

NOT_REPORTED: Final = "not reported"
"""What a person reads where nobody has said it."""


class State(Signed):
    """How a charger is, in the order of what needs attention first."""

    FAILING = "failing"
    """AWS IoT disconnected it for something that it or AWS did wrong."""
    SILENT = "silent"
    """Connected, and sends nothing."""
    OFFLINE = "offline"
    """It, or its network, went away."""
    NEVER = "never"
    """Not switched on yet: never connected, or for a proof alone. Also one that was last connected
    before the index was turned on."""
    CONNECTED = "connected"
    """Whether it sends was not seen."""
    SENDING = "sending"
    """A message of it was seen: at the page, or by the probe in a task."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Charger:
    """A charger of a site."""

    name: str
    is_connected: bool = False
    since: datetime | None = None
    """When it was last connected or disconnected; None for one that never was."""
    reason: str = ""
    """AWS's reason of the last disconnection."""
    firmware: str | None = None
    certificate_ends: date | None = None
    revoked: date | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Those of its thing."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read a thing as the index returns it. Raises KeyError for one without a name."""
        attributes = document.get("attributes") or {}
        connectivity = document.get("connectivity") or {}
        moment = connectivity.get("timestamp")
        is_connected = bool(connectivity.get("connected"))
        return cls(
            str(document["thingName"]),
            is_connected,
            datetime.fromtimestamp(moment / 1000, UTC) if moment else None,
            # After a takeover, a connected thing has the reason of the connection before.
            "" if is_connected else str(connectivity.get("disconnectReason") or ""),
            _reported(document).get(FIRMWARE) or attributes.get(FIRMWARE),
            _day(attributes.get(END)),
            _day(attributes.get(REVOKED)),
            MappingProxyType(dict(attributes)),
        )

    def ends_soon(self, today: date) -> bool:
        """Whether its certificate has expired or does soon, as Fleet.expiring counts it."""
        end = self.certificate_ends
        return end is not None and (end - timedelta(days=SOON_DAYS)) <= today

    @property
    def is_only_proved(self) -> bool:
        """Whether it has connected, and for a proof alone. False where that ended by an error."""
        proved = proved_until(self.attributes)
        is_over = self.since is not None and proved is not None and self.since <= proved
        return is_over and not self.is_connected and self.reason not in FAILING

    def state(self, sight: Sight) -> State:
        """Return how it is."""
        if self.revoked or self.name in sight.locked_out:
            return State.REVOKED
        # The index lags: a message that came after the connection ended shows a new connection.
        if sight.shows(self.name) and (self.is_connected or self._is_back(sight)):
            return State.SENDING
        if not self.is_connected:
            if self.reason in FAILING:
                return State.FAILING
            return State.NEVER if self.since is None or self.is_only_proved else State.OFFLINE
        if sight.misses(self.name, self.since):
            return State.SILENT
        return State.SENDING if self._is_counted(sight) else State.CONNECTED

    def _is_counted(self, sight: Sight) -> bool:
        """Whether a probe counted its messages, while nobody has listened for long."""
        return sight.is_early and sight.counted(self.since) is not None

    def _is_back(self, sight: Sight) -> bool:
        return self.since is None or sight.last[self.name].arrived > self.since

    def message(self, sight: Sight) -> Frame | None:
        """Return the newest message of one that sends; None where what it said is past."""
        sends = sight.shows(self.name) and self.state(sight) is State.SENDING
        return sight.last[self.name] if sends else None

    def last_seen(self, sight: Sight) -> datetime | None:
        """Return when it was last seen: its newest message, or when its connection ended.

        None for one that never connected, and for one that is connected and whose messages nobody
        has seen. What a probe counted was seen at that time or later. That AWS IoT cut the
        connection of one that was revoked is no sign of the charger.
        """
        if frame := sight.last.get(self.name):
            return frame.arrived
        if heard := sight.locked_out.get(self.name):
            return heard
        if not self.is_connected:
            return None if self.revoked and self.reason in FAILING else self.since
        return sight.counted(self.since) if sight.is_early else None


def _reported(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a charger reported in its shadow, which the index returns as a text of JSON."""
    try:
        shadow = json.loads(document.get("shadow") or "{}")
        reported = shadow.get("reported") or {}
    except (ValueError, AttributeError):
        return {}
    return reported if isinstance(reported, Mapping) else {}


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
