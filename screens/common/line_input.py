"""An input of one line that takes keys in the order in which they are pressed.

Textual's runs its own keys, such as Backspace, only after they went up to the app and back, so that
the letters typed after them overtake them: https://github.com/Textualize/textual/issues/6605, and
https://github.com/Textualize/textual/pull/6631, after which this class only says what was left out.
"""

from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.widgets import Input


class LineInput(Input):
    """Runs its own keys at once, and says so where a paste has more than one line.

    Up and Down, of no use in one line, leave it for what is above or below.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "leave(-1)", show=False),
        Binding("down", "leave(1)", show=False),
    ]

    def action_leave(self, way: int) -> None:
        """Put the cursor into the nearest widget below, or above. Without one, the screen scrolls.

        way: 1 for down, -1 for up.
        """
        here = self.region
        there = [
            (way * (place.y - here.y), abs(place.x - here.x), widget)
            for widget in self.screen.focus_chain
            if (place := widget.region) and (place.y >= here.bottom or place.bottom <= here.y)
        ]
        nearest = min(
            (found for found in there if found[0] > 0), key=lambda found: found[:2], default=None
        )
        if nearest is None:
            raise SkipAction
        nearest[-1].focus()

    async def _on_key(self, event: events.Key) -> None:
        """Do what a key of the input does here; Textual's own method then takes letters."""
        own = self._bindings.key_to_bindings.get(event.key)
        # A line cannot do all of it: Page Down, which it has of what scrolls, is the screen's.
        if (
            own
            and not event.is_printable
            and await self.app.run_action(own[0].action, default_namespace=self)
        ):
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        """Take the first line that has text; Textual's own method would take an empty one."""
        event.prevent_default()
        event.stop()
        lines = [line for line in event.text.splitlines() if line.strip()]
        if not lines:
            return
        if self.selection.is_empty:
            self.insert_text_at_cursor(lines[0])
        else:
            self.replace(lines[0], *self.selection)
        if len(lines) > 1:
            left = f"{len(lines) - 1} more lines were" if len(lines) > 2 else "1 more line was"
            self.notify(f"Only the first line was pasted. {left} left out.", severity="warning")
