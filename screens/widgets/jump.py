"""A letter at each field, list, button and step of a screen: the letter leads there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.errors import NoWidget
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, OptionList, Static, Tab, Tabs

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog, lines_of
from solarrally_tui.screens.widgets.numbered_tabs import shown_tabs
from solarrally_tui.screens.widgets.question_widget import asked_by
from solarrally_tui.screens.widgets.rail import Rail

_LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
_WIDTH = 3
"""Columns of a letter and the blanks around it, where there is room for them."""
_MOST_LINES: Final = 9
"""Of a list whose lines have letters of their own."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a letter leads to."""

    name: str
    seen: Region
    """Where it can be seen; empty where it cannot."""
    go: Callable[[], object]


class JumpScreen(Dialog[Target | None]):
    """Returns where the letter leads that was pressed. Escape stays where the cursor is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        Binding(keys.JUMP.key, "close", show=False),
    ]

    def __init__(self, below: Screen[None]) -> None:
        super().__init__()
        self.targets = dict(zip(_LETTERS, _targets(below), strict=False))
        self._lines = lines_of(below)

    def compose(self) -> ComposeResult:
        """Show the letters where they lead; what is out of sight is listed over the top line."""
        places = [target.seen for target in self.targets.values() if target.seen]
        for letter, target in self.targets.items():
            if target.seen:
                x, y, *_ = target.seen
                room = min(_room(target.seen, places), _blanks(self._lines[y][:x]))
                # Without room it hides the first column of its own target, which has no text.
                width = _WIDTH if room >= _WIDTH else min(room, 1)
                shown = Static(letter.center(width), classes="jump-letter")
                shown.styles.offset = (x - width, y)
                yield shown
        hidden = [
            Content.assemble((f" {letter} ", "bold $primary"), target.name)
            for letter, target in self.targets.items()
            if not target.seen
        ]
        if hidden:
            yield Static(Content("  ").join([Content("Not in view:"), *hidden]), id="jump-hidden")
        yield Static("Press a letter. Escape stays here.", id="jump-prompt")

    def on_key(self, event: events.Key) -> None:
        """Go where a letter leads."""
        if event.key in self.targets:
            event.stop()
            # A second letter may come before the first one has led away.
            if self.is_current:
                self.dismiss(self.targets[event.key])

    def action_close(self) -> None:
        """Go nowhere."""
        self.dismiss(None)


def _targets(screen: Screen[None]) -> Iterator[Target]:
    """Yield what has a letter: what takes the cursor, tabs, lines of short lists, steps."""
    for widget in screen.focus_chain:
        seen = _seen(screen, widget)
        if isinstance(widget, OptionList) and (lines := list(_lines(widget, seen))):
            yield from lines
        elif isinstance(widget, Tabs):
            for tab in shown_tabs(widget):
                yield Target(tab.label.plain, _seen(screen, tab), partial(_open, widget, tab))
        else:
            yield Target(_name(widget), seen, widget.focus)
    for rail in screen.query(Rail):
        inside = rail.content_region
        for row, step in rail.ways() if _seen(screen, rail) else ():
            line = Region(inside.x, inside.y + row, inside.width, 1)
            yield Target(step, line, partial(rail.go, step))


def _lines(listed: OptionList, seen: Region) -> Iterator[Target]:
    """Yield the lines of a list that is short, and whose options take a line each."""
    count = listed.option_count
    if not 1 < count <= _MOST_LINES or listed.virtual_size.height != count:
        return
    for index in range(count):
        row = listed.content_region.y + index - listed.scroll_offset.y
        if seen.y <= row < seen.bottom and not listed.get_option_at_index(index).disabled:
            line = Region(seen.x, row, seen.width, 1)
            yield Target("the list", line, partial(_choose, listed, index))


def _choose(listed: OptionList, index: int) -> None:
    listed.focus()
    listed.highlighted = index


def _open(tabs: Tabs, tab: Tab) -> None:
    tabs.focus()
    tabs.active = tab.id or ""


def _seen(screen: Screen[None], widget: Widget) -> Region:
    """Return what can be seen of a widget; an empty region where nothing can."""
    try:
        return screen.find_widget(widget).visible_region
    except NoWidget:
        return Region()


def _room(place: Region, places: Sequence[Region]) -> int:
    """Return how many columns are free to the left of a place, up to the next one."""
    others = (other for other in places if other.right <= place.x)
    beside = (other.right for other in others if other.y <= place.y < other.bottom)
    return place.x - max(beside, default=0)


def _blanks(text: str) -> int:
    """Return how many blanks a text ends with."""
    return len(text) - len(text.rstrip())


def _name(widget: Widget) -> str:
    """Return what people call a widget."""
    asked = asked_by(widget)
    if asked is not None:
        return asked.label
    if isinstance(widget, Button):
        return str(widget.label).strip()
    return str(getattr(widget, "label", "")) or "the list"
