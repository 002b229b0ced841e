"""First charger: register one, write its files, and send test telemetry."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import Plain
from solarrally_tui.computer.folders import home_folder
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained, sentence
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.wizard.model import Added
from solarrally_tui.wizard.plain_errors import plain_of

MESSAGES = 5


class ChargerScreen(StepScreen):
    """Connects the first charger. May be skipped."""

    STEP: ClassVar[str] = "charger"
    CSS_PATH = "charger.tcss"
    TITLE_TEXT: ClassVar[str] = "First charger"
    LEAD: ClassVar[str] = "Each charger signs in with its own key, which is created here."
    AUTO_FOCUS = "#field-charger Input"
    HELP_TEXT: ClassVar[str] = (
        "Add registers the charger with AWS IoT and writes four files into the folder: its "
        "private key, its certificate, Amazon's root certificate, and the address to connect "
        "to. Copy them to the charger's gateway. Keep the key safe: anyone who has it can send "
        "as this charger.\n\n"
        "Send test telemetry publishes a few messages as the charger would. The dashboard shows "
        "them at once.\n\n"
        "You can skip this with Next and add chargers later: "
        "solarrally chargers add NAME --to FOLDER."
    )

    def body(self) -> ComposeResult:
        """Ask for name and folder, then offer the test."""
        typed = self.site.typed
        folder = home_folder() / "solarrally" / self.site.name
        yield Field("charger", "Name of the charger", value=typed.get("charger", "evse-1"))
        yield Field(
            "folder",
            "Folder for its files",
            value=typed.get("folder", str(folder)),
        )
        yield Button(" Add the charger ", id="add", compact=True, variant="primary")
        yield Static(id="result", classes="card")
        yield Button(" Send test telemetry ", id="test", compact=True)
        yield Static(id="telemetry")

    def on_mount(self) -> None:
        """Show a charger that was added before."""
        self.query_one("#result").display = self.query_one("#test").display = False
        if self.site.charger is not None:
            self._show(self.site.charger)

    def take(self, field: Field, text: str) -> None:
        """Keep what was typed; name and folder are not among the site's answers."""
        self.site.typed[field.path] = text
        field.show_problem(None)

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        event.stop()
        event.prevent_default()
        if event.field.path == "folder":
            self.query_one("#add").focus()
        else:
            self.focus_next()

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self.add()

    @work(group="charger", exclusive=True, exit_on_error=False)
    async def add(self) -> None:
        """Register the charger and show where its files are."""
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        name = self.query_one("#field-charger", Field).input.value.strip()
        folder = self._folder()
        site = self.site.name
        self.say("Registering the charger …")
        try:
            added = await self.session.services.add_charger(name, site, folder)
        except OSError as error:
            reason = f"The folder cannot be used: {error.strerror}."
            self._explain(
                Plain(what="The charger was not added.", why=reason, next="Choose another folder.")
            )
        except Exception as error:  # noqa: BLE001 shown in place
            self._explain(plain_of(error))
        else:
            self.site.charger = added
            self.say("Added.", "success")
            self._show(added)

    def _folder(self) -> Path:
        typed = Path(self.query_one("#field-folder", Field).input.value.strip())
        try:
            return typed.expanduser()
        except RuntimeError:  # ~name of a user who does not exist
            return typed

    def _show(self, added: Added) -> None:
        card = self.query_one("#result", Static)
        card.remove_class("-trouble")
        card.display = self.query_one("#test").display = True
        files = ", ".join(added.files)
        card.update(
            Content.assemble(
                sentence(Severity.OK, f"{added.name} is registered.", bold=True),
                (f"\nIn the folder: {files}", DIM),
            )
        )
        self.query_one("#add").display = False
        self.query_one("#test").focus()
        self.refresh_frame()

    def _explain(self, plain: Plain) -> None:
        self.say("")
        card = self.query_one("#result", Static)
        card.display = True
        card.add_class("-trouble")
        card.update(explained(plain))

    @on(Button.Pressed, "#test")
    def _test(self) -> None:
        self.send()

    @work(group="telemetry", exclusive=True, exit_on_error=False)
    async def send(self) -> None:
        """Publish a few messages as the charger."""
        line = self.query_one("#telemetry", Static)
        charger = self.site.charger
        if charger is None:
            return
        self.say("")
        line.update(Content(f"Sending {MESSAGES} messages as {charger.name} …"))
        site = self.site.name
        try:
            sent = await self.session.services.send_telemetry(charger, site, MESSAGES)
        except OSError as error:
            line.update(sentence(Severity.FAIL, f"The connection failed: {error}"))
        except Exception as error:  # noqa: BLE001 shown in place
            line.update(sentence(Severity.FAIL, str(plain_of(error))))
        else:
            text = f"AWS IoT accepted {sent} of {MESSAGES} messages."
            line.update(sentence(Severity.OK, text))
            self.query_one("#next").focus()
        line.scroll_visible(animate=False)

    def action_next(self) -> None:
        """Continue, with or without a charger."""
        self.post_message(Go("status"))
