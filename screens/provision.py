"""Provision: the steps with their state and time, and below what AWS reports, live."""

from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, RichLog, Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.common.messages import Diagnose, Go, StartDeploy, StartDestroy
from solarrally_tui.screens.common.words import DIM, colour, mark, seconds, sentence
from solarrally_tui.screens.domain.records import still_wanted, to_copy
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.run_progress import RunProgress, StepView

REDRAW_SECONDS = 0.25
STACK = "AWS::CloudFormation::Stack"
_FAILED: Final = (State.FAILED, "Stopped after")
_ENDS: Final[dict[Exit | None, tuple[State, str]]] = {
    Exit.WAITING_FOR_YOU: (State.WAITING_FOR_YOU, "Waiting for you. Watched for"),
    Exit.OUT_OF_SIGHT: (State.OUT_OF_SIGHT, "Connection lost. AWS continues. Watched for"),
}


class ProvisionScreen(StepScreen):
    """Watches a run. The run belongs to the app and goes on when this screen is left."""

    STEP: ClassVar[str] = "provision"
    CSS_PATH = "provision.tcss"
    TITLE_TEXT: ClassVar[str] = "Provision"
    AUTO_FOCUS = "#next"
    ABOUT: ClassVar[bool] = False
    BINDINGS: ClassVar = [("f4", "diagnose", "Diagnose")]
    HELP_TEXT: ClassVar[str] = (
        "Each line above is a step; steps that do not need each other run side by side. The "
        "lines below are what AWS reports about single things.\n\n"
        "The database takes longest, usually ten minutes and more. Nothing is stuck while its "
        "clock runs.\n\n"
        "You may close this program at any time. AWS goes on with the step it is at. Start the "
        "wizard again and press Deploy: it looks at what is there and goes on from there.\n\n"
        "Where a step needs you to set DNS records, F6 lists them, each part to be copied.\n\n"
        "When something fails, AWS takes that step back, so nothing is left half made. The cause "
        "is shown here with what to do about it. F4 asks the account for all that it knows."
    )

    def body(self) -> ComposeResult:
        """Show the summary line, the steps, the cause of a failure, and the log."""
        yield Static(id="summary")
        yield VerticalScroll(Static(id="steps"), id="steps-box", can_focus=False)
        yield Static(id="cause", classes="card")
        yield Button(" Try again ", id="again", compact=True, variant="primary")
        yield RichLog(id="log", markup=False, wrap=True, max_lines=400)

    def on_mount(self) -> None:
        """Draw what is known and keep drawing."""
        self._drawn = -1
        self._logged = 0
        self.query_one("#log", RichLog).can_focus = False
        self.query_one("#cause").display = self.query_one("#again").display = False
        self._timer: Timer = self.set_interval(REDRAW_SECONDS, self.redraw)
        self.redraw()

    def on_screen_suspend(self) -> None:
        """Draw nothing while another screen is shown."""
        self._timer.pause()

    def on_screen_resume(self) -> None:
        """Go on drawing."""
        self._timer.resume()

    def redraw(self) -> None:
        """Show the run as it is now."""
        run = self.site.run
        if run is None:
            self.query_one("#summary", Static).update("Nothing runs yet. Deploy on Review starts.")
            return
        self.query_one("#summary", Static).update(summary(run))
        self._draw_steps(run)
        if run.version != self._drawn:
            self._drawn = run.version
            self._append(run)
            self._draw_end(run)

    def _draw_steps(self, run: RunProgress) -> None:
        now = run.clock()
        views = list(run.steps.values())
        table = Content("\n").join([step_line(view, now) for view in views])
        self.query_one("#steps", Static).update(table)
        if not run.succeeded:
            self._follow(views)

    def _follow(self, views: list[StepView]) -> None:
        busy = (State.FAILED, State.WAITING_FOR_YOU, State.RUNNING)
        running = [i for state in busy for i, view in enumerate(views) if view.state is state]
        if running:
            box = self.query_one("#steps-box", VerticalScroll)
            box.scroll_to(y=max(running[0] - 1, 0), animate=False)

    def _append(self, run: RunProgress) -> None:
        fresh = min(run.logged - self._logged, len(run.log))
        self._logged = run.logged
        log = self.query_one("#log", RichLog)
        for event in list(run.log)[len(run.log) - fresh :]:
            log.write(log_line(event))

    def _draw_end(self, run: RunProgress) -> None:
        stopped = run.outcome is not None and not run.succeeded
        self.set_class(stopped, "-stopped")
        self._draw_cause(run)
        self.query_one("#again").display = stopped
        self.refresh_bindings()
        self.refresh_frame()
        if run.active and _asked(run) and self._is_external():
            self.say("F6 lists the records. Safe to close. AWS goes on.")
        elif run.active:
            self.say("Safe to close. AWS goes on.")
        elif run.succeeded and run.destroys:
            self.say(run.outcome.summary if run.outcome else "", "success")
        elif run.succeeded:
            self.say("Done. Next: connect the first charger.", "success")
        elif run.exit_code is Exit.WAITING_FOR_YOU:
            self.say("Do what is said above, then Try again.", "warning")
            self.query_one("#again").focus()
        else:
            self.say("Stopped. The cause is above.", "error")
            self.query_one("#again").focus()

    def _draw_cause(self, run: RunProgress) -> None:
        panel = self.query_one("#cause", Static)
        asked = _asked(run)
        failed = run.outcome is not None and run.outcome.exit_code is Exit.FAILED
        panel.set_class(failed, "-trouble")
        panel.display = bool(asked) if run.active else not run.succeeded
        if run.outcome is not None:
            panel.update(cause(run.outcome))
        elif asked:
            panel.update(Content("\n").join([wanted(view) for view in asked]))

    def action_next(self) -> None:
        """Go on when the site is up."""
        run = self.site.run
        if run is not None and run.succeeded:
            self.post_message(Go("welcome" if run.destroys else "charger"))
        elif run is not None and run.active:
            self.say("Still working. Safe to close. AWS goes on.", "warning")
        else:
            self.say("Not up yet. Try again, or go back and change an answer.", "warning")

    def action_copy_value(self) -> None:
        """List the records that are waited for; without any, copy the dashboard's address."""
        run = self.site.run
        if run is not None and _asked(run) and self._is_external():
            self.list_records()
        else:
            super().action_copy_value()

    @work(group="records", exclusive=True, exit_on_error=False)
    async def list_records(self) -> None:
        """Ask which records of the site's name are not there yet, and show them."""
        try:
            site = self.site.draft.site()
            records = await still_wanted(self.session.services.domains, site)
        except (AwsError, SiteError) as error:
            self.say(plain_of(error).what, "warning")
            return
        if records:
            self.app.push_screen(to_copy(site.domain.name, records))
        else:
            self.say("Every record is there. AWS looks for them every few minutes.")

    def _is_external(self) -> bool:
        return self.site.draft.text("domain.dns") == "external"

    def action_diagnose(self) -> None:
        """Ask the account why it stopped."""
        self.post_message(Diagnose(self.STEP))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a diagnosis once a run has stopped."""
        if action == "diagnose":
            run = self.site.run
            return run is not None and run.outcome is not None and not run.succeeded
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#again")
    def _again(self) -> None:
        self.query_one("#log", RichLog).clear()
        self._logged = 0
        run = self.site.run
        again = StartDestroy() if run is not None and run.destroys else StartDeploy()
        self.post_message(again)


def _asked(run: RunProgress) -> list[StepView]:
    """Return the steps that wait for the person."""
    return [view for view in run.steps.values() if view.state is State.WAITING_FOR_YOU]


def summary(run: RunProgress) -> Content:
    """Return one line: how far, and how long so far. A second one says what a step is at."""
    total = len(run.steps)
    took = seconds(run.elapsed)
    if run.active and run.destroys:
        return Content.assemble(
            ("● ", "$primary"), ("Removing the site", "bold"), (f"  {took}", DIM)
        )
    if run.active:
        return Content.assemble(
            ("● ", "$primary"),
            (f"{run.finished_steps} of {total} steps done", "bold"),
            (f"  {took}", DIM),
            (_at_work(run), DIM),
        )
    if run.succeeded:
        words = "is removed" if run.destroys else "is up"
        return Content.styled(f"✓ The site {words}. It took {took}.", "bold $text-success")
    state, text = _ENDS.get(run.exit_code, _FAILED)
    return sentence(state, f"{text} {took}.", bold=True)


def _at_work(run: RunProgress) -> str:
    steps = run.steps.values()
    told = [view.reason for view in steps if view.state is State.RUNNING and view.reason]
    return f"\n  {' '.join(told[0].split())}" if told else ""


def wanted(view: StepView) -> Content:
    """Return what a step waits for from the person."""
    return Content.assemble((f"▲ {view.title} needs you\n", "bold $text-warning"), view.reason)


def step_line(view: StepView, now: float) -> Content:
    """Return one step: glyph, title, word, time."""
    elapsed = view.elapsed(now)
    shown = seconds(elapsed) if elapsed is not None else ""
    title = "" if view.state is State.WAITING else "$text"
    return Content.assemble(
        mark(view.state),
        (f"{view.title[:33]:<34}", title or DIM),
        (f"{view.state.word:<16}", colour(view.state)),
        (f"{shown:>12}", DIM),
    )


def log_line(event: Event) -> str:
    """Return what AWS reported as one line of plain text."""
    what = event.state.line(f"{event.step:<11} {event.resource}")
    kind = event.type.rsplit("::", 1)[-1]
    # A state of AWS in capitals repeats the word; of a whole stack it is worth seeing.
    reason = f"  {event.reason}" if _telling(event) else ""
    return f"{event.time[11:19]} {what} ({kind}) {event.state.word}{reason}"


def _telling(event: Event) -> bool:
    return bool(event.reason) and (event.type == STACK or not event.reason.isupper())


def cause(outcome: Outcome) -> Content:
    """Return what happened, why, and what to do, in three short lines and AWS's words."""
    plain = outcome.cause
    if plain is None:
        return Content(outcome.summary)
    waits = outcome.exit_code is Exit.WAITING_FOR_YOU
    parts = [Content.styled(plain.what, f"bold $text-{'warning' if waits else 'error'}")]
    if plain.why:
        parts.append(Content(plain.why))
    if plain.next:
        parts.append(Content.styled(plain.next, "bold"))
    if plain.detail and not (plain.why and plain.why in plain.detail):
        parts.append(Content.styled(plain.detail, DIM))
    return Content("\n").join(parts)
