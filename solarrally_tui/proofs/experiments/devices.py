"""What AWS IoT lets a device do. Each with things, a certificate and a policy for a moment."""

import asyncio
import json
import ssl
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.account.iot_endpoints import Endpoint, iot_endpoint
from solarrally_tui.chargers.simulation.registration import tls_in_memory
from solarrally_tui.deployed import device_certificates
from solarrally_tui.deployed.device_certificates import Certificate
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.proofs.bench import Bench, document, within
from solarrally_tui.proofs.left_behind import DEVICE
from solarrally_tui.proofs.mqtt import Device
from solarrally_tui.site.names import PROOF

_UP_SECONDS: Final = 60.0
"""How long a policy that was attached a moment ago may take to count."""
_CUT_SECONDS: Final = 5.0
_AWAY_SECONDS: Final = 15.0
_QUIET_SECONDS: Final = 5.0
"""How long nothing more has to come before a count is final."""
_MESSAGES: Final = 60
_CASE: Final = "SELECT n, CASE n WHEN 1 THEN 'one' END AS word"


@dataclass(frozen=True, slots=True)
class _Registered:
    """What devices connect with."""

    endpoint: Endpoint
    certificate: Certificate
    tls: ssl.SSLContext


async def _register(bench: Bench, *things: str, statements: list[dict[str, Any]]) -> _Registered:
    """Create things with one certificate, whose policy allows some statements. Raises AwsError."""
    door = bench.door
    await door.call(
        "iot",
        "create_policy",
        policyName=bench.name,
        policyDocument=json.dumps(document(*statements)),
    )
    key = await asyncio.to_thread(new_key, DEVICE, PROOF)
    issued = await device_certificates.issue(key.signing_request, door, active=False)
    await door.call("iot", "attach_policy", policyName=bench.name, target=issued.arn)
    for thing in things:
        await bench.thing(thing)
        await door.call("iot", "attach_thing_principal", thingName=thing, principal=issued.arn)
    await device_certificates.activate(issued, door)
    tls = await asyncio.to_thread(tls_in_memory, issued.pem, key.private_key)
    return _Registered(await iot_endpoint(door), issued, tls)


def _allow(bench: Bench, action: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": f"iot:{action}", "Resource": bench.arn("iot", resource)}


def _everything(bench: Bench) -> list[dict[str, Any]]:
    """Return what lets a device connect under the experiment's names, and use its topics."""
    return [
        _allow(bench, "Connect", f"client/{bench.name}*"),
        _allow(bench, "Publish", f"topic/{bench.name}/*"),
        _allow(bench, "Receive", f"topic/{bench.name}/*"),
        _allow(bench, "Subscribe", f"topicfilter/{bench.name}/*"),
        _allow(bench, "Subscribe", f"topicfilter/$share/*/{bench.name}/*"),
    ]


async def certificate_cut(bench: Bench) -> None:
    """Deactivate the certificate of a connected device, and end its connection."""
    held = await _register(bench, bench.name, statements=_everything(bench))
    with Device(bench.name).connecting(held.endpoint, held.tls) as device:
        if not await _up(bench, device):
            return
        await bench.door.call(
            "iot", "update_certificate", certificateId=held.certificate.id, newStatus="INACTIVE"
        )
        # Not found: deactivating has ended it already, or it is just connecting again.
        await bench.door.find(
            "iot-data", "delete_connection", clientId=bench.name, cleanSession=True
        )
        cut = await within(_CUT_SECONDS, lambda: not device.is_up)
        saw = f"after {cut:.1f} s" if cut is not None else f"connected after {_CUT_SECONDS:.0f} s"
        bench.note(f"cut off within {_CUT_SECONDS:.0f} s", saw, holds=cut is not None)
        before = device.times_up
        again = await within(_AWAY_SECONDS, lambda: device.times_up > before)
        bench.note(
            f"no connection for {_AWAY_SECONDS:.0f} s, tried each second",
            "none" if again is None else f"connected again after {again:.1f} s",
            holds=again is None,
        )


async def two_names(bench: Bench) -> None:
    """Connect under two names with one certificate, each with its own topic only."""
    name = "${iot:Connection.Thing.ThingName}"
    statements = [
        _allow(bench, "Connect", f"client/{name}"),
        _allow(bench, "Publish", f"topic/{PROOF}/{name}"),
    ]
    names = f"{bench.name}-a", f"{bench.name}-b"
    held = await _register(bench, *names, statements=statements)
    for own, other in (names, names[::-1]):
        with Device(own).connecting(held.endpoint, held.tls) as device:
            if not await _up(bench, device):
                continue
            device.publish(f"{PROOF}/{own}", b"own")
            took = await within(_CUT_SECONDS, lambda d=device: d.acknowledged > 0)  # type: ignore[misc]
            saw = "taken" if took is not None else "not acknowledged"
            bench.note(f"a message to {own[-1]}'s own topic is taken", saw, holds=took is not None)
            ups = device.times_up
            device.publish(f"{PROOF}/{other}", b"other")
            cut = await within(
                _CUT_SECONDS,
                lambda d=device, n=ups: not d.is_up or d.times_up > n,  # type: ignore[misc]
            )
            saw = "disconnected" if cut is not None else "the connection stayed"
            bench.note(f"one to {other[-1]}'s topic is not", saw, holds=cut is not None)


async def shared_subscription(bench: Bench) -> None:
    """Send messages to two subscribers of one shared subscription, and count them."""
    names = [f"{bench.name}-{part}" for part in ("sender", "left", "right")]
    held = await _register(bench, *names, statements=_everything(bench))
    with ExitStack() as open_devices:
        sender, *readers = [
            open_devices.enter_context(Device(name).connecting(held.endpoint, held.tls))
            for name in names
        ]
        for device in (sender, *readers):
            if not await _up(bench, device):
                return
        for reader in readers:
            reader.subscribe(f"$share/proof/{bench.name}/telemetry")
        shared = await within(_UP_SECONDS, lambda: all(reader.is_subscribed for reader in readers))
        saw = "both accepted" if shared is not None else "not acknowledged"
        bench.note("the shared subscription is accepted", saw, holds=shared is not None)
        for number in range(_MESSAGES):
            sender.publish(f"{bench.name}/telemetry", str(number).encode())
            await asyncio.sleep(0.02)

        def counts() -> Counter[bytes]:
            return Counter(payload for reader in readers for _, payload in reader.received)

        await within(_CUT_SECONDS * 4, lambda: sum(counts().values()) >= _MESSAGES)
        await asyncio.sleep(1.0)
        found = counts()
    twice = sum(1 for times in found.values() if times > 1)
    each = " and ".join(str(len(reader.received)) for reader in readers)
    bench.note(
        f"{_MESSAGES} messages come once each",
        f"{len(found)} of {_MESSAGES} came, {twice} of them more than once",
        holds=len(found) == _MESSAGES and not twice,
    )
    both = all(reader.received for reader in readers)
    bench.note("each of the two subscribers gets some", each, holds=both)


async def case_without_else(bench: Bench) -> None:
    """Let a rule republish two messages with a CASE that only one of them meets."""
    role = await bench.role(
        "rule",
        _allow(bench, "Publish", f"topic/{bench.name}/out"),
        principal={"Service": "iot.amazonaws.com"},
    )
    rule = bench.name.replace("-", "_")
    held = await _register(bench, bench.name, statements=_everything(bench))
    await bench.door.call(
        "iot",
        "create_topic_rule",
        ruleName=rule,
        topicRulePayload={
            "sql": f"{_CASE} FROM '{bench.name}/in'",
            "awsIotSqlVersion": "2016-03-23",
            "actions": [{"republish": {"roleArn": role, "topic": f"{bench.name}/out", "qos": 1}}],
        },
    )
    with Device(bench.name).connecting(held.endpoint, held.tls) as device:
        if not await _up(bench, device):
            return
        device.subscribe(f"{bench.name}/out")
        await within(_UP_SECONDS, lambda: device.is_subscribed)

        def texts() -> dict[int, dict[str, Any]]:
            return {one["n"]: one for one in (json.loads(told) for _, told in device.received)}

        for _ in range(12):  # a new rule takes some seconds
            for number in (1, 2):
                device.publish(f"{bench.name}/in", json.dumps({"n": number}).encode())
            if await within(_QUIET_SECONDS, lambda: len(texts()) > 1) is not None:
                break
        told = texts()
    bench.note("a message that matches has the field", str(told.get(1)), holds=_has(told, 1, True))
    bench.note("one that does not lacks it", str(told.get(2)), holds=_has(told, 2, False))


def _has(told: dict[int, dict[str, Any]], number: int, wanted: bool) -> bool | None:
    return ("word" in told[number]) is wanted if number in told else None


async def _up(bench: Bench, device: Device) -> bool:
    up = await within(_UP_SECONDS, lambda: device.is_up)
    if up is None:
        saw = f"no connection within {_UP_SECONDS:.0f} s"
        bench.note("AWS IoT accepts the connection", saw, holds=None)
    return up is not None
