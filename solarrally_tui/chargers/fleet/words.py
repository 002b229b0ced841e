"""What people read of a charger, in a column or a line. Pure."""

from datetime import datetime

from solarrally_tui.chargers.fleet.charger import NOT_REPORTED, Charger, State
from solarrally_tui.chargers.fleet.sight import Sight

HEADINGS = ("Charger", "State", "Last seen", "kW", "Status", "Firmware", "Certificate")
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def cells(charger: Charger, sight: Sight) -> tuple[str, ...]:
    """Return a charger in the columns of HEADINGS; the state without its glyph."""
    frame = sight.last.get(charger.name)
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
    """Return how a charger is, with AWS's reason where it failed."""
    found = charger.state(sight)
    if found in {State.FAILING, State.OFFLINE} and charger.reason:
        return f"{found.word}: {charger.reason.lower().replace('_', ' ')}"
    return found.word


def seen(charger: Charger, sight: Sight) -> str:
    """Return how long ago a charger was last seen."""
    if moment := charger.last_seen(sight):
        return f"{age((sight.now - moment).total_seconds())} ago"
    return "not yet" if charger.is_connected else "never"


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
