"""Status: is the site well, check by check, probed again every few seconds."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Button, Static, TabbedContent, TabPane

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.destroying import what_destroy_means
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.messages import Diagnose, Go, OpenFleet, StartDestroy
from solarrally_tui.screens.common.words import READ_ONLY, explained
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.status.check_table import CheckTable
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.screens.status.journal import FOLLOW_SECONDS, EventList, LogView
from solarrally_tui.screens.status.wall import Wall, now
from solarrally_tui.screens.status.wall_text import foot
from solarrally_tui.screens.widgets.live_power import LivePower
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

PROBE_SECONDS = 5.0
_CAUSE = "Find the cause"
_HINTS = {
    Severity.WARN: "Press F4 for details.",
    Severity.FAIL: "Press F4 to find the cause.",
}
_TALL = 34
"""Rows from which more than one line of courses has room."""


class StatusScreen(StepScreen):
    """Shows the health of a deployed site."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "status.tcss"
    TITLE_TEXT: ClassVar[str] = "Status"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#next"
    BINDINGS: ClassVar = [
        keys.own("fleet", "Fleet"),
        keys.details("handover", "Hand-over"),
        keys.place("diagnose", "Diagnosis"),
        # Checks repeat anyway, and at 80 columns there is no room for its name.
        replace(keys.REFRESH, show=False),
        replace(keys.DASHBOARD, show=True),
        replace(keys.NEXT, show=False),
    ]
    ABOUT: ClassVar[bool] = False
    HELP_TEXT: ClassVar[str] = (
        "The tiles follow a message from the charger to the page. Below them is the course of the "
        "last three hours, then each check, the last deployments, events and logs. Checks repeat "
        "while this screen is open, each at its own pace; F5 runs all of them. The verdict is that "
        "of the worst check.\n\n"
        "A warning means that the site works and something needs attention. Unknown means that "
        "AWS returned no result; the site may be well.\n\n"
        "F4 asks the account for the cause, AWS's own words and the next step. Enter on a check "
        "that is not ok does the same for that check.\n\n"
        "F2 lists the chargers: search, states, last messages, certificates.\n\n"
        "F3 shows what you need to run the site: the address, user and password, and how to add a "
        "charger, update the site or destroy it.\n\n"
        "O opens the dashboard in a browser, signed in. F6 copies its address, and also writes it "
        "to a file for terminals that cannot copy.\n\n"
        "From a shell: solarrally status SITE, and with --kiosk for a display on a wall."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._facts: SiteFacts | None = None
        self._failing = False

    def body(self) -> ComposeResult:
        """Show the verdict, the address and the checks."""
        journals, name = self.session.services.journals, self.site.name
        yield Wall(courses=3 if self.app.size.height >= _TALL else 1)
        yield LivePower(self.session.services.fleets, name)
        with TabbedContent(id="looks"):
            with TabPane("Checks", id="look-checks"):
                yield CheckTable()
            with TabPane("Deployments", id="look-deployments"):
                yield EventList(lambda: journals.deployments(name), "deployments")
            with TabPane("Events", id="look-events"):
                yield EventList(lambda: journals.events(name), "events")
            with TabPane("Logs", id="look-logs"):
                yield LogView(journals, name)

    def on_mount(self) -> None:
        """Check now and then every few seconds."""
        self._timer: Timer = self.set_interval(PROBE_SECONDS, self.probe)
        self.set_interval(FOLLOW_SECONDS, self.follow_log)
        self.probe()

    def on_screen_suspend(self) -> None:
        """Check nothing while another screen is shown."""
        self._timer.pause()

    def on_screen_resume(self) -> None:
        """Continue to check."""
        self._timer.resume()

    @work(group="probe", exit_on_error=False)
    async def probe(self, *, fresh: bool = False) -> None:
        """Run the checks that are due. Skipped while the last round is still running.

        fresh: run all of them.
        """
        if sum(worker.group == "probe" for worker in self.workers) > 1:
            return
        name = self.site.name
        try:
            self._facts = await self.session.services.status(name, fresh=fresh)
        except Exception as error:  # noqa: BLE001 the next round may work
            self._refused(error)
            return
        self.site.url = self._facts.url
        self._show(self._facts)

    def _refused(self, error: Exception) -> None:
        """Show why there is no report. What was shown before looks old from now on."""
        if self._facts is not None:
            report = replace(self._facts.report, lost=plain_of(error), lost_since=now())
            old = replace(self._facts, report=report)
            self.query_one(Wall).show(old)
            self.query_one(CheckTable).show(report, now())
        card = explained(plain_of(error), Severity.UNKNOWN)
        self.query_one(Wall).query_one("#verdict", Static).update(card)

    def _show(self, facts: SiteFacts) -> None:
        health = facts.report.health
        self._failing = health is Severity.FAIL
        self.query_one(Wall).show(facts, _HINTS.get(health, ""))
        forward = self.query_one("#next", Button)
        forward.label = f" {_CAUSE if self._failing else self.NEXT} "
        forward.refresh(layout=True)
        self.query_one(CheckTable).show(facts.report, now())
        self.say(foot(facts.report, now(), all_month=False))

    @on(TabbedContent.TabActivated, "#looks")
    def read_journal(self) -> None:
        """Read what the open tab shows."""
        active = self.query_one("#looks", TabbedContent).active
        is_read = active not in {"", "look-checks"}
        self.query_one(Wall).fold(folded=is_read and self.has_class("-short"))
        match active:
            case "look-deployments":
                self.query_one("#deployments", EventList).read()
            case "look-events":
                self.query_one("#events", EventList).read()
            case "look-logs":
                self.query_one(LogView).read()

    def follow_log(self) -> None:
        """Read the log again while it is shown."""
        if self.query_one("#looks", TabbedContent).active == "look-logs":
            self.query_one(LogView).read()

    def action_next(self) -> None:
        """Find the cause where the site fails; otherwise check again."""
        if self._failing:
            self.action_diagnose()
        else:
            self.action_check_again()

    def action_check_again(self) -> None:
        """Check again now."""
        self.say("Checking …")
        self.probe(fresh=True)

    def action_fleet(self) -> None:
        """Show the chargers."""
        self.post_message(OpenFleet())

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
        question = TypedScreen(
            f"Destroy {site}?", what_destroy_means(self.session), site, yes="Destroy"
        )
        if await self.app.push_screen_wait(question):
            self.post_message(StartDestroy())
