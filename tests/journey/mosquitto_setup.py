"""A real mosquitto runs the configuration of the registered task definition."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.simulator.child import Account
from tests.journey.journey_setup import client, solarrally

TASK = "arn:aws:ecs:us-east-1:123456789012:task/house/0123456789abcdef0123456789abcdef"
BROKER_USER = 1883
MESSAGES = 30


class Metadata(BaseHTTPRequestHandler):
    """The task metadata endpoint, as far as the init container asks it."""

    def do_GET(self) -> None:
        body = json.dumps({"Cluster": "house", "TaskARN": TASK}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def metadata_endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[None]:
    path = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin")
    assert path, "mosquitto is needed: .ci/system-packages installs it"
    as_broker: dict[str, Any] = {"user": BROKER_USER, "group": BROKER_USER, "extra_groups": []}
    process = subprocess.Popen(
        [path, "-c", str(folder / "mosquitto.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **(as_broker if os.getuid() == 0 else {}),
    )
    yield
    process.terminate()
    process.wait(10)


def run_init(account: Account, folder: Path) -> None:
    """Run the init container's own command with its own environment and secrets."""
    stacks = client(account, "cloudformation", "us-east-1")
    app = stacks.describe_stacks(StackName="solarrally-small-app")["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in app["Outputs"]}
    task = client(account, "ecs", "us-east-1").describe_task_definition(
        taskDefinition=outputs["TaskDefinitionArn"]
    )["taskDefinition"]
    init = next(one for one in task["containerDefinitions"] if one["name"] == "init")
    variables = {one["name"]: one["value"] for one in init["environment"]}
    variables |= {one["name"]: secret(account, one["valueFrom"]) for one in init["secrets"]}
    with metadata_endpoint() as endpoint:
        variables |= {
            "PATH": os.environ["PATH"],
            "MQTT_DIR": str(folder),
            "TMP_DIR": "",
            "ECS_CONTAINER_METADATA_URI_V4": endpoint,
        }
        subprocess.run([*init["entryPoint"], *init["command"]], env=variables, check=True)
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, BROKER_USER, BROKER_USER)


def secret(account: Account, value_from: str) -> str:
    arn, key = value_from.rstrip(":").rsplit(":", 1)
    response = client(account, "secretsmanager", "us-east-1").get_secret_value(SecretId=arn)
    return str(json.loads(response["SecretString"])[key])


async def telemetry_crosses_the_bridge(account: Account, tmp_path: Path) -> None:
    """Of the site small, from a charger of its own to a client of the broker."""
    added = solarrally(
        account,
        tmp_path,
        "chargers",
        "add",
        "evse-real",
        "--to",
        str(tmp_path / "charger"),
        "--site",
        "small",
    )
    assert added.code == 0, added.err
    folder = tmp_path / "mqtt"
    folder.mkdir()
    for parent in (folder, tmp_path, *tmp_path.parents[:3]):
        with contextlib.suppress(PermissionError):
            parent.chmod(0o755)
    run_init(account, folder)
    heard: list[str] = []
    with broker(folder):
        listener = await listening(heard)
        counts = await simulate([tmp_path / "charger"], interval=0.05, count=MESSAGES)
        await until(lambda: len(heard) >= MESSAGES)
        listener.loop_stop()
    assert counts.acknowledged == MESSAGES
    assert heard == ["evse/evse-real/telemetry"] * MESSAGES


async def listening(heard: list[str]) -> mqtt.Client:
    """A local client, as the backend is one, once the bridge says that its link is up."""
    linked: list[bytes] = []
    local = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)

    def received(_client: Any, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if message.topic.startswith("$SYS"):
            linked.append(message.payload)
        else:
            heard.append(message.topic)

    local.on_message = received
    await until(lambda: _connects(local))
    local.subscribe([("evse/+/telemetry", 1), ("$SYS/broker/connection/+/state", 1)])
    local.loop_start()
    await until(lambda: linked[-1:] == [b"1"])
    return local


def _connects(local: mqtt.Client) -> bool:
    try:
        return local.connect("127.0.0.1", 1883) == mqtt.MQTT_ERR_SUCCESS
    except OSError:
        return False


async def until(true: Any, seconds: float = 90.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.1)
