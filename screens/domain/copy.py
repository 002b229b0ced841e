"""A list of values to enter elsewhere: Enter copies one."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM


class CopyScreen(Dialog[None]):
    """Shows values; the one under the cursor is copied by Enter or F6."""

    CSS_PATH = "domain_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        keys.COPY,
    ]

    def __init__(self, title: str, lead: str, values: Sequence[tuple[str, str]]) -> None:
        """values: what each is, and its text."""
        super().__init__()
        self._title, self._lead, self._values = title, lead, tuple(values)

    def compose(self) -> ComposeResult:
        """Show the list."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            yield Static(Content(self._lead), classes="dialog-body")
            widest = max(len(what) for what, _ in self._values)
            yield OptionList(*(_option(value, widest) for value in self._values), id="values")
            yield Static(id="copied")
            yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Begin at the first value."""
        values = self.query_one(OptionList)
        values.highlighted = 0
        values.focus()

    @on(OptionList.OptionSelected)
    def action_copy_value(self) -> None:
        """Copy the value under the cursor and stay."""
        what, text = self._values[self.query_one(OptionList).highlighted or 0]
        self.post_message(Copy(what, text))
        self.query_one("#copied", Static).update(Content(Severity.OK.line(f"{what} copied.")))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def _option(value: tuple[str, str], widest: int) -> Option:
    what, text = value
    shown = " ".join(text.split())
    return Option(Content.assemble((f"{what:<{widest}}  ", DIM), (shown, "")))
