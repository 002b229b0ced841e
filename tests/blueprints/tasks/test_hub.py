"""The hub's own script and configuration at a real mosquitto, between a broker in AWS IoT's place
and a task's bridge."""

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from tests.blueprints.blueprint_setup import hub_init
from tests.blueprints.tasks.task_setup import METADATA, broker, metadata_endpoint, run_init, volume

PASSWORD = "Zq7" * 16
UP = "listener 1883 127.0.0.1\nallow_anonymous true\npersistence false\n"
PEMS = dict.fromkeys(("IOT_ROOT_CA", "IOT_CERTIFICATE", "IOT_PRIVATE_KEY"), "not read here")


def rendered(definition: str, folder: Path, **places: str) -> Path:
    """Run the init script of a task, and let its bridges connect here, without TLS."""
    container = hub_init(definition)
    plain = {each["Name"]: str(each["Value"]) for each in container["Environment"]}
    for name in ("MOSQUITTO_CONF", "LINK_CONF", "HUB_ACL"):
        if name in plain:
            text = plain[name].replace("iot.BridgeClientIdPrefix", "solarrally-m-bridge-")
            plain[name] = text.replace("iot.TopicPrefix", "solarrally/m/")
    with metadata_endpoint(METADATA) as uri:
        ended = run_init(
            container["Command"][0], plain | PEMS | {"HUB_PASSWORD": PASSWORD}, folder, uri
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    conf = folder / "mosquitto.conf"
    text = re.sub(
        r"^address .*$", f"address 127.0.0.1:{places['up']}", conf.read_text(), flags=re.MULTILINE
    )
    text = re.sub(
        r"^bridge_(cafile|certfile|keyfile|tls_version|insecure) .*\n", "", text, flags=re.MULTILINE
    )
    text = text.replace("listener 1883\n", "listener 1883 127.0.0.1\n")
    text = text.replace("listener 1884 127.0.0.1", f"listener {places.get('own', '0')} 127.0.0.1")
    conf.write_text(text.replace("sys_interval 10", "sys_interval 1"))
    return conf


class Listener:
    """A client that remembers what it hears."""

    def __init__(self, port: int, *filters: str, user: str = "", password: str = "") -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.refused = threading.Event()
        self.there = threading.Event()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        if user:
            self.client.username_pw_set(user, password)
        self.client.on_connect = lambda *got: (
            self.refused.set() if got[3].is_failure else self._subscribe(filters)
        )
        self.client.on_subscribe = lambda *_: self.there.set()
        self.client.on_message = lambda _c, _d, m: self.heard.append((m.topic, m.payload))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _subscribe(self, filters: tuple[str, ...]) -> None:
        self.client.subscribe([(each, 0) for each in filters])

    def until(self, topic: str, payload: bytes, limit: float = 90.0) -> None:
        end = time.monotonic() + limit
        while (topic, payload) not in self.heard:
            assert time.monotonic() < end, self.heard[-5:]
            time.sleep(0.02)


@pytest.fixture(scope="module")
def chain() -> Iterator[tuple[int, int, int]]:
    """Ports of the broker in AWS IoT's place, of the hub, and of a task's own broker."""
    with contextlib.ExitStack() as stack:
        folders = [stack.enter_context(volume()) for _ in range(3)]
        (folders[0] / "up.conf").write_text(UP)
        up = stack.enter_context(broker(folders[0] / "up.conf"))
        own = str(10000 + up % 50000)
        hub = stack.enter_context(
            broker(rendered("HubTaskDefinition", folders[1], up=str(up), own=own))
        )
        task = stack.enter_context(broker(rendered("TaskDefinition", folders[2], up=str(hub))))
        yield up, hub, task


def test_a_message_reaches_a_task_once_and_the_task_knows_the_hub(
    chain: tuple[int, int, int],
) -> None:
    up, _, task = chain
    viewer = Listener(task, "evse/+/telemetry", "hub/#")
    viewer.until("hub/link/1", b"1")
    viewer.until("hub/link/2", b"1")
    sender = Listener(up, "nothing")
    for number in range(40):
        sender.client.publish(f"solarrally/m/evse/c{number}/telemetry", b"x%d" % number)
    viewer.until("evse/c39/telemetry", b"x39")
    viewer.until("hub/messages/received", b"40")
    shown = [topic for topic, _ in viewer.heard if topic.startswith("evse/")]
    assert sorted(shown) == sorted({f"evse/c{n}/telemetry" for n in range(40)})


def test_only_tasks_read_and_nobody_writes(chain: tuple[int, int, int]) -> None:
    up, hub, task = chain
    for user, password in (("", ""), ("tasks", "wrong"), ("other", PASSWORD)):
        assert Listener(hub, "#", user=user, password=password).refused.wait(10)
    everything = Listener(hub, "#", "$SYS/#", user="tasks", password=PASSWORD)
    assert everything.there.wait(10)
    everything.client.publish("solarrally/m/evse/c1/telemetry", b"forged")
    viewer = Listener(task, "evse/+/telemetry")
    assert viewer.there.wait(10)
    Listener(up, "nothing").client.publish("solarrally/m/evse/c2/telemetry", b"real")
    viewer.until("evse/c2/telemetry", b"real")
    assert ("evse/c1/telemetry", b"forged") not in viewer.heard
    allowed = ("solarrally/m/evse/", "hub/link/", "$SYS/broker/publish/messages/received")
    assert all(topic.startswith(allowed) for topic, _ in everything.heard)
