"""The list of chargers: only the lines that are seen are drawn, and read in time to be seen."""

from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from solarrally_tui.screens.fleet.text import Layout, blank, ends_tell, layout, row

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.wizard.fleets import Found

_AHEAD: Final = 2
"""How many heights of the list are read ahead of what is seen."""


class ChargerTable(ScrollView, can_focus=True):
    """Shows what a search finds. It reads nothing; Wanted says how far somebody looks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"charger-table--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "to_start", show=False),
        Binding("end", "to_end", show=False),
        Binding("enter", "open", "Open"),
    ]
    cursor: reactive[int] = reactive(0)
    """The line that keys act on."""

    class Wanted(Message):
        """So many chargers are needed to draw what is seen."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    class Moved(Message):
        """The cursor is at another charger."""

    class Opened(Message):
        """A charger was chosen."""

        def __init__(self, charger: "Charger") -> None:
            super().__init__()
            self.charger = charger

    def __init__(self) -> None:
        super().__init__(id="fleet")
        self._found: Found | None = None
        self._sight: Sight | None = None
        self._columns: Layout = ()

    def show(self, found: "Found", sight: "Sight", *, again: bool = False) -> None:
        """Show another search from its start, or what was read anew with the cursor as it was."""
        chosen, self._found, self._sight = self.chosen, found, sight
        names = [charger.name for charger in found.found]
        stays = again and chosen is not None and chosen.name in names
        self.cursor = names.index(chosen.name) if stays and chosen else 0
        if not stays:
            self.scroll_home(animate=False)
        self.update()

    def update(self) -> None:
        """Draw again, as long as the search is by now."""
        found = self._found.found if self._found else ()
        firmware, sight = any(one.firmware for one in found), self._sight
        ends = sight is None or ends_tell(found, sight.now.date())
        self._columns = layout(self._width, firmware=firmware, ends=ends)
        self.virtual_size = Size(self._width, self._count)
        self.cursor = min(self.cursor, max(self._count - 1, 0))
        self.refresh()
        self._want()

    @property
    def columns(self) -> Layout:
        """The columns that fit."""
        return self._columns or layout(self._width)

    @property
    def chosen(self) -> "Charger | None":
        """The charger under the cursor, once it was read."""
        found = self._found.found if self._found else ()
        return found[self.cursor] if self.cursor < len(found) else None

    @property
    def _count(self) -> int:
        found = self._found
        if found is None:
            return 0
        return len(found.found) if found.expected is None else found.expected

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        found, sight, width = self._found, self._sight, self.virtual_size.width
        index, base = y + self.scroll_offset.y, self.visual_style
        if found is None or sight is None or index >= self.virtual_size.height:
            return Strip.blank(width, base.rich_style)
        if index == self.cursor:
            base = self.get_visual_style("charger-table--cursor")
        is_read = index < len(found.found)
        line = row(found.found[index], sight, self.columns) if is_read else blank(self.columns)
        cells = [Segment(text, (base + Style.parse(style)).rich_style) for text, style in line]
        return Strip(cells).adjust_cell_length(width, base.rich_style)

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw both lines again, and scroll to where the cursor is."""
        self.refresh_lines(before)
        self.refresh_lines(after)
        self.scroll_to_region(Region(0, after, 1, 1), animate=False, force=True)
        self._want()
        self.post_message(self.Moved())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._want()

    def _want(self) -> None:
        found, height = self._found, max(self.size.height, 1)
        if found is None or found.is_complete:
            return
        wanted = min(self.scroll_offset.y + height * (1 + _AHEAD), self._count)
        if wanted > len(found.found):
            self.post_message(self.Wanted(wanted))

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self.update()

    def on_click(self, event: Click) -> None:
        """Choose a line; a second click opens it."""
        index = event.y + self.scroll_offset.y
        if index < self._count:
            self.cursor = index
            if event.chain > 1:
                self.action_open()

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(self.cursor + lines, 0), max(self._count - 1, 0))

    def action_page(self, pages: int) -> None:
        """Move the cursor by the height of the list."""
        self.action_move(pages * max(self.size.height - 1, 1))

    def action_to_start(self) -> None:
        """Move the cursor to the first line."""
        self.cursor = 0

    def action_to_end(self) -> None:
        """Move the cursor to the last line."""
        self.cursor = max(self._count - 1, 0)

    def action_open(self) -> None:
        """Open the charger under the cursor."""
        if charger := self.chosen:
            self.post_message(self.Opened(charger))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to open a charger only where the cursor is at one."""
        return (
            self.chosen is not None
            if action == "open"
            else super().check_action(action, parameters)
        )
