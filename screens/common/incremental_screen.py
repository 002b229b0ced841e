"""Screens that appear in turns, so that a key pressed meanwhile does not wait for all of it."""

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.errors import NoWidget
from textual.geometry import Region
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

TURN_SECONDS: Final = 0.008
"""How long a turn is before others have theirs."""

_NODES, _LINES = 8, 4
"""What is styled, and what is drawn, before the clock is looked at."""

if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object


class InTurns(_Base):
    """Styles, lays out and draws a screen in turns of its own. Textual does it all in one.

    What is drawn ahead stays with the widgets, so that the whole picture is quickly put together.
    """

    async def on_event(self, event: events.Event) -> None:
        """Let others have a turn between two events, and part the events that take long."""
        await asyncio.sleep(0)
        if isinstance(event, events.ScreenResume):
            await self._restyle(event)
        if not isinstance(event, (events.ScreenResume, events.Resize)):
            await super().on_event(event)
            return
        # Nothing is put on the terminal before all of it is drawn.
        with self.app.batch_update():
            await super().on_event(event)
            await asyncio.sleep(0)
            await self._draw_ahead()

    async def _restyle(self, event: events.ScreenResume) -> None:
        """Do in turns what Textual does at once when a screen comes to the front."""
        if not event.refresh_styles:
            return
        event.refresh_styles = False
        turn = _Turn()
        nodes = [node for node in self.walk_children(with_self=True) if node.is_attached]
        for at in range(0, len(nodes), _NODES):
            self.app.stylesheet.update_nodes(nodes[at : at + _NODES])
            await turn.over()
        await asyncio.sleep(0)

    async def _draw_ahead(self) -> None:
        """Draw every line that can be seen into its widget's cache."""
        turn = _Turn()
        for widget in self.walk_children(Widget):
            for lines in self._seen(widget):
                if not self.is_current or not widget.is_attached:
                    return
                widget.render_lines(lines)
                await turn.over()

    def _seen(self, widget: Widget) -> list[Region]:
        """Return what can be seen of a widget, a few lines each, as the widget counts them."""
        try:
            place = self.find_widget(widget)
        except NoWidget:
            return []
        seen = place.visible_region.translate(-place.region.offset)
        return [
            Region(seen.x, top, seen.width, min(_LINES, seen.bottom - top))
            for top in range(seen.y, seen.bottom, _LINES)
            if seen.width
        ]


class Dialog(InTurns, ModalScreen[ScreenResultType]):
    """A dialog that appears in turns."""


class _Turn:
    """Ends a turn when it has taken long enough."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + TURN_SECONDS

    async def over(self) -> None:
        """Let others have their turn, if this one was long."""
        if time.monotonic() >= self._ends:
            await asyncio.sleep(0)
            self._ends = time.monotonic() + TURN_SECONDS
