"""Removes from a text what a terminal would obey. Names, reasons and logs come from others."""

import re
from typing import Final

_HARM: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 controls, and marks that reverse the direction of text."""


def is_harmless(text: str) -> bool:
    """Return whether a line holds nothing that a terminal would obey."""
    return not _HARM.search(text)


def in_one_line(text: str) -> str:
    """Return the text without control characters, line feeds included."""
    return _HARM.sub("", text)


def harmless(text: str) -> str:
    """Return the text without control characters. Line feeds stay, tabs become spaces."""
    return "\n".join(in_one_line(line) for line in text.replace("\t", " ").split("\n"))
