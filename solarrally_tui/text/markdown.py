"""Keeps text that somebody else wrote from being read as Markdown or HTML."""

import html
import re
from typing import Final

_MEANINGFUL: Final = re.compile(r"([\\`*_\[\]|#])")
_LINKING: Final = re.compile(r"([@:~$]|(?<=www)\.)", re.IGNORECASE)
"""What GitHub and others make a link, a mention or a formula of without any brackets."""


def escape(text: str) -> str:
    """Return a text in one line in which nothing means anything in Markdown or HTML."""
    one_line = " ".join(text.split())
    return _MEANINGFUL.sub(r"\\\1", html.escape(one_line, quote=False))


def escape_name(text: str) -> str:
    """Escape what somebody typed, so that it becomes no link and no address either."""
    return _LINKING.sub(r"\\\1", escape(text))
