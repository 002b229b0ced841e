"""What the tests of chargers share: a deployed iot stack, a listener with the bridge's policy."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.aws.door import Door
from solarrally_tui.blueprints.catalogue import blueprint
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.deployed.record import Record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.parameters import parameters
from tests import clients
from tests.stacks.facts_setup import FACTS

REGION = "us-east-1"


def client(account: Account, service: str) -> Any:
    """A client of the account's owner, who deploys what these tests do not test."""
    return clients.client(clients.owner(account), service, REGION)


FOUNDATIONS = {
    "AlertTopicArn": f"arn:aws:sns:{REGION}:000000000000:alerts",
    "KmsKeyArn": f"arn:aws:kms:{REGION}:000000000000:key/0",
    "LogBucketName": "logs",
}


def known(site: Site, door: Door) -> DeployedSite:
    """A site as its record would tell, where only one of its stacks is deployed."""
    return DeployedSite.of(Record(site, site.region, "123456789012"), door)


def deploy_iot(account: Account, name: str, devices: dict[str, Any] | None = None) -> Site:
    cloudformation = client(account, "cloudformation")
    answers = {"name": name, "region": REGION, "tier": "small", "alerts": {"email": "a@b.example"}}
    site = from_answers(answers | ({"devices": devices} if devices else {}))
    given = parameters("iot", site, FACTS, {"bootstrap": FOUNDATIONS})
    cloudformation.create_stack(
        StackName=f"solarrally-{name}-iot",
        TemplateBody=blueprint("iot").template(),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "solarrally:site", "Value": name}],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=f"solarrally-{name}-iot", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return site


@dataclass
class Listener:
    """What a bridge of the site receives."""

    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, thing: str) -> list[dict[str, Any]]:
        return [message for topic, message in self.messages if topic.split("/")[3] == thing]

    async def wait_for(self, thing: str, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(60):
            while len(self.of(thing)) < count:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        return self.of(thing)


@contextmanager
def listening(account: Account, iot: Any, site: str, folder: Path) -> Iterator[Listener]:
    key = new_key("bridge")
    made = iot.create_certificate_from_csr(
        certificateSigningRequest=key.signing_request, setAsActive=True
    )
    iot.attach_policy(policyName=f"solarrally-{site}-bridge", target=made["certificateArn"])
    (folder / "key.pem").write_bytes(key.private_key)
    (folder / "cert.pem").write_text(made["certificatePem"])
    context = ssl.create_default_context(cafile=account.edge_ca_file)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    listener = Listener()
    ready = threading.Event()
    bridge = paho.Client(
        CallbackAPIVersion.VERSION2, client_id=f"solarrally-{site}-bridge-{uuid.uuid4().hex}"
    )
    bridge.tls_set_context(context)
    bridge.on_message = lambda _c, _u, m: listener.messages.append((m.topic, json.loads(m.payload)))
    bridge.on_subscribe = lambda *_: ready.set()

    def subscribe(*_: object) -> None:
        bridge.subscribe(f"solarrally/{site}/evse/+/telemetry", qos=0)

    told: list[str] = []
    bridge.on_connect = subscribe
    bridge.on_disconnect = lambda _c, _u, _f, reason, _p: told.append(str(reason))
    # A CONNECT that nobody answers is tried again after ten seconds, as LiveCharger does.
    bridge.connect("localhost", account.mqtt_port, keepalive=10)
    bridge.loop_start()
    assert ready.wait(60), told
    yield listener
    bridge.disconnect()
    bridge.loop_stop()


@dataclass
class LiveCharger:
    """A charger that stays connected with its files, and tries again as soon as AWS allows."""

    files: ChargerFiles
    connected: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    @property
    def lost(self) -> list[float]:
        """When it was cut off or refused, after it had connected: AWS refuses who is too quick."""
        return [moment for moment in self.ended if moment > self.connected[0]]

    def __post_init__(self) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=self.files.client_id)
        context = ssl.create_default_context(cafile=str(self.files.root_ca))
        context.load_cert_chain(self.files.certificate, self.files.key)
        self.client.tls_set_context(context)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.ended.append(time.monotonic())
        self.ready = threading.Event()
        # A short interval: whoever gets no answer to CONNECT tries again after it.
        self.client.connect(self.files.endpoint, self.files.port, keepalive=10)
        self.client.loop_start()
        assert self.ready.wait(60)

    def _on_connect(self, *given: Any) -> None:
        if not given[3].is_failure:
            self.connected.append(time.monotonic())
            self.ready.set()

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def solarrally(account: Account, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *arguments],
        env=account.applied_to(os.environ),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
