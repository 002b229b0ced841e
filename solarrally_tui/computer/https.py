"""HTTPS clients, and in words what keeps them from a server: proxies, inspected TLS, settings."""

import ssl
from typing import Any

import httpx

from solarrally_tui.computer import proxies, trust
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.text.plain import Plain


def authorities() -> ssl.SSLContext:
    """Return the authorities that the HTTP client trusts. Slow. Raises ComputerError."""
    trust.check(trust.FOR_WEB)
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        raise ComputerError(_no_client(error)) from error


def client(**settings: Any) -> httpx.AsyncClient:
    """Return an HTTP client with httpx's settings. Raises ComputerError."""
    if any(proxies.unusable()):  # httpx takes some of them, and fails later
        raise ComputerError(_no_client(ValueError()))
    try:
        return httpx.AsyncClient(**settings)
    except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:
        raise ComputerError(_no_client(error)) from error


def in_the_way(error: Exception, url: str) -> Plain | None:
    """Return what between this computer and a server ended a request.

    None where the server itself may be the cause.
    """
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return trust.untrusted(str(error), trust.FOR_WEB)
    proxy = proxies.proxy_for(url)
    if proxy is not None and isinstance(error, httpx.TransportError | OSError | ImportError):
        return proxies.through(proxy, str(error) or type(error).__name__)
    return None


def always_in_the_way(error: Exception, url: str) -> Plain | None:
    """Return the same where waiting cannot help: the proxy is gone, or wants a password."""
    untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
    locked = isinstance(error, httpx.ProxyError) and str(error).startswith("407")
    gone = isinstance(error, httpx.ConnectError) and proxies.proxy_for(url) is not None
    return in_the_way(error, url) if untrusted or locked or gone else None


def _no_client(error: Exception) -> Plain:
    what = "Nothing was sent: this computer's proxy setting cannot be used."
    for proxy in proxies.unusable():
        return Plain(
            what=what,
            why=f"{proxy.place} names {proxy.shown}, which is not the address of a proxy.",
            next="Write it as http://HOST:PORT or socks5://HOST:PORT, or remove it.",
        )
    if isinstance(error, ImportError):
        return Plain(
            what=what,
            why=f"A package for SOCKS proxies is missing: {error.name or 'socksio'}.",
            next="Install solarrally-tui again, or name an HTTP proxy in HTTPS_PROXY.",
        )
    if isinstance(error, httpx.InvalidURL):
        return Plain(
            what=what,
            why="NO_PROXY has an entry that is no name of a host.",
            next="Write NO_PROXY as names with commas between them: localhost,.example.com.",
        )
    return Plain(
        what="Nothing was sent: no secure connection can be opened.",
        why=f"{getattr(error, 'strerror', None) or type(error).__name__}.",
        next="Check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables.",
        detail=str(error),
    )
