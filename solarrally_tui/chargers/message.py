"""The telemetry message of a charger: what the application accepts, and what is wrong with one.

The one source of the schema for the docs, the README.txt of each charger and `chargers check`. It
follows models/telemetry.py and utils/mqtt_client.py of the application (c8661384, pydantic 2.5): a
number may be written as text, unknown keys are dropped, and one flaw rejects the whole message.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

TOPIC: Final = "solarrally/SITE/evse/NAME/telemetry"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a message."""

    name: str
    value: str
    """What its value is, with its unit."""
    example: str | float | None
    flaw: Callable[[Any], str]
    """What is wrong with a value, as a sentence without its subject; empty where nothing is."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why the application rejects a message."""

    field: str
    """The key; empty where the whole message is meant."""
    what: str
    """What is wrong, a sentence without its subject."""

    def __str__(self) -> str:
        return f"{self.field or 'The message'} {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the application does with a message."""

    flaws: tuple[Flaw, ...] = ()
    """Why it rejects the message; empty where it accepts it."""
    dropped: tuple[str, ...] = ()
    """Keys that it does not know and leaves out."""

    @property
    def is_valid(self) -> bool:
        """Whether viewers see the message."""
        return not self.flaws


def _timestamp(value: Any) -> str:
    if not isinstance(value, str):
        return "must be text such as 2026-03-01T12:00:00Z, not a number."
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "must be ISO 8601, such as 2026-03-01T12:00:00Z."
    return ""


def _session(value: Any) -> str:
    return "" if value is None or isinstance(value, str) else "must be text or null."


def _number(value: Any) -> str:
    """Judge a number. Infinity would pass the application, and no browser could read its frame."""
    try:
        spaced = isinstance(value, str) and value != value.strip()
        number = math.nan if spaced or isinstance(value, (list, dict)) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    return "" if math.isfinite(number) else "must be a number."


def _from_zero(value: Any) -> str:
    return _number(value) or ("must not be negative." if float(value) < 0 else "")


def _one_of(*choices: str) -> Callable[[Any], str]:
    told = ", ".join(choices)

    def flaw(value: Any) -> str:
        is_known = isinstance(value, str) and value in choices
        return "" if is_known else f"must be one of {told}, in lower case."

    return flaw


_STATUSES: Final = ("available", "preparing", "charging", "finishing", "faulted")
_SOURCES: Final = ("solar", "grid", "none")

FIELDS: Final = (
    Field("timestamp", "ISO 8601 text, UTC or with an offset", "2026-03-01T12:00:00Z", _timestamp),
    Field("session_id", "text or null; may be left out", "sess_1f4a", _session, required=False),
    Field("voltage_v", "volts, 0 or more", 230.4, _from_zero),
    Field("current_a", "amperes, 0 or more", 16.0, _from_zero),
    Field("power_w", "watts, 0 or more", 3686.4, _from_zero),
    Field("session_energy_kwh_solar", "kWh of the session, 0 or more", 1.25, _from_zero),
    Field("session_energy_kwh_grid", "kWh of the session, 0 or more", 0.75, _from_zero),
    Field("session_total_energy_kwh", "kWh of the session, 0 or more", 2.0, _from_zero),
    Field("energy_source", " | ".join(_SOURCES), "solar", _one_of(*_SOURCES)),
    Field("temperature_c", "degrees Celsius, may be negative", 24.5, _number),
    Field("status", " | ".join(_STATUSES), "charging", _one_of(*_STATUSES)),
)
"""Every key that the application knows."""

SAMPLE: Final[Mapping[str, str | float | None]] = MappingProxyType(
    {field.name: field.example for field in FIELDS}
)
"""A valid message."""


def check(payload: bytes) -> Verdict:
    """Judge a message as the application does, and say everything that is wrong with it."""
    try:
        message = json.loads(payload.decode("utf-8"))
    except UnicodeDecodeError:
        return Verdict((Flaw("", "is not UTF-8."),))
    except ValueError as error:
        return Verdict((Flaw("", f"is not JSON: {error}."),))
    if not isinstance(message, dict):
        return Verdict((Flaw("", "must be a JSON object, in braces."),))
    flaws = [flaw for field in FIELDS if (flaw := _flaw(field, message))]
    known = {field.name for field in FIELDS}
    return Verdict(tuple(flaws), tuple(key for key in message if key not in known))


def _flaw(field: Field, message: Mapping[str, Any]) -> Flaw | None:
    if field.name not in message:
        return Flaw(field.name, "is missing.") if field.required else None
    what = field.flaw(message[field.name])
    return Flaw(field.name, what) if what else None


def sample_for_shell() -> str:
    """Return the sample as one word of a POSIX shell, with the present time."""
    text = json.dumps(dict(SAMPLE), separators=(",", ":"))
    now = "'\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"'"
    return f"'{text.replace(str(SAMPLE['timestamp']), now)}'"


def as_table() -> list[str]:
    """Return the fields as the rows of a Markdown table."""
    rows = ["| key | value | example |", "|---|---|---|"]
    for field in FIELDS:
        value = field.value.replace("|", r"\|")
        rows.append(f"| `{field.name}` | {value} | `{json.dumps(field.example)}` |")
    return rows


def as_text() -> list[str]:
    """Return the fields as lines of text."""
    width = max(len(field.name) for field in FIELDS)
    return [f"{field.name:{width}}  {field.value}" for field in FIELDS]
