"""A source as the checks see it: its text files, read only, without following links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Final

from solarrally_tui.source.finding import Place
from solarrally_tui.text.encoding import encoding_of

LARGEST_BYTES: Final = 1_000_000
"""Larger files are no source code that anybody wrote."""

MOST_FILES: Final = 20_000
_SKIPPED: Final = frozenset(
    {".git", ".mypy_cache", ".venv", "__pycache__", "build", "dist", "node_modules", "venv"}
)


class NotASourceError(Exception):
    """The folder cannot hold an application's source; the text is for people."""


@dataclass(frozen=True)
class Tree:
    """The text files below a folder."""

    root: Path
    _texts: dict[str, str] = field(default_factory=dict)

    def files(self, pattern: str = "*") -> list[str]:
        """Return names of files, relative and with slashes, that match a pattern."""
        return [name for name in self.names if fnmatch(name, pattern)]

    def has(self, name: str) -> bool:
        """Whether the source has a file."""
        return name in self.names

    def read(self, name: str) -> str:
        """Return the text of a file; bytes that are no text become replacement characters."""
        if name not in self._texts:
            body = (self.root / name).read_bytes()
            text = body.decode(encoding_of(body), errors="replace")
            self._texts[name] = text.replace("\r\n", "\n")
        return self._texts[name]

    def find(self, expression: str, pattern: str) -> tuple[Place, ...]:
        """Return every line that a regular expression matches, in files that match a pattern."""
        compiled = re.compile(expression)
        return tuple(
            Place(name, number)
            for name in self.files(pattern)
            for number, line in enumerate(self.read(name).splitlines(), 1)
            if compiled.search(line)
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every file, sorted. Raises NotASourceError and OSError."""
        return tuple(sorted(_walk(self.root)))


def _walk(root: Path) -> Iterator[str]:
    count = 0
    waiting = [root]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            if entry.is_symlink():
                continue
            if entry.is_dir():
                waiting += [entry] if entry.name not in _SKIPPED else []
            elif entry.is_file() and entry.stat().st_size <= LARGEST_BYTES:
                count += 1
                if count > MOST_FILES:
                    raise NotASourceError(f"{root} has more than {MOST_FILES} files.")
                yield entry.relative_to(root).as_posix()
