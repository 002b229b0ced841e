"""Findings about the account: one line each, and a paragraph where something is to fix."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.words import DIM, mark

_TITLE_WIDTH: Final = 19


class Findings(Vertical):
    """What matters stands first; what is well is one line each."""

    def wait(self) -> None:
        """Say that the account is being looked at."""
        self.say("● Looking at the account …")

    def say(self, text: str) -> None:
        """Say one thing in place of findings."""
        self._replace([Static(Content.styled(text, DIM))])

    def show(self, found: Sequence[Finding]) -> None:
        """Show findings, the gravest first, below what they mean together."""
        self.put(_heading(found), sorted(found, key=lambda each: -each.severity.rank))

    def put(self, heading: str, found: Sequence[Finding]) -> None:
        """Show findings in their order below a heading."""
        first = Static(Content.styled(heading, "bold"))
        self._replace([first, *(widget for each in found for widget in _widgets(each))])

    def _replace(self, widgets: Sequence[Static]) -> None:
        self.remove_children()
        self.mount_all(widgets)


def _widgets(finding: Finding) -> Iterator[Static]:
    title = f"{finding.title:<{_TITLE_WIDTH}}"
    yield Static(Content.assemble(mark(finding.severity), (title, ""), (finding.line, DIM)))
    if finding.fix:
        yield Static(Content(finding.fix), classes="fix")


def _heading(found: Sequence[Finding]) -> str:
    stops = sum(each.severity is Severity.FAIL for each in found)
    looks = sum(each.severity in {Severity.WARN, Severity.UNKNOWN} for each in found)
    if stops:
        return f"{stops} would stop a deployment."
    if looks:
        verb = "want" if looks > 1 else "wants"
        return f"Nothing stops a deployment. {looks} {verb} a look."
    return "Nothing stops a deployment."
