"""A question with two answers, over the screen that asks."""

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.textual_tricks import Dialog

DESTROYS: Final = "-destroys"
"""Class of a button that ends something for good."""


class ConfirmScreen(Dialog[bool]):
    """Returns True for yes. Escape means no."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", "No")]

    def __init__(
        self,
        title: str,
        text: str,
        yes: str,
        no: str,
        *,
        prefers_no: bool = False,
        destroys: bool = False,
    ) -> None:
        """prefers_no: no is the first button, and the one that Enter presses.

        destroys: so it is, and yes is red: it ends something.
        """
        super().__init__()
        self._title, self._text, self._yes, self._no = title, text, yes, no
        self._prefers_no, self._destroys = prefers_no or destroys, destroys

    @property
    def text(self) -> str:
        """What is said below the title."""
        return self._text

    def compose(self) -> ComposeResult:
        """Show the question."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield Static(Content(self._text))
            with Horizontal(classes="dialog-buttons"):
                answers = [(self._yes, "yes"), (self._no, "no")]
                first, second = answers[::-1] if self._prefers_no else answers
                yield Button(f" {first[0]} ", id=first[1], compact=True, variant="primary")
                classes = DESTROYS if self._destroys else ""
                yield Button(f" {second[0]} ", id=second[1], compact=True, classes=classes)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)


class ChoiceScreen(Dialog[str]):
    """Returns the id of the chosen answer. Escape means the first, which Enter presses, too."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "first", "Back")]

    def __init__(self, title: str, text: str, answers: Mapping[str, str]) -> None:
        """answers: their words by their ids."""
        super().__init__()
        self._title, self._text, self._answers = title, text, answers

    def compose(self) -> ComposeResult:
        """Show the question."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield Static(Content(self._text))
            with Horizontal(classes="dialog-buttons"):
                for index, (id_, words) in enumerate(self._answers.items()):
                    variant: Literal["default", "primary"] = "default" if index else "primary"
                    yield Button(f" {words} ", id=id_, compact=True, variant=variant)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(str(event.button.id))

    def action_first(self) -> None:
        """Answer with the first."""
        self.dismiss(next(iter(self._answers)))


class TypedScreen(Dialog[bool]):
    """Returns True only when a given word was typed. For what cannot be undone."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", "No")]

    def __init__(
        self, title: str, text: str | Content, word: str, yes: str, no: str = "Keep it"
    ) -> None:
        super().__init__()
        self._title, self._text, self._word, self._yes, self._no = title, text, word, yes, no

    def compose(self) -> ComposeResult:
        """Show what will happen, and ask for the word."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield Static(self._text if isinstance(self._text, Content) else Content(self._text))
            yield Static(Content(f"Type {self._word} to confirm."), id="asks-word")
            yield LineInput(compact=True, id="word")
            with Horizontal(classes="dialog-buttons"):
                yield Button(f" {self._no} ", id="no", compact=True, variant="primary")
                yield Button(f" {self._yes} ", id="yes", compact=True, classes=DESTROYS)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def _go_ahead(self) -> None:
        if self.query_one("#word", Input).value.strip() == self._word:
            self.dismiss(True)
        else:
            text = Content(Severity.WARN.line(f"That is not {self._word}. Nothing was done."))
            asks = self.query_one("#asks-word", Static)
            asks.add_class("-wrong")
            asks.update(text)

    @on(Button.Pressed, "#no")
    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)
