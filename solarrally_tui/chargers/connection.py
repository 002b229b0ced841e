"""One charger's MQTT connection to AWS IoT: 3.1.1, mutual TLS, QoS 1, every message counted.

paho speaks MQTT; the event loop reads and writes its sockets, as paho documents for external loops.
So thousands of chargers need no thread each. Only dialling blocks: a few threads take turns.
"""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self, TypeVar

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode
from typing_extensions import override

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.management.device import Device, Message
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.proof import Hop
from solarrally_tui.domains.dns_lookup import Dns

KEEPALIVE_SECONDS: Final = 60
CONNECT_SECONDS: Final = 10.0
LONGEST_PAUSE_SECONDS: Final = 8.0

FIRST_ATTEMPTS: Final = 6
"""Connections without any acknowledgement before we give up. More than one, because a policy may
take some seconds to be effective after it was attached."""

LATER_ATTEMPTS: Final = 40
"""The same once messages were acknowledged: about five minutes without a network."""

_SENT: Final = frozenset({MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN})
_CARE_SECONDS: Final = KEEPALIVE_SECONDS / 4
"""How often paho looks whether it has to send a ping, or has waited too long for its answer."""
_POLL_SECONDS: Final = 0.02
"""How often a socket is read where the event loop cannot watch it: on Windows."""

_REFUSED_SUBSCRIPTIONS: Final = 2
"""Connections in a row that ended while subscribing before we connect without settings and jobs. A
site that was not updated since has a policy that does not allow them, and AWS IoT disconnects who
subscribes to what it may not."""

_Told = TypeVar("_Told")

_RESTART_SECONDS: Final = 1.0
"""How long a charger that restarts stays for its last acknowledgements, and then away."""

_dialling: Final = ThreadPoolExecutor(16, thread_name_prefix="dial")
"""Shared by all connections. Its threads start when they are needed."""


class Client(paho.Client):
    """Looks its host up where SOLARRALLY_DNS says, as every look-up of ours.

    It connects in threads only, which have no event loop.
    """

    @override
    def _create_socket_connection(self) -> socket.socket:
        host = self._host
        self._host = asyncio.run(Dns.of_environment().address(host))
        try:
            return super()._create_socket_connection()
        finally:
            # The TLS handshake names the host, by which AWS IoT tells a custom domain (SNI).
            self._host = host


class Connection:
    """Publishes as one charger and reconnects automatically.

    Use as an asynchronous context manager, in the event loop in which it was created.
    """

    def __init__(
        self,
        charger: ChargerFiles,
        tls: ssl.SSLContext | None = None,
        device: Device | None = None,
    ) -> None:
        """tls: what the charger shows and trusts; without it, what its files hold.

        device: takes settings from its shadow and carries out jobs; without it, nobody does.
        """
        self._charger, self._device = charger, device
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._failed: asyncio.Future[None] = self._loop.create_future()
        self._attempts_left = FIRST_ATTEMPTS
        self._pause = 1.0
        self._silent_until = 0.0
        self._reason = "the connection was closed without a reason"
        self._has_tls = self._is_closing = self._is_full = False
        self._subscribing = 0
        self._shaken = 0.0
        self._tls = tls
        self._client = self._new_client()
        self._keeper: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.hop = Hop.NETWORK
        """The hop that the present attempt has come to, or failed at."""
        self.milliseconds: dict[Hop, float] = {}
        """How long each hop of the present connection took. Acknowledgements are not among them."""

    async def __aenter__(self) -> Self:
        """Start connecting."""
        self._keeper = asyncio.create_task(self._keep_connected())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect from the broker."""
        self._is_closing = True
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._client.disconnect()
        if self._timer:
            self._timer.cancel()
        if not self._failed.cancel():
            self._failed.exception()

    @property
    def is_up(self) -> bool:
        """Whether AWS IoT has accepted the present connection."""
        return self._up.is_set()

    async def connected(self) -> None:
        """Return once AWS IoT has accepted a connection.

        Raises ChargerError when it refuses, and for files that cannot be used.
        """
        await self._or_failed(asyncio.ensure_future(self._up.wait()))

    async def publish(self, payload: bytes) -> None:
        """Publish to the charger's topic; return when AWS IoT acknowledged.

        After a lost connection the message is sent again. Raises ChargerError when AWS IoT keeps
        rejecting this charger.
        """
        await self.connected()
        sent = self._client.publish(self._charger.topic, payload, qos=1)
        if sent.rc not in _SENT:
            raise _refused(self._charger, paho.error_string(sent.rc))
        # Acknowledgements are read in this loop, so none can come before this line.
        acknowledged = self._waiting[sent.mid] = self._loop.create_future()
        self._flush()
        await self._or_failed(acknowledged)

    def lose(self, seconds: float) -> None:
        """Let the connection break as a radio does, without a word, for at least some seconds."""
        self._silent_until = self._loop.time() + seconds
        if held := self._socket():
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

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
                await self._loop.run_in_executor(_dialling, self._dial)
            except ChargerError as error:
                self._failed.set_exception(error)
                return
            except OSError as error:
                self._reason = str(error)
            else:
                self._attend()
                await self._down.wait()
            await asyncio.sleep(max(self._pause, self._silent_until - self._loop.time()))
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        self._failed.set_exception(_refused(self._charger, self._reason))

    def _dial(self) -> None:
        """Connect, in a thread of the pool: paho's own way of connecting blocks.

        Raises OSError, and ChargerError for files that cannot be used.
        """
        if not self._has_tls:
            self._client.tls_set_context(self._tls or tls_of(self._charger))
            self._has_tls = True
        self.hop, self.milliseconds = Hop.NETWORK, {}
        _shaking.begun = _shaking.ended = 0.0
        begun = time.perf_counter()
        charger = self._charger
        try:
            self._client.connect(charger.endpoint, charger.port, KEEPALIVE_SECONDS)
        except OSError:
            if _shaking.begun:
                self.hop = Hop.TLS
                self.milliseconds = {Hop.NETWORK: (_shaking.begun - begun) * 1000}
            raise
        self.hop, self._shaken = Hop.CONNECT, _shaking.ended
        self.milliseconds = {
            Hop.NETWORK: (_shaking.begun - begun) * 1000,
            Hop.TLS: (_shaking.ended - _shaking.begun) * 1000,
        }
        if self._is_closing:
            self._client.disconnect()

    def _socket(self) -> ssl.SSLSocket | None:
        held = self._client.socket()
        return held if isinstance(held, ssl.SSLSocket) else None

    def _attend(self) -> None:
        """Let the event loop read the socket from now on."""
        if held := self._socket():
            try:
                self._loop.add_reader(held, self._read)
            except NotImplementedError:  # Windows' own loop watches no sockets
                self._poll()
            self._take_care()

    def _read(self) -> None:
        self._client.loop_read()
        # What TLS has decrypted already makes the socket readable no more.
        while (held := self._socket()) and held.pending():
            self._client.loop_read()
        self._flush()

    def _poll(self) -> None:
        if self._socket():
            self._read()
            self._loop.call_later(_POLL_SECONDS, self._poll)

    def _flush(self) -> None:
        """Write what paho could not write at once, as soon as the socket takes it."""
        held = self._socket()
        if held is None:
            return
        if self._client.want_write():
            self._client.loop_write()
        with contextlib.suppress(NotImplementedError):
            if self._client.want_write():
                self._is_full = True
                self._loop.add_writer(held, self._flush)
            elif self._is_full and self._socket():
                self._is_full = False
                self._loop.remove_writer(held)

    def _take_care(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._socket():
            self._client.loop_misc()
            self._flush()
            self._timer = self._loop.call_later(_CARE_SECONDS, self._take_care)

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._charger.client_id,
            protocol=MQTTProtocolVersion.MQTTv311,
            clean_session=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = CONNECT_SECONDS

        def on_connect(_c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
            self._in_loop(self._connected, code)

        def on_disconnect(_c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
            self._in_loop(self._disconnected, code)

        def on_publish(_c: object, _u: object, mid: int, _r: object, _p: object) -> None:
            self._in_loop(self._acknowledged, mid)

        def on_subscribe(_c: object, _u: object, mid: int, _codes: object, _p: object) -> None:
            self._in_loop(self._subscribed, mid)

        def on_message(_c: object, _u: object, message: paho.MQTTMessage) -> None:
            self._in_loop(self._received, message)

        def on_socket_close(_c: object, _u: object, held: Any) -> None:
            # A thread that dials closes only what the loop does not watch yet.
            if threading.get_ident() == self._thread:
                with contextlib.suppress(NotImplementedError):
                    self._loop.remove_reader(held)
                    self._loop.remove_writer(held)

        client.on_connect, client.on_disconnect = on_connect, on_disconnect
        client.on_publish, client.on_socket_close = on_publish, on_socket_close
        client.on_subscribe, client.on_message = on_subscribe, on_message
        return client

    def _in_loop(self, call: Callable[[_Told], None], told: _Told) -> None:
        """Call in the event loop: at once, unless paho calls back while a thread dials."""
        if threading.get_ident() == self._thread:
            call(told)
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(call, told)

    def _connected(self, code: ReasonCode) -> None:
        if code.is_failure:
            self._reason = str(code)
            return
        self.milliseconds[Hop.CONNECT] = (time.perf_counter() - self._shaken) * 1000
        self.hop = Hop.PUBLISH
        self._up.set()
        if self._device and self._subscribing < _REFUSED_SUBSCRIPTIONS:
            self._subscribing += 1
            self._client.subscribe([(topic, 1) for topic in self._device.subscriptions])
            self._flush()

    def _subscribed(self, _mid: int) -> None:
        self._subscribing = 0
        if self._device:
            self._send(self._device.hello())

    def _received(self, message: paho.MQTTMessage) -> None:
        if self._device is None:
            return
        answer = self._device.answer(message.topic, bytes(message.payload))
        self._send(answer.messages)
        if answer.restart:
            self._loop.call_later(_RESTART_SECONDS, self.lose, _RESTART_SECONDS)

    def _send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._client.publish(message.topic, message.payload, qos=1)
        self._flush()

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


_shaking: Final = threading.local()
"""When the handshake of the connection that this thread dials began and ended."""


class _TimedSocket(ssl.SSLSocket):
    """Notes how long the handshake took. paho connects and shakes hands in one call."""

    @override
    def do_handshake(self, block: bool = False) -> None:
        _shaking.begun = time.perf_counter()
        super().do_handshake(block)
        _shaking.ended = time.perf_counter()


def tls_of(charger: ChargerFiles) -> ssl.SSLContext:
    """Return what a charger shows and trusts by its files. Raises ChargerError."""
    try:
        context = trusting(charger.root_ca.read_text(encoding="ascii", errors="ignore"))
        context.load_cert_chain(charger.certificate, charger.key)
    except (OSError, ValueError) as error:
        raise ChargerError(
            what=f"The files of {charger.name} cannot be used.",
            why="Its key, its certificate or root-ca.pem is missing or damaged.",
            next="Issue new ones with solarrally chargers replace NAME --to FOLDER.",
            detail=f"{charger.folder}: {error}",
        ) from error
    return context


def trusting(authorities: str) -> ssl.SSLContext:
    """Return a context that trusts some authorities (PEM) and lacks a certificate still.

    Raises ssl.SSLError for a text without any.
    """
    context = ssl.create_default_context(cadata=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TimedSocket
    return context


def _refused(charger: ChargerFiles, reason: str) -> ChargerError:
    return ChargerError(
        what=f"{charger.name} cannot publish.",
        why=f"{charger.endpoint}:{charger.port} closes the connection or accepts no message.",
        next="Check the network, that the certificate is active, that its policy allows the topic "
        f"{charger.topic}, and that nothing else connects as {charger.client_id}.",
        detail=reason,
    )
