"""An MQTT endpoint for each Region, as AWS IoT has: a certificate counts where it is registered.

Each Region but the home Region gets a port of its own when its endpoint is asked for. MiniStack has
one endpoint for all Regions and refuses a certificate that several of them know, because it cannot
tell which is meant. The first port still takes the certificates of every Region, and means the home
Region where several know one. A host of one's own means the Region to which DNS leads it, whatever
the port.
"""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, Final

from ministack.services import iot

from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.iot.custom_domains import CustomDomains
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.scenarios.lost_regions import LOST
from solarrally_tui.simulator.settings import HOME_REGION, LOOPBACK

_Acceptor: Final = private(iot, "_MtlsAcceptor")
_server_names: Final = private(iot, "_mtls_server_names")
_CONNECT_SECONDS: Final = 10.0

_dialled: ContextVar[str] = ContextVar("dialled", default="")


class RegionEndpoints:
    """The ports of the Regions. Belongs to the loop that serves."""

    def __init__(self, ca: LocalCa, alias: Callable[[str], str]) -> None:
        """alias: where DNS leads a name, as `localhost:PORT`; empty for nowhere."""
        self._alias = alias
        self._custom = CustomDomains(ca, self._led_to)
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._ports: dict[str, int] = {}
        self._servers: list[asyncio.AbstractServer] = []
        self._writers: dict[asyncio.StreamWriter, str] = {}

    def install(self) -> None:
        """Know the Region of every connection. Call once."""
        replace(iot, "_mtls_serve_conn", self._in_region)
        replace(iot, "_mtls_active_registrations", _of_dialled)
        self._custom.install()

    def port(self, region: str, first: int) -> int:
        """Return the port of a Region, which listens from then on. From any thread but the loop's.

        first: the port of the home Region.
        """
        if region == HOME_REGION:
            return first
        with self._lock:
            if region not in self._ports:
                begun = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
                self._ports[region] = begun.result(_CONNECT_SECONDS)
            return self._ports[region]

    def names(self) -> dict[str, str]:
        """Return the names of the endpoints, `localhost:PORT`, with their Regions."""
        home = f"localhost:{os.environ['IOT_MTLS_PORT']}"
        return {home: HOME_REGION} | {f"localhost:{p}": region for region, p in self._ports.items()}

    def _led_to(self, host: str) -> str:
        return self.names().get(self._alias(host), "")

    def cut(self) -> None:
        """Cut off everything that is connected to a lost Region. From any thread."""
        self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for writer, region in list(self._writers.items()):
            if LOST.since(region) is not None:
                writer.transport.abort()

    async def _listen(self) -> int:
        server = await self._loop.create_server(_Acceptor, host=LOOPBACK, port=0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _in_region(self, serve: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            port = int(writer.get_extra_info("sockname")[1])
            connection = writer.get_extra_info("ssl_object")
            region = self._custom.region(_server_names.get(connection, "")) or next(
                (r for r, known in self._ports.items() if known == port), ""
            )
            _dialled.set(region)
            certificate = connection.getpeercert(binary_form=True)
            owner = private(iot, "_mtls_resolve_identity")(certificate)
            self._writers[writer] = owner[1] if owner else region
            try:
                await serve(reader, writer)
            finally:
                del self._writers[writer]

        return served


def _of_dialled(found: Callable[..., Any]) -> Callable[..., Any]:
    """Count only the registrations of the Region that was dialled, and none of a lost one."""

    def registrations(certificate: str, status: str | None = "ACTIVE") -> list[tuple[Any, ...]]:
        known = [each for each in found(certificate, status) if LOST.since(each[1]) is None]
        if region := _dialled.get():
            return [each for each in known if each[1] == region]
        at_home = [each for each in known if each[1] == HOME_REGION]
        return at_home if len(known) > 1 and at_home else known

    return registrations


_endpoints: list[RegionEndpoints] = []
"""The one of this process, once it serves."""


def install(ca: LocalCa, alias: Callable[[str], str]) -> None:
    """Give the Regions endpoints of their own. Call once, on the loop that will serve.

    alias: where DNS leads a name; empty for nowhere.
    """
    _endpoints.append(RegionEndpoints(ca, alias))
    _endpoints[0].install()


def port(region: str, first: int) -> int:
    """Return the port of a Region: see RegionEndpoints."""
    return _endpoints[0].port(region, first)


def names() -> tuple[str, ...]:
    """Return the names of the endpoints of all Regions, as they are in DNS."""
    return tuple(_endpoints[0].names()) if _endpoints else ()


def cut() -> None:
    """Cut off what is connected to a lost Region."""
    _endpoints[0].cut()
