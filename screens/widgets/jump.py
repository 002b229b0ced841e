"""A letter at each field, list and button of a screen: the letter leads there."""

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.errors import NoWidget
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.widgets.question_widget import asked_by

_LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
_WIDTH: Final = 3
"""Columns of a letter and the blanks around it."""


class JumpScreen(Dialog[Widget | None]):
    """Returns the widget whose letter was pressed. Escape stays where the cursor is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        Binding(keys.JUMP.key, "close", show=False),
    ]

    def __init__(self, below: Screen[None]) -> None:
        super().__init__()
        self._places = {
            letter: (widget, _seen(below, widget))
            for letter, widget in zip(_LETTERS, below.focus_chain, strict=False)
        }

    def compose(self) -> ComposeResult:
        """Show the letters where their widgets are; what is out of sight is listed."""
        for letter, (_, seen) in self._places.items():
            if seen:
                shown = Static(f" {letter} ", classes="jump-letter")
                shown.styles.offset = (max(seen.x - _WIDTH, 0), seen.y)
                yield shown
        hidden = [
            Content.assemble((f" {letter} ", "bold $primary"), _name(widget))
            for letter, (widget, seen) in self._places.items()
            if not seen
        ]
        if hidden:
            yield Static(Content("  ").join([Content("Further:"), *hidden]), id="jump-hidden")

    def on_key(self, event: events.Key) -> None:
        """Go where a letter leads."""
        if event.key in self._places:
            event.stop()
            self.dismiss(self._places[event.key][0])

    def action_close(self) -> None:
        """Go nowhere."""
        self.dismiss(None)


def _seen(screen: Screen[None], widget: Widget) -> Region:
    """Return what can be seen of a widget; an empty region where nothing can."""
    try:
        return screen.find_widget(widget).visible_region
    except NoWidget:
        return Region()


def _name(widget: Widget) -> str:
    """Return what people call a widget."""
    asked = asked_by(widget)
    if asked is not None:
        return asked.label
    if isinstance(widget, Button):
        return str(widget.label).strip()
    return str(getattr(widget, "label", "")) or "the list"
