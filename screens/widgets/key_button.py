"""A button that bears its key: for what only few screens do."""

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Button

from solarrally_tui.screens.common.words import DIM


class KeyButton(Button):
    """Does what a binding of its screen does, and is there only while the screen offers that."""

    def __init__(self, binding: Binding) -> None:
        action = f"screen.{binding.action}"
        super().__init__(binding.description, compact=True, action=action, id=binding.action)
        self._binding = binding

    def on_mount(self) -> None:
        """Bear the key, as this terminal's keys are called, and follow what the screen offers."""
        self.show(self._binding.description)
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._offer())
        self._offer()

    def show(self, name: str) -> None:
        """Bear another name."""
        key = self.app.get_key_display(self._binding)
        self.label = Content.assemble(f" {name} ", (f"{key} ", DIM))
        self.refresh(layout=True)  # another name is as wide as it is

    def _offer(self) -> None:
        self.set_class(not self.screen.check_action(self._binding.action, ()), "-not-offered")
