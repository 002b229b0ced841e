"""What the source check found: grouped, one line each, in full on Enter."""

from collections.abc import Iterable, Iterator

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from solarrally_tui.screens.common.words import mark
from solarrally_tui.source.finding import Level, SourceFinding


class SourceFindings(OptionList):
    """A list of findings under headings, the worst first."""

    class Wanted(Message):
        """A finding is to be shown in full."""

        def __init__(self, finding: SourceFinding) -> None:
            super().__init__()
            self.finding = finding

    def __init__(self, widget_id: str) -> None:
        super().__init__(compact=True, id=widget_id)
        self._shown: dict[str, SourceFinding] = {}

    def on_mount(self) -> None:
        """Show nothing before something is known."""
        self.show(())

    def show(self, findings: Iterable[SourceFinding]) -> None:
        """Show findings; an empty list takes no room."""
        shown = tuple(findings)
        self._shown = {finding.id: finding for finding in shown}
        self.clear_options()
        self.add_options(_options(shown))
        self.display = bool(shown)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on which finding was chosen."""
        event.stop()
        if event.option_id in self._shown:
            self.post_message(self.Wanted(self._shown[str(event.option_id)]))


def _options(findings: tuple[SourceFinding, ...]) -> Iterator[Option]:
    for level in reversed(Level):
        group = [finding for finding in findings if finding.level is level]
        if group:
            yield Option(Content.styled(f"{level.heading} ({len(group)})", "bold"), disabled=True)
        for finding in group:
            yield Option(Content.assemble(mark(level), finding.what), id=finding.id)


def details(finding: SourceFinding) -> tuple[str, str]:
    """Return title and text of a finding for a dialog."""
    todo = f"To do: {finding.remedy}" if finding.by_hand else finding.remedy
    places = "\n".join(map(str, finding.places))
    return (
        f"{finding.level.heading}: {finding.id}",
        f"{finding.what}\n\n{todo}\n\nWhere:\n{places}",
    )


def counted(findings: Iterable[SourceFinding]) -> str:
    """Return the number of findings of each kind, as half a sentence."""
    levels = [finding.level for finding in findings]
    parts = [f"{levels.count(level)} {level.word}" for level in reversed(Level) if level in levels]
    return ", ".join(parts) or "nothing found"
