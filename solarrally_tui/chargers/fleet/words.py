"""What people read of a charger, in a column or a line. Pure."""

from datetime import datetime
from typing import Final

from solarrally_tui.chargers.fleet.charger import NOT_REPORTED, Charger, State
from solarrally_tui.chargers.fleet.sight import Sight

HEADINGS: Final = ("Charger", "State", "Last seen", "kW", "Status", "Firmware", "Certificate")
_CAUSES: Final = {
    "API_INITIATED_DISCONNECT": "cut off on request",
    "AUTH_ERROR": "not authorized",
    "CLIENT_ERROR": "protocol error",
    "CLIENT_INITIATED_DISCONNECT": "signed off",
    "CONNECTION_LOST": "connection lost",
    "CUSTOMAUTH_TTL_EXPIRATION": "session ended",
    "DUPLICATE_CLIENTID": "name used twice",
    "FORBIDDEN_ACCESS": "forbidden topic",
    "MQTT_KEEP_ALIVE_TIMEOUT": "stopped answering",
    "SERVER_ERROR": "AWS IoT error",
    "SERVER_INITIATED_DISCONNECT": "AWS IoT ended it",
    "THROTTLED": "throttled",
    "WEBSOCKET_TTL_EXPIRATION": "session ended",
}
"""AWS's reasons of a disconnection (AWS IoT developer guide, Lifecycle events), in a few words."""

VOCABULARY: Final = frozenset({*(state.word for state in State), *_CAUSES.values()})
"""What the column of states may show."""

_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def cells(charger: Charger, sight: Sight) -> tuple[str, ...]:
    """Return a charger in the columns of HEADINGS; the state without its glyph."""
    frame = charger.message(sight)
    return (
        charger.name,
        state(charger, sight),
        seen(charger, sight),
        f"{frame.power_w / 1000:.1f}" if frame else "",
        frame.status if frame else "",
        charger.firmware or NOT_REPORTED,
        certificate(charger, sight.now),
    )


def state(charger: Charger, sight: Sight) -> str:
    """Return how a charger is, and why it was disconnected."""
    how, why = charger.state(sight).word, cause(charger, sight)
    return f"{how}: {why}" if why else how


def cause(charger: Charger, sight: Sight) -> str:
    """Return why a charger that is not connected was disconnected; empty for all others."""
    if charger.state(sight) not in {State.FAILING, State.OFFLINE} or not charger.reason:
        return ""
    return reason(charger)


def reason(charger: Charger) -> str:
    """Return AWS's reason of the last disconnection in words."""
    return _CAUSES.get(charger.reason, charger.reason.lower().replace("_", " "))


def seen(charger: Charger, sight: Sight) -> str:
    """Return how long ago a charger was last seen.

    Of a connected one, nothing may have arrived only because nobody has listened for long.
    """
    if moment := charger.last_seen(sight):
        return age((sight.now - moment).total_seconds())
    if charger.since is None and not charger.is_connected:
        return "never"
    if charger.state(sight) is State.REVOKED:
        return "not known"
    is_early = sight.is_followed and "page" not in sight.unseen
    return "listening" if is_early and not sight.misses(charger.name, charger.since) else "not yet"


def age(seconds: float) -> str:
    """Return a duration in its largest unit, such as 3 h."""
    whole = max(int(seconds), 0)
    size, unit = next((one for one in _UNITS if whole >= one[0]), _UNITS[-1])
    return f"{whole // size} {unit}"


def certificate(charger: Charger, now: datetime) -> str:
    """Return until when a charger's certificate is valid."""
    end = charger.certificate_ends
    if end is None:
        return NOT_REPORTED
    return f"expired {end:%Y-%m-%d}" if end < now.date() else f"{end:%Y-%m-%d}"
