"""Hides the account's number and every ARN, whatever shows them: for rooms and recordings."""

import re
from collections.abc import Callable
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_HIDDEN: Final = re.compile(r"arn:aws[a-z-]*:[!-~]*|(?<!\d)\d{12}(?!\d)")
_DOT: Final = "\N{MIDDLE DOT}"


class Discreet(LineFilter):
    """Writes dots of the same width, so that nothing moves."""

    def __init__(self, is_on: Callable[[], bool]) -> None:
        super().__init__()
        self._is_on = is_on

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the line without numbers of accounts."""
        if not self._is_on():
            return segments
        # A number may begin in one segment and end in the next.
        line = "".join(segment.text for segment in segments)
        hidden = hide(line)
        if hidden == line:
            return segments
        found, at = list[Segment](), 0
        for segment in segments:
            end = at + len(segment.text)
            found.append(Segment(hidden[at:end], segment.style, segment.control))
            at = end
        return found


def hide(text: str) -> str:
    """Return a text of the same length without ARNs and numbers of accounts."""
    return _HIDDEN.sub(lambda match: _DOT * len(match[0]), text)
