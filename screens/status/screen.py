"""Status: is the site well, check by check, probed again every few seconds."""

from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.messages import Diagnose, Go, StartDestroy
from solarrally_tui.screens.common.words import DIM, READ_ONLY, colour
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.status.check_table import CheckTable
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

PROBE_SECONDS = 5.0
DESTROYS = (
    "The dashboard, the servers and the chargers' keys go away. AWS keeps a final snapshot of the "
    "database, the audit log, and backups and archives where you chose them. They cost a little "
    "until you delete them."
)
_CAUSE = "Find the cause"
_VERDICTS = {
    "ok": "All is well.",
    "warn": "It serves. Something wants a look. F4 says what.",
    "fail": "Something is broken. F4 finds the cause.",
    "unknown": "Some checks gave no answer.",
}


class StatusScreen(StepScreen):
    """Shows the health of a deployed site."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "status.tcss"
    TITLE_TEXT: ClassVar[str] = "Status"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#next"
    BINDINGS: ClassVar = [
        ("f3", "handover", "Hand-over"),
        ("f4", "diagnose", "Diagnose"),
        ("f5", "again", "Check again"),
    ]
    ABOUT: ClassVar[bool] = False
    HELP_TEXT: ClassVar[str] = (
        "Each line is one check, made again every few seconds while this screen is open. The "
        "verdict is that of the worst check.\n\n"
        "A warning means that the site works and something should be looked at. Unknown means "
        "that AWS gave no answer; the site may be well.\n\n"
        "F4 asks the account why: the cause, AWS's own words and the next step. Enter on a check "
        "that is not well does the same for that check.\n\n"
        "F3 shows what you need to run the site: address, where the passwords are, how to add a "
        "charger, how to update and how to destroy it.\n\n"
        "O opens the dashboard in a browser. F6 copies its address; for terminals that take no "
        "copying it is also written to a file, whose place is shown.\n\n"
        "The same from a shell: solarrally status SITE."
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
        """Probe now and then every few seconds."""
        self.query_one("#verdict", Static).update("Probing the site …")
        self._timer: Timer = self.set_interval(PROBE_SECONDS, self.probe)
        self.probe()
        if self.site.new:
            self.site.new = False
            self.action_handover()

    def on_screen_suspend(self) -> None:
        """Probe nothing while another screen is shown."""
        self._timer.pause()

    def on_screen_resume(self) -> None:
        """Go on probing."""
        self._timer.resume()

    @work(group="probe", exit_on_error=False)
    async def probe(self) -> None:
        """Run all checks once. Skipped while the last round is still under way."""
        if sum(worker.group == "probe" for worker in self.workers) > 1:
            return
        name = self.site.name
        try:
            self._facts = await self.session.services.status(name)
        except Exception as error:  # noqa: BLE001 the next round may work
            self._explain(plain_of(error))
            return
        self.site.url = self._facts.url
        self._show(self._facts)

    def _show(self, facts: SiteFacts) -> None:
        self._failing = str(facts.report.health) == "fail"
        card = self.query_one("#verdict", Static)
        card.set_class(self._failing, "-trouble")
        card.update(verdict(facts))
        forward = self.query_one("#next", Button)
        forward.label = f" {_CAUSE if self._failing else self.NEXT} "
        forward.refresh(layout=True)
        self.query_one(CheckTable).show(facts.report)
        self.say(f"Checked at {now_text()}. Again every {PROBE_SECONDS:.0f} s.")

    def _explain(self, plain: Plain) -> None:
        self.query_one("#verdict", Static).update(
            Content.assemble(
                (f"? {plain.what}\n", "bold $text-warning"),
                f"{plain.why}\n",
                (f"{plain.next}\n", "bold"),
                (plain.detail, DIM),
            )
        )

    def action_next(self) -> None:
        """Find the cause of a site that fails; check again one that does not."""
        if self._failing:
            self.action_diagnose()
        else:
            self.action_again()

    def action_again(self) -> None:
        """Check again now."""
        self.say("Checking …")
        self.probe()

    def action_diagnose(self, check: str = "") -> None:
        """Ask the account why the site is not well. check: the id of the check that asks."""
        self.post_message(Diagnose(self.STEP, check))

    @on(CheckTable.OptionSelected, "#checks")
    def _opened(self, event: CheckTable.OptionSelected) -> None:
        check = self.query_one(CheckTable).check(event.option_id)
        if check is None:
            return
        if str(check.severity) == "ok":
            self.app.push_screen(HelpScreen(check.title, check.line))
        else:
            self.action_diagnose(check.id)

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_handover(self) -> None:
        """Show what a person needs to run the site, and start what they choose there."""
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
