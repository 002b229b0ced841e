"""HTTP/1.1 heads: read, changed and written. Bodies are left to the code that passes bytes on.

Order and spelling of the fields are kept, as CloudFront does, and upgrades pass.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

_END = b"\r\n\r\n"

Fields = tuple[tuple[str, str], ...]


class BadMessageError(ValueError):
    """The peer sent no HTTP/1.1 message that is understood here."""


@dataclass(frozen=True, slots=True)
class Head:
    """A first line and header fields, in their order and spelling."""

    first: str
    fields: Fields = ()

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a field, whatever its spelling."""
        wanted = name.lower()
        return next((v for n, v in self.fields if n.lower() == wanted), default)

    @property
    def status(self) -> int:
        """The status of a response; 0 where the first line is no response's."""
        words = self.first.split(" ")
        return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0

    def without(self, *names: str) -> "Head":
        """Return the head without some fields."""
        dropped = {name.lower() for name in names}
        return replace(self, fields=tuple(f for f in self.fields if f[0].lower() not in dropped))

    def having(self, fields: Iterable[tuple[str, str]]) -> "Head":
        """Return the head with these fields set, in place of any of the same name."""
        added = tuple(fields)
        cleared = self.without(*(name for name, _ in added))
        return replace(cleared, fields=cleared.fields + added)

    def to_bytes(self) -> bytes:
        """Return the head as sent, with its empty line."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.fields)]
        return "\r\n".join(lines).encode("latin-1") + _END


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head with its first line taken apart."""

    head: Head
    method: str
    target: str

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.target).path) or "/"

    @property
    def query(self) -> dict[str, list[str]]:
        """The query parameters."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def upgrades(self) -> bool:
        """Whether the client asks for a WebSocket."""
        return self.head.get("Upgrade").lower() == "websocket"


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Read up to the empty line.

    Raises BadMessageError when the peer closes early or sends something else.
    """
    try:
        raw = await reader.readuntil(_END)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
        raise BadMessageError("no HTTP head") from error
    first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Head(first, tuple((name.strip(), value.strip()) for name, _, value in pairs))


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read a request's head. Raises BadMessageError when it is not one."""
    head = await read_head(reader)
    words = head.first.split(" ")
    if len(words) != 3 or not words[1].startswith("/") or not words[2].startswith("HTTP/1."):
        raise BadMessageError("not an HTTP/1.1 request")
    return Request(head, words[0].upper(), words[1])


@dataclass(frozen=True, slots=True)
class EdgeResponse:
    """A complete response."""

    status: int
    fields: Fields
    body: bytes = b""

    def to_bytes(self, *, with_body: bool = True) -> bytes:
        """Return the response as sent on a connection that closes after it."""
        head = Head(f"HTTP/1.1 {self.status} {_phrase(self.status)}", self.fields)
        framing = (("Content-Length", str(len(self.body))), ("Connection", "close"))
        return head.having(framing).to_bytes() + (self.body if with_body else b"")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
