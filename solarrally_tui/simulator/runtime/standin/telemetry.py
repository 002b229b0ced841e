"""Accept and reject charger messages as the application does, and frame them for a browser.

This is a deliberate second opinion: `solarrally_tui/chargers/telemetry.py` writes messages to the
same contract, and the two share nothing. A simulated charger that breaks the contract is therefore
refused here, instead of agreeing with itself. Change both when the application's model changes.
"""

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any

_MEASURES = (
    "voltage_v",
    "current_a",
    "power_w",
    "session_energy_kwh_solar",
    "session_energy_kwh_grid",
    "session_total_energy_kwh",
)
_SOURCES = frozenset({"solar", "grid", "none"})
_STATUSES = frozenset({"available", "preparing", "charging", "finishing", "faulted"})


def unit_of(topic: str, kind: str = "telemetry") -> str | None:
    """Return the charger's name in `evse/NAME/KIND`, or None for any other topic."""
    levels = topic.split("/")
    subscribed = len(levels) == 3 and levels[0] == "evse" and levels[2] == kind
    return levels[1] if subscribed else None


def frame(unit: str, payload: bytes) -> str:
    """Turn a charger's message into the application's WebSocket frame.

    The keys and rules are the application's (its pydantic model of telemetry): numbers may be
    strings, unknown keys are dropped, `session_id` may be missing, the timestamp is ISO 8601.
    Raises ValueError, naming the field, when the message is not valid.
    """
    try:
        message = json.loads(payload)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")
    return json.dumps(_validated(message) | ({"unit_id": unit} if unit else {}))


def _validated(message: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "timestamp": _timestamp(message.get("timestamp")),
        "session_id": message.get("session_id"),
    }
    if not isinstance(body["session_id"], str | None):
        raise ValueError("session_id: text or null is required")
    body |= {key: _number(message, key, least=0.0) for key in _MEASURES}
    body["energy_source"] = _choice(message, "energy_source", _SOURCES)
    body["temperature_c"] = _number(message, "temperature_c", least=-math.inf)
    body["status"] = _choice(message, "status", _STATUSES)
    return body


def _timestamp(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("timestamp: an ISO 8601 string is required")
    try:
        return dt.datetime.fromisoformat(value).isoformat()
    except ValueError as error:
        raise ValueError("timestamp: not ISO 8601") from error


def _number(message: Mapping[str, Any], key: str, *, least: float) -> float:
    value = message.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{key}: a number is required")
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError(f"{key}: not a number") from error
    if not math.isfinite(number) or number < least:
        raise ValueError(f"{key}: out of range")
    return number


def _choice(message: Mapping[str, Any], key: str, choices: frozenset[str]) -> str:
    value = message.get(key)
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{key}: one of {', '.join(sorted(choices))} is required")
    return value
