"""AWS IoT's limits on connections and the registry, and the end of connections."""

import itertools
import json
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from solarrally_tui.simulator.iot import broker_limits
from solarrally_tui.simulator.iot.broker_limits import ConnectRates, Rate, is_topic, keep_alive
from tests.simulator.simulator_setup import LIMIT_SECONDS, IsolatedAccount, control, until
from tests.simulator.test_simulator_mqtt import Device


def test_a_rate_allows_a_second_at_once_and_then_an_even_flow() -> None:
    rate = Rate(100)
    assert sum(rate.allows(5.0) for _ in range(500)) == 100
    assert sum(rate.allows(5.5) for _ in range(500)) == 50
    assert sum(rate.allows(60.0) for _ in range(500)) == 100


def test_what_exceeds_the_throughput_waits_in_order() -> None:
    rate = Rate(1000)
    assert rate.wait(1000, 0.0) == 0
    waits = [rate.wait(500, 0.0) for _ in range(3)]
    assert waits == pytest.approx([0.5, 1.0, 1.5])
    assert rate.wait(100, 10.0) == 0


def test_a_client_connects_once_a_second_and_an_account_five_hundred_times() -> None:
    rates = ConnectRates()
    assert rates.allow("1", "r", "a", 0.0)
    assert not rates.allow("1", "r", "a", 0.9)
    assert rates.allow("2", "r", "a", 0.9)
    assert rates.allow("1", "r", "a", 1.0)
    accepted = sum(rates.allow("3", "r", f"c{n}", 0.0) for n in range(600))
    assert accepted == broker_limits.CONNECTS_A_SECOND


@pytest.mark.parametrize(
    ("topic", "fits"),
    [
        ("a/b/c/d/e/f/g/h", True),
        ("a/b/c/d/e/f/g/h/i", False),
        ("$aws/rules/name/a/b/c/d/e/f/g/h", True),
        ("$aws/rules/name/a/b/c/d/e/f/g/h/i", False),
        ("$share/group/a/b/c/d/e/f/g/h", True),
        ("é" * 128, True),
        ("é" * 129, False),
    ],
)
def test_a_topic_has_seven_slashes_and_256_bytes(topic: str, fits: bool) -> None:
    assert is_topic(topic) == fits


def test_a_client_may_be_silent_for_one_and_a_half_intervals() -> None:
    asked = (0, 1, 30, 60, 1200, 65535)
    assert [keep_alive(one) for one in asked] == [1800, 45, 45, 90, 1800, 1800]


def text(value: str) -> bytes:
    return struct.pack("!H", len(value.encode())) + value.encode()


def packet(first: int, body: bytes) -> bytes:
    size, digits = len(body), bytearray()
    while True:
        size, digit = divmod(size, 128)
        digits.append(digit | (128 if size else 0))
        if not size:
            return bytes([first]) + bytes(digits) + body


PONG = b"\xd0\0"


class Wire:
    """A client that sends any packet, unlike a library."""

    def __init__(self, device: Device, client_id: str = "", level: int = 4) -> None:
        account = device.aws.account
        context = ssl.create_default_context(cafile=str(account.edge_ca_file))
        context.load_cert_chain(device.folder / f"{device.name}.pem")
        plain = socket.create_connection(("localhost", account.mqtt_port), 10)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        rest = b"\0" if level == 5 else b""
        body = text("MQTT") + bytes([level, 2]) + struct.pack("!H", 60) + rest
        self.socket.sendall(packet(0x10, body + text(client_id or device.name)))

    def publish(self, topic: str, payload: bytes = b"x", *identifiers: int) -> None:
        """Send a message once for each identifier, all at once; without one as QoS 0."""
        each = (text(topic) + struct.pack("!H", one) + payload for one in identifiers)
        messages = [packet(0x32, one) for one in each] or [packet(0x30, text(topic) + payload)]
        self.socket.sendall(b"".join(messages))

    def subscribe(self, *filters: str) -> None:
        wanted = b"".join(text(one) + b"\0" for one in filters)
        self.socket.sendall(packet(0x82, struct.pack("!H", 1) + wanted))

    def read(self) -> bytes:
        """What the broker has answered to everything so far: up to the answer to a ping."""
        self.socket.sendall(b"\xc0\0")
        self.socket.settimeout(LIMIT_SECONDS)
        got = b""
        while not got.endswith(PONG):
            part = self.socket.recv(65536)
            assert part, f"the connection ended after {got!r}"
            got += part
        return got.removesuffix(PONG)

    @property
    def is_closed(self) -> bool:
        self.socket.settimeout(LIMIT_SECONDS)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except (ConnectionError, ssl.SSLError):
            pass
        return True


def connected(device: Device, client_id: str = "") -> Wire:
    wire = Wire(device, client_id)
    assert wire.socket.recv(4) == b"\x20\x02\x00\x00"
    return wire


numbers = itertools.count()


@pytest.fixture
def device(aws: IsolatedAccount, tmp_path: Path) -> Device:
    return Device(aws, tmp_path, f"limited-{next(numbers)}")


@pytest.fixture
def wire(device: Device) -> Iterator[Wire]:
    wire = connected(device)
    yield wire
    wire.socket.close()


def test_what_exceeds_100_messages_a_second_is_discarded_and_not_acknowledged(
    device: Device, wire: Wire
) -> None:
    began, sent = time.monotonic(), 1000
    wire.publish(f"t/{device.name}", b"x", *range(1, sent + 1))
    acknowledged = wire.read().count(b"\x40\x02")
    assert 100 <= acknowledged <= 100 * (1 + time.monotonic() - began) < sent
    time.sleep(0.02)  # in which two more may come
    wire.publish(f"t/{device.name}", b"x", 2000)
    assert wire.read() == b"\x40\x02\x07\xd0"
    metrics = device.aws.client("cloudwatch").list_metrics(Namespace="AWS/IoT")["Metrics"]
    assert "PublishIn.Throttle" in {one["MetricName"] for one in metrics}


def test_nobody_receives_more_than_100_messages_a_second(
    aws: IsolatedAccount, tmp_path: Path
) -> None:
    anything = {"Effect": "Allow", "Action": "iot:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [anything]})
    aws.client("iot").create_policy(policyName="device", policyDocument=document)
    device = Device(aws, tmp_path, "receiver")
    wire, senders = connected(device), [connected(device, f"sender-{n}") for n in range(5)]
    wire.subscribe("t/all")
    assert wire.read().startswith(b"\x90")
    began = time.monotonic()
    for sender in senders:
        sender.publish("t/all", b"message", *range(1, 101))
        assert sender.read().count(b"\x40\x02") == 100
    received = wire.read().count(b"message")
    assert 100 <= received <= 100 * (1 + time.monotonic() - began) < 500


def test_a_faster_client_is_slowed_down_to_512_kb_a_second(device: Device, wire: Wire) -> None:
    began = time.monotonic()
    wire.publish(f"t/{device.name}", b"x" * 120_000, *range(1, 9))
    assert wire.read().count(b"\x40\x02") == 8
    assert time.monotonic() - began > 0.7


@pytest.mark.parametrize(
    "work",
    [
        lambda wire, own: wire.publish(own, b"x" * (128 * 1024 + 1)),
        lambda wire, own: wire.publish(own + "/a" * 8),
        lambda wire, own: wire.publish(own + "a" * 256),
        lambda wire, own: wire.subscribe(*[own] * 9),
        lambda wire, own: wire.subscribe(own + "/+" * 8),
        lambda wire, own: wire.socket.sendall(
            packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c" + text("again"))
        ),
    ],
    ids=["payload", "slashes", "topic", "filters", "deep filter", "second connect"],
)
def test_what_breaks_a_limit_ends_the_connection(device: Device, wire: Wire, work: object) -> None:
    work(wire, f"t/{device.name}")  # type: ignore[operator]
    assert wire.is_closed


def test_a_client_id_has_128_bytes(device: Device) -> None:
    assert Wire(device, "x" * 129).is_closed


def test_a_client_that_connects_again_within_a_second_is_refused(
    device: Device, wire: Wire
) -> None:
    # A busy machine may take longer than that second. Then the newer one replaces the older.
    while (answer := (again := Wire(device, level=5)).socket.recv(64))[3:4] == b"\0":
        wire = again
    assert answer[3:4] == b"\x97"
    wire.publish(f"t/{device.name}", b"x", 1)
    assert wire.read().startswith(b"\x40")  # the first one stays
    time.sleep(1)
    connected(device)
    assert wire.is_closed


def test_a_deactivated_certificate_keeps_its_connection_for_minutes(
    device: Device, wire: Wire
) -> None:
    account, iot = device.aws.account, device.aws.client("iot")
    identifier = device.certificate["certificateId"]
    assert control(account, "POST", "deactivation", {"seconds": 3600}) == (200, {"seconds": 3600})
    try:
        iot.update_certificate(certificateId=identifier, newStatus="INACTIVE")
        wire.publish(f"t/{device.name}", b"x", 7)
        assert wire.read() == b"\x40\x02\x00\x07"
        assert Wire(device, f"{device.name}-b").is_closed
        control(account, "POST", "deactivation", {"seconds": 0.5})
        began = time.monotonic()
        iot.update_certificate(certificateId=identifier, newStatus="REVOKED")
        assert wire.is_closed
        assert time.monotonic() - began >= 0.5
    finally:
        control(account, "POST", "deactivation", {})


def test_one_that_is_active_again_in_time_keeps_it(device: Device, wire: Wire) -> None:
    account, iot = device.aws.account, device.aws.client("iot")
    identifier = device.certificate["certificateId"]
    control(account, "POST", "deactivation", {"seconds": 1.5})
    try:
        iot.update_certificate(certificateId=identifier, newStatus="INACTIVE")
        iot.update_certificate(certificateId=identifier, newStatus="ACTIVE")
    finally:
        control(account, "POST", "deactivation", {})
    wire.publish(f"t/{device.name}", b"x", 1)
    time.sleep(1.8)
    assert wire.read() == b"\x40\x02\x00\x01"


def test_a_connection_can_be_deleted(device: Device, wire: Wire) -> None:
    data, iot = device.aws.client("iot-data"), device.aws.client("iot")
    mode = {"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"}
    iot.update_indexing_configuration(thingIndexingConfiguration=mode)
    assert iot.get_thing_connectivity_data(thingName=device.name)["connected"] is True
    data.delete_connection(clientId=device.name, cleanSession=True, preventWillMessage=True)
    assert wire.is_closed
    known = until(
        lambda: (
            found
            if not (found := iot.get_thing_connectivity_data(thingName=device.name))["connected"]
            else None
        )
    )
    assert known["disconnectReason"] == "API_INITIATED_DISCONNECT"
    with pytest.raises(data.exceptions.ResourceNotFoundException):
        data.delete_connection(clientId=device.name)
    time.sleep(1)
    connected(device)  # Nothing keeps a client out whose certificate is active.


def test_a_policy_and_attributes_have_a_size(aws: IsolatedAccount) -> None:
    iot = aws.client("iot")
    statement = '{"Effect": "Allow", "Action": "iot:Connect", "Resource": "%s"}'
    document = '{"Version": "2012-10-17",      "Statement": [%s]}'
    fitting = document % (statement % ("a" * 1954))
    assert len("".join(fitting.split())) == 2048
    iot.create_policy(policyName="fits", policyDocument=fitting)
    with pytest.raises(iot.exceptions.InvalidRequestException, match="2048"):
        iot.create_policy(policyName="long", policyDocument=document % (statement % ("a" * 1955)))
    for _ in range(4):
        iot.create_policy_version(policyName="fits", policyDocument=document % "")
    with pytest.raises(iot.exceptions.VersionsLimitExceededException):
        iot.create_policy_version(policyName="fits", policyDocument=document % "")
    attributes = {f"a{n}": "x" for n in range(4)}
    with pytest.raises(iot.exceptions.InvalidRequestException, match="attributes"):
        iot.create_thing(thingName="t", attributePayload={"attributes": attributes})
    iot.create_thing_type(thingTypeName="kind")
    attributes = {f"a{n}": "x" for n in range(50)}
    given = {"thingName": "t", "thingTypeName": "kind"}
    iot.create_thing(**given, attributePayload={"attributes": attributes})
    for more in ({"a50": "x"}, {"a0": "x" * 801}, {"a b": "x"}, {"a0": "an é"}):
        with pytest.raises(iot.exceptions.InvalidRequestException):
            iot.update_thing(thingName="t", attributePayload={"attributes": more, "merge": True})
