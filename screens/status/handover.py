"""Hand-over: what a person needs once the site is up. Every line can be copied."""

from typing import ClassVar, Final

from rich.table import Table
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.money import amount, estimate_of
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import sentence
from solarrally_tui.wizard.model import Handover
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

ADMINISTRATOR: Final = "Administrator"
_NAMES: Final = 15
"""Columns for the name of a line."""
Line = tuple[str, str, str]
"""Its name, the words that are shown, and the text that Enter copies."""

_READ: Final = "aws secretsmanager get-secret-value --region {region} --secret-id {arn}"


class HandoverScreen(Dialog[str]):
    """Returns "update" or "destroy" when the person chose that, otherwise an empty string."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("f3")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._site = session, session.site
        self._lines: list[Line] = []

    def compose(self) -> ComposeResult:
        """Show the lines, and what you can do with the site."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Your site {self._site.name}"), classes="dialog-title")
            yield OptionList(compact=True, id="lines")
            yield Static("Enter copies a line. Passwords stay in AWS.", id="handover-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", id="close", compact=True, variant="primary")
                yield Button(" Change and update ", id="update", compact=True)
                yield Button(" Destroy ", id="destroy", compact=True)

    def on_mount(self) -> None:
        """Show what is known at once, and the secrets when AWS responds."""
        self._show(Handover(self._site.url, self._site.draft.text("region"), ()))
        self.ask()

    @work(group="handover", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """Ask the account where the site keeps what a person needs."""
        try:
            handover = await self._session.services.handover(self._site.name)
        except Exception as error:  # noqa: BLE001 what is known already stays useful
            note = self.query_one("#handover-note", Static)
            text = f"Some of this is unknown. {plain_of(error).what}"
            note.update(sentence(Severity.WARN, text))
            return
        self._show(handover)

    def _show(self, handover: Handover) -> None:
        site, draft = self._site, self._site.draft
        administrator = draft.text("application.admin_email") or draft.text("alerts.email")
        self._lines = lines(handover, site.name, _monthly(self._session), administrator)
        if draft.get("application.database_dump"):
            text = f"solarrally import {site.name} DUMP"
            self._lines.insert(-3, ("Import the dump", text, text))
        listed = self.query_one("#lines", OptionList)
        listed.clear_options()
        listed.add_options([Option(_words(line), id=str(i)) for i, line in enumerate(self._lines)])
        listed.highlighted = 0

    @on(OptionList.OptionSelected)
    def _copy(self, event: OptionList.OptionSelected) -> None:
        what, _, text = self._lines[event.option_index]
        if text:
            self.post_message(Copy(what, text))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        chosen = event.button.id or ""
        self.dismiss("" if chosen == "close" else chosen)

    def action_close(self) -> None:
        """Close the screen."""
        self.dismiss("")


def lines(handover: Handover, site: str, monthly: str, administrator: str) -> list[Line]:
    """Return what is shown of a site. administrator: the e-mail that signs in as one."""
    address = handover.url or "no address yet"
    add = f"solarrally chargers add NAME --site {site} --to FOLDER"
    update, back = f"solarrally update {site}", f"solarrally rollback {site}"
    destroy = f"solarrally destroy {site}"
    sign_in = f"{handover.url}/signin"
    users = f"solarrally users list {site}"
    return [
        ("Dashboard", address, handover.url),
        ("Sign in", "at /signin as a viewer, the administrator too", sign_in),
        *(_secret(secret, handover.region, administrator) for secret in handover.secrets),
        ("Users", users, users),
        ("Costs", monthly, monthly),
        ("Add a charger", add, add),
        ("Health", f"solarrally status {site}", f"solarrally status {site}"),
        ("Update", f"below, or {update}", update),
        ("Roll back", back, back),
        ("Destroy", f"below, or {destroy}", destroy),
    ]


def _secret(secret: tuple[str, str], region: str, administrator: str) -> Line:
    title, arn = secret
    name = arn.rpartition(":secret:")[2] or arn
    # The dashboard knows viewers only; the application's own users are for its API.
    who = f"{administrator} for the API, password" if title == ADMINISTRATOR else "name, password"
    return title, f"{who} in the secret {name}", _READ.format(region=region, arn=arn)


def _monthly(session: Session) -> str:
    estimate = estimate_of(session)
    if estimate is None:
        return "no price available"
    money = session.money
    low, high = amount(estimate.low, money), amount(estimate.high, money)
    about = "about" if estimate.complete else "at least"
    return f"{about} {amount(estimate.expected, money)} a month, {low} to {high}"


def _words(line: Line) -> Table:
    """Return a line whose words stay in their column when they need more than one row."""
    what, words, _ = line
    table = Table.grid(expand=True)
    table.add_column(width=_NAMES)
    table.add_column(ratio=1, overflow="fold")
    table.add_row(Text(what, "dim"), Text(words))
    return table
