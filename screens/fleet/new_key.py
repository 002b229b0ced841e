"""Another key for a charger: asked for, written into a folder, and the old one ended after it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from solarrally_tui.chargers.replacement import Replacement, Stage, words
from solarrally_tui.computer.folders import why_not
from solarrally_tui.findings.glyphs import SIGNS
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.charger_folders import resolved, shown, suggested
from solarrally_tui.screens.common.confirm import ConfirmScreen
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.messages import Copy, MaySend
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import explained, sentence
from solarrally_tui.text.plain import Plain
from solarrally_tui.wizard.model import Added
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.wizard.fleets import WatchedFleet

_WAITS: Final = 3600.0
"""Seconds that this waits for a charger to connect; it can be continued later."""
_ASKS: Final = (
    "{name} gets a new key and certificate, in files for you to copy to it. Its present key works "
    "until {name} has connected with the new one. Then the present key is deleted."
)
_ASKS_REVOKED: Final = (
    "{name} is revoked. A new key and certificate let it in again, in files for you to copy to it. "
    "Its old key is deleted at once."
)
_COPY: Final = "Copy them to {name}, then delete them here. They exist nowhere else."
_PLAYED: Final = "They exist nowhere else. The demonstration gives them to {name} now."
_LATER: Final = "You may close this. New key with the same folder continues."
_ENDS: Final = (
    "Its old key is deleted and its connection is cut. {name} comes back only with the new files."
)


def today() -> str:
    """Return the day, for a folder that is not there yet. Tests replace it."""
    return f"{datetime.now(UTC).astimezone():%Y-%m-%d}"


class NewKeyScreen(Dialog[None]):
    """Does what `solarrally chargers replace` does."""

    CSS_PATH = "fleet.tcss"
    AUTO_FOCUS = "#create"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(), keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "Create writes a key, its certificate and how to connect into the folder, for you alone "
        "to read. The key in the folder is the only one that there is.\n\n"
        "As long as the charger has not connected with it, both keys work. AWS IoT notes with "
        "which one it connects, and then the old one is deleted. End the old key now does not "
        "wait.\n\n"
        "From a shell: solarrally chargers replace NAME --to FOLDER."
    )

    def __init__(self, session: Session, fleet: "WatchedFleet", charger: "Charger") -> None:
        super().__init__()
        self._session, self._fleet, self._charger = session, fleet, charger
        self._begun: Replacement | None = None
        self._creating = False

    def compose(self) -> ComposeResult:
        """Ask for the folder."""
        name, stage = self._charger.name, self._session.stage
        asks = _ASKS_REVOKED if self._charger.revoked else _ASKS
        folder = f"{suggested(self._session.site.name, stage)}/{name}-{today()}"
        with Vertical(classes="dialog"):
            yield Static(Content(f"New key for {name}"), classes="dialog-title")
            yield Static(Content(asks.format(name=name)), id="key-words")
            yield Label("Folder for its new files", classes="field-label")
            yield LineInput(folder, compact=True, id="key-folder")
            yield Static(id="key-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", id="close", compact=True)
                yield Button(" End the old key now ", id="end", compact=True)
                yield Button(" Create ", id="create", compact=True, variant="primary")

    @on(Input.Submitted)
    @on(Button.Pressed, "#create")
    def _create(self) -> None:
        # A second press waits with the first: half a registration would have to be undone.
        if self._begun is None and not self._creating:
            self._creating = True
            self.create()

    @work(group="key", exit_on_error=False)
    async def create(self) -> None:
        """Create the key, then end the old one as soon as the charger has connected."""
        try:
            await self._give()
        finally:
            self._creating = False

    async def _give(self) -> None:
        stage, site = self._session.stage, self._session.site.name
        folder = resolved(self.query_one("#key-folder", Input).value, stage)
        self._note(Content("Creating the key …"))
        try:
            begun = await self._fleet.give_key(self._charger.name, folder)
        except OSError as error:
            why = f"The folder cannot be used. {why_not(error)}"
            self._note(
                explained(Plain(what="No key was created.", why=why, next="Choose another folder."))
            )
            return
        except Exception as error:  # noqa: BLE001 shown in place
            self._note(explained(plain_of(error)))
            return
        self._begun = begun
        added = self._session.site.charger
        if added is not None and added.name == begun.name:
            self._session.site.has_charger(Added(begun.name, begun.folder))
        self.add_class("-begun")
        self.query_one("#close", Button).focus()
        if stage is not None:
            self.app.post_message(MaySend(site, Added(begun.name, begun.folder)))
        self._show(None)
        self.wait()

    @work(group="wait", exclusive=True, exit_on_error=False)
    async def wait(self) -> None:
        """Wait until the charger has connected with its new key."""
        if (begun := self._begun) is not None:
            try:
                self._show(await self._fleet.end_old_key(begun, _WAITS))
            except Exception as error:  # noqa: BLE001 shown in place
                self._note(explained(plain_of(error)))

    def _show(self, stage: Stage | None, *, is_forced: bool = False) -> None:
        """Show where the files are, and how far the charger is; None while that is waited for."""
        begun = self._begun
        if begun is None:
            return
        name, demo = begun.name, self._session.stage
        told = [
            sentence(Severity.OK, "The files are written.", bold=True),
            Content(shown(begun.folder, demo)),
            Content((_PLAYED if demo else _COPY).format(name=name)),
            Content(""),
        ]
        if stage is Stage.DONE:
            told.append(sentence(Severity.OK, words(begun, stage, is_forced=is_forced)))
        elif stage is None:
            waits = (
                f"{SIGNS['WAITING'].glyph} Waiting for {name} to connect with it. Both keys work."
            )
            told += [Content(waits), Content(_LATER)]
        else:
            told += [sentence(Severity.WARN, words(begun, stage)), Content(_LATER)]
        self.set_class(stage is Stage.DONE, "-done")
        self._note(Content("\n").join(told))

    def _note(self, text: Content) -> None:
        self.add_class("-tells")
        self.query_one("#key-note", Static).update(text)

    @on(Button.Pressed, "#end")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def end_now(self) -> None:
        """End the old key at once, if the person agrees."""
        begun, name = self._begun, self._charger.name
        question = ConfirmScreen(
            f"End the old key of {name} now?",
            _ENDS.format(name=name),
            "End it",
            "Keep it",
            destroys=True,
        )
        if begun is None or not await self.app.push_screen_wait(question):
            return
        self.workers.cancel_group(self, "wait")
        try:
            await self._fleet.end_old_key_now(begun)
        except Exception as error:  # noqa: BLE001 shown in place
            self._note(explained(plain_of(error)))
            return
        self._show(Stage.DONE, is_forced=True)

    def action_copy_value(self) -> None:
        """Copy the folder."""
        folder = resolved(self.query_one("#key-folder", Input).value, self._session.stage)
        self.post_message(Copy("Folder", str(folder)))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the list. What was begun can be continued."""
        self.dismiss(None)
