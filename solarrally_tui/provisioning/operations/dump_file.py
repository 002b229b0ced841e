"""What a dump's file is: which format, which compression, which encoding. Bytes to text.

Files are recognized by their first bytes, never by their names.
"""

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final, cast

from solarrally_tui.provisioning.operations.dumps import archive
from solarrally_tui.provisioning.operations.dumps.archive import Archive, ArchiveError
from solarrally_tui.text.encoding import encoding_of

MOST_BYTES: Final = 50_000_000
"""Bytes of a dump: the task that loads it has half a GiB of memory."""

COMMAND: Final = (
    "pg_dump --file=dump.sql --data-only --column-inserts --on-conflict-do-nothing --no-owner "
    "-t users -t charging_sessions OLD_DATABASE"
)
AGAIN: Final = f"Create it again: {COMMAND}"


class DumpError(Exception):
    """A dump cannot be imported: why, and what to do."""

    def __init__(self, why: str, then: str = AGAIN) -> None:
        super().__init__(why)
        self.why = why
        self.next = then


@dataclass(frozen=True, slots=True)
class DumpText:
    """The text of a dump, with how it was read."""

    text: str
    notes: tuple[str, ...] = ()
    """What was done to read it, each as a short phrase."""
    what: str = ""
    """What the dump is, as a sentence: format, version of PostgreSQL."""
    roles: tuple[str, ...] = ()
    """Owners that the table of contents of an archive names."""
    extensions: tuple[str, ...] = ()
    """Extensions that it names."""


def read(path: Path) -> DumpText:
    """Return the text of a dump. Raises DumpError, and OSError where it cannot be read."""
    if path.is_dir():
        return _folder(path)
    if path.stat().st_size > MOST_BYTES:
        raise DumpError(_TOO_LARGE, _FEWER)
    return text_of(path.read_bytes())


def text_of(body: bytes) -> DumpText:
    """Return the text of a dump's bytes, unpacked and decoded. Raises DumpError."""
    notes: list[str] = []
    # A dump that was compressed twice is rare, one that is a bomb is no dump.
    for _ in range(3):
        packing = next((each for each in _PACKINGS if body.startswith(each.magic)), None)
        if packing is None:
            break
        body = _unpacked(packing.title, body)
        notes.append(f"unpacked {packing.title}")
    if body.startswith(archive.MAGIC):
        return _of_archive("custom", notes, lambda: archive.of_bytes(body, MOST_BYTES), "FILE")
    if body[257:262] == b"ustar" and _is_dump(body):
        return _of_archive("tar", notes, lambda: archive.of_tar(body, MOST_BYTES), "FILE")
    _refuse_formats(body)
    return _decoded_text(body, notes)


def _decoded_text(body: bytes, notes: list[str]) -> DumpText:
    encoding = _encoding_of(body)
    text = _decoded(body, encoding)
    if text.startswith("PGDMP"):
        raise DumpError(
            "It was in pg_dump's own (custom) format, and PowerShell has damaged it as it wrote it."
        )
    if encoding not in {"utf-8", "utf-8-sig"}:
        notes.append(f"read as {encoding.upper()}")
    if encoding.startswith(("utf-16", "utf-32")):
        _refuse_mangled(text)
    # Every line of a file from Windows ends so, also inside texts. A single one belongs to data.
    if "\r\n" in text and text.count("\n") == text.count("\r\n"):
        text = text.replace("\r\n", "\n")
        notes.append("Windows line ends")
    version = _VERSION.search(text)
    of = f" of PostgreSQL {version[1]}" if version else ""
    return DumpText(text, tuple(notes), f"It is a plain text{of}.")


_VERSION: Final = re.compile(r"^-- Dumped from database version ([^\n]+)", re.MULTILINE)

_TOO_LARGE: Final = f"It has more than {MOST_BYTES // 1_000_000} MB of text."
_FEWER: Final = "Dump only the tables users and charging_sessions, and older sessions not at all."


def _folder(path: Path) -> DumpText:
    if not (path / archive.TOC).exists():
        raise DumpError("It is a folder, not a file.", "Name the dump's file.")
    return _of_archive("directory", [], lambda: archive.of_folder(path, MOST_BYTES), "FOLDER")


def _of_archive(title: str, notes: list[str], load: Callable[[], Archive], named: str) -> DumpText:
    """Return the data of an archive in one of pg_dump's own formats as a text."""
    try:
        found = load()
    except ArchiveError as error:
        raise DumpError(f"It is in pg_dump's {title} format. {error}", _restored(named)) from None
    except _DAMAGED as error:
        why = f"It is in pg_dump's {title} format, and damaged: {error}."
        raise DumpError(why, _restored(named)) from None
    plain = _decoded_text(found.text, notes)
    what = f"It is in pg_dump's {title} format, of PostgreSQL {found.server}."
    return replace(plain, what=what, roles=found.owners, extensions=found.names("EXTENSION"))


def _is_dump(body: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(body)) as opened:
            names = opened.getnames()
    except tarfile.TarError:
        return False
    return sum(Path(name).name == archive.TOC for name in names) == 1


def _restored(what: str) -> str:
    return (
        "With this dump alone, load it into an empty database (createdb OLD_DATABASE; "
        f"pg_restore --no-owner -d OLD_DATABASE {what}). Then create a text: {COMMAND}"
    )


@dataclass(frozen=True, slots=True)
class _Packing:
    title: str
    magic: bytes


_PACKINGS: Final = (
    _Packing("gzip", b"\x1f\x8b"),
    _Packing("zip", b"PK\x03\x04"),
    _Packing("bzip2", b"BZh"),
    _Packing("xz", b"\xfd7zXZ\x00"),
)
_COMMANDS: Final[Mapping[bytes, tuple[str, str]]] = MappingProxyType(
    {
        b"\x28\xb5\x2f\xfd": ("zstd", "zstd -d FILE"),
        b"\x04\x22\x4d\x18": ("lz4", "lz4 -d FILE dump.sql"),
        b"7z\xbc\xaf\x27\x1c": ("7-Zip", "7z x FILE"),
        b"Rar!\x1a\x07": ("RAR", "unrar x FILE"),
        b"\x1f\x9d": ("compress", "uncompress FILE"),
        b"\x5d\x00\x00": ("lzma", "xz -d --format=lzma FILE"),
        b"PK\x05\x06": ("an empty zip archive", "unzip -l FILE"),
    }
)
"""Compressions that Python cannot unpack everywhere, and what does."""


_DAMAGED: Final = (
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python raises for a damaged or encrypted file."""


def _unpacked(title: str, body: bytes) -> bytes:
    try:
        with _opened(title, body) as stream:
            whole = stream.read(MOST_BYTES + 1)
    except EOFError:
        raise DumpError(f"The {title} file is cut off.", "Copy or create it again.") from None
    except _DAMAGED as error:
        why = f"The {title} file is damaged or encrypted: {error}."
        raise DumpError(why, "Copy or create it again, without a password.") from None
    if len(whole) > MOST_BYTES:
        raise DumpError(_TOO_LARGE, _FEWER)
    return whole


def _opened(title: str, body: bytes) -> IO[bytes]:
    packed = io.BytesIO(body)
    if title == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
    if title == "bzip2":
        return cast("IO[bytes]", bz2.BZ2File(packed))
    if title == "xz":
        return cast("IO[bytes]", lzma.LZMAFile(packed))
    archive = zipfile.ZipFile(packed)
    names = [item.filename for item in archive.infolist() if not item.is_dir()]
    if len(names) != 1:
        listed = ", ".join(names[:4]) or "nothing"
        raise DumpError(f"The zip archive holds {listed}.", "Unpack it and name the dump's file.")
    return archive.open(names[0])


def _refuse_formats(body: bytes) -> None:
    """Refuse what is no text, with what reads it."""
    if not body.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise DumpError("It is empty.")
    for magic, (title, command) in _COMMANDS.items():
        if body.startswith(magic):
            raise DumpError(f"It is compressed with {title}.", f"Unpack it first: {command}")
    if body.startswith(b"SQLite format 3\x00"):
        raise DumpError("It is a SQLite database, and a site has PostgreSQL.", _POSTGRES)
    if body[257:262] == b"ustar":
        raise DumpError(*_archive(body))
    if body.startswith((b"%PDF", b"\x7fELF", b"MZ", b"\x89PNG", b"\xd0\xcf\x11\xe0")):
        raise DumpError("It is no dump: its first bytes are those of another kind of file.")


_POSTGRES: Final = "Bring the users into a PostgreSQL database of SolarRally, then dump that."


def _archive(body: bytes) -> tuple[str, str]:
    try:
        with tarfile.open(fileobj=io.BytesIO(body)) as opened:
            names = opened.getnames()
    except tarfile.TarError:
        return "The tar archive is cut off or damaged.", "Copy or create it again."
    listed = ", ".join(names[:4])
    return f"It is a tar archive with {listed}.", "Unpack it and name the dump's file."


_STATED: Final = re.compile(rb"^SET client_encoding (?:=|TO) '?([\w-]+)'?", re.MULTILINE)
_CODECS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SQL_ASCII": "utf-8",
        "UTF8": "utf-8",
        "UNICODE": "utf-8",
        "WIN": "cp1251",
        "KOI8": "koi8-r",
        "KOI8R": "koi8-r",
        "KOI8U": "koi8-u",
        "EUC_JP": "euc-jp",
        "EUC_CN": "gb2312",
        "EUC_KR": "euc-kr",
        "JOHAB": "johab",
        "BIG5": "big5",
        "GBK": "gbk",
        "GB18030": "gb18030",
        "SJIS": "cp932",
        "SHIFTJIS": "cp932",
        "UHC": "cp949",
        "ISO_8859_5": "iso-8859-5",
        "ISO_8859_6": "iso-8859-6",
        "ISO_8859_7": "iso-8859-7",
        "ISO_8859_8": "iso-8859-8",
    }
    | {f"WIN{page}": f"cp{page}" for page in (866, 874, *range(1250, 1259))}
    | {
        f"LATIN{number}": f"iso-8859-{part}"
        for number, part in enumerate((1, 2, 3, 4, 9, 10, 13, 14, 15, 16), 1)
    }
)
"""Python's name of PostgreSQL's encodings (PostgreSQL, Character Set Support)."""


def _encoding_of(body: bytes) -> str:
    if (shown := encoding_of(body)) != "utf-8":
        return shown
    stated = _STATED.search(body)
    name = stated[1].decode("ascii").upper() if stated else "UTF8"
    if name.replace("-", "") not in _CODECS:
        raise DumpError(f"It says that it is in {name}, which cannot be read here.", _IN_UTF8)
    return _CODECS[name.replace("-", "")]


_IN_UTF8: Final = f"Create it again in UTF-8: {COMMAND.replace('pg_dump', 'pg_dump -E UTF8', 1)}"


def _decoded(body: bytes, encoding: str) -> str:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        if error.end == len(body) and encoding.startswith("utf-"):
            raise DumpError(f"It is cut off within the last character, in line {line}.") from None
        why = f"Line {line} is not {encoding.upper()}, which the dump says that it is."
        raise DumpError(f"{why} Its letters were changed on the way.", _IN_UTF8) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise DumpError(f"Line {line} has zero bytes: it is no text, or it is damaged.")
    return text


def _refuse_mangled(text: str) -> None:
    """Refuse letters that PowerShell read with the code page of its window."""
    words = re.findall(r"[^\x00-\x7f]+", text)
    for page in ("cp437", "cp850", "cp852", "cp866", "cp1252"):
        try:
            plain = [word.encode(page).decode("utf-8") for word in words]
        except UnicodeError:
            continue
        if words:
            why = f"PowerShell changed its letters: {plain[0]} became {words[0]}."
            raise DumpError(why, f"Let pg_dump write the file itself. {AGAIN}")
