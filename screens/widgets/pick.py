"""A question with a few answers, as a list that opens."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Select, Static

from solarrally_tui.screens.widgets.field import field_id


class Pick(Vertical):
    """A list bound to a dotted path of the draft."""

    class Changed(Message):
        """Another answer was chosen."""

        def __init__(self, path: str, value: str) -> None:
            super().__init__()
            self.path = path
            self.value = value

    def __init__(
        self,
        path: str,
        label: str,
        choices: tuple[tuple[str, str], ...],
        value: str,
        hint: str,
        list_id: str | None = None,
    ) -> None:
        """choices: (value, words). A value of a site file that is not among them is kept."""
        super().__init__(id=field_id(path), classes="field")
        self.path = path
        self._label, self._hint = label, hint
        known = {value for value, _ in choices}
        self._choices = choices if value in known else ((value, value), *choices)
        self._value = value
        self._list_id = list_id

    def compose(self) -> ComposeResult:
        """Show the label, the list and the hint."""
        yield Label(Content(self._label), classes="field-label")
        yield Select(
            [(words, value) for value, words in self._choices],
            value=self._value,
            allow_blank=False,
            compact=True,
            id=self._list_id,
        )
        note = Static(Content(self._hint), classes="field-note")
        note.display = bool(self._hint)
        yield note

    def show(self, value: str) -> None:
        """Show an answer that was changed elsewhere."""
        if value in {value for value, _ in self._choices}:
            self.query_one(Select).value = value

    @on(Select.Changed)
    def _changed(self, event: Select.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.path, str(event.value)))
