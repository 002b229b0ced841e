"""Create a hosted zone: for which name, what it costs, and what may happen to e-mail."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.dns_records import likely_zone
from solarrally_tui.domains.hosted_zones import MONTHLY_USD, HostedZone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.widgets.choice import Choice
from solarrally_tui.wizard.domains import Domains

_COST: Final = (
    f"It costs ${MONTHLY_USD} a month from today. Destroy does not delete it: it is yours."
)


class ZoneScreen(Dialog[HostedZone | None]):
    """Returns the zone that was created, or None."""

    CSS_PATH = "domain_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    HELP_TEXT: ClassVar[str] = (
        "A hosted zone is where Route 53 keeps the DNS records of a domain. With one, the wizard "
        "writes the records of the site itself.\n\n"
        "The zone answers only once the domain's name servers lead to it. The dialog says which "
        "change that needs, and where."
    )

    def __init__(self, domains: Domains, name: str, site: str, apex: str) -> None:
        """apex: the zone that the name is in today, as DNS reports it; empty where unknown."""
        super().__init__()
        self._domains, self._site = domains, site
        self._names = zone_names(name)
        self._in_use = apex == self._names[0]
        self._chosen = len(self._names) - 1 if self._in_use else 0

    def compose(self) -> ComposeResult:
        """Ask for the name and show what it costs."""
        with Vertical(classes="dialog"):
            yield Static("Create a hosted zone", classes="dialog-title")
            whole, *rest = self._names
            answers = [f"{whole}, the whole domain", *(f"{name}, this name only" for name in rest)]
            yield Choice(answers, self._chosen, widget_id="zone-name")
            yield Static(Content(_COST), classes="dialog-body")
            yield Static(id="said")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Create it ", id="make", compact=True, variant="primary")
                yield Button(" Close ", id="close", compact=True)

    def on_mount(self) -> None:
        """Explain the name that is proposed."""
        self._explain()

    @on(Choice.Chosen)
    def _choose(self, event: Choice.Chosen) -> None:
        self._chosen = event.index
        self._explain()

    def _explain(self) -> None:
        name, whole = self._names[self._chosen], self._chosen == 0
        if whole and self._in_use:
            text = Severity.WARN.line(
                f"{name} has DNS elsewhere. When its name servers change, its website and e-mail "
                "stop working, unless you copy all of its records into the new zone first."
            )
        elif whole:
            text = f"Then set its four name servers where {name} is registered."
        else:
            text = (
                f"Then add its four name servers as NS records for {name} in the DNS of "
                f"{self._names[0]}. Nothing else there changes."
            )
        self.query_one("#said", Static).update(Content(text))

    @on(Button.Pressed, "#make")
    def _pressed(self) -> None:
        self.create(self._names[self._chosen])

    @work(group="zone", exclusive=True, exit_on_error=False)
    async def create(self, name: str) -> None:
        """Create the zone. Pressing twice creates one."""
        note = self.query_one("#said", Static)
        note.update("Creating it …")
        try:
            self.dismiss(await self._domains.create_zone(name, self._site))
        except AwsError as error:
            plain = error.plain
            text = f"{plain.what} {in_the_wizard(plain.next)}\n{plain.detail}"
            note.update(Content(Severity.FAIL.line(text)))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Create nothing."""
        self.dismiss(None)


def zone_names(name: str) -> Sequence[str]:
    """Return the names that a zone for a site's name could have, the whole domain first."""
    whole = likely_zone(name)
    return (whole,) if name == whole else (whole, name)
