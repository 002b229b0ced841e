"""Deactivated certificates: refused at once, and cut off as late as AWS does.

"Within a few minutes of updating a certificate from the ACTIVE state to any other state, IoT
disconnects all devices that used that certificate to authenticate. Devices cannot use a certificate
that is not in the ACTIVE state to reconnect" (AWS IoT API reference, UpdateCertificate).
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from ministack.services import iot

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import private, replace

_certificates = private(iot, "_certificates")

CUT_SECONDS: Final = 180.0
"""The few minutes, on the account's clock: an account that is instant cuts at once."""


class Deactivation:
    """Cuts connections off whose certificate was deactivated, revoked or deleted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._connections: dict[str, set[asyncio.StreamWriter]] = defaultdict(set)
        self._cutting: set[asyncio.Task[None]] = set()
        self.after: float | None = None
        """Real seconds until connections are cut off; None for CUT_SECONDS at the clock's pace."""

    def install(self) -> None:
        """Know every connection, and every change of a certificate. Call once."""
        replace(iot, "_mtls_serve_conn", self._tracking)
        replace(iot, "_handle_certificate", self._noticing)

    def set_after(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set how many real seconds pass before connections are cut off; null for AWS's delay."""
        given = body.get("seconds")
        self.after = None if given is None else float(given)
        return {"seconds": self.after}

    def _tracking(self, serve: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
            live = self._connections[hashlib.sha256(certificate).hexdigest()]
            live.add(writer)
            try:
                await serve(reader, writer)
            finally:
                live.discard(writer)

        return tracked

    def _noticing(self, handle: Callable[..., Any]) -> Callable[..., Any]:
        def handled(method: str, path: str, *rest: Any) -> Any:
            response = handle(method, path, *rest)
            certificate = path.removeprefix("/certificates/")
            if method in {"PUT", "DELETE"} and response[0] == 200 and not _is_active(certificate):
                # In the context of the call, which says whose certificates these are.
                self._loop.call_soon_threadsafe(self._begin, certificate)
            return response

        return handled

    def _begin(self, certificate: str) -> None:
        task = self._loop.create_task(self._cut(certificate))
        self._cutting.add(task)
        task.add_done_callback(self._cutting.discard)

    async def _cut(self, certificate: str) -> None:
        if self.after is None:
            await self._clock.sleep(CUT_SECONDS)
        else:
            await asyncio.sleep(self.after)
        if not _is_active(certificate):
            for writer in list(self._connections.get(certificate, ())):
                writer.transport.abort()


def _is_active(certificate: str) -> bool:
    record = _certificates.get(certificate)
    return record is not None and record["status"] == "ACTIVE"
