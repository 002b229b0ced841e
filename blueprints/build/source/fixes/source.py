"""What every fix is made of: results, the mismatch error and careful editing of one file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from re import Match

APPLIED = "applied"
ALREADY = "already there"
NOT_NEEDED = "not needed"


class Mismatch(Exception):  # noqa: N818 - it is the word that the log uses
    """The source is neither broken in the known way nor already right."""


@dataclass(frozen=True)
class Fix:
    """One named change: `apply` gets the application's folder and returns one of the results."""

    name: str
    why: str
    apply: Callable[[Path], str]


def read(root: Path, name: str) -> str:
    """Return the text of a file of the application with its line ends as they are."""
    try:
        return (root / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise Mismatch(f"{name} does not exist") from None


def write(root: Path, name: str, text: str) -> str:
    """Write TEXT and return APPLIED, so that a fix can end with it."""
    (root / name).write_bytes(text.encode("utf-8"))
    return APPLIED


def replace_one(
    text: str, pattern: str, by: str | Callable[[Match[str]], str], file: str, what: str
) -> str:
    """Replace the only match of PATTERN; any other number of matches is a Mismatch."""
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise Mismatch(f"{file} has {what} {count} times, expected once")
    return changed
