"""Status: is the site well, check by check, probed again every few seconds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Button, Input, Static, TabbedContent, TabPane

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.interruption import is_interrupted
from solarrally_tui.health.report import Report
from solarrally_tui.health.wall import courses
from solarrally_tui.interview.trail import DIAGNOSIS, FLEET
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Destroy, Go, OpenDashboard
from solarrally_tui.screens.common.money import a_month, exact, kept_monthly
from solarrally_tui.screens.common.next_steps import in_the_wizard, worded
from solarrally_tui.screens.common.sizes import ROOMY
from solarrally_tui.screens.common.words import dollars, explained
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.checked import CheckedPicture
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.status.check_detail import CheckScreen
from solarrally_tui.screens.status.check_table import CheckTable
from solarrally_tui.screens.status.handover import HandoverScreen
from solarrally_tui.screens.status.journal import FOLLOW_SECONDS, HistoryList, LogView
from solarrally_tui.screens.status.kiosk import KioskScreen
from solarrally_tui.screens.status.operations import (
    OPERATIONS,
    Operation,
    OperationsScreen,
)
from solarrally_tui.screens.status.outlook import Outlook, outlook
from solarrally_tui.screens.status.story import story
from solarrally_tui.screens.status.wall import HIGH, Courses, Wall, now
from solarrally_tui.screens.status.wall_text import checked_at, foot, missing
from solarrally_tui.screens.widgets.live_power import LivePower
from solarrally_tui.screens.widgets.numbered_tabs import DIGITS, titled
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.plain import Plain
from solarrally_tui.wizard.demo_stage import beside, played
from solarrally_tui.wizard.engine import SIMULATED
from solarrally_tui.wizard.model import SiteFacts, Upkeep
from solarrally_tui.wizard.plain_errors import of_simulated_account, plain_of
from solarrally_tui.wizard.session import Session

PROBE_SECONDS = 5.0
_CAUSE = "Find the cause"
_HINTS = {
    Severity.WARN: "Press F4 for details.",
    Severity.FAIL: "Press F4 to find the cause.",
}


class StatusScreen(StepScreen):
    """Shows the health of a deployed site."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "status.tcss"
    TITLE_TEXT: ClassVar[str] = "Status"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#checks"
    BINDINGS: ClassVar = [
        keys.FLEET,
        keys.DIAGNOSIS,
        keys.HANDOVER,
        keys.OPERATIONS,
        *DIGITS,
        Binding("slash", "search", "Search", show=False),
        # Checks repeat anyway, and at 80 columns there is no room for its name.
        replace(keys.REFRESH, show=False),
        replace(keys.DASHBOARD, show=True),
        replace(keys.NEXT, show=False),
    ]
    FILLS: ClassVar[bool] = True
    HELP_TEXT: ClassVar[str] = (
        "The parts follow a message from the charger to the page. The live power is what the "
        "page shows now, once each charger had the time to send, with a bar for each 5 seconds.\n\n"
        "Among the checks, what is not well comes first. Then each part of the site has a line; "
        "Enter lists its checks, and hides them again, as Escape does. Below is the course of the "
        "last three hours. The other tabs are a picture of the site, what happened to it, and its "
        "logs.\n\n"
        "Checks repeat while this screen is open, each at its own pace; F5 runs all of them. "
        "The verdict is that of the worst check. In the picture, each part has the sign of its "
        "worst check.\n\n"
        "A warning means that the site works and something needs attention. Unknown means that "
        "AWS returned no result; the site may be well.\n\n"
        "F4 asks the account for the cause, AWS's own words and the next step. Enter on a check "
        "that is not ok does the same for that check.\n\n"
        "F2 lists the chargers: search, states, last messages, certificates.\n\n"
        "/ filters the logs; Escape leads from there to the lines.\n\n"
        "H shows what you need to run the site: the address, user and password, and commands for "
        "a shell. P lists the operations, which are seldom done: update, maintain, recover or "
        "export the site, test its backup, or destroy it.\n\n"
        "O opens the dashboard in a browser, signed in. F6 copies its address, and also writes it "
        "to a file for terminals that cannot copy.\n\n"
        "From a shell: solarrally status SITE, and with --kiosk for a display on a wall."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._facts: SiteFacts | None = None
        self._failing = False
        self._since: dict[str, tuple[Signed, datetime | None]] = {}
        """By the id of a check: how it is, and when it was seen to become so."""

    def body(self) -> ComposeResult:
        """Show the verdict, the address and the checks."""
        self.set_class(
            self.app.size.height >= HIGH, "-high"
        )  # before there are widgets to style again
        journals, name = self.session.services.journals, self.site.name
        yield Wall(self.site.url)
        yield LivePower(self.session.services.fleets, name, self.session.stage)
        with TabbedContent(id="looks"):
            with TabPane(titled(1, "Checks"), id="look-checks"):
                yield CheckTable()
                yield Courses()
            with TabPane(titled(2, "Picture"), id="look-picture"):
                yield CheckedPicture(self.session)
            with TabPane(titled(3, "History"), id="look-history"):
                yield (headings := Static(id="history-headings"))
                yield HistoryList(journals, name, headings)
            with TabPane(titled(4, "Logs"), id="look-logs"):
                yield LogView(journals, name, self._shape)

    def on_mount(self) -> None:
        """Check now and then every few seconds."""
        self.repeat(PROBE_SECONDS, self.probe)
        self.repeat(FOLLOW_SECONDS, self.follow_log)
        self._show_last()
        # Somebody who returns from a diagnosis sees whether it is so still.
        is_bad = self._facts is not None and self._facts.report.health is Severity.FAIL
        self.probe(fresh=is_bad)

    def _show_last(self) -> None:
        """Show what was seen before, as old as it is, until the first round ends."""
        self.say("Checking …")
        last = self.session.services.last_status(self.site.name)
        if last is not None:
            self._facts = replace(last, report=replace(last.report, is_past=True))
            self._draw(self._facts)

    @work(group="probe", exit_on_error=False)
    async def probe(self, *, fresh: bool = False) -> None:
        """Run the checks that are due. Skipped while the last round is still running.

        fresh: run all of them.
        """
        if sum(worker.group == "probe" for worker in self.workers) > 1:
            return
        name = self.site.name
        try:
            facts = await self.session.services.status(name, fresh=fresh)
        except Exception as error:  # noqa: BLE001 the next round may work
            self._refused(error)
            return
        if self.session.stage is not None:
            facts = replace(facts, report=played(facts.report))
        facts = replace(facts, report=worded(facts.report))
        self.site.url = facts.url
        self._show(facts)

    def _refused(self, error: Exception) -> None:
        """Show why there is no report. What was shown before looks old from now on."""
        if self._facts is None:
            card = explained(self._plain(plain_of(error)), Severity.UNKNOWN)
            self.query_one(Wall).query_one("#verdict", Static).update(card)
            self.say("")
            return
        before = self._facts.report
        lost, since = plain_of(error), before.lost_since or now()
        self._show(replace(self._facts, report=replace(before, lost=lost, lost_since=since)))

    def _show(self, facts: SiteFacts) -> None:
        report = facts.report
        if report.lost is not None:
            report = replace(report, lost=self._plain(report.lost))
        self._facts = replace(facts, report=report)
        self._note_since(report)
        self._failing = report.health is Severity.FAIL
        self._draw(self._facts)
        forward = self.query_one("#next", Button)
        forward.label = f" {_CAUSE if self._failing else self.NEXT} "
        forward.refresh(layout=True)
        self._tell()

    def _note_since(self, report: Report) -> None:
        for check in report.checks:
            before = self._since.get(check.id)
            if before is None:
                self._since[check.id] = check.sign, None
            elif before[0] is not check.sign:
                self._since[check.id] = check.sign, check.at

    def _tell(self) -> None:
        """Say when was checked, what that costs, and what Enter does."""
        if self._facts is None or self._facts.report.is_past:
            return
        report = self._facts.report
        # The line beside the buttons is one on every terminal.
        is_roomy = self.app.size.width >= ROOMY
        when = foot(report, all_month=not is_roomy)
        if self.has_class("-narrow") and report.monthly_cost:
            when = f"{checked_at(report)} Checks: ≤ {dollars(report.monthly_cost)} a month."
        has_parts = self.query_one("#looks", TabbedContent).active in {"", "look-checks"}
        has_room = is_roomy or not report.monthly_cost
        self.say(f"{when} Enter opens a part." if has_parts and has_room else when)

    @on(LivePower.Began)
    def _live(self) -> None:
        """Show the power in the live line alone."""
        wall = self.query_one(Wall)
        wall.is_live = True
        wall.draw()
        if self._facts is not None:
            self.query_one(CheckTable).show(self._facts.report, now(), wall.without)

    def _draw(self, facts: SiteFacts) -> None:
        wall = self.query_one(Wall)
        wall.show(facts, _hint(facts.report))
        moment, table = now(), self.query_one(CheckTable)
        table.is_open = self.has_class("-high") and not courses(facts.report, moment)
        table.show(facts.report, moment, wall.without)
        self.query_one(Courses).show(facts)
        online = facts.report.figure("chargers_online")
        if online is not None and online.value:
            self.query_one(LivePower).expect()
        self.query_one(LivePower).doubt(facts.report.lost_since)
        self.query_one(CheckedPicture).show_report(facts.report)

    def story(self) -> Story:
        """Follow the checks."""
        return story(self._facts.report if self._facts else None)

    def _plain(self, plain: Plain) -> Plain:
        """Return the words for an account that does not answer: a simulated one was stopped."""
        if self.session.label != SIMULATED:
            return plain
        return of_simulated_account(plain, restarts=self.session.stage is not None)

    def on_resize(self) -> None:
        """Leave what is read its room."""
        self.set_class(self.app.size.height >= HIGH, "-high")
        if self._facts is not None:
            self._draw(self._facts)
        self.call_after_refresh(self._fold)

    def _fold(self) -> None:
        is_read = self.query_one("#looks", TabbedContent).active not in {"", "look-checks"}
        self.query_one(Wall).fold(folded=is_read and self.has_class("-short"))

    @on(TabbedContent.TabActivated, "#looks")
    def read_journal(self) -> None:
        """Read what the open tab shows."""
        self._fold()
        self._tell()
        match self.query_one("#looks", TabbedContent).active:
            case "look-picture":
                self.query_one(CheckedPicture).read()
            case "look-history":
                self.query_one(HistoryList).read()
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

    def action_search(self) -> None:
        """Show the logs, and type what is to be in their lines."""
        self.query_one("#looks", TabbedContent).active = "look-logs"
        self.call_after_refresh(self.query_one("#log-words", Input).focus)

    def action_back(self) -> None:
        """Go from the filter to the lines, hide the checks of parts again, or go back."""
        if self.focused is self.query_one("#log-words", Input):
            self.query_one("#log-lines").focus()
        elif not (self._shows("look-checks") and self.query_one(CheckTable).fold_all()):
            super().action_back()

    def _shows(self, tab: str) -> bool:
        return self.query_one("#looks", TabbedContent).active == tab

    def action_fleet(self) -> None:
        """Show the chargers."""
        self.post_message(Go(FLEET))

    def actions(self, *, of_all_steps: bool) -> list[tuple[str, str, Callable[[], Any]]]:
        """Add what is seldom done to a site to the actions of its own."""
        found = super().actions(of_all_steps=of_all_steps)
        if of_all_steps:
            return found
        offered: list[tuple[str, str, Callable[[], Any]]] = [
            ("Operations", "what is seldom done, with its price", self.action_operations)
        ]
        for one in OPERATIONS:
            note = one.what if one.screen else f"runs {self._command(one)}"
            if one.screen != "destroy":  # the palette has it wherever a site is open
                offered.append((one.title, note, partial(self._operate, one)))
        return [*found, *offered]

    def _command(self, one: Operation) -> str:
        """Return the command of an operation as it works in another terminal."""
        command = one.command(self.site.name, self._second_region)
        return command if self.session.stage is None else beside(command)

    @property
    def _second_region(self) -> str:
        return self.site.draft.text("size.backup_copy_region")

    @property
    def _shape(self) -> Shape:
        return Shape(self.site.draft.text("size.shape") or Shape.TASKS)

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_operations(self) -> None:
        """List the operations, do the one that is chosen, and list them again after a command."""
        commands = {one.title: self._command(one) for one in OPERATIONS}
        at = ""
        while chosen := await self.app.push_screen_wait(
            OperationsScreen(self.site.name, commands, self._outlook(), self._asked_outlook, at=at)
        ):
            if chosen.screen:
                self._operate(chosen)
                return
            at = chosen.title
            await self.run_operation(chosen).wait()

    def _outlook(self, upkeep: Upkeep | None = None) -> Outlook:
        report = self._facts.report if self._facts else None
        return outlook(self.site.draft, report, upkeep, self._operation_prices())

    async def _asked_outlook(self) -> Outlook:
        """Return what the account says of the operations, too. Raises AwsError."""
        return self._outlook(await self.session.services.upkeep(self.site.name))

    def _operation_prices(self) -> Mapping[str, str]:
        """Return what operations cost this site, in words, as far as that is known."""
        from solarrally_tui.pricing.advice.operations import snapshot_monthly  # noqa: PLC0415
        from solarrally_tui.pricing.price_book.store import book  # noqa: PLC0415

        money, stays = self.session.money, kept_monthly(self.session)
        prices = {} if stays is None else {"Destroy": a_month(stays, money)}
        try:
            site = self.site.draft.site_for_prices()
            usd = snapshot_monthly(book(), site.region, site.size.database_storage_gib)
        except Exception:  # noqa: BLE001 a figure for information stops nobody
            return prices
        return prices | {"Maintain": f"≤ {exact(usd, money)} a month"}

    def _operate(self, one: Operation) -> None:
        """Show the wizard's own screen for an operation, or run its command."""
        if why := self._outlook().obstacles.get(one.title):
            self.say(f"{one.title} cannot work yet. {why}", "warning")
            return
        match one.screen:
            case "destroy":
                self.post_message(Destroy())
            case "handover":
                self.action_handover(passwords=True)
            case "kiosk":
                self.app.push_screen(KioskScreen(self.session.services, self.site.name))
            case "":
                self.run_operation(one)
            case step:
                if step == "charger":
                    self.site.expect_another()
                self.post_message(Go(step, returns=True))

    @work(group="operation", exclusive=True, exit_on_error=False)
    async def run_operation(self, one: Operation) -> None:
        """Run an operation with the access that the wizard has, and check again."""
        from solarrally_tui.screens.status.command_page import CommandScreen  # noqa: PLC0415

        try:
            access = await self.session.services.access()
        except Exception as error:  # noqa: BLE001 shown in words
            plain = plain_of(error)
            self.say(
                f"{one.title} was not started. {plain.what} {in_the_wizard(plain.next)}", "warning"
            )
            return
        words = one.command(self.site.name, self._second_region).split()[1:]
        is_demonstration = self.session.stage is not None
        await self.app.push_screen_wait(
            CommandScreen(one, self.site.name, words, access, is_demonstration=is_demonstration)
        )
        self.action_check_again()

    def action_diagnose(self, check: str = "") -> None:
        """Ask the account why the site is not well. check: the id of the check in question."""
        self.post_message(Go(DIAGNOSIS, check))

    @on(CheckTable.OptionSelected, "#checks")
    def _opened(self, event: CheckTable.OptionSelected) -> None:
        table = self.query_one(CheckTable)
        check = table.check(event.option_id)
        if check is None:
            table.fold(event.option_id)
        elif check.severity is Severity.OK:
            shown = CheckScreen(
                check,
                self._since.get(check.id, (None, None))[1],
                self.session.services.fleets,
                self.site.name,
                table.alone(check),
            )
            self.app.push_screen(shown, self._follow)
        else:
            self.action_diagnose(check.id)

    def _follow(self, to: str | None) -> None:
        """Show what a check leads to."""
        match to:
            case None | "":
                return
            case "fleet":
                self.action_fleet()
            case "handover":
                self.action_handover()
            case "operations":
                self.action_operations()
            case "dashboard":
                self.post_message(OpenDashboard())
            case tab:
                self.query_one("#looks", TabbedContent).active = tab

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_handover(self, *, passwords: bool = False) -> None:
        """Show what a person needs to run the site, and do what they choose there.

        passwords: whether the cursor goes to them.
        """
        asked = HandoverScreen(self.session, passwords=passwords)
        chosen = await self.app.push_screen_wait(asked)
        if chosen == "update":
            self.post_message(Go("review", returns=True))
        elif chosen == "operations":
            self.action_operations()
        elif chosen == "destroy":
            self.post_message(Destroy())


def _hint(report: Report) -> str:
    """Return which key shows more of the verdict; empty where nothing is to be seen."""
    if report.sign is Severity.OK:
        return "F2 lists them." if missing(report) else ""
    if report.health is Severity.FAIL and is_interrupted(report):
        return "Press F4 to continue."
    return _HINTS.get(report.health, "")
