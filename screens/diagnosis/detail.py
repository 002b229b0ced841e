"""One line of a diagnosis in full: AWS's words, their source, and how to see the same."""

from dataclasses import replace
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.diagnosis.rows import Row

_NAME: Final = 10


class DetailScreen(Dialog[None]):
    """Shows a line over the diagnosis. Every part of it can be copied."""

    CSS_PATH = "diagnosis.tcss"
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.closes("enter"),
        replace(keys.COPY, action="copy('words')"),
        Binding("c", "copy('command')", "Command"),
        Binding("l", "copy('link')", "Link"),
    ]

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._row = row

    def compose(self) -> ComposeResult:
        """Show the words, then what is known about them."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(self._row.title), classes="dialog-title")
            with VerticalScroll(id="words"):
                yield Static(whole(self._row))
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", id="close", compact=True, variant="primary")
                yield Button(" Copy words ", id="copy-words", compact=True)
                if self._row.command:
                    yield Button(" Command ", id="copy-command", compact=True)
                if self._row.link:
                    yield Button(" Link ", id="copy-link", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        chosen = event.button.id or ""
        if chosen == "close":
            self.action_close()
        else:
            self.action_copy(chosen.removeprefix("copy-"))

    def action_copy(self, what: str) -> None:
        """Copy one part."""
        row = self._row
        text = {"words": row.words, "command": row.command, "link": row.link}[what]
        if text:
            self.post_message(Copy(what.capitalize(), text))

    def action_close(self) -> None:
        """Go back to the diagnosis."""
        self.dismiss()


def whole(row: Row) -> Content:
    """Return everything that is known of a line. Words of others are never read as markup."""
    parts = [Content(f"{row.words}\n")]
    parts += [_fact(name, value) for name, value in row.facts]
    parts += [
        _fact(name, value)
        for name, value in (("Command", row.command), ("Console", row.link))
        if value
    ]
    return Content("\n").join(parts)


def _fact(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<{_NAME}}", DIM), value)
