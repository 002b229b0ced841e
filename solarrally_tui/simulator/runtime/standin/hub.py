"""The stand-in for a task of the hub: a small MQTT 3.1.1 broker between AWS IoT and the tasks.

It keeps mosquitto's promises as far as blueprints/app uses them: QoS 0, sign-in with the password,
an access list with `read` only, retained states of its links, and the count of received messages.
"""

import asyncio
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from paho.mqtt.client import topic_matches_sub

from solarrally_tui.simulator.runtime.standin.bridge import BridgeClient
from solarrally_tui.simulator.runtime.standin.task_settings import Access, Link
from solarrally_tui.simulator.settings import LOOPBACK

COUNT: Final = "$SYS/broker/publish/messages/received"
SYS_SECONDS: Final = 10.0
"""How often the count is published (blueprints/app, sys_interval)."""

_CONNECT, _PUBLISH, _SUBSCRIBE, _PING, _DISCONNECT = 1, 3, 8, 12, 14
_ACCEPTED, _NOT_AUTHORIZED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x05"
_PONG: Final = b"\xd0\x00"
_REFUSED: Final = 0x80
_MOST_WAITING: Final = 1_000_000
"""Bytes that wait for a subscriber. Messages for one that does not read are dropped."""


@dataclass(eq=False, slots=True)
class _Subscriber:
    """One bridge of a task."""

    writer: asyncio.StreamWriter
    filters: list[str] = field(default_factory=list)

    def send(self, packet: bytes) -> None:
        """Write a packet, or drop it where too many wait."""
        if self.writer.transport.get_write_buffer_size() < _MOST_WAITING:
            self.writer.write(packet)


class Hub:
    """Takes messages from AWS IoT over its links, and passes them on to who signed in.

    log: called with a line. changed: called with whether any link is up, and why not.
    """

    def __init__(
        self,
        links: tuple[Link, ...],
        access: Access,
        pace: float,
        log: Callable[[str], None],
        changed: Callable[[bool, str], None],
    ) -> None:
        self._access = access
        self._pace = pace
        self._log = log
        self._changed = changed
        self._subscribers: set[_Subscriber] = set()
        self._retained: dict[str, bytes] = {}
        self._received = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._links = [self._link(link, pace) for link in links]

    async def start(self) -> int:
        """Listen on 127.0.0.1, begin to connect, and return the port."""
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        for link in self._links:
            link.start()
        self._counting = asyncio.create_task(self._count())
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close the links and every connection."""
        self._counting.cancel()
        for link in self._links:
            link.stop()
        for subscriber in list(self._subscribers):
            subscriber.writer.transport.abort()
        if self._server:
            self._server.close()

    def online(self, there: bool) -> None:
        """Let the links connect, or not."""
        for link in self._links:
            (link.start if there else link.stop)()

    def _link(self, link: Link, pace: float) -> BridgeClient:
        name = link.bridge.name
        where = f"{link.bridge.host}:{link.bridge.port}"
        return BridgeClient(
            link,
            pace,
            self._took,
            lambda up, reason: self._call(self._note, link, up, reason),
            lambda: self._log(f"Connecting bridge {name} ({where})"),
        )

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        """Call on the server's loop, from the thread of a link."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def _took(self, topic: str, payload: bytes) -> None:
        self._call(self._pass_on, topic, payload)

    def _pass_on(self, topic: str, payload: bytes) -> None:
        self._received += 1
        self._send(topic, payload)

    def _send(self, topic: str, payload: bytes) -> None:
        """Encode once, whoever gets it."""
        if not self._access.may_read(topic):
            return
        packet = _publish(topic, payload)
        for subscriber in self._subscribers:
            if any(topic_matches_sub(one, topic) for one in subscriber.filters):
                subscriber.send(packet)

    def _keep(self, topic: str, payload: bytes) -> None:
        self._retained[topic] = payload
        self._send(topic, payload)

    def _note(self, link: Link, up: bool, reason: str) -> None:
        self._keep(link.bridge.notification_topic, b"1" if up else b"0")
        self._log("Bridge connected." if up else reason)
        self._changed(any(one.connected for one in self._links), reason)

    async def _count(self) -> None:
        while True:
            if self._retained.get(COUNT) != str(self._received).encode():
                self._keep(COUNT, str(self._received).encode())
            await asyncio.sleep(max(0.2, SYS_SECONDS * self._pace))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        subscriber = _Subscriber(writer)
        try:
            kind, body = await _packet(reader)
            if kind != _CONNECT or not self._signs_in(body, writer):
                return
            self._subscribers.add(subscriber)
            while kind != _DISCONNECT:
                kind, body = await _packet(reader)
                if kind == _SUBSCRIBE:
                    self._subscribe(subscriber, body)
                elif kind == _PING:
                    writer.write(_PONG)
                # A message from a task is dropped without a word: nobody may write.
        except (asyncio.IncompleteReadError, ConnectionError, struct.error):
            pass
        finally:
            self._subscribers.discard(subscriber)
            writer.close()

    def _signs_in(self, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Read CONNECT: protocol, level, flags, keep-alive, client id, user, password."""
        protocol, rest = _text(body)
        flags, rest = rest[1], rest[4:]
        client, rest = _text(rest)
        user = password = b""
        if flags & 0x80:
            user, rest = _text(rest)
        if flags & 0x40:
            password, rest = _text(rest)
        welcome = protocol == b"MQTT" and self._access.admits(user.decode(), password.decode())
        writer.write(_ACCEPTED if welcome else _NOT_AUTHORIZED)
        what = "connected" if welcome else "refused, not authorised"
        self._log(f"Client {client.decode(errors='replace')} {what}.")
        return welcome

    def _subscribe(self, subscriber: _Subscriber, body: bytes) -> None:
        wanted = list(_filters(body[2:]))
        subscriber.filters += wanted
        codes = bytes(len(wanted))
        subscriber.writer.write(bytes([0x90, 2 + len(codes)]) + body[:2] + codes)
        for topic, payload in self._retained.items():
            if self._access.may_read(topic) and any(topic_matches_sub(w, topic) for w in wanted):
                subscriber.send(_publish(topic, payload, retain=True))


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return the kind and the body of the next control packet. Raises IncompleteReadError."""
    (head,) = await reader.readexactly(1)
    length = shift = 0
    while True:
        (byte,) = await reader.readexactly(1)
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return head >> 4, await reader.readexactly(length)


def _text(data: bytes) -> tuple[bytes, bytes]:
    """Return the field with a length at the start, and the rest. Raises struct.error."""
    (length,) = struct.unpack_from("!H", data)
    return data[2 : 2 + length], data[2 + length :]


def _filters(data: bytes) -> Iterator[str]:
    while data:
        filter_, data = _text(data)
        data = data[1:]  # its QoS
        yield filter_.decode()


def _publish(topic: str, payload: bytes, *, retain: bool = False) -> bytes:
    name = topic.encode()
    length = 2 + len(name) + len(payload)
    head = bytearray([0x30 | retain])
    while True:
        length, byte = divmod(length, 128)
        head.append(byte | (0x80 if length else 0))
        if not length:
            return bytes(head) + struct.pack("!H", len(name)) + name + payload
