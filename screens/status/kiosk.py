"""A display for a wall: one site, full screen, no keys needed, no account number.

It never ends by itself: whatever fails is shown, and the next round tries again.
"""

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.textual_tricks import QuietApp
from solarrally_tui.screens.common.themes import DARK, OURS, chosen_theme
from solarrally_tui.screens.common.words import explained
from solarrally_tui.screens.status.kiosk_text import before, display
from solarrally_tui.screens.status.wall import now
from solarrally_tui.screens.status.wall_text import clock
from solarrally_tui.wizard.engine import SIMULATED, account_label
from solarrally_tui.wizard.plain_errors import of_simulated_account, plain_of

if TYPE_CHECKING:
    from solarrally_tui.text.plain import Plain
    from solarrally_tui.wizard.model import SiteFacts
    from solarrally_tui.wizard.services import Services

_ROUND_SECONDS: Final = 10.0
"""Between two looks at which checks are due; their own paces decide what is called."""
_DRAW_SECONDS: Final = 5.0
"""Between two drawings, so that what is old looks old while nothing new arrives."""

_BEGINS: Final = timedelta(minutes=1)
"""While it says what it costs, and how to leave it."""


class KioskScreen(Screen[None]):
    """The name of the site and the time, and below them the display. Q and Escape leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "leave", show=False)]

    def __init__(self, services: "Services", site: str) -> None:
        super().__init__()
        self._services, self._site = services, site
        self._facts: SiteFacts | None = None
        self._began = now()
        self._why: Plain | None = None
        """Why there has been no report yet."""

    def compose(self) -> ComposeResult:
        """Show the name and the time, and room for the rest."""
        with Horizontal(id="kiosk-head"):
            yield Static(Content.styled(self._site, "bold"), id="kiosk-site")
            yield Static(id="kiosk-clock")
        yield Static("Checking …", id="kiosk-display")

    def on_mount(self) -> None:
        """Check now, and look every few seconds at what is due."""
        self.set_interval(_ROUND_SECONDS, self.check)
        self.set_interval(_DRAW_SECONDS, self.draw)
        self.check()
        self.draw()

    @work(group="check", exit_on_error=False)
    async def check(self) -> None:
        """Run the checks that are due. Skipped while the last round is still running."""
        if sum(worker.group == "check" for worker in self.workers) > 1:
            return
        try:
            self._facts = await self._services.status(self._site, all_month=True)
        except Exception as error:  # noqa: BLE001 a display tries again, whatever happened
            self._refused(plain_of(error))
            return
        self.draw()

    def _refused(self, why: "Plain") -> None:
        """Show why there is no report. What was shown before looks old from now on."""
        self._why = why
        if self._facts is None:
            card = explained(_words(why), Severity.UNKNOWN)
            self.query_one("#kiosk-display", Static).update(card)
            return
        report = self._facts.report
        since = report.lost_since or now()
        self._facts = replace(self._facts, report=replace(report, lost=why, lost_since=since))
        self.draw()

    def draw(self) -> None:
        """Draw what is known, as old as it is now."""
        facts, moment = self._facts, now()
        self.query_one("#kiosk-clock", Static).update(Content.styled(clock(moment)[:5], "bold"))
        under = self.query_one("#kiosk-display", Static)
        width, height = under.content_size
        if not width:  # What comes before the first layout is drawn after it.
            self.call_after_refresh(self.draw)
            return
        if facts is None:
            if self._why is None:
                under.update(Content("\n").join(before(width, height)))
            return
        if facts.report.lost is not None:
            words = _words(facts.report.lost)
            facts = replace(facts, report=replace(facts.report, lost=words))
        begins = moment - self._began < _BEGINS
        under.update(Content("\n").join(display(facts, moment, width, height, begins=begins)))

    async def action_leave(self) -> None:
        """Return to the screen below; end the program where this is its only one."""
        if isinstance(self.app, KioskApp):
            self.app.exit()
        else:
            self.dismiss()

    def on_resize(self) -> None:
        """Use the new size."""
        self.call_after_refresh(self.draw)


def _words(why: "Plain") -> "Plain":
    return of_simulated_account(why, restarts=False) if account_label() == SIMULATED else why


class KioskApp(QuietApp[None]):
    """Shows one site until somebody leaves it."""

    TITLE = "SolarRally"
    CSS_PATH: ClassVar = ["../frame.tcss", "status.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q,ctrl+c", "quit")]

    def __init__(self, services: "Services", site: str) -> None:
        super().__init__()
        self._services, self._site = services, site
        for one in OURS:
            self.register_theme(one)
        self.set_first_theme(DARK.name)

    def get_default_screen(self) -> Screen[None]:
        """Return the display."""
        return KioskScreen(self._services, self._site)

    def on_mount(self) -> None:
        """Use the theme that the person chose."""
        self.theme = chosen_theme(os.environ, self.available_themes)

    async def on_unmount(self) -> None:
        """Close the connections to AWS."""
        await self._services.close()
