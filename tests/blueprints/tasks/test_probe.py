"""The probe's own script at a real PostgreSQL and a real MQTT bridge, as CloudWatch reads it."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.database.postgres_setup import HOST, OWNER, Server, server
from tests.blueprints.tasks.task_setup import broker, free_port

UPSTREAM = "listener 1883 127.0.0.1\nallow_anonymous true\npersistence false\n"
METRICS = {"DatabaseReachable", "BridgeLinked"}


def container(name: str, probe: bool = True) -> dict[str, Any]:
    site = example("small", {"size": {"probe": probe}})
    task = deployed(site)["app"]["Resources"]["TaskDefinition"]["Properties"]
    found = {each["Name"]: each for each in task["ContainerDefinitions"]}
    return dict(found.get(name, {}))


class Probe:
    """The script as its container runs it, with what it reported last."""

    def __init__(self, database: Server, mqtt_port: int) -> None:
        definition = container("probe")
        given = {each["Name"]: str(each["Value"]) for each in definition["Environment"]}
        here = {
            "PGHOST": HOST,
            "PGPORT": str(database.port),
            "PGDATABASE": OWNER,
            "PGSSLROOTCERT": str(database.ca_file),
            "MQTT_BROKER_PORT": str(mqtt_port),
            "SECONDS": "0.2",
            "HOME": "/nonexistent",
        }
        assert here.keys() <= given.keys()
        secret = {each["Name"] for each in definition["Secrets"]}
        assert secret == {"PGUSER", "PGPASSWORD"}
        python, flag = definition["EntryPoint"]
        assert (python, flag) == ("python", "-c")
        self.process = subprocess.Popen(
            [sys.executable, flag, *definition["Command"]],
            env=given | here | {"PGUSER": OWNER, "PGPASSWORD": "right"},
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
    database.start()
    probe.until(lambda told: told["DatabaseReachable"] == 1)
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


def test_alarms_watch_exactly_what_it_reports() -> None:
    resources = deployed(example("medium", {}))["app"]["Resources"].values()
    watched = {
        body["Properties"]["MetricName"]
        for body in resources
        if body["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert watched >= METRICS
