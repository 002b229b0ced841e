"""Writes the files of a commit into a folder, none outside of it, and none that could run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from solarrally_tui.source.git.pack import Object, Objects, PackError
from solarrally_tui.source.git.wire import LARGEST_FILE

MOST_FILES: Final = 20_000
DEEPEST: Final = 40
_FOLDER: Final = b"40000"
_MODULE: Final = b"160000"
_BAD_NAME: Final = re.compile(rb"\.{1,2}|\.git|git~\d|.*[/\\:\0].*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says of itself."""

    id: str
    tree: str
    made: datetime | None
    """When it was committed, in UTC, as its committer's clock had it."""


def commit_of(objects: Objects, commit: str) -> Commit:
    """Return a commit of a pack. Raises PackError when it is not in it."""
    head = _need(objects, commit, "commit").data.partition(b"\n\n")[0]
    lines = dict(line.partition(b" ")[::2] for line in head.split(b"\n") if b" " in line)
    return Commit(commit, lines.get(b"tree", b"").decode("ascii", "replace"), _date(lines))


def _date(lines: dict[bytes, bytes]) -> datetime | None:
    found = re.search(rb"> (\d{1,12}) [+-]\d{4}$", lines.get(b"committer", b""))
    try:
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (OverflowError, OSError, ValueError):
        return None


def write(objects: Objects, tree: str, folder: Path) -> int:
    """Write the files of a tree into a folder that exists; return how many.

    A link becomes a plain file that holds its target. Files that were too large to fetch are left
    out, and so are modules. Raises PackError and OSError.
    """
    count = 0
    for path, data in _files(objects, tree, 0):
        count += 1
        if count > MOST_FILES:
            raise PackError(f"The source has more than {MOST_FILES} files.")
        target = folder.joinpath(*path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return count


def _files(objects: Objects, tree: str, depth: int) -> Iterator[tuple[tuple[str, ...], bytes]]:
    if depth > DEEPEST:
        raise PackError("The source has too many folders in each other.")
    for mode, name, oid in _entries(_need(objects, tree, "tree").data):
        if mode == _FOLDER:
            yield from (((name, *path), data) for path, data in _files(objects, oid, depth + 1))
        elif mode != _MODULE and (found := objects.get(oid)) and len(found.data) <= LARGEST_FILE:
            yield (name,), found.data


def _entries(data: bytes) -> Iterator[tuple[bytes, str, str]]:
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        if end < 0 or end + 21 > len(data):
            raise PackError("The source has a folder that cannot be read.")
        mode, _, name = data[at:end].partition(b" ")
        # Git refuses such names too: they would leave the folder, or mean something in it.
        if _BAD_NAME.fullmatch(name) or not name:
            raise PackError("The source has a file with a name that is not allowed.")
        yield mode, name.decode("utf-8", "replace"), data[end + 1 : end + 21].hex()
        at = end + 21


def _need(objects: Objects, oid: str, kind: str) -> Object:
    found = objects.get(oid)
    if found is None or found.kind != kind:
        raise PackError(f"The server did not send the {kind} that was asked for.")
    return found
