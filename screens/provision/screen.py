"""Provision: time and money, the picture of the site with states, and the steps, live."""

import asyncio
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from solarrally_tui.architecture.diagram import Diagram
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.pace import here
from solarrally_tui.domains.dns_records import likely_zone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import BY_ID, WizardStep, step_asking
from solarrally_tui.interview.trail import DIAGNOSIS
from solarrally_tui.provisioning.engine.outcome import Exit, Kept
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.destroying import destroy_question
from solarrally_tui.screens.common.messages import Copy, Go, Stagehand, StartDeploy, StartDestroy
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.domain.records import PROVES, SeenRecord, records_seen
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.site_diagram import site_diagram
from solarrally_tui.screens.picture.states import states
from solarrally_tui.screens.picture.widget import SitePicture
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.provision.cause import cause, quota_page
from solarrally_tui.screens.provision.details import DetailsScreen
from solarrally_tui.screens.provision.kept import KeptScreen
from solarrally_tui.screens.provision.other_answer import OtherAnswer, offer_best, other_answer
from solarrally_tui.screens.provision.page import divided
from solarrally_tui.screens.provision.records import RecordList
from solarrally_tui.screens.provision.reports import log_tail
from solarrally_tui.screens.provision.step_list import (
    ATTENTION,
    Room,
    rows_folded,
    rows_of_all,
    step_list,
)
from solarrally_tui.screens.provision.story import story
from solarrally_tui.screens.provision.time_chart import COLUMNS, rows_of, time_chart
from solarrally_tui.screens.provision.words import (
    SILENT,
    after_deletion,
    asks_to_confirm,
    data_of,
    kept_things,
    letter_text,
    price_line,
    stays,
    summary,
    waiting_for_you,
    wanted,
    without_connection,
)
from solarrally_tui.screens.status.handover import HandoverScreen, answers
from solarrally_tui.screens.status.letter import Part, letter
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.engine import SIMULATED
from solarrally_tui.wizard.leaving import may_close
from solarrally_tui.wizard.model import Handover
from solarrally_tui.wizard.plain_errors import account_stopped, plain_of
from solarrally_tui.wizard.run_outlook import as_shown
from solarrally_tui.wizard.run_progress import RunProgress

REDRAW_SECONDS = 0.25
_LOOK_EVERY: Final = 15.0
_LOOK_LEAST: Final = 3.0
"""Seconds of AWS between looks for records, and seconds here at least: each takes some calls."""
_ROWS_OF_HEAD: Final = 5
"""Rows that the head has from the first moment: how far the run is, the bar, the time on AWS, what
is slow and what waits. More are rare."""
_BORDERS: Final = 6
"""Columns of the card's border and padding, and of its scroll bar."""
LEAVES_CHANGED: Final = (
    "The rollback passes over it. It stays as the failed change left it, whatever the stack says, "
    "and the next change may fail at it."
)
LEAVES_DELETED: Final = (
    "Everything else is deleted. It stays in your account, in no stack, and you pay for it until "
    "you delete it in the AWS console."
)

_ONE_BY_ONE: Final = Binding("k", "kept", "What stays")


class CauseBox(VerticalScroll):
    """The card of the cause. Once its rows are known, the others get the rest."""

    class Resized(Message):
        """It has other rows than before."""

    def on_resize(self) -> None:
        """Let the screen divide its room."""
        self.post_message(self.Resized())


class ProvisionScreen(StepScreen):
    """Watches a run. The run belongs to the app and continues when this screen is left."""

    STEP: ClassVar[str] = "provision"
    CSS_PATH = "provision.tcss"
    TITLE_TEXT: ClassVar[str] = "Provision"
    AUTO_FOCUS = ""
    BUTTONS: ClassVar = (
        replace(keys.ANSWER, description="Change the answer"),
        keys.HANDOVER,
        _ONE_BY_ONE,
    )
    FILLS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        keys.DETAILS,
        keys.DIAGNOSIS,
        keys.ANSWER,
        keys.HANDOVER,
        keys.LINK,
        _ONE_BY_ONE,
        replace(keys.DASHBOARD, show=True),
    ]
    HELP_TEXT: ClassVar[str] = (
        "The picture shows what is being created, with the price of each part a month and how "
        "far it is. Below it are the steps; those that do not need each other run at the same "
        "time. F3 lists each step with its time, and what AWS reports about single "
        "resources. On a large terminal, the steps are bars over the time of the run: full what "
        "is over, dotted what is expected, and thick the longest way, which decides when it "
        "ends.\n\n"
        "The bar and the time left follow the longest way through the steps that are left: what "
        "they usually take, and what they took on this computer before. A step that is slower "
        "than usual is named. Nothing is stuck while its clock runs.\n\n"
        "The amounts are what has been used so far, and what the site costs a month if you stop "
        "now.\n\n"
        "A deployment to AWS needs no open program. AWS finishes what it has begun; further steps "
        "wait. Start the wizard again and press Deploy: it checks what exists and continues from "
        "there.\n\n"
        "Where a step needs you to set DNS records, they are listed at the top with what DNS has "
        "of them. Enter copies the line under the cursor.\n\n"
        "When a step fails, AWS rolls it back. The cause is shown here with what to do about it. "
        "F4 asks the account for everything it reports.\n\n"
        "Once the site is up, O opens the dashboard in a browser, signed in. H shows the "
        "address, the user and, on R, the password."
    )

    def body(self) -> ComposeResult:
        """Show time and money, the picture, the steps, and the cause of a failure."""
        yield Static(id="summary")
        yield Static(id="records-title")
        yield RecordList()
        yield SitePicture()
        yield Static(id="steps")
        yield CauseBox(Static(id="cause"), id="cause-box", classes="card", can_focus=False)
        with Horizontal(id="ways"):
            yield Button(" Sign in ", id="sign-in", compact=True, variant="primary")
            yield Button("", id="other-answer", compact=True, variant="primary")
            yield Button(" Quota page ", id="quota", compact=True, variant="primary")
            yield Button(" Try again ", id="again", compact=True, variant="primary")
            yield Button(" Leave it ", id="leave", compact=True)
            yield Button(" Delete all the data ", id="delete-data", compact=True)
            yield Button(" Destroy ", id="delete", compact=True)
        yield Static(id="log")

    def on_mount(self) -> None:
        """Draw what is known and keep drawing."""
        self.query_one("#title", Static).update(Content(self.session.title_of(self.STEP)))
        self._drawn = -1
        self._told = (-1, 0)
        """Version of the run and columns with which the cause was drawn."""
        self._shown: Diagram | None = None
        self._other: OtherAnswer | None = None
        self._records: tuple[SeenRecord, ...] = ()
        self._has_no_records = False
        """Whether none are known although AWS was asked: then a paragraph says what is wanted."""
        self._rows_of_head = 0
        self._price: Content | None = None
        self._letter: list[Part] = []
        for id_ in ("cause-box", "ways"):
            self.query_one(f"#{id_}").display = False
        self.repeat(REDRAW_SECONDS, self.redraw)
        self.repeat(max(here(_LOOK_EVERY), _LOOK_LEAST), self.look_for_records)
        self.redraw()
        self.call_after_refresh(self.redraw)  # now the room is known
        self.read_parts()
        self._go_on_signed_in()
        self.site.continues = False  # who came back without signing in is asked again

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def read_parts(self) -> None:
        """Read what the site consists of. The templates take too long for a turn."""
        self._shown = await asyncio.to_thread(site_diagram, self.session)
        self.redraw()

    def on_resize(self) -> None:
        """Divide the room anew, once it is known."""
        self.call_after_refresh(self.redraw)

    def show_money(self) -> None:
        """Show the amounts of the picture in another currency."""
        self.redraw()

    @on(CauseBox.Resized)
    def redraw(self) -> None:
        """Show the run as it is now."""
        run = self.site.run
        if run is None:
            self.query_one("#summary", Static).update(
                "Nothing is running. Start with Deploy on Review."
            )
            return
        if run.version != self._drawn:
            self._drawn = run.version
            self._draw_end(run)
            if self._wants_records and not self._records:
                self.look_for_records()
        self._draw_records()
        self._draw_run(run)

    @property
    def _wants_records(self) -> bool:
        """Whether the run waits for records that a person sets at another provider."""
        run = self.site.run
        asks = run is not None and run.active and waiting_for_you(run)
        return bool(asks) and self.site.draft.text("domain.dns") == "external"

    @property
    def _has_records(self) -> bool:
        """Whether DNS has all records that the run waits for, so that AWS is waited for now."""
        asked = [each for each in self._records if each.purpose == PROVES] or self._records
        return bool(asked) and all(each.seen.severity is Severity.OK for each in asked)

    @property
    def _asks(self) -> bool:
        """Whether what the run waits for from the person is shown, and left to do."""
        if not self._wants_records:
            return True
        return self._has_no_records or (bool(self._records) and not self._has_records)

    @property
    def _who_sets_records(self) -> str:
        stage = self.session.stage
        return stage.sets_records if stage else "Records are noticed once DNS has them."

    def look_for_records(self) -> None:
        """Ask which records DNS has by now, while they are waited for. An answer is waited for."""
        is_asking = any(
            worker.group == "records" and worker.node is self and not worker.is_finished
            for worker in self.workers
        )
        if self._wants_records and not is_asking:
            self.ask_dns()

    @work(group="records", exclusive=True, exit_on_error=False)
    async def ask_dns(self) -> None:
        """Ask AWS for the records, and DNS which of them are there."""
        try:
            site = self.site.draft.site()
            self._records = await records_seen(self.session.services.domains, site)
        except (AwsError, SiteError) as error:
            self.say(plain_of(error).what, "warning")
        self._has_no_records = not self._records
        self._told = (-1, 0)
        self.redraw()

    def _draw_records(self) -> None:
        """Show the records that are waited for, at the top."""
        title, listed = self.query_one("#records-title", Static), self.query_one(RecordList)
        shown = self._records if self._wants_records else ()
        appears = bool(shown) and not listed.display
        title.display = listed.display = bool(shown)
        listed.show_records(shown)
        if shown:
            name = self.site.draft.text("domain.name")
            if self._has_records:
                all_there = all(each.seen.severity is Severity.OK for each in shown)
                what = "these records" if all_there else "the proof"
                head = (f"{Severity.OK.glyph} DNS has {what}. ", "bold $text-success")
                lead = "AWS issues the certificate, usually within minutes."
                lead += "" if all_there else " The rest leads to the site."
            else:
                zone = likely_zone(name)
                is_in_part = any(each.seen.severity is Severity.OK for each in shown)
                these = "what is missing here" if is_in_part else "these records"
                head = (f"Add {these} to the DNS of {zone}. ", "bold $text-warning")
                lead = f"Short is for a console that adds .{zone} itself."
            title.update(Content.assemble(head, (lead, DIM)))
        if appears:
            listed.focus()

    def _draw_run(self, run: RunProgress) -> None:
        """Divide the room among the picture, the steps and the log, and draw them."""
        body, head = self.query_one("#body"), self.query_one("#summary", Static)
        columns = head.size.width
        if columns and self._told != (run.version, columns):
            self._told = (run.version, columns)
            self._draw_cause(run, columns - _BORDERS)
        notes = 1 if self.has_class("-short") else 4 if self.has_class("-roomy") else 2
        known = as_shown(run)
        run.reach(known.share, known.seconds_left)
        records = self.query_one(RecordList)
        run.has_what_it_asks = not self._asks
        shown = self._head(run, columns or self.app.size.width, 0 if records.display else notes)
        if run.active and not records.display:
            expected = run.prospects.usual or run.earlier.steps or run.is_forecast
            told = expected and not run.destroys
            shown = self._as_high(shown, 2 + notes if told else 0)
        head.update(shown)
        taken = len(shown.plain.splitlines()) + (2 if self.has_class("-wide") else 0)
        taken += 0 if self.has_class("-short") and not run.succeeded else 1
        for id_, margins in (("#cause-box", 2), ("#ways", 0)):
            place = self.query_one(id_)
            taken += place.outer_size.height + margins if place.display else 0
        if records.display:
            taken += self.query_one("#records-title").outer_size.height
            taken += records.option_count + (0 if self.has_class("-short") else 1)
        if not columns:
            return  # drawn again as soon as the room is known
        views = list(run.steps.values())
        folded = 0 if run.active else rows_folded(views)
        chart = rows_of(run) if run.active and run.steps else 0
        found = divided(body.size.height - taken, columns, len(views), folded, chart)
        picture = self.query_one(SitePicture)
        diagram = self._shown.in_states(states(self._shown, run)) if self._shown else None
        is_deleted = run.destroys and run.succeeded
        picture.display = bool(diagram and found.picture) and not is_deleted
        picture.show(diagram, self.session.money, found.picture)
        steps, rows = found.steps, found.log
        if self.has_class("-short", "-stopped"):
            # The cause needs the rows more than the steps that are well.
            steps = min(steps, 1 + max(sum(view.shown in ATTENTION for view in views), 1))
        if is_deleted:
            # What was deleted is of no use any more. What its owner may ask has the room.
            rows, steps = body.size.height - taken - 1, 0
        if found.charts:
            self._put("#steps", time_chart(run, known, columns))
        else:
            self._put("#steps", step_list(run, Room(columns, steps)))
        self._put("#log", self._below(run, columns, rows))

    def _as_high(self, shown: Content, rows: int) -> Content:
        """Give what is said at the top the rows that it has had: what is below does not move.

        rows: those that it takes at times, on a terminal where it takes few.
        """
        least = min(rows, _ROWS_OF_HEAD)
        lines = shown.split("\n")
        self._rows_of_head = max(self._rows_of_head, least, len(lines))
        return Content("\n").join([*lines, *[Content(" ")] * (self._rows_of_head - len(lines))])

    def _head(self, run: RunProgress, columns: int, notes: int) -> Content:
        """Return how far the run is, or that nothing answers: a simulated account has ended."""
        if run.silent_since is not None:
            stopped = account_stopped(restarts=self.session.stage is not None)
            ended = f"{stopped.what} {stopped.next}"
            follows = ended if self.session.label == SIMULATED else SILENT
            return without_connection(run, run.silent_since, columns, follows)
        return summary(
            run,
            columns,
            notes,
            url=self.site.url,
            price=self._price,
            signed_in=self.session.who is not None,
        )

    def _below(self, run: RunProgress, columns: int, rows: int) -> Content:
        """Return what AWS reports; once the run has ended well, what its owner needs."""
        if not run.succeeded:
            return log_tail(run, columns, rows)
        if not run.destroys:
            return letter_text(self._letter, columns, rows)
        said = letter_text(after_deletion(run.site), columns, rows)
        left = rows - len(said.split()) - 2
        return Content("\n\n").join([said, *self._what_was_deleted(run, Room(columns, left))])

    def _what_was_deleted(self, run: RunProgress, room: Room) -> list[Content]:
        """Return the steps of a deletion with their times, where there is room for each."""
        heading = Content.styled("What was deleted", "bold $primary")
        if room.columns >= COLUMNS and rows_of(run) <= room.rows:
            return [Content("\n").join([heading, time_chart(run, as_shown(run), room.columns)])]
        if rows_of_all(len(run.steps), room.columns) > room.rows:
            return []
        return [Content("\n").join([heading, step_list(run, room)])]

    def _put(self, where: str, text: Content) -> None:
        """Show a text, or nothing where it is empty."""
        place = self.query_one(where, Static)
        place.display = bool(text.plain)
        place.update(text)

    def _draw_end(self, run: RunProgress) -> None:
        stopped = run.outcome is not None and not run.succeeded
        outcome = run.outcome
        told = outcome is not None and bool(outcome.warnings or outcome.kept)
        self.set_class(stopped or told, "-stopped")
        self.set_class(run.succeeded, "-done")
        self.set_class(bool(outcome and outcome.kept), "-kept")
        self._other = other_answer(outcome, self.session) if outcome and stopped else None
        if run.succeeded and not run.destroys:
            known = answers(self.session)
            unconfirmed = bool(known.alerts) and not known.confirmed and asks_to_confirm(run)
            self._price = price_line(known.monthly, unconfirmed=unconfirmed)
            self._letter = letter(
                Handover(self.site.url, self.site.draft.text("region")),
                known,
                demonstration=self.session.stage is not None,
            )
        forward = self.query_one("#next", Button)
        forward.set_class(not run.succeeded, "-not-offered")
        forward.label = f" {BY_ID['welcome'].title if run.destroys else self.NEXT} "
        forward.refresh(layout=True)
        best = self._offer_best(stopped=stopped)
        self.query_one("#delete").display = bool(outcome and outcome.unfinished)
        self.query_one("#leave").display = bool(outcome and outcome.stuck)
        self.query_one("#delete-data").display = bool(outcome and data_of(outcome))
        self.query_one("#ways").display = stopped or bool(outcome and data_of(outcome))
        self.refresh_bindings()
        self.refresh_frame()
        if run.succeeded:
            self.query_one("#next").focus()
        if self._wants_records:
            self.say(f"Enter copies a line. {self._who_sets_records}")
        elif run.active:
            self.say(may_close(run, demonstration=self.session.stage is not None))
        elif run.succeeded and run.destroys:
            words = (
                "K deletes what stays one by one."
                if outcome and outcome.kept
                else "Nothing of it remains."
            )
            self.say(words, "success")
        elif run.succeeded:
            self.say("O opens the dashboard, signed in.", "success")
        elif run.is_signed_out and not self._signs_in:
            self.say("Try again continues.", "success")
            self.query_one(best).focus()
        elif run.exit_code is Exit.WAITING_FOR_YOU:
            self.say("Do what is shown above, then press Try again.", "warning")
            self.query_one(best).focus()
        else:
            self.say("F3 lists all that AWS reported.")
            self.query_one(best).focus()

    def _offer_best(self, *, stopped: bool) -> str:
        """Offer what helps, the best first and bright; return the name of that button."""
        offers = {
            "#sign-in": self._signs_in,
            "#other-answer": self._other is not None,
            "#quota": stopped and bool(self._quota_page),
            "#again": stopped,
        }
        return offer_best(self, offers, self._other)

    def _draw_cause(self, run: RunProgress, columns: int) -> None:
        box, panel = self.query_one("#cause-box"), self.query_one("#cause", Static)
        asked = waiting_for_you(run)
        failed = run.outcome is not None and run.outcome.exit_code is Exit.FAILED
        box.set_class(failed, "-trouble")
        told = run.outcome is not None and bool(run.outcome.warnings or run.outcome.kept)
        wanted_here = bool(asked) and (not self._wants_records or self._has_no_records)
        box.display = wanted_here if run.active else told or not run.succeeded
        if run.outcome is not None and run.succeeded:
            panel.update(stays(run.outcome, columns))
        elif run.outcome is not None:
            signed_in = self.session.who is not None
            panel.update(cause(run, run.outcome, columns, self._other, signed_in=signed_in))
        elif asked:
            panel.update(Content("\n").join([wanted(view) for view in asked]))

    def action_scroll_body(self, pages: int) -> None:
        """Scroll the cause: everything else has its place."""
        box = self.query_one("#cause-box", VerticalScroll)
        box.scroll_relative(y=pages * max(box.size.height - 1, 1), animate=False)

    @property
    def _cause(self) -> Plain | None:
        run = self.site.run
        return run.outcome.cause if run is not None and run.outcome is not None else None

    @property
    def _signs_in(self) -> bool:
        """Whether somebody has to sign in before the run can continue."""
        run = self.site.run
        return run is not None and run.is_signed_out and self.session.who is None

    @property
    def _quota_page(self) -> str:
        return quota_page(self._cause, self.site.draft.text("region")) if self._cause else ""

    @property
    def _asked_on(self) -> WizardStep | None:
        """The step that asks for the answer which the run has stopped at."""
        return step_asking(self._cause.about) if self._cause else None

    def action_answer(self) -> None:
        """Go where the answer is that the run has stopped at."""
        if self._asked_on is not None:
            self.post_message(Go(self._asked_on.id))

    @on(Button.Pressed, "#quota")
    def action_link(self) -> None:
        """Copy the address of the quota's page in the console."""
        self.post_message(Copy("Quota page", self._quota_page))

    def action_next(self) -> None:
        """Continue now that the run has ended well."""
        run = self.site.run
        if run is not None:
            self.post_message(Go("welcome" if run.destroys else "charger"))

    def action_copy_value(self) -> None:
        """Copy the part of a record under the cursor; without any, the dashboard's address."""
        if self._wants_records and self._records:
            self.query_one(RecordList).action_select()
        else:
            super().action_copy_value()

    def story(self) -> Story:
        """Follow the run."""
        return story(self.site.run, signed_in=self.session.who is not None)

    def action_details(self) -> None:
        """List every step with its time, and what AWS reported."""
        if self.site.run is not None:
            self.app.push_screen(DetailsScreen(self.site.run))

    def action_handover(self) -> None:
        """Show what the person needs now: the address, the user and, on R, the password."""
        self.app.push_screen(HandoverScreen(self.session, changes=False))

    def action_kept(self) -> None:
        """List what the deletion has kept, to delete it one by one."""
        run = self.site.run
        if run is None or run.outcome is None:
            return

        def without(thing: Kept) -> None:
            if run.outcome is not None:
                left = tuple(kept for kept in run.outcome.kept if kept is not thing)
                run.outcome = replace(run.outcome, kept=left)
                run.version += 1

        screen = KeptScreen(self.session.services, run.site, run.outcome.kept, without)
        self.app.push_screen(screen)

    def action_diagnose(self) -> None:
        """Ask the account why it stopped."""
        self.post_message(Go(DIAGNOSIS))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a diagnosis once a run has stopped, and the dashboard once the site is up."""
        run = self.site.run
        if action == "details":
            return run is not None
        if action == "diagnose":
            return run is not None and run.outcome is not None and not run.succeeded
        if action == "next":
            return run is not None and run.succeeded
        if action in {"answer", "link"}:
            return bool(self._asked_on if action == "answer" else self._quota_page)
        if action == "kept":
            return bool(run is not None and run.outcome is not None and run.outcome.kept)
        if action in {"handover", "dashboard"}:
            return run is not None and run.succeeded and not run.destroys
        return super().check_action(action, parameters)

    @on(Button.Pressed, "#sign-in")
    def action_choose(self) -> None:
        """Sign in on Account, which leads back; in a demonstration, the stage plays the person."""
        self.site.continues = True
        if self.session.stage is None:
            super().action_choose()
        else:
            self.say("The demonstration signs in in your place …")
            self.post_message(Stagehand("sign-in"))

    def met(self) -> None:
        """Offer to continue, now that somebody is signed in; on a stage it is the same person."""
        super().met()
        if not self._go_on_signed_in():
            self._drawn, self._told = -1, (-1, 0)
            self.redraw()

    def _go_on_signed_in(self) -> bool:
        """Continue for somebody who signed in for that; return whether it does."""
        run = self.site.run
        asked = self.site.continues and run is not None and run.is_signed_out
        if not asked or self.session.who is None:
            return False
        self.site.continues = False
        self._run_again(frozenset())
        return True

    @on(Button.Pressed, "#delete")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def delete_what_stays(self) -> None:
        """Ask whether to delete what the stopped deployment has created, and do so."""
        if await self.app.push_screen_wait(await destroy_question(self.session)):
            self.post_message(StartDestroy())

    @on(Button.Pressed, "#again")
    def _again(self) -> None:
        self._run_again(frozenset())

    @on(Button.Pressed, "#other-answer")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def change_answer(self) -> None:
        """Try again with the answer that may avoid what has failed, or lead to where it is."""
        other = self._other
        if other is not None and await other.agreed(self.app):
            self.post_message(other.taken(self.site.draft))

    @on(Button.Pressed, "#leave")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def leave_it(self) -> None:
        """Ask whether to continue without what AWS is stuck with, and do so."""
        run = self.site.run
        if run is None or run.outcome is None:
            return
        stuck = run.outcome.stuck
        text = LEAVES_DELETED if run.destroys else LEAVES_CHANGED
        question = TypedScreen(
            f"Leave {', '.join(stuck)}?", text, run.site, yes="Leave it", no="Not yet"
        )
        if await self.app.push_screen_wait(question):
            self._run_again(frozenset(stuck))

    @on(Button.Pressed, "#delete-data")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def delete_data(self) -> None:
        """Ask whether to delete what was kept of a deleted site, and do so."""
        run = self.site.run
        if run is None or run.outcome is None:
            return
        text = kept_things(data_of(run.outcome)).plain
        question = TypedScreen(
            "Delete all the data?",
            f"{text}\nNobody can restore it afterwards.",
            run.site,
            yes="Delete it",
        )
        if await self.app.push_screen_wait(question):
            self.post_message(StartDestroy(delete_data=True))

    def _run_again(self, leave: frozenset[str]) -> None:
        run = self.site.run
        destroys = run is not None and run.destroys
        self.post_message(StartDestroy(leave=leave) if destroys else StartDeploy(leave=leave))
