"""One charger in full, over the list. Every line can be copied."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.chargers.fleet.detail import Detail
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, sentence
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.wizard.fleets import WatchedFleet

_NAMES: Final = 23
"""Columns for the name of a line."""
_USUAL: Final = 64
"""Columns of the lines on a terminal of 80, before the first layout."""
_DRAW_SECONDS: Final = 1.0
_NOTE: Final = "Enter copies a line."


class ChargerDetailScreen(Dialog[None]):
    """Shows what the list knows at once, and certificates when AWS responds."""

    CSS_PATH = "fleet.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes()]

    HELP_TEXT: ClassVar[str] = (
        "All that is known of one charger: what AWS IoT's fleet index has, its certificates, and "
        "the last message that was seen at the page.\n\n"
        "Enter copies the line under the cursor. A new key replaces one that was lost: the "
        "command is in the last line."
    )

    def __init__(self, fleet: "WatchedFleet", site: str, charger: "Charger") -> None:
        super().__init__()
        self._fleet, self._site, self._charger = fleet, site, charger
        self._detail: Detail | None = None
        self._lines: list[tuple[str, str]] = []
        self._width = 0

    def compose(self) -> ComposeResult:
        """Show the lines, and a way back."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Charger {self._charger.name}"), classes="dialog-title")
            yield OptionList(compact=True, id="charger-lines")
            yield Static("Asking the account …", id="charger-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", id="close", compact=True, variant="primary")

    def on_mount(self) -> None:
        """Show what is known, and ask for more."""
        self._draw()
        self.call_after_refresh(self._draw)  # The first layout says how wide it is.
        self.set_interval(_DRAW_SECONDS, self._draw)
        self.ask()

    @work(group="charger", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """Ask the account for the charger's certificates."""
        note = self.query_one("#charger-note", Static)
        try:
            self._detail = await self._fleet.detail(self._charger.name)
        except Exception as error:  # noqa: BLE001 what the list knows stays useful
            note.update(sentence(Severity.UNKNOWN, plain_of(error).what))
            return
        if self._detail is None:
            gone = "The index no longer has this charger. It may have been removed or renamed."
            note.update(sentence(Severity.WARN, gone))
        else:
            note.update(_NOTE)
        self._draw()

    def _draw(self) -> None:
        known = self._detail or Detail(self._charger)
        _, *lines = [*known.lines(self._fleet.sight), self._new_key]  # The title has the name.
        listed = self.query_one("#charger-lines", OptionList)
        width = listed.scrollable_content_region.width or _USUAL
        if (lines, width) == (self._lines, self._width):
            return
        self._lines, self._width = lines, width
        at = listed.highlighted
        listed.clear_options()
        listed.add_options([Option(_words(line, width)) for line in lines])
        listed.highlighted = min(at or 0, len(lines) - 1)

    @property
    def _new_key(self) -> tuple[str, str]:
        command = (
            f"solarrally chargers replace {self._charger.name} --to FOLDER --site {self._site}"
        )
        return "New key", command

    @on(OptionList.OptionSelected)
    def _copy(self, event: OptionList.OptionSelected) -> None:
        name, value = self._lines[event.option_index]
        self.post_message(Copy(name, value))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Go back to the list."""
        self.dismiss()


def described(lines: Sequence[tuple[str, str]], width: int) -> Content:
    """Return names and values as one text of so many columns."""
    return Content("\n").join(_words(line, width) for line in lines)


def _words(line: tuple[str, str], width: int) -> Content:
    """Return a line whose words stay in their column when they need more than one row.

    A Rich table would do the same, and take ten times as long every second.
    """
    name, value = line
    parts = wrap(value, max(width - _NAMES, _NAMES), break_on_hyphens=False) or [""]
    return Content.assemble((name.ljust(_NAMES), DIM), f"\n{' ' * _NAMES}".join(parts))
