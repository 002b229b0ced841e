"""The parts of the runtime that read what others wrote: configurations, telemetry, policies."""

import json
from datetime import UTC, datetime

import pytest

from solarrally_tui.chargers.telemetry import Unit
from solarrally_tui.simulator.runtime import page
from solarrally_tui.simulator.runtime.standin import telemetry
from solarrally_tui.simulator.runtime.standin.mosquitto import BridgeTopic, ConfError, parse
from solarrally_tui.simulator.runtime.standin.task_settings import TaskSettings, link
from tests.runtime.runtime_setup import CONF, TELEMETRY

PEMS = {"IOT_ROOT_CA": "ca", "IOT_CERTIFICATE": "certificate", "IOT_PRIVATE_KEY": "key"}


def test_a_bridge_is_read_with_its_prefixes_and_client_id() -> None:
    conf = CONF.format(address="broker.example:8883", site="lab")
    found = link(TaskSettings("task-1", {"MOSQUITTO_CONF": conf, **PEMS}))
    assert found is not None
    assert (found.bridge.host, found.bridge.port) == ("broker.example", 8883)
    assert found.bridge.client_id == "lab-bridge-task-1"
    assert found.bridge.backoff == (2, 30)
    assert (found.ca, found.certificate, found.key) == ("ca", "certificate", "key")
    (topic,) = found.bridge.topics
    assert topic.remote_filter == "solarrally/lab/evse/+/telemetry"
    assert topic.local_name("solarrally/lab/evse/a/telemetry") == "evse/a/telemetry"


def test_a_task_without_a_bridge_has_no_link() -> None:
    assert link(TaskSettings("task-1", {})) is None


def test_settings_survive_their_one_line() -> None:
    settings = TaskSettings("task-1", {"A": "line one\nline two"}, pace=0.5)
    line = settings.to_line()
    assert line.count(b"\n") == 1
    assert TaskSettings.from_line(line) == settings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("address a:1", "no connection before this option"),
        ("connection a\nadress b", "Unknown configuration variable in mosquitto.conf:2: adress"),
        ("connection a", "no address"),
        ("connection a\naddress b", "no topics"),
        ("connection a\naddress b:port", "mosquitto.conf:2: address"),
        ("connection a\naddress b\ntopic c inward 0", "direction 'inward'"),
        ("connection a\naddress b\ntopic c in 7", "QoS level '7'"),
        ("connection a\naddress b\nbridge_insecure perhaps", "Invalid boolean value"),
        ("connection a\naddress b\ntopic c in\nremote_clientid @X@", "was not replaced"),
    ],
)
def test_a_configuration_that_stops_mosquitto(text: str, reason: str) -> None:
    with pytest.raises(ConfError, match=reason):
        parse(text)


def test_topic_lines_may_be_short() -> None:
    bridge = parse("connection a\naddress b\ntopic x\ntopic y in 1\n# topic z\n")
    assert bridge.topics == (BridgeTopic("x"), BridgeTopic("y", "in", 1))
    assert bridge.port == 1883


def test_a_missing_pem_is_named() -> None:
    conf = CONF.format(address="b", site="lab")
    with pytest.raises(ConfError, match=r"/mosquitto-run/key\.pem"):
        link(TaskSettings("t", {"MOSQUITTO_CONF": conf, **PEMS, "IOT_PRIVATE_KEY": " "}))


def test_a_frame_has_the_applications_keys() -> None:
    framed = json.loads(telemetry.frame("wall", json.dumps(TELEMETRY).encode()))
    assert framed == {k: v for k, v in TELEMETRY.items() if k != "firmware"} | {
        "unit_id": "wall",
        "timestamp": "2026-11-22T10:00:00+00:00",
    }


def test_the_application_keeps_every_figure_that_chargers_send() -> None:
    sent = Unit("wall").reading(datetime(2026, 3, 1, 12, tzinfo=UTC))
    kept = json.loads(telemetry.frame("wall", json.dumps(sent).encode()))
    dropped = sent.keys() - kept.keys()
    assert not dropped, f"add {dropped} to solarrally_tui/simulator/runtime/standin/telemetry.py"
    stale = sent.keys() ^ (TELEMETRY.keys() - {"firmware"})
    assert not stale, f"TELEMETRY in tests/runtime/runtime_setup.py differs by {stale}"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timestamp": 1763805600}, "timestamp"),
        ({"timestamp": "noon"}, "timestamp"),
        ({"session_id": 7}, "session_id"),
        ({"power_w": -1}, "power_w"),
        ({"power_w": None}, "power_w"),
        ({"voltage_v": "high"}, "voltage_v"),
        ({"energy_source": "coal"}, "energy_source"),
        ({"status": "broken"}, "status"),
    ],
)
def test_a_message_that_the_application_would_drop(change: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        telemetry.frame("wall", json.dumps(TELEMETRY | change).encode())


@pytest.mark.parametrize("payload", [b"\xff", b"nothing", b"[]"])
def test_what_is_not_a_json_object_is_dropped(payload: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        telemetry.frame("wall", payload)


def test_negative_temperature_and_a_missing_session_are_fine() -> None:
    message = TELEMETRY | {"temperature_c": -12, "power_w": "5"}
    del message["session_id"]
    framed = json.loads(telemetry.frame("wall", json.dumps(message).encode()))
    assert (framed["temperature_c"], framed["power_w"], framed["session_id"]) == (-12, 5, None)


def test_only_telemetry_topics_name_a_unit() -> None:
    assert telemetry.unit_of("evse/wall/telemetry") == "wall"
    assert telemetry.unit_of("evse/wall/status") is None
    assert telemetry.unit_of("evse/a/b/telemetry") is None


def test_the_page_is_marked_and_escapes_what_it_is_told() -> None:
    text = page.html("https://example.com/<b>.git", "0123456789abcdef")
    assert "Simulated account" in text
    assert "example.com/&lt;b&gt; at 0123456789ab " in text
    assert "http://" not in page.script()
