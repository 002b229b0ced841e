"""Requests to servers that nobody here trusts: HTTPS only, everything limited, no passwords."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from solarrally_tui.computer import https
from solarrally_tui.computer.problem import ComputerError

SILENCE_SECONDS: Final = 20.0
"""How long a server may send nothing."""

_REDIRECTS: Final = 4


class WebError(Exception):
    """A server did not answer as it should; the text is for people."""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """What a server sent."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    """Where it came from, after redirects."""


@asynccontextmanager
async def https_client() -> AsyncIterator[httpx.AsyncClient]:
    """Open a client that speaks HTTPS only and follows few redirects.

    It trusts the authorities that Python's HTTP client trusts: SSL_CERT_FILE and the proxy
    variables count. Raises WebError where a setting of this computer prevents it.
    """
    try:
        # Reading the authorities takes too long for the event loop of a screen.
        trust = await asyncio.to_thread(https.authorities)
        opened = _client(trust)
    except ComputerError as error:
        raise WebError(str(error.plain)) from error
    async with opened as client:
        yield client


def _client(trust: ssl.SSLContext) -> httpx.AsyncClient:
    return https.client(
        verify=trust,
        timeout=SILENCE_SECONDS,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        event_hooks={"request": [_only_https]},
        # GitHub wants a name that begins with git/: github.com/jelmer/dulwich/issues/562.
        headers={"User-Agent": "git/2.0 (solarrally)"},
    )


async def _only_https(request: httpx.Request) -> None:
    if request.url.scheme != "https":
        raise WebError(f"{request.url.host} leads to an address without HTTPS.")


async def request(
    client: httpx.AsyncClient,
    url: str,
    *,
    most: int,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> WebResponse:
    """Get an address, or post to it where there is content.

    most: bytes that a response may have. Raises WebError for anything but a response.
    """
    method = "GET" if content is None else "POST"
    body = bytearray()
    try:
        async with client.stream(method, url, headers=headers, content=content) as response:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > most:
                    raise WebError(f"{response.url.host} sent more than {most // 1_000_000} MB.")
            return WebResponse(
                response.status_code, response.headers, bytes(body), str(response.url)
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WebError(_words(error, url)) from error


def _words(error: Exception, url: str) -> str:
    host = url.split("/")[2] if url.count("/") > 1 else url
    plain = https.in_the_way(error, url)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        what = f"The certificate of {host} is not one that this computer trusts."
        return f"{what} {plain.why} {plain.next}" if plain else what
    if plain:
        return f"{host} cannot be reached from here. {plain}"
    if isinstance(error, httpx.TimeoutException):
        return f"{host} did not answer in time."
    if isinstance(error, httpx.TooManyRedirects):
        return f"{host} redirects too often."
    if isinstance(error, httpx.ConnectError):
        return f"{host} cannot be reached from here. Check the connection, then try again."
    return f"{host} did not answer properly."
