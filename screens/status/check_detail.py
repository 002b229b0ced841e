"""A check that is well, in full: what was seen and since when, whom it concerns, where it leads."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.chargers.fleet.search import Search
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.layers import Layer
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import sentence
from solarrally_tui.screens.status.check_words import chargers, chart, facts, lead_of
from solarrally_tui.screens.status.wall import now
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from solarrally_tui.health.report import Check
    from solarrally_tui.wizard.fleets import Fleets, Found, WatchedFleet

_AROUND: Final = 12
"""Lines of a dialog around what is listed."""
_HIGH: Final = 10
"""Lines of the highest chart."""
_LISTED: Final = 20
"""Lines for chargers at most."""


class CheckScreen(Dialog[str]):
    """Shows what is known of a check. Returns where the person wants to go, or nothing."""

    AUTO_FOCUS = "#lead, #close"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    def __init__(
        self, check: "Check", since: datetime | None, fleets: "Fleets", site: str, title: str = ""
    ) -> None:
        """since: when it was seen to become so, where somebody watched.

        title: of the part whose only check it is; else its own.
        """
        super().__init__()
        self._check, self._since, self._title = check, since, title or check.title
        self._fleets, self._site = fleets, site
        self._lead = lead_of(check)
        self._fleet: WatchedFleet | None = None
        self._found: Found | None = None

    def compose(self) -> ComposeResult:
        """Show what is known, and ask for the chargers where it concerns them."""
        check = self._check
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(check.sign.line(self._title)), classes="dialog-title")
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield Static(Content(check.line), id="check-line")
                yield Static(id="check-chargers", classes="-nothing")
                yield Static(id="check-facts")
                yield Static(id="check-chart", classes="-nothing")
            with Horizontal(classes="dialog-buttons"):
                if self._lead:
                    label = f" {self._lead.label} "
                    yield Button(label, id="lead", compact=True, variant="primary")
                yield Button(" Close ", id="close", compact=True)

    def on_mount(self) -> None:
        """Fill it at the width of the first layout."""
        self.call_after_refresh(self._draw)
        if self._check.layer is Layer.CHARGERS:
            self.ask()

    def on_resize(self) -> None:
        """Use the new room."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width, moment = self.query_one(".dialog-body").scrollable_content_region.width, now()
        if not width:
            return  # Not laid out yet.
        high = self.app.size.height - _AROUND - len(self._check.figures)
        if self._fleet is not None and self._found is not None:
            self._fleet.sight.now = moment
            count = self._found.expected or len(self._found.found)
            listed = self._found.found, self._fleet.sight, count
            self._show("chargers", chargers(*listed, width, min(high, _LISTED)))
        self._show("facts", facts(self._check, self._since, moment, width))
        self._show("chart", chart(self._check, moment, (width, min(high, _HIGH))))

    def _show(self, part: str, text: Content) -> None:
        place = self.query_one(f"#check-{part}", Static)
        place.update(text)
        place.set_class(not text.plain, "-nothing")

    @work(group="chargers", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """List the chargers that the check is about."""
        self._show("chargers", Content("Asking the account …"))
        try:
            self._fleet = await self._fleets.open(self._site)
            found = self._fleet.find(Search())
            await found.begin()
            await found.count()
        except Exception as error:  # noqa: BLE001 what the check saw stays useful
            self._show("chargers", sentence(Severity.UNKNOWN, plain_of(error).what))
            return
        self._found = found
        self.call_after_refresh(self._draw)

    @on(Button.Pressed, "#lead")
    def _go(self) -> None:
        self.dismiss(self._lead.to if self._lead else "")

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the checks."""
        self.dismiss("")
