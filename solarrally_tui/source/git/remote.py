"""Refs and single commits of a public repository: dulwich speaks Git, over our own HTTPS requests.

Dulwich's own transport would use another HTTP client, with other limits and other rules for
redirects. Here every request goes through web.request, which bounds time and bytes.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final, Protocol

from dulwich.client import AbstractHttpGitClient
from dulwich.errors import GitProtocolError
from dulwich.object_store import ObjectStoreGraphWalker
from dulwich.objects import ObjectID
from dulwich.protocol import PEELED_TAG_SUFFIX
from dulwich.refs import HEADREF, Ref

from solarrally_tui.source.reference import is_commit
from solarrally_tui.source.web import WebError, WebResponse

# Without a handler, Python prints the library's warnings across the screen.
logging.getLogger("dulwich").addHandler(logging.NullHandler())

MOST_REFS: Final = 20_000_000
"""Bytes that a list of refs may have."""

_SERVICE: Final = "git-upload-pack"
_PRIVATE: Final = (
    "The repository does not exist, or it is not public. The build in your account has no "
    "password for it. Make the repository public, or build an image yourself and use that."
)
_NOT_GIT: Final = "The server's response is not valid Git."


class RemoteError(Exception):
    """The repository cannot be read; the text is for people."""


class Send(Protocol):
    """Sends one bounded request and waits for the response; raises WebError."""

    def __call__(
        self, url: str, *, most: int, headers: Mapping[str, str] | None, content: bytes | None
    ) -> WebResponse:
        """Get the address, or post to it where there is content."""
        ...


@dataclass(frozen=True, slots=True)
class Remote:
    """One repository. Methods block, and raise RemoteError and WebError."""

    address: str
    send: Send

    def resolve(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the full name and the commit of the first of some refs that exists.

        HEAD counts as the branch that it stands for, an annotated tag as the commit behind it.
        """
        prefixes = [name.encode() for name in names]
        client = _Client(self.address, self.send, MOST_REFS)
        with _reading():
            listed = client.get_refs("", ref_prefix=prefixes)
        if listed.object_format not in {None, "sha1"}:
            raise RemoteError("The repository uses SHA-256, which the build does not support.")
        for name in map(Ref, prefixes):
            oid = listed.refs.get(Ref(name + PEELED_TAG_SUFFIX)) or listed.refs.get(name)
            if oid:
                commit = oid.decode("utf-8", "replace")
                if not is_commit(commit):
                    raise RemoteError(_NOT_GIT)
                target = listed.symrefs.get(name, name) if name == HEADREF else name
                return target.decode("utf-8", "replace"), commit
        return None

    def pack(self, commit: str, *, leave_out: str, most: int) -> bytes:
        """Return one commit without its history as a pack of at most so many bytes.

        leave_out: a filter of git-rev-list, such as tree:0; servers that cannot filter send all.
        """
        pack = BytesIO()
        client = _Client(self.address, self.send, most)
        with _reading():
            client.fetch_pack(
                "",
                lambda _refs, depth=None: [ObjectID(commit.encode())],  # noqa: ARG005 passed by name
                ObjectStoreGraphWalker([], lambda _: []),
                pack.write,
                depth=1,
                ref_prefix=[HEADREF],
                filter_spec=leave_out.encode(),
            )
        return pack.getvalue()


class _Client(AbstractHttpGitClient):
    """Dulwich's client of Git's smart HTTP protocol, with our requests."""

    def __init__(self, address: str, send: Send, most: int) -> None:
        super().__init__(address, thin_packs=False)
        self._send = send
        self._most = most

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: Any = None,
        raise_for_status: bool = True,  # noqa: ARG002 dulwich's signature
    ) -> tuple[Any, Callable[[int], bytes]]:
        greeting = url.endswith(f"/info/refs?service={_SERVICE}")
        if data is None and not greeting:
            # A server may name further addresses to fetch from; nothing here asked for that.
            raise RemoteError(_NOT_GIT)
        most = MOST_REFS if greeting else self._most
        response = self._send(url, most=most, headers=headers, content=data)
        _judge(response)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if greeting and kind != f"application/x-{_SERVICE}-advertisement":
            # Otherwise dulwich would fetch object by object, as from a plain file server.
            raise RemoteError("There is no Git repository at this address.")
        moved = response.url if response.url != url else ""
        about = SimpleNamespace(content_type=kind, redirect_location=moved, close=lambda: None)
        return about, BytesIO(response.body).read


def _judge(response: WebResponse) -> None:
    if response.status in {401, 403, 404}:
        raise RemoteError(_PRIVATE)
    if response.status == 429:
        raise RemoteError("The server limits requests. Try again in a few minutes.")
    if response.status != 200:
        raise RemoteError(f"The server returned status {response.status}.")
    # Dulwich reads past this packet of the protocol's version 2.
    if response.body[4:8] == b"ERR ":
        raise RemoteError(_refusal(response.body[8:].decode("utf-8", "replace")))


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever a server's bytes make fail into a RemoteError."""
    try:
        yield
    except (RemoteError, WebError):
        raise
    except GitProtocolError as error:
        raise RemoteError(_refusal(str(error))) from error
    except Exception as error:
        raise RemoteError(_NOT_GIT) from error


def _refusal(text: str) -> str:
    """Return what a server or dulwich reports, short and printable."""
    if "not our ref" in text:
        return "The repository does not have this commit."
    said = "".join(letter if letter.isprintable() else " " for letter in text[:200])
    return f"The repository cannot be read: {said.strip()}"
