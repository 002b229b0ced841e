"""Writes the files of a commit into a folder, none outside of it, and none that could run."""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from dulwich.objects import S_ISGITLINK, Commit, ObjectID, ShaFile, Tree

from solarrally_tui.source.git.pack import Objects, PackError

LARGEST_FILE: Final = 1_000_000
"""Bytes. Larger files are no source code that anybody wrote, and are left out."""

MOST_FILES: Final = 20_000
DEEPEST: Final = 40
_BAD_NAME: Final = re.compile(rb"\.{1,2}|\.git|git~\d|.*[/\\:\0].*", re.IGNORECASE | re.DOTALL)
_Kind = TypeVar("_Kind", bound=ShaFile)


@dataclass(frozen=True, slots=True)
class CommitFacts:
    """What a commit says of itself."""

    tree: ObjectID
    made: datetime | None
    """When it was committed, in UTC, by its committer's clock."""


def commit_of(objects: Objects, commit: str) -> CommitFacts:
    """Return a commit of a pack. Raises PackError when it is not in it."""
    found = _need(objects, ObjectID(commit.encode()), Commit)
    try:
        made = datetime.fromtimestamp(found.commit_time, UTC)
    except (OverflowError, OSError, TypeError, ValueError):
        made = None
    return CommitFacts(found.tree, made)


def write(objects: Objects, tree: ObjectID, folder: Path) -> int:
    """Write the files of a tree into a folder that exists; return how many.

    A link becomes a plain file that holds its target. Files that were too large to fetch are left
    out, and so are submodules. Raises PackError and OSError.
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


def _files(objects: Objects, tree: ObjectID, depth: int) -> Iterator[tuple[tuple[str, ...], bytes]]:
    if depth > DEEPEST:
        raise PackError("The source has too many nested folders.")
    folder = _need(objects, tree, Tree)
    for name in folder:
        # Git refuses such names too: they would leave the folder, or mean something in it.
        if _BAD_NAME.fullmatch(name) or not name:
            raise PackError("The source has a file with a name that is not allowed.")
        mode, oid = folder[name]
        path = name.decode("utf-8", "replace")
        if stat.S_ISDIR(mode):
            yield from (((path, *rest), data) for rest, data in _files(objects, oid, depth + 1))
        elif not S_ISGITLINK(mode) and (blob := objects.get(oid)):
            data = blob.as_raw_string()
            if len(data) <= LARGEST_FILE:
                yield (path,), data


def _need(objects: Objects, oid: ObjectID, kind: type[_Kind]) -> _Kind:
    found = objects.get(oid)
    if not isinstance(found, kind):
        raise PackError(f"The server did not send the {kind.__name__.lower()} that was requested.")
    return found
