"""F1: a short explanation of the present screen."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog


class HelpScreen(Dialog[None]):
    """Shows one text over the screen that asked for it."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("f1", keys.DETAILS.key, "enter")]

    def __init__(self, title: str, text: str | Content | Static) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the title and the text."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-body"):
                text = Content(self._text) if isinstance(self._text, str) else self._text
                yield text if isinstance(text, Static) else Static(text)
            yield Button(" Close ", compact=True, variant="primary")

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the help."""
        self.dismiss()
