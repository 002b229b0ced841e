"""The checks of a site: glyph and word, title, and the detail in a column of its own."""

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.words import DIM, VERDICT

if TYPE_CHECKING:
    from solarrally_tui.health.report import Check, Report

_WORD: Final = 11
"""Columns for glyph and word."""

_LEAST: Final = 20


class CheckTable(Static):
    """Draws a report and wraps it anew when the width changes."""

    def __init__(self) -> None:
        super().__init__(id="checks")
        self._report: Report | None = None

    def show(self, report: "Report") -> None:
        """Draw a new report."""
        self._report = report
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._report is not None:
            self.update(table(self._report, self.size.width))


def table(report: "Report", width: int) -> Content:
    """Return one line a check, more where the detail is long. width: columns in all."""
    titles = max((len(check.title) for check in report.checks), default=0) + 2
    return Content("\n").join([_check(check, titles, width) for check in report.checks])


def _check(check: "Check", titles: int, width: int) -> Content:
    glyph, word, style = VERDICT[str(check.state)]
    before = _WORD + titles
    lines = wrap(check.detail, max(width - before, _LEAST)) or [""]
    return Content.assemble(
        (f"{glyph} {word}".ljust(_WORD), style),
        check.title.ljust(titles),
        ("\n".ljust(before + 1).join(lines), DIM),
    )
