"""The generator keeps to the application's schema and to physics, whatever the rhythm."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.chargers.telemetry import Status, Unit

KEYS = {
    "timestamp",
    "session_id",
    "voltage_v",
    "current_a",
    "power_w",
    "session_energy_kwh_solar",
    "session_energy_kwh_grid",
    "session_total_energy_kwh",
    "energy_source",
    "temperature_c",
    "status",
}
NEXT = {
    "available": {"preparing"},
    "preparing": {"charging"},
    "charging": {"finishing", "faulted"},
    "finishing": {"available"},
    "faulted": {"available"},
}
START = datetime(2026, 3, 1, 12, tzinfo=UTC)

seeds = st.text(max_size=12)
steps = st.lists(st.floats(0, 900), min_size=1, max_size=120)


def readings(seed: str, pauses: list[float]) -> list[dict[str, Any]]:
    unit, at, found = Unit(seed), START, []
    for pause in pauses:
        found.append(unit.reading(at))
        at += timedelta(seconds=pause)
    return found


@given(seeds, steps)
def test_every_message_fits_the_schema(seed: str, pauses: list[float]) -> None:
    for message in readings(seed, pauses):
        assert set(message) == KEYS, "KEYS in this file lists what a message holds"
        assert message["timestamp"].endswith("Z")
        assert datetime.fromisoformat(message["timestamp"]).tzinfo is not None
        assert message["status"] in {s.value for s in Status}
        assert message["energy_source"] in {"solar", "grid", "none"}
        assert message["session_id"] is None or message["session_id"].startswith("sess_")
        for key in KEYS - {"timestamp", "session_id", "energy_source", "status", "temperature_c"}:
            assert message[key] >= 0
        assert -30 < message["temperature_c"] < 80
        assert len(json.dumps(message, separators=(",", ":"))) < 400


@given(seeds, steps)
def test_figures_agree_with_each_other(seed: str, pauses: list[float]) -> None:
    for message in readings(seed, pauses):
        charging = message["status"] == "charging"
        assert (message["current_a"] > 0) == charging
        assert abs(message["power_w"] - message["voltage_v"] * message["current_a"]) < 0.1
        assert 220 < message["voltage_v"] < 240
        assert message["current_a"] <= 32
        assert (message["energy_source"] != "none") == charging
        total = message["session_energy_kwh_solar"] + message["session_energy_kwh_grid"]
        assert abs(message["session_total_energy_kwh"] - total) < 0.0001
        assert (message["session_id"] is None) == (message["status"] == "available")


@given(seeds, steps)
def test_states_and_energy_go_forward(seed: str, pauses: list[float]) -> None:
    for before, after in pairwise(readings(seed, pauses)):
        if before["status"] != after["status"]:
            assert after["status"] in NEXT[before["status"]]
        if before["session_id"] and before["session_id"] == after["session_id"]:
            assert after["session_total_energy_kwh"] >= before["session_total_energy_kwh"]


def test_energy_is_power_times_time() -> None:
    unit = next(u for u in map(Unit, map(str, range(100))) if u.status is Status.CHARGING)
    first = unit.reading(START)
    later = unit.reading(START + timedelta(seconds=60))
    gained = later["session_total_energy_kwh"] - first["session_total_energy_kwh"]  # type: ignore[operator]
    assert abs(gained - later["power_w"] / 1000 / 60) < 0.001  # type: ignore[operator]


def test_the_same_seed_tells_the_same_story() -> None:
    assert readings("wall", [5.0] * 50) == readings("wall", [5.0] * 50)
    assert readings("wall", [5.0] * 50) != readings("yard", [5.0] * 50)


def test_a_day_has_every_state_and_few_faults() -> None:
    seen = [m["status"] for seed in range(40) for m in readings(str(seed), [20.0] * 2000)]
    assert set(seen) == {s.value for s in Status}
    assert seen.count("faulted") / len(seen) < 0.01
    assert seen.count("charging") / len(seen) > 0.5


def test_a_clock_set_back_makes_no_time_pass() -> None:
    unit = next(u for u in map(Unit, map(str, range(100))) if u.status is Status.CHARGING)
    first = unit.reading(START)
    again = unit.reading(START - timedelta(hours=1))
    assert again["session_total_energy_kwh"] == first["session_total_energy_kwh"]
