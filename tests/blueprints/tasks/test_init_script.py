"""The init container's script, run by real shells, and its result by a real mosquitto."""

import copy
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.tasks.task_setup import (
    METADATA,
    TASK_ID,
    broker,
    health_check,
    metadata_endpoint,
    run_init,
    volume,
)

PEMS = {
    "IOT_ROOT_CA": "-----BEGIN CERTIFICATE-----\nroot\n-----END CERTIFICATE-----",
    "IOT_CERTIFICATE": "-----BEGIN CERTIFICATE-----\nown\n-----END CERTIFICATE-----",
    "IOT_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\n%s $HOME `id` \\n\n-----END PRIVATE KEY-----",
}


def container(name: str) -> dict[str, Any]:
    task = deployed(example("small", {}))["app"]["Resources"]["TaskDefinition"]["Properties"]
    (found,) = [c for c in task["ContainerDefinitions"] if c["Name"] == name]
    return copy.deepcopy(found)


def environment() -> dict[str, str]:
    plain = {entry["Name"]: entry["Value"] for entry in container("init")["Environment"]}
    assert {entry["Name"] for entry in container("init")["Secrets"]} == set(PEMS)
    conf = plain["MOSQUITTO_CONF"].replace("iot.BridgeClientIdPrefix", "solarrally-small-bridge-")
    return plain | PEMS | {"MOSQUITTO_CONF": conf.replace("iot.TopicPrefix", "solarrally/small/")}


def script() -> str:
    assert container("init")["EntryPoint"] == ["/bin/sh", "-c"]
    return str(container("init")["Command"][0])


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_it_writes_the_files_of_the_bridge(shell: str) -> None:
    with metadata_endpoint(METADATA) as uri, volume() as folder:
        ended = run_init(script(), environment(), folder, uri, shell)
        assert (ended.returncode, ended.stderr) == (0, "")
        configuration = (folder / "mosquitto.conf").read_text()
        assert f"remote_clientid solarrally-small-bridge-{TASK_ID}\n" in configuration
        assert f"bridge_keyfile {folder}/key.pem\n" in configuration
        assert "@" not in configuration
        assert (folder / "key.pem").read_text() == PEMS["IOT_PRIVATE_KEY"] + "\n"
        assert (folder / "cert.pem").read_text() == PEMS["IOT_CERTIFICATE"] + "\n"
        assert (folder / "ca.pem").read_text() == PEMS["IOT_ROOT_CA"] + "\n"
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert modes == {0o600}
        assert "PRIVATE" not in ended.stdout


def test_as_root_the_files_belong_to_the_broker_and_tmp_is_for_everybody(tmp_path: Path) -> None:
    text = script()
    assert 'chown -R "$(id -u mosquitto 2>/dev/null || echo 1883)" "$MQTT_DIR"' in text
    assert container("broker")["User"] == "1883"
    # Without being root the same lines run with an id, a chown and a chmod that take notes.
    notes = tmp_path / "notes"
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, answer in (("chown", ""), ("chmod", ""), ("id", "echo 0")):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\necho "{name} $*" >> {notes}\n{answer}\n')
        tool.chmod(0o755)
    with metadata_endpoint(METADATA) as uri, volume() as folder:
        path = {"PATH": f"{tools}:{os.environ['PATH']}"}
        ended = run_init(
            text.replace("TMP_DIR", "TMP_HERE"),
            environment() | path | {"TMP_HERE": str(tmp_path)},
            folder,
            uri,
        )
        assert ended.returncode == 0, ended.stderr
        assert f"chown -R 0 {folder}" in notes.read_text()
        assert f"chmod 1777 {tmp_path}" in notes.read_text()


@pytest.mark.parametrize("answer", [{}, {"TaskARN": ""}, {"Message": "not here"}])
def test_without_a_task_id_it_fails_and_says_so(answer: dict[str, str]) -> None:
    with metadata_endpoint(answer) as uri, volume() as folder:
        ended = run_init(script(), environment(), folder, uri)
        assert ended.returncode == 1
        assert "the metadata endpoint did not name this task" in ended.stderr
        assert not list(folder.iterdir())


def test_without_a_metadata_endpoint_it_fails() -> None:
    with volume() as folder:
        ended = run_init(script(), environment(), folder, "http://127.0.0.1:9")
        assert ended.returncode == 1


def test_a_real_mosquitto_takes_the_configuration_and_gates_the_start() -> None:
    """AWS IoT is out of reach: the broker listens, and its health check holds the backend back for
    a while, then not any more."""
    out_of_reach = environment()["MOSQUITTO_CONF"].replace(
        "address abc-ats.iot.us-east-1.amazonaws.com:8883", "address 127.0.0.1:9"
    )
    given = environment() | {"MOSQUITTO_CONF": out_of_reach}
    with metadata_endpoint(METADATA) as uri, volume() as folder:
        assert run_init(script(), given, folder, uri).returncode == 0
        with broker(folder / "mosquitto.conf") as port:
            assert health_check(container("broker"), folder, port) != 0
            begun = time.time() - 46
            os.utime(folder / "mosquitto.conf", (begun, begun))
            assert health_check(container("broker"), folder, port) == 0
            os.utime(folder / "mosquitto.conf")
            assert health_check(container("broker"), folder, port) != 0
            (folder / "linked").touch()
            assert health_check(container("broker"), folder, port) == 0


def test_the_backend_waits_for_the_link_and_the_broker_for_its_files() -> None:
    assert container("broker")["DependsOn"] == [{"ContainerName": "init", "Condition": "SUCCESS"}]
    assert container("backend")["DependsOn"] == [
        {"ContainerName": "broker", "Condition": "HEALTHY"}
    ]
    assert "HealthCheck" not in container("backend")


def test_the_bridge_listens_only_and_without_acknowledgements() -> None:
    lines = environment()["MOSQUITTO_CONF"].splitlines()
    assert [line for line in lines if line.startswith("topic ")] == [
        'topic evse/+/telemetry in 0 "" solarrally/small/',
        'topic evse/+/presence in 0 "" solarrally/small/',
    ]
