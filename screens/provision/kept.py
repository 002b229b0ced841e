"""What the deletion of a site has kept: each thing with its price, and Enter to delete it."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Kept
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, capital
from solarrally_tui.screens.provision.words import price_of
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.services import Services

_NOTE: Final = "Enter deletes the marked one, or copies the command that does."
_WHAT, _PRICE = 32, 26


class KeptScreen(Dialog[None]):
    """Lists what stays. Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("k")]

    def __init__(
        self,
        services: Services,
        site: str,
        kept: Sequence[Kept],
        deleted: Callable[[Kept], None],
    ) -> None:
        """deleted: called with each thing that was deleted."""
        super().__init__()
        self._services, self._site = services, site
        self._kept = list(kept)
        self._deleted = deleted

    def compose(self) -> ComposeResult:
        """Show the list."""
        with Vertical(classes="dialog -wide-dialog", id="kept"):
            yield Static(Content(f"What stays of {self._site}"), classes="dialog-title")
            yield OptionList(*map(_option, self._kept), compact=True, id="kept-list")
            yield Static(_NOTE, id="kept-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, id="close", variant="primary")

    def on_mount(self) -> None:
        """Let the arrow keys choose."""
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        thing = self._kept[event.option_index]
        if thing.end:
            self.post_message(Copy("Command", thing.end))
            self._say(Severity.OK.line(f"Copied: {thing.end}"))
        else:
            self.delete(thing)

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def delete(self, thing: Kept) -> None:
        """Ask whether to delete one thing, and do so."""
        question = TypedScreen(
            f"Delete the {thing.what}?",
            f"{thing.identifier}\n{capital(price_of(thing))}. Nobody can restore it.",
            self._site,
            yes="Delete it",
        )
        if not await self.app.push_screen_wait(question):
            return
        self._say(State.RUNNING.line(f"Deleting the {thing.what} …"))
        try:
            why = await self._services.delete_kept(self._site, thing.identifier)
        except Exception as error:  # noqa: BLE001 it stays, and that is shown
            plain = plain_of(error)
            why = f"{plain.what} {plain.next}"
        if why:
            self._say(Severity.WARN.line(f"The {thing.what} was not deleted. {why}"))
            return
        at = self._kept.index(thing)
        del self._kept[at]
        self.query_one(OptionList).remove_option_at_index(at)
        self._deleted(thing)
        self._say(Severity.OK.line(f"The {thing.what} is deleted."))

    def _say(self, text: str) -> None:
        self.query_one("#kept-note", Static).update(Content(text))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the list."""
        self.dismiss()


def _option(thing: Kept) -> Option:
    return Option(
        Content.assemble(
            (f"{capital(thing.what):<{_WHAT}}", "bold"),
            f"{price_of(thing):>{_PRICE}}\n",
            (f"  {thing.identifier}", DIM),
        )
    )
