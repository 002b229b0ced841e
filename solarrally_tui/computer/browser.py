"""A browser with a window of its own, and how an address with a password reaches it."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Final

_SECONDS: Final = 60.0
"""How long a browser may take to start."""
OFFER_SECONDS: Final = 600.0
"""How long an address is valid that is shown to a person."""
_PATH_BYTES: Final = 16
"""Nobody guesses so many random bytes, and the address still fits into a line."""
_LONGEST: Final = 8192
"""Bytes of a request that are read."""


def has_window() -> bool:
    """Whether a browser can have a window of its own here, which an SSH session lacks."""
    return sys.platform in {"win32", "darwin"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def opened(url: str) -> bool:
    """Open an address in a browser with a window; tell whether there was one.

    A browser inside the terminal would take it over.
    """
    import webbrowser  # noqa: PLC0415 not at the wizard's start

    try:
        return has_window() and webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


Offer = Callable[[str], None]
"""Shows a person an address that leads to a dashboard once, where no browser opened by itself."""


async def opened_in_secret(
    url: str, seconds: float = _SECONDS, *, offer: Offer | None = None
) -> bool:
    """Open an address that holds a password; return whether a browser came for it.

    The arguments of a browser can be read by everybody on this computer. So they hold an address
    here, of which nobody knows the path, and which leads to the other one once. Without a browser,
    offer shows that address to the person, for OFFER_SECONDS.
    """
    import secrets  # noqa: PLC0415

    came = asyncio.Event()
    path = secrets.token_urlsafe(_PATH_BYTES)

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readline()
        if came.is_set() or request.split(b" ")[1:2] != [f"/{path}".encode()]:
            writer.write(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        else:
            came.set()
            writer.write(
                b"HTTP/1.1 302 Found\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n"
                b"Content-Length: 0\r\nConnection: close\r\nLocation: " + url.encode() + b"\r\n\r\n"
            )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(lead, "127.0.0.1", 0, limit=_LONGEST)
    async with server:
        port = server.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}/{path}"
        if not await asyncio.to_thread(opened, address):
            if offer is None:
                return False
            offer(address)
            seconds = OFFER_SECONDS
        try:
            await asyncio.wait_for(came.wait(), seconds)
        except TimeoutError:
            return False
        await asyncio.sleep(0.2)  # until the browser has read where to go
    return True
