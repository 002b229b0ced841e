"""The second column of a wide terminal: what the field with the cursor is about, and the screen."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.interview.questions import Question


class Aside(VerticalScroll, can_focus=False):
    """Says beside a form what F1 would say over it."""

    def __init__(self, text: str) -> None:
        super().__init__(id="aside")
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the field above the screen."""
        yield Static(id="aside-field")
        yield Static(
            Content.assemble(("About this screen", "bold"), f"\n\n{self._text}"), id="aside-screen"
        )

    def explain(self, asked: Question | None) -> None:
        """Explain a question; None where the cursor is at no question."""
        field = self.query_one("#aside-field", Static)
        field.display = asked is not None
        if asked is not None:
            title = (asked.label, "bold $primary")
            field.update(Content.assemble(title, f"\n\n{asked.help()}"))
