"""The probe's own script at a real PostgreSQL and a real MQTT bridge, as CloudWatch reads it."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from websockets.sync.server import serve

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.tasks.task_setup import broker, free_port

UPSTREAM = "listener 1883 127.0.0.1\nallow_anonymous true\npersistence false\n"
METRICS = {
    "DatabaseReachable",
    "BridgeLinked",
    "TelemetryReceived",
    "TelemetryRejected",
    "TelemetryShown",
}
AGES = {"BridgeAge", "LiveAge"}
MODEL = """
from datetime import datetime
from pydantic import BaseModel, Field

class TelemetryData(BaseModel):
    timestamp: datetime
    power_w: float = Field(ge=0)
"""
"""In the place of the application's model, which belongs to somebody else."""


def container(name: str, probe: bool = True) -> dict[str, Any]:
    site = example("small", {"size": {"probe": probe}})
    task = deployed(site)["app"]["Resources"]["TaskDefinition"]["Properties"]
    found = {each["Name"]: each for each in task["ContainerDefinitions"]}
    return dict(found.get(name, {}))


class Probe:
    """The script as its container runs it, with what it reported last."""

    def __init__(self, database: Server, mqtt_port: int, live: str = "", models: str = "") -> None:
        definition = container("probe")
        given = {each["Name"]: str(each["Value"]) for each in definition["Environment"]}
        here = {
            "PGHOST": HOST,
            "PGPORT": str(database.port),
            "PGDATABASE": OWNER,
            "PGSSLROOTCERT": str(database.ca_file),
            "MQTT_BROKER_PORT": str(mqtt_port),
            "SECONDS": "0.2",
            "SILENT_AFTER_SECONDS": "1",
            "LIVE_URL": live,
            "HOME": "/nonexistent",
        }
        assert here.keys() <= given.keys()
        secret = {each["Name"] for each in definition["Secrets"]}
        assert secret == {"PGUSER", "PGPASSWORD"}
        python, flag = definition["EntryPoint"]
        assert (python, flag) == ("python", "-c")
        self.process = subprocess.Popen(
            [sys.executable, flag, *definition["Command"]],
            env=given | here | {"PGUSER": OWNER, "PGPASSWORD": "right", "PYTHONPATH": models},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told: list[dict[str, Any]] = []
        self.more = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.more:
                self.told.append(json.loads(line))
                self.more.notify_all()

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        with self.more:
            self.told.clear()
            assert self.more.wait_for(lambda: any(map(wanted, self.told)), 30), self.told[-1:]
            return next(filter(wanted, self.told))


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with server() as running:
        running.sql(f"ALTER ROLE {OWNER} PASSWORD 'right';")
        yield running


@pytest.fixture
def bridges(tmp_path: Path) -> Iterator[tuple[Any, int]]:
    """Yield what ends the upstream broker, and the port of the sidecar that bridges to it."""
    up, side = tmp_path / "up.conf", tmp_path / "side.conf"
    up.write_text(UPSTREAM)
    upstream = broker(up)
    port = upstream.__enter__()
    side.write_text(
        f"{UPSTREAM}connection aws-iot\naddress 127.0.0.1:{port}\nnotifications true\n"
        "notifications_local_only true\ntry_private false\nrestart_timeout 1\ntopic x in 0\n"
    )
    with broker(side) as own:
        yield upstream, own


def test_it_reports_what_is_reachable_and_goes_on_when_it_is_not(
    database: Server, bridges: tuple[Any, int]
) -> None:
    upstream, port = bridges
    probe = Probe(database, port)
    both = probe.until(lambda told: told["DatabaseReachable"] == told["BridgeLinked"] == 1)
    _as_cloudwatch_reads(both)
    database.stop()
    told = probe.until(lambda told: told["DatabaseReachable"] == 0)
    assert told["BridgeLinked"] == 1
    assert "Connect call failed" in told["DatabaseError"]
    database.start()
    told = probe.until(lambda told: told["DatabaseReachable"] == 1)
    assert "DatabaseError" not in told
    upstream.__exit__(None, None, None)
    told = probe.until(lambda told: told["BridgeLinked"] == 0)
    assert told["DatabaseReachable"] == 1
    assert probe.process.poll() is None
    probe.process.kill()
    probe.process.wait()


def _as_cloudwatch_reads(told: dict[str, Any]) -> None:
    """Check the embedded metric format: what is declared is there, without dimensions."""
    (declared,) = told["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == "SolarRally/small"
    assert declared["Dimensions"] == [[]]
    assert {metric["Name"] for metric in declared["Metrics"]} == METRICS
    assert told.keys() >= METRICS
    assert told["_aws"]["Timestamp"] > 1_700_000_000_000


@pytest.fixture
def models(tmp_path: Path) -> str:
    folder = tmp_path / "image" / "models"
    folder.mkdir(parents=True)
    (folder / "telemetry.py").write_text(MODEL)
    return str(folder.parent)


class Viewers:
    """The backend's WebSocket, which a test sends frames through."""

    def __init__(self) -> None:
        self.server = serve(self._hold, "127.0.0.1", 0)
        self.opened: list[Any] = []
        port = self.server.socket.getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/ws/live"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _hold(self, connection: Any) -> None:
        self.opened.append(connection)
        for _ in connection:
            pass

    def show(self) -> None:
        for connection in self.opened:
            connection.send("{}")


def test_it_follows_messages_from_the_bridge_to_the_viewers(
    database: Server, bridges: tuple[Any, int], models: str
) -> None:
    _, port = bridges
    viewers = Viewers()
    probe = Probe(database, port, viewers.url, models)
    told = probe.until(lambda told: told["BridgeLinked"] == 1 and bool(viewers.opened))
    assert AGES.isdisjoint(told), "nobody is expected yet"
    charger = paho.Client(paho.CallbackAPIVersion.VERSION2)
    charger.connect("127.0.0.1", port)
    charger.loop_start()

    def say(topic: str, message: object) -> None:
        charger.publish(f"evse/{topic}", json.dumps(message), qos=1).wait_for_publish(5)

    def presence(name: str, connection: str, since: int) -> None:
        reported = {"connection": connection, "since": since}
        say(f"{name}/presence", {"state": {"reported": reported}})

    presence("wall-1", "connected", 10)
    # Connected and silent: ages grow, and it is named as silent after a while.
    told = probe.until(lambda told: told["Silent"] == ["wall-1"])
    assert told["SilentChargers"] == 1
    assert min(told["BridgeAge"], told["LiveAge"]) >= 0.5
    good = {"timestamp": "2026-11-29T10:00:00Z", "power_w": 7}
    say("wall-1/telemetry", good)
    viewers.show()
    told = probe.until(lambda told: told["TelemetryShown"] == 1)
    assert told["LiveAge"] < 0.5
    assert (told["PowerW"], told["SolarW"]) == (7, 0)
    assert told["Seconds"] >= 0.2
    assert told["Silent"] == []
    # The backend is stuck: the bridge goes on, viewers get nothing.
    say("wall-1/telemetry", {**good, "energy_source": "solar"})
    told = probe.until(lambda told: told["TelemetryReceived"] == 1)
    assert (told["PowerW"], told["SolarW"]) == (7, 7)
    assert (told["TelemetryRejected"], told["TelemetryShown"], told["Chargers"]) == (0, 0, 1)
    for bad in ({}, {"timestamp": 1700000000, "power_w": 7}, {**good, "power_w": -1}, [1]):
        say("wall-1/telemetry", bad)
        told = probe.until(lambda told: told["TelemetryRejected"] == 1)
        (first,) = told["Rejections"]
        assert (first["charger"], first["count"]) == ("wall-1", 1)
        assert first["reason"]
    say("wall-1/telemetry", {"timestamp": good["timestamp"]})
    told = probe.until(lambda told: told["TelemetryRejected"] == 1)
    assert told["Rejections"][0]["reason"] == "power_w: Field required"
    # An older event that arrives late changes nothing; a newer one ends the expectation.
    presence("wall-1", "disconnected", 5)
    assert probe.until(lambda _: True).keys() >= AGES
    presence("wall-1", "disconnected", 20)
    probe.until(AGES.isdisjoint)
    charger.loop_stop()
    viewers.server.shutdown()
    probe.process.kill()
    probe.process.wait()


def test_without_a_broker_it_says_so(database: Server) -> None:
    probe = Probe(database, free_port())
    told = probe.until(lambda told: told["DatabaseReachable"] == 1)
    assert told["BridgeLinked"] == 0
    probe.process.kill()
    probe.process.wait()


def test_the_task_does_not_depend_on_it() -> None:
    assert container("probe")["Essential"] is False
    assert "HealthCheck" not in container("probe")
    assert container("probe", probe=False) == {}
    for name in ("init", "broker", "backend"):
        needed = {each["ContainerName"] for each in container(name).get("DependsOn", [])}
        assert "probe" not in needed


def test_alarms_watch_what_it_reports() -> None:
    resources = deployed(example("medium", {}))["app"]["Resources"].values()
    watched = {
        body["Properties"]["MetricName"]
        for body in resources
        if body["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert watched == {"DatabaseReachable", "BridgeLinked", "LiveAge"}


def test_the_silence_that_is_allowed_follows_the_interval() -> None:
    site = example("small", {"size": {"interval_seconds": 60}})
    task = deployed(site)["app"]["Resources"]["TelemetryAlarm"]["Properties"]
    assert int(task["Threshold"]) == site.allowed_silence == 125
