"""pg_dump's own formats: an archive's table of contents, and its data as a text of SQL.

The custom format is one file; the directory and tar formats have the same contents in toc.dat, and
each table's rows in a file of their own. Source: pg_backup_archiver.c and pg_backup_custom.c of
PostgreSQL 12 to 18 (archive versions 1.12 to 1.16).
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MAGIC: Final = b"PGDMP"
TOC: Final = "toc.dat"
_CUSTOM: Final = 1
_OLDEST, _NEWEST = (1, 12), (1, 16)
_COMPRESSIONS: Final = ("none", "gzip", "lz4", "zstd")
_SETTINGS: Final = frozenset({"ENCODING", "STDSTRINGS", "SEARCHPATH"})
_DATA_BLOCK: Final = 1

Member = Callable[[str], bytes]
"""Returns the bytes of a file of the archive by its name. Raises KeyError."""


class ArchiveError(Exception):
    """An archive cannot be read here: why, as a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the table of contents."""

    id: int
    tag: str
    kind: str
    definition: bytes
    copy: bytes
    """The COPY statement of a table's rows; empty where they are INSERT statements."""
    owner: str
    file: str
    """Of its rows; empty in the custom format."""
    has_data: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """A table of contents, with a way to the rows."""

    database: str
    server: str
    """Version of the PostgreSQL server, as pg_dump wrote it."""
    entries: tuple[Entry, ...]
    rows: dict[int, bytes]
    """Rows by the entry's id."""

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all entries of a kind, such as EXTENSION."""
        return tuple(entry.tag for entry in self.entries if entry.kind == kind)

    @property
    def owners(self) -> tuple[str, ...]:
        """The roles that own something in the dump."""
        return tuple(dict.fromkeys(entry.owner for entry in self.entries if entry.owner))

    @property
    def text(self) -> bytes:
        """The data as pg_dump writes them in a plain dump of data."""
        parts = [b"--\n-- PostgreSQL database dump\n--\n"]
        parts += [entry.definition for entry in self.entries if entry.kind in _SETTINGS]
        for entry in self.entries:
            if entry.kind == "TABLE DATA" and entry.id in self.rows:
                parts.append(entry.copy + self.rows[entry.id] + b"\n")
        parts += [entry.definition for entry in self.entries if entry.kind == "SEQUENCE SET"]
        parts.append(b"--\n-- PostgreSQL database dump complete\n--\n")
        return b"\n".join(parts)


def of_bytes(body: bytes, most: int) -> Archive:
    """Read an archive in the custom format. most: bytes of its rows. Raises ArchiveError."""
    return _read(body, most, None)


def of_tar(body: bytes, most: int) -> Archive:
    """Read the tar format, or a tar archive of a folder in the directory format.

    Raises ArchiveError.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(body)) as archive:
            files = {
                Path(item.name).name: stream.read(most + 1)
                for item in archive.getmembers()
                if item.isfile() and (stream := archive.extractfile(item))
            }
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveError("The tar archive is cut off or damaged.") from error

    def member(name: str) -> bytes:
        if name in files:
            return files[name]
        with gzip.open(io.BytesIO(files[f"{name}.gz"])) as unpacked:
            return unpacked.read(most + 1)

    return _read(files[TOC], most, member)


def of_folder(folder: Path, most: int) -> Archive:
    """Read an archive in the directory format. Raises ArchiveError and OSError."""

    def member(name: str) -> bytes:
        plain = folder / Path(name).name
        packed = plain.with_name(f"{plain.name}.gz")
        if plain.exists():
            with plain.open("rb") as stream:
                return stream.read(most + 1)
        if not packed.exists():
            raise KeyError(name)
        with gzip.open(packed) as unpacked:
            return unpacked.read(most + 1)

    return _read((folder / TOC).read_bytes(), most, member)


def _read(body: bytes, most: int, member: Member | None) -> Archive:
    try:
        return _archive(_Reader(body), most, member)
    except (IndexError, ValueError, EOFError, zlib.error) as error:
        raise ArchiveError("It is cut off or damaged.") from error


class _Reader:
    """Reads the numbers and texts of an archive one after the other."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = len(MAGIC)
        self.version = (self.byte(), self.byte())
        self.byte()  # the revision
        self._int_size, self._offset_size = self.byte(), self.byte()
        self.format = self.byte()

    def byte(self) -> int:
        self._at += 1
        return self._body[self._at - 1]

    def take(self, count: int) -> bytes:
        if count < 0 or self._at + count > len(self._body):
            raise EOFError
        self._at += count
        return self._body[self._at - count : self._at]

    def number(self) -> int:
        sign = -1 if self.byte() else 1
        return sign * int.from_bytes(self.take(self._int_size), "little")

    def raw(self) -> bytes:
        length = self.number()
        return self.take(length) if length > 0 else b""

    def text(self) -> str:
        return self.raw().decode("utf-8", "replace")

    def skip_offset(self) -> None:
        self.take(1 + self._offset_size)

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._body)


def _archive(reader: _Reader, most: int, member: Member | None) -> Archive:
    version = reader.version
    if not _OLDEST <= version <= _NEWEST:
        raise ArchiveError(f"Its archive version {version[0]}.{version[1]} is not known here.")
    if version >= (1, 15):
        compression = _COMPRESSIONS[reader.byte()]
    else:
        compression = "gzip" if reader.number() else "none"
    if compression in {"lz4", "zstd"}:
        raise ArchiveError(f"Its rows are compressed with {compression}.")
    for _ in range(7):  # when it was created
        reader.number()
    database, server, _dumper = reader.text(), reader.text(), reader.text()
    count = reader.number()
    is_custom = reader.format == _CUSTOM
    entries = tuple(_entry(reader, is_custom=is_custom) for _ in range(count))
    if is_custom:
        found = _blocks(reader, most, is_packed=compression == "gzip")
    else:
        found = _files(entries, member)
    rows: dict[int, bytes] = {}
    left = most
    for number, body in found:
        rows[number] = body
        left -= len(body)
        if left < 0:
            raise ArchiveError(f"It has more than {most // 1_000_000} MB of rows.")
    missing = [e.tag for e in entries if e.kind == "TABLE DATA" and e.has_data and e.id not in rows]
    if missing:
        raise ArchiveError(f"The rows of {', '.join(missing)} are missing: it is cut off.")
    return Archive(database, server, entries, rows)


def _entry(reader: _Reader, *, is_custom: bool) -> Entry:
    number, has_data = reader.number(), bool(reader.number())
    reader.raw(), reader.raw()  # OIDs
    tag, kind = reader.text(), reader.text()
    reader.number()  # the section
    definition, _drop, copy = reader.raw(), reader.raw(), reader.raw()
    reader.raw(), reader.raw()  # schema and tablespace
    if reader.version >= (1, 14):
        reader.raw()  # the access method
    if reader.version >= (1, 16):
        reader.number()  # the kind of relation
    owner = reader.text()
    reader.raw()  # whether with OIDs
    while reader.raw():  # what it depends on
        pass
    file = ""
    if is_custom:
        reader.skip_offset()
    else:
        file = reader.text()
    return Entry(number, tag, kind, definition, copy, owner, file, has_data)


def _blocks(reader: _Reader, most: int, *, is_packed: bool) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a custom archive with the id of their entry."""
    while not reader.at_end:
        block, entry = reader.byte(), reader.number()
        if block != _DATA_BLOCK:
            return  # large objects, which the application does not have, come last
        chunks = []
        while length := reader.number():
            chunks.append(reader.take(length))
        body = b"".join(chunks)
        yield entry, _unpacked(body, most) if is_packed else body


def _unpacked(body: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(body, most + 1)
    if not unpacking.eof and len(plain) <= most:
        raise EOFError
    return plain


def _files(entries: tuple[Entry, ...], member: Member | None) -> Iterator[tuple[int, bytes]]:
    for entry in entries:
        if entry.kind == "TABLE DATA" and entry.has_data and entry.file and member:
            try:
                yield entry.id, member(entry.file)
            except KeyError:
                continue
