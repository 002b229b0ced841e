"""Make a hosted zone: for which name, what it costs, and what may happen to mail."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.dns_records import likely_zone
from solarrally_tui.domains.hosted_zones import MONTHLY_USD, HostedZone
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.widgets.choice import Choice
from solarrally_tui.wizard.domains import Domains

_COST: Final = f"It costs ${MONTHLY_USD} a month from today and is yours: Destroy leaves it alone."


class ZoneScreen(Dialog[HostedZone | None]):
    """Returns the zone that was made, or None."""

    CSS_PATH = "domain_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close")]

    def __init__(self, domains: Domains, name: str, site: str, apex: str) -> None:
        """apex: the zone that the name is in today, as DNS has it; empty where not known."""
        super().__init__()
        self._domains, self._site = domains, site
        self._names = zone_names(name)
        self._in_use = apex == self._names[0]
        self._chosen = len(self._names) - 1 if self._in_use else 0

    def compose(self) -> ComposeResult:
        """Ask for the name and say what it costs."""
        with Vertical(classes="dialog"):
            yield Static("Make a hosted zone", classes="dialog-title")
            answers = [_answer(name, self._names) for name in self._names]
            yield Choice(answers, self._chosen, widget_id="zone-name")
            yield Static(Content(_COST), classes="dialog-body")
            yield Static(id="said")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Make it ", id="make", compact=True, variant="primary")
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
            text = (
                f"▲ {name} has DNS elsewhere. When its name servers change, its website and mail "
                "stop, unless you copy all of its records into the new zone first."
            )
        elif whole:
            text = f"Then set its four name servers where {name} is registered."
        else:
            text = (
                f"Then add its four name servers as NS records of {name} where the DNS of "
                f"{self._names[0]} is. Nothing else there changes."
            )
        self.query_one("#said", Static).update(Content(text))

    @on(Button.Pressed, "#make")
    def _pressed(self) -> None:
        self.make(self._names[self._chosen])

    @work(group="zone", exclusive=True, exit_on_error=False)
    async def make(self, name: str) -> None:
        """Make the zone. Pressing twice makes one."""
        said = self.query_one("#said", Static)
        said.update("Making it …")
        try:
            self.dismiss(await self._domains.create_zone(name, self._site))
        except AwsError as error:
            plain = error.plain
            said.update(Content(f"✗ {plain.what} {plain.next}\n{plain.detail}"))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Make nothing."""
        self.dismiss(None)


def zone_names(name: str) -> Sequence[str]:
    """Return the names that a zone for a site's name could have, the whole domain first."""
    whole = likely_zone(name)
    return (whole,) if name == whole else (whole, name)


def _answer(name: str, names: Sequence[str]) -> str:
    what = "the whole domain" if name == names[0] else "this name only"
    return f"{name}, {what}"
