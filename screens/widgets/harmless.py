"""Keeps control characters of answers and of AWS's words away from the terminal."""

import re
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_HARM: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 controls, which a terminal obeys, and marks that turn the direction of text around."""


class Harmless(LineFilter):
    """Removes what a terminal would obey. All of it has no width, so that nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the line without control characters."""
        if not any(_HARM.search(segment.text) for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_HARM.sub("", segment.text), segment.style)
            for segment in segments
        ]
