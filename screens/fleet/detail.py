"""One charger in full, over the list: its facts, its power, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import replace
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
from solarrally_tui.screens.common.textual_tricks import Dialog, redraw
from solarrally_tui.screens.common.words import DIM, inked, sentence
from solarrally_tui.screens.fleet.power_chart import chart_of
from solarrally_tui.screens.widgets.key_button import KeyButton
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.wizard.fleets import WatchedFleet

_NAMES: Final = 18
"""Columns for the name of a line."""
_USUAL: Final = 64
"""Columns of the lines on a terminal of 80, before the first layout."""
_DRAW_SECONDS: Final = 1.0
_LOWEST, _HIGHEST = 5, 14
"""Lines of the chart of its power."""
_AROUND: Final = 12
"""Lines of a terminal that are neither facts nor chart."""


class ChargerDetailScreen(Dialog[str]):
    """Shows what the list knows at once, and certificates when AWS responds.

    Returns the action of the list that was chosen, such as "revoke", or nothing.
    """

    CSS_PATH = "fleet.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.closes(),
        replace(keys.NEW_KEY, show=True),
        keys.REVOKE,
    ]

    HELP_TEXT: ClassVar[str] = (
        "All that is known of one charger: what AWS IoT's fleet index has, its certificates, and "
        "what was seen of it at the page.\n\n"
        "Its power is drawn from the time on that this program listens at the page, of the last "
        "hour at most. Nothing in AWS keeps it. Its energy is worked out from that.\n\n"
        "New key replaces a key that was lost or seen by others. Revoke locks the charger out "
        "within seconds. Both ask first. Enter copies the line under the cursor."
    )

    def __init__(self, fleet: "WatchedFleet", charger: "Charger", *, changes: bool) -> None:
        """changes: whether the person may change it."""
        super().__init__()
        self._fleet, self._charger, self._changes = fleet, charger, changes
        self._detail: Detail | None = None
        self._lines: list[tuple[str, str]] = []
        self._width = 0

    def compose(self) -> ComposeResult:
        """Show the lines, the power, and what can be done."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Charger {self._charger.name}"), classes="dialog-title")
            yield OptionList(compact=True, id="charger-lines")
            yield Static(id="charger-power")
            yield Static("Asking the account …", id="charger-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", id="close", compact=True, variant="primary")
                yield KeyButton(keys.NEW_KEY)
                yield KeyButton(keys.REVOKE)

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
            note.add_class("-nothing")
        self._draw()

    def _draw(self) -> None:
        known = self._detail or Detail(self._charger)
        _, *facts = known.facts(self._fleet.sight)  # The title has the name.
        listed = self.query_one("#charger-lines", OptionList)
        width = listed.scrollable_content_region.width or _USUAL
        lines = [*facts, *known.technical]
        most = self.app.size.height
        room = most - _AROUND - min(len(lines), most // 2)
        height = min(max(most // 4, _LOWEST), _HIGHEST, room)
        power = self.query_one("#charger-power", Static)
        power.display = height >= _LOWEST  # else the title would be scrolled away
        redraw(power, chart_of(self._charger.name, self._fleet.sight, width, max(height, _LOWEST)))
        if (lines, width) == (self._lines, self._width):
            return
        self._lines, self._width = lines, width
        at = listed.highlighted
        listed.clear_options()
        for number, line in enumerate(lines):
            style = DIM if number >= len(facts) else ""
            listed.add_option(Option(_words(line, width, style)))
        listed.highlighted = min(at or 0, len(lines) - 1)

    @on(OptionList.OptionSelected)
    def _copy(self, event: OptionList.OptionSelected) -> None:
        name, value = self._lines[event.option_index]
        self.post_message(Copy(name, value))

    def action_new_key(self) -> None:
        """Let the list give it another key."""
        self.dismiss(keys.NEW_KEY.action)

    def action_revoke(self) -> None:
        """Let the list lock it out."""
        self.dismiss(keys.REVOKE.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what this person may do, and what has not been done."""
        if action in {keys.NEW_KEY.action, keys.REVOKE.action}:
            is_done = action == keys.REVOKE.action and self._charger.revoked is not None
            return self._changes and not is_done
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the list."""
        self.dismiss("")


def described(lines: Sequence[tuple[str, str]], width: int) -> Content:
    """Return names and values as one text of so many columns."""
    return Content("\n").join(_words(line, width) for line in lines)


def _words(line: tuple[str, str], width: int, style: str = "") -> Content:
    """Return a line whose words stay in their column when they need more than one row.

    A Rich table would do the same, and take ten times as long every second.
    """
    name, value = line
    parts = wrap(value, max(width - _NAMES, _NAMES), break_on_hyphens=False) or [""]
    folded = f"\n{' ' * _NAMES}".join(parts)
    return Content.assemble((name.ljust(_NAMES), DIM), inked(folded, style))
