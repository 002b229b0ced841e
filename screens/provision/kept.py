"""What the deletion of a site has kept: each thing with its price, to delete one or all of it."""

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
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, capital
from solarrally_tui.screens.provision.words import kept_things, price_of
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.services import Services

_DELETES: Final = "Enter deletes the marked one."
_COPIES: Final = (
    "Enter copies the address of the marked one in the AWS console, to delete it there."
)
_NEVER: Final = "Nobody can restore it afterwards."
_LEAST, _PRICE = 32, 26
"""Columns of the names at least, and of the prices."""


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
        names = max(_LEAST, *(len(thing.what) + 2 for thing in self._kept))
        with Vertical(classes="dialog -wide-dialog", id="kept"):
            yield Static(Content(f"What stays of {self._site}"), classes="dialog-title")
            yield OptionList(
                *(_option(thing, names) for thing in self._kept), compact=True, id="kept-list"
            )
            yield Static(id="kept-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, id="close", variant="primary")
                yield Button(" Delete all the data ", compact=True, id="all")

    def on_mount(self) -> None:
        """Let the arrow keys choose."""
        self.query_one(OptionList).focus()
        self._offer_all()

    @property
    def _data(self) -> list[Kept]:
        """What is the site's own: logs of a whole Region are deleted one by one."""
        return [thing for thing in self._kept if not thing.console]

    def _offer_all(self) -> None:
        self.query_one("#all").display = len(self._data) > 1

    @on(OptionList.OptionHighlighted)
    def _marked(self, event: OptionList.OptionHighlighted) -> None:
        thing = self._kept[event.option_index]
        self._say(_DELETES if thing.is_deletable else _COPIES)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        thing = self._kept[event.option_index]
        if thing.is_deletable:
            self.delete([thing], f"{thing.identifier}\n{capital(price_of(thing))}. {_NEVER}")
        else:
            self.post_message(Copy("Address in the AWS console", thing.console))

    @on(Button.Pressed, "#all")
    def _all(self) -> None:
        data = self._data
        self.delete(data, f"{kept_things(data).plain}\n{_NEVER}")

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def delete(self, things: list[Kept], words: str) -> None:
        """Ask whether to delete things, and do so, one after the other."""
        what = f"the {things[0].what}" if len(things) == 1 else "all the data"
        question = TypedScreen(f"Delete {what}?", words, self._site, yes="Delete it")
        if not await self.app.push_screen_wait(question):
            return
        refused = [line for thing in things if (line := await self._refusal(thing))]
        if refused:
            self._say("\n".join(refused))
        elif len(things) == 1:
            self._say(Severity.OK.line(f"{capital(what)} is deleted."))
        else:
            self._say(Severity.OK.line(f"{counted(len(things), 'thing')} deleted."))

    async def _refusal(self, thing: Kept) -> str:
        """Delete a thing; return why it stays, or nothing."""
        self._say(State.RUNNING.line(f"Deleting the {thing.what} …"))
        try:
            why = await self._services.delete_kept(self._site, thing.identifier)
        except Exception as error:  # noqa: BLE001 it stays, and that is shown
            plain = plain_of(error)
            why = f"{plain.what} {in_the_wizard(plain.next)}"
        if why:
            return Severity.WARN.line(f"The {thing.what} was not deleted. {why}")
        at = self._kept.index(thing)
        del self._kept[at]
        self.query_one(OptionList).remove_option_at_index(at)
        self._offer_all()
        self._deleted(thing)
        return ""

    def _say(self, text: str) -> None:
        self.query_one("#kept-note", Static).update(Content(text))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close the list."""
        self.dismiss()


def _option(thing: Kept, names: int) -> Option:
    return Option(
        Content.assemble(
            (f"{capital(thing.what):<{names}}", "bold"),
            f"{price_of(thing):>{_PRICE}}\n",
            (f"  {thing.identifier}", DIM),
        )
    )
