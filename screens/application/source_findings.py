"""What the source check found: one line on the screen, all of it in a dialog."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.source.finding import Level, SourceFinding


class SourceLine(Static, can_focus=True):
    """What is built and what its check found, in a sentence. Enter shows all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.details", show=False)]

    def __init__(self) -> None:
        super().__init__(id="told", classes="choice")

    def show(self, text: str, tone: str = "", note: str = "") -> None:
        """Show a sentence with a note below it. tone: "", warning, error or success."""
        self.set_classes(f"choice -{tone}" if tone else "choice")
        self.update(Content("\n").join(filter(None, (Content(text), Content.styled(note, DIM)))))

    async def on_click(self) -> None:
        """A click shows all of it, too."""
        await self.run_action("screen.details")


class FindingsScreen(Dialog[None]):
    """Lists the findings under headings, the worst first, the marked one in full."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.DETAILS.key)]

    def __init__(self, title: str, findings: Sequence[SourceFinding]) -> None:
        super().__init__()
        self._title = title
        self._findings = {finding.id: finding for finding in findings}

    def compose(self) -> ComposeResult:
        """Show the list and the explanation."""
        with Vertical(classes="dialog -wide-dialog", id="source-findings"):
            yield Static(Content(self._title), classes="dialog-title")
            yield OptionList(*_options(self._findings.values()), compact=True, id="findings")
            yield Static(id="finding")
            yield Button(" Close ", compact=True, id="close", variant="primary")

    def on_mount(self) -> None:
        """Mark the first finding, and let the arrow keys choose."""
        listed = self.query_one(OptionList)
        listed.highlighted = 1  # below its heading
        listed.focus()

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        finding = self._findings.get(event.option_id or "")
        if finding is not None:
            self.query_one("#finding", Static).update(in_full(finding))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the list."""
        self.dismiss()


def _options(findings: Iterable[SourceFinding]) -> Iterator[Option]:
    every = list(findings)
    groups = [[each for each in every if each.level is level] for level in reversed(Level)]
    for number, group in enumerate(filter(None, groups)):
        if number:
            yield Option("", disabled=True)
        heading = f"{group[0].level.heading} ({len(group)})"
        yield Option(Content.styled(heading, "bold"), disabled=True)
        for finding in group:
            yield Option(Content.assemble(mark(finding.level), finding.line), id=finding.id)


def in_full(finding: SourceFinding) -> Content:
    """Return a finding with what would be so without its remedy, and where."""
    places = ", ".join(map(str, finding.places))
    first, second = (
        (finding.what, f"To do: {finding.remedy}")
        if finding.by_hand
        else (finding.remedy, f"Without it: {finding.what}")
    )
    return Content("\n").join(
        [
            Content.styled(first, "bold"),
            Content(second),
            Content.styled(f"{finding.id}, in {places}", DIM),
        ]
    )
