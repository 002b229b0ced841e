"""The commit that a branch, tag or id names, and why there may be none. Imports nothing slow."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class FetchError(Exception):
    """The source could not be fetched; the text is for people."""


class AddressError(ValueError):
    """The address or the reference may not be fetched; the text is for people."""


@dataclass(frozen=True, slots=True)
class ResolvedCommit:
    """The commit that a branch, a tag or an id names now."""

    commit: str
    ref: str = ""
    """Branch or tag without refs/; empty where the commit itself was named."""
    made: datetime | None = None
    """When it was committed, where that is known."""


def is_address(place: str) -> bool:
    """Whether a text names a repository elsewhere, not a folder here."""
    return "://" in place or bool(re.match(r"[^/\s@]+@[\w.-]+[:/]", place))


def is_commit(text: str) -> bool:
    """Whether a text is a full commit id."""
    return _COMMIT.fullmatch(text) is not None
