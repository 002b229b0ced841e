"""One charger's MQTT connection to AWS IoT: 3.1.1, mutual TLS, QoS 1, every message counted."""

import asyncio
import ssl
from typing import Any, Final, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.problems import ChargerError

KEEPALIVE_SECONDS: Final = 60
CONNECT_SECONDS: Final = 10.0
LONGEST_PAUSE_SECONDS: Final = 8.0

FIRST_ATTEMPTS: Final = 6
"""Connections without any acknowledgement before we give up. More than one, because a policy may
take some seconds to be effective after it was attached."""

LATER_ATTEMPTS: Final = 40
"""The same once messages were acknowledged: about five minutes without a network."""

_SENT: Final = frozenset({MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN})


class Connection:
    """Publishes as one charger and reconnects automatically.

    Use as an asynchronous context manager. paho runs its network loop in a thread. Its callbacks
    pass everything on to the event loop, where the state is kept.
    """

    def __init__(self, charger: ChargerFiles) -> None:
        self._charger = charger
        self._loop = asyncio.get_running_loop()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._failed: asyncio.Future[None] = self._loop.create_future()
        self._attempts_left = FIRST_ATTEMPTS
        self._pause = 1.0
        self._reason = "the connection was closed without a reason"
        self._client = self._new_client()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start connecting."""
        self._keeper = asyncio.create_task(self._keep_connected())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect from the broker and stop paho's thread."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)
        if not self._failed.cancel():
            self._failed.exception()

    async def publish(self, payload: bytes) -> None:
        """Publish to the charger's topic; return when AWS IoT acknowledged.

        After a lost connection the message is sent again. Raises ChargerError when AWS IoT keeps
        rejecting this charger.
        """
        await self._or_failed(asyncio.ensure_future(self._up.wait()))
        sent = self._client.publish(self._charger.topic, payload, qos=1)
        if sent.rc not in _SENT:
            raise _refused(self._charger, paho.error_string(sent.rc))
        # The callback runs in the event loop, so it cannot come before this line.
        acknowledged = self._waiting[sent.mid] = self._loop.create_future()
        await self._or_failed(acknowledged)

    async def _or_failed(self, what: "asyncio.Future[Any]") -> None:
        try:
            await asyncio.wait({what, self._failed}, return_when=asyncio.FIRST_COMPLETED)
            if not what.done():
                self._failed.result()
        finally:
            what.cancel()

    async def _keep_connected(self) -> None:
        while self._attempts_left:
            self._attempts_left -= 1
            self._down.clear()
            try:
                await asyncio.to_thread(self._dial)
            except OSError as error:
                self._reason = str(error)
            else:
                await self._down.wait()
                await asyncio.to_thread(self._client.loop_stop)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        self._failed.set_exception(_refused(self._charger, self._reason))

    def _dial(self) -> None:
        self._client.connect(self._charger.endpoint, self._charger.port, KEEPALIVE_SECONDS)
        self._client.loop_start()

    def _new_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._charger.client_id,
            protocol=MQTTProtocolVersion.MQTTv311,
            clean_session=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_SECONDS
        client.tls_set_context(_tls(self._charger))
        hand_over = self._loop.call_soon_threadsafe

        def on_connect(_c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
            hand_over(self._connected, code)

        def on_disconnect(_c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
            hand_over(self._disconnected, code)

        def on_publish(_c: object, _u: object, mid: int, _r: object, _p: object) -> None:
            hand_over(self._acknowledged, mid)

        client.on_connect, client.on_disconnect = on_connect, on_disconnect
        client.on_publish = on_publish
        return client

    def _connected(self, code: ReasonCode) -> None:
        if code.is_failure:
            self._reason = str(code)
        else:
            self._up.set()

    def _disconnected(self, code: ReasonCode) -> None:
        self._up.clear()
        self._down.set()
        if code.is_failure:
            self._reason = f"the connection ended: {code}"

    def _acknowledged(self, mid: int) -> None:
        self._attempts_left, self._pause = LATER_ATTEMPTS, 1.0
        waiting = self._waiting.pop(mid, None)
        if waiting and not waiting.done():
            waiting.set_result(None)


def _tls(charger: ChargerFiles) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=charger.root_ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(charger.certificate, charger.key)
    except OSError as error:
        raise ChargerError(
            what=f"The files of {charger.name} cannot be used.",
            why="Its key, its certificate or root-ca.pem is missing or damaged.",
            next="Issue new ones with solarrally chargers add NAME --to FOLDER --replace.",
            detail=f"{charger.folder}: {error}",
        ) from error
    return context


def _refused(charger: ChargerFiles, reason: str) -> ChargerError:
    return ChargerError(
        what=f"{charger.name} cannot publish.",
        why=f"{charger.endpoint}:{charger.port} closes the connection or accepts no message.",
        next="Check the network, that the certificate is active, that its policy allows the topic "
        f"{charger.topic}, and that nothing else connects as {charger.client_id}.",
        detail=reason,
    )
