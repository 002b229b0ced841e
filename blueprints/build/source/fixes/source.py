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
    """Return the text of a file of the application, with the line ends of Linux.

    So a fix fits files from Windows, too; write gives them their own line ends back.
    """
    try:
        return (root / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise Mismatch(f"{name} does not exist") from None
    except UnicodeDecodeError:
        raise Mismatch(f"{name} is not UTF-8 text") from None


def write(root: Path, name: str, text: str) -> str:
    """Write TEXT with the file's line ends; return APPLIED, so that a fix can end with it."""
    file = root / name
    if file.exists() and b"\r\n" in file.read_bytes():
        text = text.replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8"))
    return APPLIED


def replace_one(
    text: str, pattern: str, by: str | Callable[[Match[str]], str], file: str, what: str
) -> str:
    """Replace the only match of PATTERN; any other number of matches is a Mismatch."""
    changed, count = re.subn(pattern, by, text, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise Mismatch(f"{file} has {what} {count} times, expected once")
    return changed
