"""Paste access keys: they go to the keyring of the system and nowhere else."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from solarrally_tui.account.credentials.keyring_store import KeyringError, check
from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.keys import Keys
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import sentence
from solarrally_tui.screens.widgets.secret_input import SecretInput
from solarrally_tui.wizard.accounts import Accounts

_LEAD = (
    "Nothing that you paste is shown, written to a file or logged. Keys that expire are safer: "
    "use IAM Identity Center or aws login."
)


class PasteScreen(Dialog[Keys | None]):
    """Returns the keys once the keyring has them. Escape returns None."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    HELP_TEXT: ClassVar[str] = (
        "Access keys are created in the AWS console, in IAM, for a user of yours. They are kept in "
        "this computer's keyring and in no file.\n\n"
        "A session token belongs to temporary keys, whose ID begins with ASIA. Leave it empty for "
        "keys that begin with AKIA."
    )

    def __init__(self, accounts: Accounts) -> None:
        super().__init__()
        self._accounts = accounts

    def compose(self) -> ComposeResult:
        """Show the four fields."""
        with Vertical(classes="dialog"):
            yield Static("Paste access keys", classes="dialog-title")
            yield Static(_LEAD, classes="dialog-body")
            yield Label("Name in the keyring")
            yield LineInput("solarrally", compact=True, id="keep-as")
            yield Label("Access key ID")
            yield SecretInput("20 characters", "key-id")
            yield Label("Secret access key")
            yield SecretInput("40 characters", "secret")
            yield Label("Session token, for temporary keys")
            yield SecretInput("only for temporary keys", "token")
            yield Static(id="problem", classes="dialog-body")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Store and use ", compact=True, variant="primary", id="keep")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Ask the keyring before anything is typed."""
        self.query_one("#problem").display = False
        self.query_one("#key-id").focus()
        self.probe()

    @work(group="keyring", exclusive=True, exit_on_error=False)
    async def probe(self) -> None:
        """Show at once when this computer has no safe place for keys."""
        try:
            await self._accounts.keyring_names()
        except KeyringError as error:
            self._refuse(error.plain)
            for field in self.query(Input):
                field.disabled = True
            for widget in self.query("Label, Input"):
                widget.display = False
            self.query_one("#keep").display = False
            self.query_one("#close").focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#keep")
    def keep(self) -> None:
        """Check the keys and store them. Secrets leave the fields either way."""
        if not self.query_one("#keep").display:
            return
        name = self.query_one("#keep-as", Input).value.strip()
        key_id, secret, token = (
            self.query_one(f"#{field}", SecretInput).take()
            for field in ("key-id", "secret", "token")
        )
        pasted = Keys(key_id.reveal(), secret, token, source="keyring")
        try:
            check(name, pasted)
        except KeyringError as error:
            self._refuse(error.plain)
            self.query_one("#key-id").focus()
            return
        self.store(name, pasted)

    @work(group="keyring", exclusive=True, exit_on_error=False)
    async def store(self, name: str, pasted: Keys) -> None:
        """Write the keys into the keyring and return them."""
        try:
            await self._accounts.store(name, pasted)
        except KeyringError as error:
            self._refuse(error.plain)
            return
        self.dismiss(pasted)

    def _refuse(self, plain: Plain) -> None:
        problem = self.query_one("#problem", Static)
        problem.display = True
        problem.update(
            Content.assemble(
                sentence(Severity.WARN, f"{plain.what}\n", bold=True),
                f"{plain.why} {in_the_wizard(plain.next)}",
            )
        )

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Store nothing."""
        self.dismiss(None)
