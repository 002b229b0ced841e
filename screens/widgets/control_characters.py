"""Keeps control characters of answers and of AWS's words away from the terminal."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from solarrally_tui.text.control_characters import in_one_line, is_harmless


class Harmless(LineFilter):
    """Removes what a terminal would obey. All of it has no width, so that nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Return the line without control characters."""
        if all(is_harmless(segment.text) for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(in_one_line(segment.text), segment.style)
            for segment in segments
        ]
