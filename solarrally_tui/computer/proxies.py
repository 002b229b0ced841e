"""Proxies that the environment or the system names."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from solarrally_tui.text.plain import Plain

_PASSWORD: Final = re.compile(r"^([a-z0-9+.-]+://)?[^/@\s]*@", re.IGNORECASE)
_KINDS: Final = frozenset({"http", "https", "socks5", "socks5h"})
"""What the HTTP client speaks."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and what names it."""

    variable: str
    """The environment variable, as it is spelt; empty for the system's settings."""
    address: str

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS."""
        return self.address.lower().startswith("socks")

    @property
    def place(self) -> str:
        """What names it, for a sentence."""
        return self.variable or "The system's proxy setting"

    @property
    def shown(self) -> str:
        """Its address without user and password."""
        return _PASSWORD.sub(r"\1", self.address)

    @property
    def url(self) -> str:
        """Its address with a scheme, and with user and password."""
        return self.address if "://" in self.address else f"http://{self.address}"

    @property
    def is_usable(self) -> bool:
        """Whether its address can be one."""
        try:
            parts = urlsplit(self.url)
            _ = parts.port
        except ValueError:
            return False
        host = parts.hostname or ""
        return parts.scheme in _KINDS and bool(re.fullmatch(r"[\w.:%-]+", host))


def proxy_for(url: str, *, every: bool = True) -> Proxy | None:
    """Return the proxy that requests to an address go through; None where they go directly.

    every: whether ALL_PROXY counts, which AWS's library ignores.
    """
    parts = urlsplit(url)
    try:
        if proxy_bypass(parts.netloc):
            return None
    except (OSError, TypeError):
        pass
    known = getproxies()
    address = known.get(parts.scheme) or (known.get("all") if every else None)
    return Proxy(_variable(parts.scheme, address), address) if address else None


def unusable() -> Iterator[Proxy]:
    """Yield the proxies of this computer whose address cannot be one."""
    for scheme, address in getproxies().items():
        proxy = Proxy(_variable(scheme, address), address)
        if scheme in {"http", "https", "all"} and address and not proxy.is_usable:
            yield proxy


def through(proxy: Proxy, detail: str) -> Plain:
    """Return the words for a request that did not get through a proxy."""
    return Plain(
        what="The proxy did not pass the request on.",
        why=f"{proxy.place} names {proxy.shown}.",
        next="Check that address, or list the server in NO_PROXY.",
        detail=detail,
    )


def _variable(scheme: str, address: str) -> str:
    names = (f"{kind}_proxy" for kind in (scheme, "all"))
    spelt = (way for name in names for way in (name, name.upper()))
    return next((name for name in spelt if os.environ.get(name) == address), "")
