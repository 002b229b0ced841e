"""Git's smart HTTP protocol, version 2, as far as reading one commit needs it.

Facts from Git's own documents gitprotocol-common, gitprotocol-http and gitprotocol-v2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx

from solarrally_tui.source.web import Answer, ask

LARGEST_FILE: Final = 1_000_000
"""Bytes. Larger files are no source code that anybody wrote, and are not asked for."""

MOST_BYTES: Final = 80_000_000
"""Bytes that one commit may have on its way."""

_MOST_REFS: Final = 20_000_000
_FLUSH: Final = b"0000"
_DELIMITER: Final = b"0001"
_SERVICE: Final = "git-upload-pack"
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_PRIVATE: Final = (
    "The repository does not exist, or it is not public. The build in your account has no "
    "password for it. Make it public, or build an image yourself and give that instead."
)


class RepositoryError(Exception):
    """The repository gives out nothing; the text is for people."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or a tag, and where it points."""

    name: str
    """In full, such as refs/heads/main."""
    commit: str
    target: str = ""
    """For HEAD, the full name of the branch that it stands for."""


class Repository:
    """One repository, asked over one connection. Calls raise RepositoryError and WebError."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address.rstrip("/")
        self._abilities: dict[str, str] | None = None
        self._old: tuple[Ref, ...] = ()

    async def refs(self, *prefixes: str) -> tuple[Ref, ...]:
        """Return refs whose full names begin with one of the prefixes."""
        abilities = await self._hello()
        if not abilities:
            return tuple(ref for ref in self._old if ref.name.startswith(prefixes))
        wanted = [f"ref-prefix {prefix}\n" for prefix in prefixes]
        answer = await self._call("ls-refs", ["peel\n", "symrefs\n", *wanted], _MOST_REFS)
        return tuple(_ref(line) for line in _packets(answer) if line)

    async def filters(self) -> bool:
        """Whether the server can leave files out of a pack."""
        return "filter" in (await self._hello()).get("fetch", "").split()

    async def pack(self, commit: str, *, only_commit: bool = False) -> bytes:
        """Return one commit as a pack, without its history.

        only_commit: leave out files where the server can, for who wants to know its date only.
        """
        abilities = await self._hello()
        if not abilities:
            raise RepositoryError(
                "The server speaks an old protocol only, so the source was not looked at. The "
                "build uses Git itself and can fetch it."
            )
        lines = ["no-progress\n", "ofs-delta\n", f"want {commit}\n", "deepen 1\n"]
        if await self.filters():
            lines.append(
                "filter tree:0\n" if only_commit else f"filter blob:limit={LARGEST_FILE}\n"
            )
        return _packed(await self._call("fetch", [*lines, "done\n"], MOST_BYTES))

    async def _hello(self) -> dict[str, str]:
        """Return what the server can do; nothing for one of the old protocol."""
        if self._abilities is not None:
            return self._abilities
        url = f"{self._address}/info/refs?service={_SERVICE}"
        answer = await ask(
            self._client, url, most=_MOST_REFS, headers={"Git-Protocol": "version=2"}
        )
        _judge(answer)
        if "x-git-upload-pack-advertisement" not in answer.headers.get("Content-Type", ""):
            raise RepositoryError("There is no Git repository at this address.")
        self._address = answer.url.partition("/info/refs")[0]
        lines = [line for line in _packets(answer.body) if line and line[:1] != b"#"]
        if lines[:1] != [b"version 2\n"]:
            self._abilities, self._old = {}, tuple(_advertised(lines))
            return {}
        pairs = (line.decode("utf-8", "replace").strip().partition("=") for line in lines[1:])
        self._abilities = {key: value for key, _, value in pairs} | {"version": "2"}
        if self._abilities.get("object-format", "sha1") != "sha1":
            raise RepositoryError("The repository uses SHA-256, which the build does not support.")
        return self._abilities

    async def _call(self, command: str, lines: list[str], most: int) -> bytes:
        head = [f"command={command}\n"]
        if "object-format" in (self._abilities or {}):
            head.append("object-format=sha1\n")
        content = b"".join([*map(_packet, head), _DELIMITER, *map(_packet, lines), _FLUSH])
        headers = {
            "Git-Protocol": "version=2",
            "Content-Type": f"application/x-{_SERVICE}-request",
            "Accept": f"application/x-{_SERVICE}-result",
        }
        url = f"{self._address}/{_SERVICE}"
        answer = await ask(self._client, url, most=most, headers=headers, content=content)
        _judge(answer)
        return answer.body


def _judge(answer: Answer) -> None:
    if answer.status in {401, 403, 404}:
        raise RepositoryError(_PRIVATE)
    if answer.status == 429:
        raise RepositoryError("The server has been asked too often. Try again in some minutes.")
    if answer.status != 200:
        raise RepositoryError(f"The server answered with status {answer.status}.")


def _packet(line: str) -> bytes:
    data = line.encode()
    return f"{len(data) + 4:04x}".encode() + data


def _packets(body: bytes) -> Iterator[bytes]:
    """Yield the lines of an answer; an empty one for each flush and delimiter."""
    at = 0
    while at + 4 <= len(body):
        try:
            length = int(body[at : at + 4], 16)
        except ValueError:
            raise RepositoryError("The server's answer is not one of Git's.") from None
        if length < 4:
            yield b""
            at += 4
            continue
        if at + length > len(body):
            raise RepositoryError("The server's answer ends too early.")
        line = body[at + 4 : at + length]
        if line.startswith(b"ERR "):
            raise RepositoryError(_refusal(line[4:]))
        yield line
        at += length


def _refusal(line: bytes) -> str:
    """Return what a server said, short and printable."""
    text = line.decode("utf-8", "replace").strip()[:200]
    if "not our ref" in text:
        return "The repository does not have this commit."
    said = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"The server says: {said}"


def _ref(line: bytes) -> Ref:
    """Return a line of ls-refs; an annotated tag points to the commit behind it."""
    oid, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
    name, *attributes = rest.split(" ")
    told = dict(each.partition(":")[::2] for each in attributes)
    commit = told.get("peeled", oid)
    if not _COMMIT.fullmatch(commit):
        raise RepositoryError("The server's answer is not one of Git's.")
    return Ref(name, commit, told.get("symref-target", ""))


def _advertised(lines: list[bytes]) -> Iterator[Ref]:
    """Yield the refs of the old protocol, which come with the greeting."""
    abilities = lines[0].partition(b"\0")[2].decode("utf-8", "replace").split() if lines else []
    head = next((each[12:] for each in abilities if each.startswith("symref=HEAD:")), "")
    found: dict[str, Ref] = {}
    for line in lines:
        ref = _ref(line.partition(b"\0")[0])
        name = ref.name.removesuffix("^{}")
        found[name] = Ref(name, ref.commit, head if name == "HEAD" else "")
    yield from found.values()


def _packed(body: bytes) -> bytes:
    """Return the pack out of a fetch's answer: what the side band marks with 1."""
    lines = _packets(body)
    for line in lines:
        if line == b"packfile\n":
            break
    else:
        raise RepositoryError("The server did not send the commit.")
    pack = bytearray()
    for line in lines:
        if line[:1] == b"\1":
            pack += line[1:]
        elif line[:1] == b"\3":
            raise RepositoryError(_refusal(line[1:]))
    return bytes(pack)
