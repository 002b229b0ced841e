"""Takes out of a text what a terminal would obey. Names, reasons and logs come from others."""

import re
from typing import Final

_HARM: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 controls, and marks that turn the direction of text around."""


def is_harmless(text: str) -> bool:
    """Whether a line holds nothing that a terminal would obey."""
    return not _HARM.search(text)


def in_one_line(text: str) -> str:
    """Return the text without any control character, line ends among them."""
    return _HARM.sub("", text)


def harmless(text: str) -> str:
    """Return the text without control characters. Line feeds stay, tabs become blanks."""
    return "\n".join(in_one_line(line) for line in text.replace("\t", " ").split("\n"))
