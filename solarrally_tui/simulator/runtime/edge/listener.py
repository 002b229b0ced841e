"""A loopback listener for each distribution, with TLS and plain HTTP on one port."""

import asyncio
import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from solarrally_tui.simulator.ca import LOOPBACK_NAMES, LocalCa
from solarrally_tui.simulator.runtime.edge import distribution
from solarrally_tui.simulator.runtime.edge.viewer import Viewer
from solarrally_tui.simulator.runtime.target_health import TargetHealth
from solarrally_tui.simulator.settings import LOOPBACK

_TLS_HANDSHAKE = b"\x16"
_NAMES = (*LOOPBACK_NAMES, "*.cloudfront.net")
_FIRST_BYTE_SECONDS = 60.0
_HANDSHAKE_SECONDS = 10.0


@dataclass
class _Listener:
    socket: socket.socket
    serving: asyncio.Task[None] | None = None
    seen: bool = False
    """Whether the distribution existed at any time since the port was bound."""


class Edge:
    """All listeners of the account.

    `ca` signs the certificate that they share, and one for each alternate name of a distribution.
    `hosts` is written anew whenever a distribution comes or goes: a line for each, with the address
    of its listener and its name.
    """

    def __init__(self, ca: LocalCa, health: TargetHealth, hosts: Path) -> None:
        self._ca = ca
        self._hosts = hosts
        self._tls: ssl.SSLContext = ca.server_context(_NAMES)
        self._tls.sni_callback = self._present
        self._named: dict[str, ssl.SSLContext] = {}
        self._health = health
        self._listeners: dict[str, _Listener] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve on this loop, including what is bound already."""
        with self._lock:
            self._loop = loop
            for identity in self._listeners:
                self._serve_soon(identity)

    async def stop(self) -> None:
        """Close every listener and connection."""
        with self._lock:
            self._loop = None
            listeners, self._listeners = self._listeners, {}
        tasks = {item.serving for item in listeners.values() if item.serving} | self._connections
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in listeners.values():
            listener.socket.close()

    def bind(self, identity: str) -> None:
        """Bind a distribution at once, and let its name lead there. Safe from any thread."""
        with self._lock:
            if identity in self._listeners:
                return
            listening = socket.create_server((LOOPBACK, 0))
            listening.setblocking(False)
            self._listeners[identity] = _Listener(listening)
            self._serve_soon(identity)
            self._write_hosts()

    def follow(self) -> None:
        """Bind every distribution, and close the listeners of deleted ones."""
        for identity, _ in distribution.all_records():
            self.bind(identity)
        with self._lock:
            for identity, listener in list(self._listeners.items()):
                known = distribution.known(identity)
                if listener.seen and not known:
                    del self._listeners[identity]
                    if listener.serving:
                        listener.serving.cancel()
                    listener.socket.close()
                    self._write_hosts()
                listener.seen = known

    def _write_hosts(self) -> None:
        """Write the file in one step: others read it at any time."""
        names = dict(distribution.all_records())
        lines = [
            f"localhost:{listener.socket.getsockname()[1]} {names[identity]['DomainName']}\n"
            for identity, listener in self._listeners.items()
            if identity in names
        ]
        written = self._hosts.with_suffix(".new")
        written.write_text("".join(lines), encoding="utf-8")
        written.replace(self._hosts)

    def _present(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        """Show the certificate of the name that the viewer asks for, as CloudFront does."""
        if name and name in distribution.aliases():
            if name not in self._named:
                self._named[name] = self._ca.server_context((name,))
            connection.context = self._named[name]

    def _serve_soon(self, identity: str) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._serve, identity)

    def _serve(self, identity: str) -> None:
        listener = self._listeners.get(identity)
        if listener is not None and listener.serving is None:
            listener.serving = asyncio.create_task(self._accept(identity, listener.socket))

    async def _accept(self, identity: str, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
            except OSError:
                await asyncio.sleep(0.1)  # out of descriptors for now
                continue
            task = asyncio.create_task(self._connected(identity, connection))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

    async def _connected(self, identity: str, connection: socket.socket) -> None:
        try:
            first = await asyncio.wait_for(_peek(connection), _FIRST_BYTE_SECONDS)
        except (OSError, TimeoutError):
            first = b""
        if not first:
            connection.close()
            return
        with contextlib.suppress(OSError, TimeoutError):
            await self._talk(identity, connection, secure=first == _TLS_HANDSHAKE)

    async def _talk(self, identity: str, connection: socket.socket, *, secure: bool) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            connection,
            ssl=self._tls if secure else None,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS if secure else None,
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            viewer = Viewer(identity, self._health, "https" if secure else "http")
            await viewer.serve(reader, writer)
            await writer.drain()
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()


async def _peek(connection: socket.socket) -> bytes:
    """Return a viewer's first byte without taking it: it distinguishes TLS from plain HTTP."""
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(connection, _settle, readable)
    except NotImplementedError:  # Windows' default loop cannot watch a bare socket
        return await asyncio.to_thread(_peek_in_thread, connection)
    try:
        await readable
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)


def _settle(readable: asyncio.Future[None]) -> None:
    if not readable.done():
        readable.set_result(None)


def _peek_in_thread(connection: socket.socket) -> bytes:
    connection.settimeout(_FIRST_BYTE_SECONDS)
    try:
        return connection.recv(1, socket.MSG_PEEK)
    finally:
        connection.setblocking(False)
