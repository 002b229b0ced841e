"""A commit that a reference means, and why there may be none. Imports nothing that is slow."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


class FetchError(Exception):
    """The source could not be had; the text is for people."""


class AddressError(ValueError):
    """What was given is no address or reference that may be fetched."""


@dataclass(frozen=True, slots=True)
class Found:
    """The commit that a branch, a tag or its own id means now."""

    commit: str
    ref: str = ""
    """Branch or tag without refs/; empty where the commit itself was named."""
    made: datetime | None = None
    """When it was committed, where that is known."""


def is_address(place: str) -> bool:
    """Whether a text means a repository elsewhere and not a folder here."""
    return "://" in place or bool(re.match(r"[\w.-]+@[\w.-]+:", place))


def is_commit(text: str) -> bool:
    """Whether a text is a full commit id."""
    return _COMMIT.fullmatch(text) is not None
