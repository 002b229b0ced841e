"""A valid name of a site that is near to what somebody typed, or to another name."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count
from typing import Final

_LONGEST: Final = 20
_SHORTEST: Final = 3
_SPELT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "œ": "oe"}
)
"""Letters that are spelt with two; what else has an accent loses it."""


def repaired_name(text: str) -> str:
    """Return the name that a text becomes, such as mueller-garage-1; empty where none is left."""
    spelt = unicodedata.normalize("NFC", text.strip()).lower().translate(_SPELT)
    plain = unicodedata.normalize("NFKD", spelt)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789")
    name = words[:_LONGEST].strip("-")
    return name if len(name) >= _SHORTEST else ""


def next_name(site: str, taken: Collection[str]) -> str:
    """Return a name like a site's that is not taken."""
    endings = (f"-{number}" for number in count(2))
    names = (f"{site[: _LONGEST - len(ending)].rstrip('-')}{ending}" for ending in endings)
    return next(name for name in names if name not in taken)
