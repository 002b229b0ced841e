"""Which known word somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

_ALIKE = 0.6
"""Likeness of two words, from 0 to 1, from which on one is a slip of the other."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like a word, in any case; empty where none is."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, 1, _ALIKE)
    return by_lower[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known word, after a blank; empty where none is."""
    near = nearest(word, known)
    return f" Did you mean {near}?" if near else ""
