"""What a device's firmware does with a claim: it gets a certificate for its own key, once."""

import asyncio
import json
import queue
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from solarrally_tui.chargers import files
from solarrally_tui.chargers.claims.files import ClaimFiles
from solarrally_tui.chargers.connection import Client
from solarrally_tui.chargers.files import ChargerFiles, check_name
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.device_keys import new_key
from solarrally_tui.site import names

SECONDS: Final = 15.0
"""How long an answer may take. The site's check has four seconds, and may have to start first."""


async def provision(claim: ClaimFiles, serial: str, folder: Path) -> ChargerFiles:
    """Register a charger with a claim and write its files into a folder. Raises ChargerError.

    The key is created here and never sent. AWS IoT deletes a certificate that was not registered
    within an hour, so one whose answer was lost leaves nothing.
    """
    check_name(serial)
    await asyncio.to_thread(files.prepare, folder, serial)
    return await asyncio.to_thread(_provision, claim, serial, folder)


def _provision(claim: ClaimFiles, serial: str, folder: Path) -> ChargerFiles:
    key = new_key(serial, claim.site)
    with _connected(claim, serial) as device:
        certificate = device.ask(
            claim.csr_topic, {"certificateSigningRequest": key.signing_request}
        )
        registered = device.ask(
            claim.register_topic,
            {
                "certificateOwnershipToken": certificate["certificateOwnershipToken"],
                "parameters": {"SerialNumber": serial},
            },
        )
    name = registered["thingName"]
    charger = ChargerFiles(
        folder,
        name,
        claim.site,
        claim.region,
        claim.endpoint,
        claim.port,
        name,
        names.telemetry_topic(claim.topic_name or claim.site, name),
    )
    files.write(
        charger,
        key.private_key,
        certificate["certificatePem"],
        claim.root_ca.read_text(encoding="ascii"),
    )
    return charger


class _Device:
    """A connection with a claim: asks on a topic, and waits for what is accepted or rejected."""

    def __init__(self, claim: ClaimFiles, serial: str) -> None:
        self._claim, self._serial = claim, serial
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{claim.client_id_prefix}{serial}",
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        self.client.tls_set_context(_tls(claim))
        put = self._events.put
        self.client.on_connect = lambda _c, _u, _f, code, _p: put(
            ("gone" if code.is_failure else "up", code)
        )
        self.client.on_subscribe = lambda *_: put(("subscribed", None))
        self.client.on_message = lambda _c, _u, message: put((message.topic, message.payload))
        self.client.on_disconnect = lambda _c, _u, _f, code, _p: put(("gone", code))

    def leave(self) -> None:
        """Disconnect, and end paho's thread."""
        self.client.disconnect()
        self.client.loop_stop()

    def ask(self, topic: str, request: dict[str, Any]) -> dict[str, Any]:
        """Publish a request and return the answer. Raises ChargerError."""
        self.client.publish(topic, json.dumps(request), qos=1)
        while True:
            kind, answer = self.wait()
            if kind == f"{topic}/accepted":
                return dict(json.loads(answer))
            if kind == f"{topic}/rejected":
                raise self._rejected(json.loads(answer))

    def wait(self) -> tuple[str, Any]:
        """Return the next event. Raises ChargerError when the connection ends, or nothing comes."""
        try:
            kind, what = self._events.get(timeout=SECONDS)
        except queue.Empty:
            kind, what = "gone", f"no answer within {SECONDS:.0f} seconds"
        if kind == "gone":
            raise ChargerError(
                what=f"{self._serial} was not registered.",
                why="AWS IoT ended the connection or did not answer: the claim may be revoked.",
                next="See whether the claim exists: solarrally chargers claim list",
                detail=str(what),
            )
        return kind, what

    def _rejected(self, answer: dict[str, Any]) -> ChargerError:
        refused = answer.get("errorCode") == "AccessDenied"
        return ChargerError(
            what=f"{self._serial} was not registered.",
            why="The site's check refused it: it is not expected, its serial number begins "
            "otherwise, it has a certificate already, or the claim has reached its limit."
            if refused
            else "AWS IoT rejected the request.",
            next="See the limits: solarrally chargers claim list. To expect it: solarrally "
            f"chargers claim expect {self._serial}",
            detail=f"{answer.get('errorCode')}: {answer.get('errorMessage')}",
        )


@contextmanager
def _connected(claim: ClaimFiles, serial: str) -> Iterator[_Device]:
    device = _dialled(claim, serial)
    try:
        answers = [f"{t}/{k}" for t in (claim.csr_topic, claim.register_topic) for k in _KINDS]
        device.client.subscribe([(topic, 1) for topic in answers])
        device.wait()
        yield device
    finally:
        device.leave()


def _dialled(claim: ClaimFiles, serial: str) -> _Device:
    """Connect, in some attempts. Raises ChargerError.

    AWS IoT accepts a client id once a second, and a policy works some seconds after it is attached.
    """
    for pause in _PAUSES:
        device = _Device(claim, serial)
        try:
            device.client.connect(claim.endpoint, claim.port)
            device.client.loop_start()
            device.wait()
        except (OSError, ChargerError) as error:
            device.leave()
            reason = str(error.plain.detail if isinstance(error, ChargerError) else error)
            time.sleep(pause)
        else:
            return device
    raise ChargerError(
        what=f"{serial} was not registered.",
        why=f"{claim.endpoint}:{claim.port} does not take the claim {claim.name}: there is no "
        "connection, or the claim is revoked.",
        next="See whether the claim exists: solarrally chargers claim list",
        detail=reason,
    )


def _tls(claim: ClaimFiles) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=claim.root_ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(claim.certificate, claim.key)
    except OSError as error:
        raise ChargerError(
            what=f"The files of the claim {claim.name} cannot be used.",
            why="Its key, its certificate or root-ca.pem is missing or damaged.",
            next="Copy the whole folder again, or revoke the claim and create another.",
            detail=f"{claim.folder}: {error}",
        ) from error
    return context


_PAUSES: Final = (1.1, 2.0, 0.0)
_KINDS: Final = ("accepted", "rejected")
