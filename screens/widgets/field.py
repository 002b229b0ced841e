"""A question with its label, its input and one line below: a hint, or what is wrong."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.problem_text import in_words
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.site.problems import Problem


class Field(Vertical):
    """An input bound to a dotted path of the draft."""

    class Changed(Message):
        """The text of a field changed."""

        def __init__(self, field: "Field", text: str) -> None:
            super().__init__()
            self.field = field
            self.text = text

    class Entered(Message):
        """Enter was pressed in a field."""

        def __init__(self, field: "Field") -> None:
            super().__init__()
            self.field = field

    def __init__(
        self,
        path: str,
        label: str,
        hint: str = "",
        *,
        value: str = "",
        placeholder: str = "",
        quiet: bool = False,
    ) -> None:
        """quiet: the screen explains problems itself, where there is more room."""
        super().__init__(id=field_id(path), classes="field")
        self.path = path
        self._label = label
        self._hint = hint
        self._value = value
        self._placeholder = placeholder
        self._quiet = quiet

    def compose(self) -> ComposeResult:
        """Show the label, the input and the hint."""
        yield Label(Content(self._label), classes="field-label")
        yield LineInput(self._value, placeholder=self._placeholder, compact=True)
        note = Static(Content(self._hint), classes="field-note")
        note.display = bool(self._hint)
        yield note

    @property
    def input(self) -> Input:
        """The input itself."""
        return self.query_one(Input)

    def show_problem(self, problem: Problem | None) -> None:
        """Show what is wrong with an example, or the hint again."""
        self.set_class(problem is not None, "-wrong")
        if self._quiet:
            return
        self._note(self._hint if problem is None else Severity.WARN.line(in_words(problem)))

    def set_hint(self, hint: str) -> None:
        """Change the hint; a problem that is shown stays."""
        self._hint = hint
        if not self.has_class("-wrong"):
            self._note(hint)

    def _note(self, text: str) -> None:
        note = self.query_one(".field-note", Static)
        note.update(Content(text))
        note.display = bool(text)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))


def field_id(path: str) -> str:
    """Return the widget id of a dotted path."""
    return "field-" + path.replace(".", "-").replace("_", "-")
