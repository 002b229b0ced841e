"""The sites of other accounts, by the profiles of this computer."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.sites import AccountSummary
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.site_lines import about_site
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, explained, sentence
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.services import Services


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A site, and the profile that leads to its account."""

    profile: str
    site: str


class OtherAccountsScreen(Dialog[Elsewhere | None]):
    """All sites of all profiles; Enter signs in with the profile and opens the site."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    def __init__(self, services: Services, money: Money, profiles: Sequence[str]) -> None:
        super().__init__()
        self._services, self._money = services, money
        self._profiles = profiles
        self._sites: list[Elsewhere] = []

    def compose(self) -> ComposeResult:
        """Show what is read, then the list."""
        with Vertical(classes="dialog"):
            yield Static("Sites of all profiles", classes="dialog-title")
            yield OptionList(compact=True, id="credentials")
            yield Static(classes="dialog-body", id="reading")
            yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one("#reading", Static).update(
            Content.styled(f"Reading the accounts of {len(self._profiles)} profiles …", DIM)
        )
        self.read()

    @work(group="read", exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """List the sites; an account that cannot be read says why."""
        note = self.query_one("#reading", Static)
        try:
            found = await self._services.accounts.surveyed(self._profiles)
        except Exception as error:  # noqa: BLE001 shown in words
            note.update(explained(plain_of(error)))
            return
        # In a thread, because of the estimates.
        options = await asyncio.to_thread(
            lambda: [option for account in found for option in self._options_of(account)]
        )
        view = self.query_one(OptionList)
        view.add_options(options)
        note.update("Enter signs in with the profile and opens the site.")
        note.display = bool(self._sites)
        view.action_first()
        view.focus()

    def _options_of(self, account: AccountSummary) -> Iterator[Option]:
        """Return a heading that cannot be chosen, and a line for each site below it."""
        heading = Content.assemble((account.profile, "bold"), (f"  {account.account}", DIM))
        yield Option(heading, disabled=True)
        if account.error:
            plain = account.error.plain
            yield Option(
                sentence(Severity.WARN, f"{plain.what} {in_the_wizard(plain.next)}"), disabled=True
            )
        elif account.same_as:
            yield Option(
                Content.styled(f"  the same account as {account.same_as}", DIM), disabled=True
            )
        elif not account.sites:
            yield Option(Content.styled("  no sites", DIM), disabled=True)
        for one in account.sites:
            line = Content.assemble(
                f"  {one.name:<22}", about_site(one, self._services, self._money)
            )
            yield Option(line, id=str(len(self._sites)))
            self._sites.append(Elsewhere(account.profile, one.name))

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._sites[int(event.option_id or 0)])

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)
