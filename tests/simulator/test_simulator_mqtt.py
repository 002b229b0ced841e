"""The MQTT endpoint: mutual TLS, policies, deactivated certificates."""

import json
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest

from tests.simulator.simulator_setup import IsolatedAccount, until

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "iot:Connect",
            "Resource": "arn:aws:iot:*:*:client/${iot:Connection.Thing.ThingName}",
        },
        {
            "Effect": "Allow",
            "Action": ["iot:Publish", "iot:Receive"],
            "Resource": "arn:aws:iot:*:*:topic/t/${iot:Connection.Thing.ThingName}",
        },
        {
            "Effect": "Allow",
            "Action": "iot:Subscribe",
            "Resource": "arn:aws:iot:*:*:topicfilter/t/${iot:Connection.Thing.ThingName}",
        },
    ],
}


@dataclass
class Device:
    """A thing with a certificate, and an MQTT client that uses it."""

    aws: IsolatedAccount
    folder: Path
    name: str
    certificate: dict[str, Any] = field(default_factory=dict)
    connected: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    heard: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        iot = self.aws.client("iot")
        self.certificate = iot.create_keys_and_certificate(setAsActive=True)
        iot.create_thing(thingName=self.name)
        arn = self.certificate["certificateArn"]
        iot.attach_thing_principal(thingName=self.name, principal=arn)
        if not iot.list_policies()["policies"]:
            iot.create_policy(policyName="device", policyDocument=json.dumps(POLICY))
        iot.attach_policy(policyName="device", target=arn)
        (self.folder / f"{self.name}.pem").write_text(
            self.certificate["certificatePem"] + self.certificate["keyPair"]["PrivateKey"]
        )

    def start(self, client_id: str = "", *, certificate: bool = True) -> mqtt.Client:
        account = self.aws.account
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client_id or self.name)
        context = ssl.create_default_context(cafile=str(account.edge_ca_file))
        if certificate:
            context.load_cert_chain(self.folder / f"{self.name}.pem")
        client.tls_set_context(context)
        client.reconnect_delay_set(60, 60)
        client.on_connect = self._on_connect
        client.on_disconnect = lambda *_: self.ended.set()
        client.on_message = lambda _c, _u, message: self.heard.append(message.payload)
        client.connect("localhost", account.mqtt_port)
        client.loop_start()
        return client

    def _on_connect(self, client: mqtt.Client, _u: Any, _f: Any, code: Any, _p: Any) -> None:
        if not code.is_failure:
            client.subscribe(f"t/{self.name}", qos=1)
            self.connected.set()


@pytest.fixture
def device(aws: IsolatedAccount, tmp_path: Path) -> Device:
    return Device(aws, tmp_path, "charger-1")


def test_a_device_uses_its_own_topic(device: Device) -> None:
    client = device.start()
    assert device.connected.wait(10)
    until(lambda: client.publish("t/charger-1", b"hello", qos=1).is_published() or device.heard)
    until(lambda: b"hello" in device.heard)
    client.loop_stop()


def test_another_topic_ends_the_connection(device: Device) -> None:
    client = device.start()
    assert device.connected.wait(10)
    client.publish("t/charger-2", b"x", qos=1)
    assert device.ended.wait(10)
    client.loop_stop()


def test_another_client_id_is_refused(device: Device) -> None:
    client = device.start("charger-2")
    assert device.ended.wait(10)
    assert not device.connected.is_set()
    client.loop_stop()


def test_no_certificate_no_connection(device: Device) -> None:
    try:
        client = device.start(certificate=False)
    except ssl.SSLError:
        return
    assert device.ended.wait(10)
    assert not device.connected.is_set()
    client.loop_stop()


@pytest.mark.parametrize("status", ["INACTIVE", "REVOKED"])
def test_a_deactivated_certificate_ends_and_stays_out(device: Device, status: str) -> None:
    client = device.start()
    assert device.connected.wait(10)
    identifier = device.certificate["certificateId"]
    iot = device.aws.client("iot")
    iot.update_certificate(certificateId=identifier, newStatus=status)
    assert device.ended.wait(10)
    client.loop_stop()
    device.connected.clear()
    device.ended.clear()
    again = device.start()
    assert device.ended.wait(10)
    assert not device.connected.is_set()
    again.loop_stop()


def test_describe_endpoint_says_where(aws: IsolatedAccount) -> None:
    endpoint = aws.client("iot").describe_endpoint(endpointType="iot:Data-ATS")["endpointAddress"]
    assert endpoint == f"localhost:{aws.account.mqtt_port}"
