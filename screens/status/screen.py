"""Status: is the site well, check by check, probed again every few seconds."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.messages import Diagnose, Go, StartDestroy
from solarrally_tui.screens.common.words import DIM, READ_ONLY, colour, explained
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.status.check_table import CheckTable
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

PROBE_SECONDS = 5.0
DESTROYS = (
    "This deletes the dashboard, the application and the chargers' keys. AWS keeps a final "
    "snapshot of the database, the audit log, and backups and archives where you chose them. "
    "They cost a little until you delete them."
)
_CAUSE = "Find the cause"
_VERDICTS = {
    Severity.OK: "All is well.",
    Severity.WARN: "The site is up, with warnings. Press F4 for details.",
    Severity.FAIL: "Something is broken. Press F4 to find the cause.",
    Severity.UNKNOWN: "Some checks returned no result.",
}


class StatusScreen(StepScreen):
    """Shows the health of a deployed site."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "status.tcss"
    TITLE_TEXT: ClassVar[str] = "Status"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#next"
    BINDINGS: ClassVar = [
        keys.details("handover", "Hand-over"),
        keys.place("diagnose", "Diagnosis"),
        keys.REFRESH,
        replace(keys.DASHBOARD, show=True),
        # F5 does the same, and the button beside it bears its name.
        replace(keys.NEXT, show=False),
    ]
    ABOUT: ClassVar[bool] = False
    HELP_TEXT: ClassVar[str] = (
        "Each line is one check, repeated every few seconds while this screen is open. The "
        "verdict is that of the worst check.\n\n"
        "A warning means that the site works and something needs attention. Unknown means that "
        "AWS returned no result; the site may be well.\n\n"
        "F4 asks the account for the cause, AWS's own words and the next step. Enter on a check "
        "that is not ok does the same for that check.\n\n"
        "F3 shows what you need to run the site: the address, where the passwords are, and how "
        "to add a charger, update the site or destroy it.\n\n"
        "O opens the dashboard in a browser. F6 copies its address, and also writes it to a file "
        "for terminals that cannot copy.\n\n"
        "From a shell: solarrally status SITE."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._facts: SiteFacts | None = None
        self._failing = False

    def body(self) -> ComposeResult:
        """Show the verdict, the address and the checks."""
        yield Static(id="verdict", classes="card")
        yield CheckTable()

    def on_mount(self) -> None:
        """Check now and then every few seconds."""
        self.query_one("#verdict", Static).update("Checking the site …")
        self._timer: Timer = self.set_interval(PROBE_SECONDS, self.probe)
        self.probe()
        if self.site.new:
            self.site.new = False
            self.action_handover()

    def on_screen_suspend(self) -> None:
        """Check nothing while another screen is shown."""
        self._timer.pause()

    def on_screen_resume(self) -> None:
        """Continue to check."""
        self._timer.resume()

    @work(group="probe", exit_on_error=False)
    async def probe(self) -> None:
        """Run all checks once. Skipped while the last round is still running."""
        if sum(worker.group == "probe" for worker in self.workers) > 1:
            return
        name = self.site.name
        try:
            self._facts = await self.session.services.status(name)
        except Exception as error:  # noqa: BLE001 the next round may work
            card = explained(plain_of(error), Severity.UNKNOWN)
            self.query_one("#verdict", Static).update(card)
            return
        self.site.url = self._facts.url
        self._show(self._facts)

    def _show(self, facts: SiteFacts) -> None:
        self._failing = facts.report.health is Severity.FAIL
        card = self.query_one("#verdict", Static)
        card.set_class(self._failing, "-trouble")
        card.update(verdict(facts))
        forward = self.query_one("#next", Button)
        forward.label = f" {_CAUSE if self._failing else self.NEXT} "
        forward.refresh(layout=True)
        self.query_one(CheckTable).show(facts.report)
        self.say(f"Checked at {now_text()}. Again every {PROBE_SECONDS:.0f} s.")

    def action_next(self) -> None:
        """Find the cause where the site fails; otherwise check again."""
        if self._failing:
            self.action_diagnose()
        else:
            self.action_check_again()

    def action_check_again(self) -> None:
        """Check again now."""
        self.say("Checking …")
        self.probe()

    def action_diagnose(self, check: str = "") -> None:
        """Ask the account why the site is not well. check: the id of the check in question."""
        self.post_message(Diagnose(self.STEP, check))

    @on(CheckTable.OptionSelected, "#checks")
    def _opened(self, event: CheckTable.OptionSelected) -> None:
        check = self.query_one(CheckTable).check(event.option_id)
        if check is None:
            return
        if check.severity is Severity.OK:
            self.app.push_screen(HelpScreen(check.title, check.line))
        else:
            self.action_diagnose(check.id)

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_handover(self) -> None:
        """Show what a person needs to run the site, and do what they choose there."""
        chosen = await self.app.push_screen_wait(HandoverScreen(self.session))
        if chosen == "update":
            self.post_message(Go("review"))
        elif chosen == "destroy":
            await self._destroy()

    async def _destroy(self) -> None:
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        site = self.site.name
        question = TypedScreen(f"Destroy {site}?", DESTROYS, site, yes="Destroy")
        if await self.app.push_screen_wait(question):
            self.post_message(StartDestroy())


def now_text() -> str:
    """Return the local time of day."""
    return datetime.now().astimezone().strftime("%H:%M:%S")


def verdict(facts: SiteFacts) -> Content:
    """Return the verdict and the address."""
    health = facts.report.health
    word = health.word.upper() if health is Severity.OK else health.heading
    return Content.assemble(
        (health.line(word), f"bold {colour(health)}"),
        (f"  {_VERDICTS[health]}\n", ""),
        ("Dashboard ", DIM),
        (facts.url or "no address yet", "bold"),
    )
