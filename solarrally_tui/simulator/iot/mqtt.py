"""AWS IoT's MQTT endpoint as AWS runs it, but on loopback: mutual TLS, policies, limits.

MiniStack enforces IoT policies only together with signature checks on every HTTP call
(`AUTH=true`). Here the broker alone enforces them, so that HTTP calls accept any credentials.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import iot

from solarrally_tui.simulator.ca import LocalCa
from solarrally_tui.simulator.iot import broker_session
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.settings import LOOPBACK

_WSSession = private(iot, "_WSSession")


def install(ca: LocalCa) -> None:
    """Replace what makes the broker lenient. Call once, on the loop that will serve it."""
    loop = asyncio.get_running_loop()
    replace(iot, "generate_ca", lambda _: lambda: (ca.certificate_pem, ca.key_pem))
    replace(
        _WSSession,
        "_evaluates_policies",
        lambda _: lambda session: session.certificate_id is not None,
    )
    replace(iot, "_mtls_build_ssl_context", _requiring_certificate)
    replace(iot, "_mtls_refuse", _refusing_silently)
    broker_session.install()
    _bind_to_loopback(loop)


def is_listening() -> bool:
    """Return whether the MQTT listener is bound."""
    return bool(iot.mtls_is_listening())


def _requiring_certificate(build: Callable[[], ssl.SSLContext]) -> Callable[[], ssl.SSLContext]:
    """AWS's port 8883 completes no handshake without a client certificate."""

    def context() -> ssl.SSLContext:
        tls = build()
        tls.verify_mode = ssl.CERT_REQUIRED
        return tls

    return context


def _refusing_silently(refuse: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """AWS closes a refused connection without a CONNACK."""

    async def close(writer: asyncio.StreamWriter, certificate: str, _level: int | None) -> None:
        await refuse(writer, certificate, None)

    return close


def _bind_to_loopback(loop: asyncio.AbstractEventLoop) -> None:
    """Let everything that MiniStack starts on this loop listen on loopback only."""
    create = loop.create_server

    async def on_loopback(factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        if options.get("sock") is None:
            host = LOOPBACK
        return await create(factory, host, port, **options)

    loop.create_server = on_loopback  # type: ignore[assignment]
