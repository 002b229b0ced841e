"""Findings about the account: one line each, and a paragraph where something is to fix."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.account.finding import Finding, Level
from solarrally_tui.screens.words import DIM

_MARKS: Final = {
    Level.OK: ("✓", "$text-success"),
    Level.UNKNOWN: ("?", "$text-warning"),
    Level.WARN: ("▲", "$text-warning"),
    Level.FAIL: ("✗", "$text-error"),
}
_TITLE_WIDTH: Final = 20


class Findings(Static):
    """What matters stands first; what is well is one line each."""

    def wait(self) -> None:
        """Say that the account is being looked at."""
        self.update(Content.styled("● Looking at the account …", DIM))

    def show(self, found: Sequence[Finding]) -> None:
        """Show findings, the gravest first."""
        order = list(Level)
        ranked = sorted(found, key=lambda each: -order.index(each.level))
        self.update(Content("\n").join([_heading(found), *(_one(each) for each in ranked)]))

    def say(self, text: str) -> None:
        """Say why there are no findings."""
        self.update(Content.styled(text, DIM))


def _heading(found: Sequence[Finding]) -> Content:
    stops = sum(each.level is Level.FAIL for each in found)
    looks = sum(each.level in {Level.WARN, Level.UNKNOWN} for each in found)
    if stops:
        text = f"{stops} would stop a deployment." if stops > 1 else "1 would stop a deployment."
    elif looks:
        text = "Nothing stops a deployment. " + (
            f"{looks} want a look." if looks > 1 else "1 wants a look."
        )
    else:
        text = "Nothing stops a deployment."
    return Content.styled(text, "bold")


def _one(finding: Finding) -> Content:
    glyph, style = _MARKS[finding.level]
    line = Content.assemble(
        (f"{glyph} ", style), (f"{finding.title:<{_TITLE_WIDTH}}", ""), (finding.line, DIM)
    )
    if not finding.fix:
        return line
    return Content("\n").join([line, Content.styled(finding.fix, ""), Content("")])
