"""Findings about a name, one line each, in columns; the fix is below in the same column."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.screens.widgets.findings import sign_of

_TITLE: Final = 15
_LEAST: Final = 20


class NameFindings(Static):
    """Draws findings, and wraps them again when the width changes."""

    def __init__(self) -> None:
        super().__init__(id="looks")
        self._findings: tuple[Finding, ...] = ()
        self._waiting, self._rows = "", 0

    def show(self, findings: Sequence[Finding], waiting: str = "", rows: int = 0) -> None:
        """Show findings. waiting: what is still being asked. rows: what the answer will take.

        They are kept free, so that nothing below moves when it comes.
        """
        self._findings, self._waiting, self._rows = tuple(findings), waiting, rows
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        lines = [_drawn(finding, self.size.width - _TITLE - 2) for finding in self._findings]
        if self._waiting:
            lines.append(Content.styled(State.RUNNING.line(self._waiting), DIM))
            lines += [Content()] * (self._rows - 1)
        self.update(Content("\n").join(lines))


def _drawn(finding: Finding, width: int) -> Content:
    line = _column(in_the_wizard(finding.line), width)
    parts: list[tuple[str, str]] = [
        mark(sign_of(finding)),
        (f"{finding.title:<{_TITLE}}", ""),
        (line, DIM if finding.severity is Severity.OK else ""),
    ]
    if finding.fix:
        parts.append((f"\n{'':<{_TITLE + 2}}{_column(in_the_wizard(finding.fix), width)}", DIM))
    return Content.assemble(*parts)


def _column(text: str, width: int) -> str:
    lines = [
        part
        for line in text.splitlines()
        for part in wrap(line, max(width, _LEAST), drop_whitespace=True) or [""]
    ]
    return f"\n{'':<{_TITLE + 2}}".join(lines)
