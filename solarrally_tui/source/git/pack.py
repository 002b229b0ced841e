"""Reads a pack of Git: objects by the hash of their content, so nothing in it can be exchanged.

Facts from Git's own document gitformat-pack.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass
from typing import Final

LARGEST_OBJECT: Final = 8_000_000
"""Bytes of one object. Larger ones are left out."""

MOST_BYTES: Final = 200_000_000
"""Bytes of all objects together, unpacked."""
MOST_OBJECTS: Final = 60_000
_KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_OFFSET_DELTA: Final = 6
_REF_DELTA: Final = 7


class PackError(Exception):
    """What the server sent is no pack that we read; the text is for people."""


@dataclass(frozen=True, slots=True)
class Object:
    """A commit, a tree, a file or a tag."""

    kind: str
    data: bytes


Objects = dict[str, Object]


def read(pack: bytes) -> Objects:
    """Return the objects of a pack by their ids. Raises PackError."""
    if len(pack) < 32 or pack[:4] != b"PACK":
        raise PackError("The server sent no pack.")
    if hashlib.sha1(pack[:-20], usedforsecurity=False).digest() != pack[-20:]:
        raise PackError("The pack arrived damaged.")
    version, count = struct.unpack(">II", pack[4:12])
    if version != 2 or count > MOST_OBJECTS:
        raise PackError(f"The pack has version {version} and {count} objects.")
    try:
        return _Reader(pack).all(count)
    except (IndexError, zlib.error, struct.error):
        raise PackError("The pack is damaged.") from None


class _Reader:
    def __init__(self, pack: bytes) -> None:
        self._pack = pack
        self._found: Objects = {}
        self._at: dict[int, Object] = {}
        self._spent = 0

    def all(self, count: int) -> Objects:
        at, waiting = 12, []
        for _ in range(count):
            start = at
            kind, base, size, at = self._head(at)
            data, at = self._inflate(at, size)
            if data is None:
                continue
            if isinstance(base, str) and base not in self._found:
                waiting.append((start, base, data))
            else:
                self._take(start, kind, base, data)
        # A delta may stand before its base.
        for start, base, data in waiting:
            self._take(start, _REF_DELTA, base, data)
        return self._found

    def _head(self, at: int) -> tuple[int, int | str | None, int, int]:
        """Return kind, base, size and where the data begins."""
        start, byte = at, self._pack[at]
        kind, size, shift, at = (byte >> 4) & 7, byte & 15, 4, at + 1
        while byte & 128:
            byte = self._pack[at]
            size |= (byte & 127) << shift
            shift, at = shift + 7, at + 1
        if kind == _REF_DELTA:
            return kind, self._pack[at : at + 20].hex(), size, at + 20
        if kind == _OFFSET_DELTA:
            back, at = self._offset(at)
            return kind, start - back, size, at
        return kind, None, size, at

    def _offset(self, at: int) -> tuple[int, int]:
        byte = self._pack[at]
        back, at = byte & 127, at + 1
        while byte & 128:
            byte = self._pack[at]
            back, at = ((back + 1) << 7) | (byte & 127), at + 1
        return back, at

    def _inflate(self, at: int, size: int) -> tuple[bytes | None, int]:
        """Return the data and where the next object begins; None for one that is too large."""
        unpacker, kept, whole = zlib.decompressobj(), bytearray(), 0
        rest: bytes = self._pack[at : at + 65536]
        while not unpacker.eof:
            if not rest:
                raise PackError("The pack ends too early.")
            at += len(rest)
            part = unpacker.decompress(rest, LARGEST_OBJECT)
            whole += len(part)
            self._spend(len(part))
            if size <= LARGEST_OBJECT:
                kept += part
            rest = unpacker.unconsumed_tail
            at -= len(rest)
            if not rest and not unpacker.eof:
                rest = self._pack[at : at + 65536]
        if whole != size:
            raise PackError("The pack is damaged.")
        return (bytes(kept) if size <= LARGEST_OBJECT else None), at - len(unpacker.unused_data)

    def _spend(self, count: int) -> None:
        self._spent += count
        if self._spent > MOST_BYTES:
            raise PackError(f"The source has more than {MOST_BYTES // 1_000_000} MB.")

    def _take(self, start: int, kind: int, base: int | str | None, data: bytes) -> None:
        if base is None:
            made = Object(_KINDS.get(kind, "unknown"), data)
        else:
            under = self._at.get(base) if isinstance(base, int) else self._found.get(base)
            # Its base may be one that was too large.
            if under is None:
                return
            made = Object(under.kind, self._apply(under.data, data))
        self._at[start] = made
        head = f"{made.kind} {len(made.data)}\0".encode()
        self._found[hashlib.sha1(head + made.data, usedforsecurity=False).hexdigest()] = made

    def _apply(self, base: bytes, delta: bytes) -> bytes:
        """Return the object that a delta makes from its base."""
        before, at = _varint(delta, 0)
        after, at = _varint(delta, at)
        if before != len(base) or after > LARGEST_OBJECT:
            raise PackError("The pack is damaged.")
        self._spend(after)
        made = bytearray()
        while at < len(delta):
            order, at = delta[at], at + 1
            if order & 128:
                offset, size, at = _copied(delta, order, at)
                made += base[offset : offset + size]
            elif order:
                made += delta[at : at + order]
                at += order
            if not order or len(made) > after:
                raise PackError("The pack is damaged.")
        if len(made) != after:
            raise PackError("The pack is damaged.")
        return bytes(made)


def _copied(delta: bytes, order: int, at: int) -> tuple[int, int, int]:
    """Return offset and size of what is copied from the base, and where the delta goes on."""
    values = []
    for bits in ((0, 1, 2, 3), (4, 5, 6)):
        value = 0
        for place, bit in enumerate(bits):
            if order & (1 << bit):
                value |= delta[at] << (8 * place)
                at += 1
        values.append(value)
    return values[0], values[1] or 0x10000, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return value, at
