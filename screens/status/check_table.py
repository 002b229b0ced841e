"""The checks of a site: glyph and word, title, and the detail in a column of its own."""

import re
from collections.abc import Sequence
from datetime import datetime
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.report import Pending
from solarrally_tui.screens.common.words import DIM, colour
from solarrally_tui.screens.status.wall_text import clock
from solarrally_tui.text.sentences import sentences

if TYPE_CHECKING:
    from solarrally_tui.health.report import Check, Report

_WORD: Final = 11
"""Columns for glyph and word."""

_LEAST: Final = 20
_CLAUSES: Final = re.compile(r"(?<=[,:;]) ")
_MORE: Final = " …"
_ONE_LINE: Final = frozenset({Severity.OK, Severity.UNKNOWN, *Pending})


def beginning(line: str, room: int) -> str:
    """Return as many whole sentences as fit into a line; of the first one, as many clauses."""
    whole = sentences(line)
    if kept := _kept(whole, room):
        return kept
    clauses = _kept(_CLAUSES.split(whole[0]), room - len(_MORE))
    return f"{clauses}{_MORE}" if clauses else shorten(whole[0], room, placeholder="…")


def _kept(parts: Sequence[str], room: int) -> str:
    """Return as many parts as fit; nothing where the first one does not."""
    said = (" ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((one for one in said if len(one) <= room), "")


class CheckTable(OptionList):
    """Lists a report, the worst first, and wraps it again when the width changes.

    Among equals, they follow the way of the data. What is ok or unknown has one line, so that all
    checks fit; Enter shows the rest.
    """

    def __init__(self) -> None:
        super().__init__(id="checks", compact=True)
        self._checks: list[Check] = []
        self._now: datetime | None = None
        self._is_old = False

    def show(self, report: "Report", now: datetime) -> None:
        """Draw a new report. The cursor stays on its check. now: to mark what is old."""
        self._now, self._is_old = now, report.is_old
        self._checks = list(report.ranked)
        self._draw()

    def check(self, option_id: str | None) -> "Check | None":
        """Return the check of a line."""
        return next((check for check in self._checks if check.id == option_id), None)

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self._draw()

    def _draw(self) -> None:
        at = self.highlighted_option
        top = self.scroll_offset.y
        # The scroll bar comes with the lines, and takes a column of theirs.
        width = self.size.width - 1
        titles = max((len(check.title) for check in self._checks), default=0) + 2
        self.clear_options()
        self.add_options([Option(self._row(c, titles, width), id=c.id) for c in self._checks])
        ids = [check.id for check in self._checks]
        self.highlighted = ids.index(at.id) if at and at.id in ids else (0 if ids else None)
        self.scroll_to(y=top, animate=False)

    def _row(self, check: "Check", titles: int, width: int) -> Content:
        before = _WORD + titles
        room = max(width - before, _LEAST)
        is_old = self._is_old or (self._now is not None and check.is_stale(self._now))
        state = Severity.UNKNOWN if is_old else check.sign
        since = f"As of {clock(check.at)}: " if is_old and check.at else ""
        if state in _ONE_LINE:
            lines = [since + beginning(check.line, room - len(since))]
        else:
            lines = wrap(check.line, room) or [""]
        word = state.line("old" if is_old else state.word)
        return Content.assemble(
            (word.ljust(_WORD), DIM if is_old else colour(state)),
            (check.title.ljust(titles), DIM if is_old else ""),
            ("\n".ljust(before + 1).join(lines), DIM),
        )
