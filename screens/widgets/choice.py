"""A few exclusive answers, one a line, and a yes-or-no answer. Shown by glyph, not by colour."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.widgets.field import field_id


class Choice(Static, can_focus=True):
    """One of several; the arrow keys choose, Enter continues."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "cycle", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]

    class Chosen(Message):
        """Another answer was chosen."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(
        self, answers: Sequence[str], chosen: int, *, widget_id: str, path: str = ""
    ) -> None:
        """path: dotted path of the answer that this is about, for its help."""
        super().__init__(id=widget_id, classes="choice")
        self.path = path
        self._answers = answers
        self.chosen = chosen

    def on_mount(self) -> None:
        """Draw the answers."""
        self._draw()

    def _draw(self) -> None:
        lines = [
            Content.assemble(
                (f"{Selection.of(chosen=index == self.chosen).glyph} ", "$primary"),
                (answer, "bold" if index == self.chosen else ""),
            )
            for index, answer in enumerate(self._answers)
        ]
        self.update(Content("\n").join(lines))

    def action_move(self, offset: int) -> None:
        """Choose the answer above or below."""
        self._choose(min(max(self.chosen + offset, 0), len(self._answers) - 1))

    def action_cycle(self) -> None:
        """Choose the next answer, after the last the first."""
        self._choose((self.chosen + 1) % len(self._answers))

    def _choose(self, index: int) -> None:
        if index != self.chosen:
            self.chosen = index
            self._draw()
            self.post_message(self.Chosen(index))


class Tick(Static, can_focus=True):
    """Yes or no; Space changes it, Enter continues."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_tick", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]

    class Changed(Message):
        """The answer changed."""

        def __init__(self, on: bool, path: str) -> None:
            super().__init__()
            self.on = on
            self.path = path

    def __init__(self, question: str, on: bool, *, path: str) -> None:
        """path: dotted path of the answer in a draft."""
        super().__init__(id=field_id(path), classes="choice")
        self._question = question
        self.path = path
        self.on = on

    def on_mount(self) -> None:
        """Draw the answer."""
        self._draw()

    def on_click(self) -> None:
        """A click changes it too."""
        self.action_toggle_tick()

    def action_toggle_tick(self) -> None:
        """Change the answer."""
        self.show(not self.on)
        self.post_message(self.Changed(self.on, self.path))

    def show(self, on: bool) -> None:
        """Show an answer."""
        self.on = on
        self._draw()

    def _draw(self) -> None:
        mark = f"[{Severity.OK.glyph}] " if self.on else "[ ] "
        self.update(Content.assemble((mark, "$primary"), self._question))
