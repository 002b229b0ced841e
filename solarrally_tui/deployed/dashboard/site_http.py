"""How a site is reached from outside: at CloudFront's own address, for the name viewers use."""

import asyncio
import importlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect

from solarrally_tui.aws.call_log import noted
from solarrally_tui.computer import hosts, https, proxies
from solarrally_tui.deployed.trusted_authority import https_context

LIMIT_SECONDS: Final = 10.0
_HTTPS: Final = 443
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def browsable(url: str) -> str:
    """Return a dashboard's address as a browser on this computer opens it.

    A browser knows neither the names of our hosts file nor the authority of the simulated account,
    which answers at its place under both schemes.
    """
    parts = urlsplit(url)
    place = hosts.place(parts.netloc)
    return url if place == parts.netloc else parts._replace(scheme="http", netloc=place).geturl()


@dataclass(frozen=True, slots=True)
class Front:
    """Where a site answers, and under which name.

    CloudFront knows a site's own domain before DNS leads there, and still when DNS no longer does.
    Under CloudFront's name such a site would not reach the application, because the certificate of
    the load balancer is for the site's domain.
    """

    address: str
    """CloudFront's name for the distribution."""
    name: str = ""
    """The site's own domain; empty where it has none."""

    @classmethod
    def of(cls, outputs: Mapping[str, str]) -> Self:
        """Return the front from the outputs of the stack `edge`. Raises KeyError."""
        address = outputs["DistributionDomainName"]
        shown = outputs["Url"].removeprefix("https://").rstrip("/")
        return cls(address, "" if shown == address else shown)

    @property
    def url(self) -> str:
        """The address that viewers type."""
        return browsable(f"https://{self.name or self.address}")

    @property
    def place(self) -> str:
        """Where we connect to, with a port where it is not 443."""
        return hosts.place(self.address)

    @property
    def origin(self) -> str:
        """The address that we ask, always with TLS."""
        return f"https://{self.name or self.place}"

    async def get(self, path: str, headers: Mapping[str, str] = _NOTHING) -> httpx.Response:
        """Request a path. Raises httpx.TransportError without a response, and ComputerError."""
        place, sent, extensions = self.place, dict(headers), {}
        asked = self.name or self.address
        if asked != place:
            sent["Host"] = extensions["sni_hostname"] = asked
        trusted = await asyncio.to_thread(_trusted)
        async with https.client(verify=trusted, timeout=LIMIT_SECONDS) as client:
            url = f"https://{place}{path}"
            with noted("https", "get"):
                return await client.get(url, headers=sent, extensions=extensions)

    def live(self, headers: Mapping[str, str] = _NOTHING) -> connect:
        """Return the connection to live telemetry, to enter with `async with`.

        Entering raises OSError, TimeoutError, websockets' InvalidProxy or InvalidHandshake, and
        ImportError for a SOCKS proxy. Raises ComputerError.
        """
        host, _, port = self.place.partition(":")
        with noted("https", "get"):  # The connection counts as one request, however long it lasts.
            proxy = proxies.proxy_for(self.origin)
        # A proxy finds the site by its name; websockets takes no other address then.
        place: dict[str, Any] = {} if proxy else {"host": host, "port": int(port or _HTTPS)}
        return connect(
            f"wss://{self.name or self.address}/ws/live",
            ssl=https_context(),
            additional_headers=headers,
            open_timeout=LIMIT_SECONDS,
            proxy=proxy.url if proxy else None,
            **place,
        )


def _trusted() -> ssl.SSLContext:
    """Return the trusted authorities, and load what httpx loads for its first client. Slow."""
    importlib.import_module("httpcore")
    return https_context()
