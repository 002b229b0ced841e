"""Diagnosis: why a site is not well. The cause first, then its evidence; all can be copied."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.trail import DIAGNOSIS, Place
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.cards import CLASSES, show_verdict
from solarrally_tui.screens.common.messages import Copy, Go, StartDeploy
from solarrally_tui.screens.common.words import explained
from solarrally_tui.screens.diagnosis.detail import DetailScreen
from solarrally_tui.screens.diagnosis.next_step import Way, has_stopped, way_of
from solarrally_tui.screens.diagnosis.parts import diagnosed_parts
from solarrally_tui.screens.diagnosis.rows import Fold, Row, card, rows
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.provision.cause import quota_page, ways_out
from solarrally_tui.screens.provision.other_answer import OtherAnswer, offer_best, offered
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis

_SCROLL_BAR = 2
"""Columns that a scroll bar takes, with a blank before it."""
_TITLE = 16
"""Columns for the name of the source that was asked last, on a terminal of _NARROW columns."""
_NARROW = 80
_NOTHING = "Nothing to copy on this line."


class DiagnosisScreen(StepScreen):
    """Examines the site when it opens, and again on F5. Only reads."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "diagnosis.tcss"
    TITLE_TEXT: ClassVar[str] = "Diagnosis"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#findings"
    FILLS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        keys.REFRESH,
        keys.COPY,
        replace(keys.NEXT, show=False),
        # The dialog of a line has buttons for the other two, and a narrow footer only the first.
        Binding("m", "ticket", "Ticket"),
        Binding("c", "copy_of('command')", "Command"),
        Binding("l", "copy_of('link')", "Link"),
    ]
    HELP_TEXT: ClassVar[str] = (
        "The account was asked for everything about this site: stacks, builds, tasks, logs, "
        "targets, database, certificates, alarms. Nothing was changed.\n\n"
        "The button on the right does the next step where the wizard can; F5 examines the site "
        "again. Where the cause has stopped a deployment, the buttons below it try again, also "
        "with another answer, as on Provision.\n\n"
        "The first cause is the one that the others most likely follow from. Certain means that "
        "AWS reports it; likely and possible are conclusions from the evidence.\n\n"
        "Enter shows a line in full: AWS's own words, their time and source, and how to see the "
        "same in the console and on the command line. On another cause, Enter moves that cause "
        "to the top.\n\n"
        "F6 copies the words of a line, C the command, L the console's address, and M the whole "
        "diagnosis as Markdown for a ticket. What looks like a password or a key is removed.\n\n"
        "What follows from a cause, what is not there yet, and what is well is one line each "
        "where there is no room. Enter on it shows or hides each thing.\n\n"
        "What could not be read is listed as unknown, with the reason. It never counts as "
        "healthy.\n\n"
        "From a shell: solarrally diagnose SITE."
    )

    def __init__(self, session: Session, about: str = "") -> None:
        """about: the id of a check that was asked about."""
        super().__init__(session)
        self._about = about
        self._diagnosis: Diagnosis | None = None
        self._ticket: Diagnosis | None = None
        """The same with AWS's names, for people who look there."""
        self._shown = 0
        self._unfolded: dict[Fold, bool] = {}
        """What somebody opened or closed. The rest opens where it has room, and what is well where
        nothing is wrong."""
        self._open_now: list[Fold] = []
        self._rows: list[Row] = []
        self._way: Way | None = None
        self._other: OtherAnswer | None = None
        self._quota_page = ""

    @classmethod
    def at(cls, place: Place, session: Session) -> Self:
        """Return the diagnosis that begins with a check."""
        return cls(session, place.check)

    @property
    def place(self) -> Place:
        """Beside the steps."""
        return Place(DIAGNOSIS, self._about)

    def body(self) -> ComposeResult:
        """Show the cause, and below it the evidence."""
        yield Static("Asking the account …", id="cause", classes=CLASSES)
        with Horizontal(id="ways", classes="-not-offered"):
            yield Button("", id="other-answer", compact=True)
            yield Button(" Quota page ", id="quota", compact=True)
            yield Button(" Try again ", id="again", compact=True)
        yield OptionList(compact=True, id="findings")

    def on_mount(self) -> None:
        """Ask at once."""
        self.examine()

    @work(group="examine", exclusive=True, exit_on_error=False)
    async def examine(self) -> None:
        """Ask every source and show the diagnosis."""
        diagnoses = self.session.services.diagnoses
        self.say("Asking the account …")
        try:
            diagnosis = await diagnoses.examine(self.site.name, self._progress)
        except Exception as error:  # noqa: BLE001 the person may ask again
            self.query_one("#cause", Static).update(explained(plain_of(error), Severity.UNKNOWN))
            self.say("")
            return
        self._ticket, self._diagnosis = diagnosis, diagnosed_parts(diagnosis)
        self._shown = _about(diagnosis, self._about)
        self._draw()
        # Of a sound site the card says it.
        self.say(f"Asked {diagnosis.asked} sources." if diagnosis.causes else "")

    def _progress(self, done: int, total: int, title: str) -> None:
        # In one row: at 80 columns a name of more words would take a second one.
        room = _TITLE + max(0, self.app.size.width - _NARROW)
        self.say(f"Asked {done} of {total} sources: {cut(title, room)}")

    def _draw(self) -> None:
        # Called after a refresh, when the screen may have been left.
        if self._diagnosis is None or not self.query("#cause"):
            return
        panel = self.query_one("#cause", Static)
        show_verdict(panel, self._diagnosis.health)
        stopped = has_stopped(self._cause, self.site.run) if self._cause else None
        self._offer_again(stopped)
        ways = ways_out(stopped, self._other) if stopped else ()
        panel.update(card(self._diagnosis, self._cause, ways))
        self._offer(way_of(self._cause) if self._cause and not stopped else None)
        listed = self.query_one("#findings", OptionList)
        width = listed.size.width - _SCROLL_BAR
        self._open_now = [fold for fold in Fold if self._is_unfolded(fold)]
        self._rows = self._listed(self._diagnosis, width)
        for fold in (f for f in Fold if f not in self._unfolded and f not in self._open_now):
            self._open_now.append(fold)
            more = self._listed(self._diagnosis, width)
            if sum(row.height for row in more) <= listed.size.height:
                self._rows = more
            else:
                self._open_now.remove(fold)
        listed.clear_options()
        listed.add_options(
            [Option(row.shown, id=str(i), disabled=row.heading) for i, row in enumerate(self._rows)]
        )
        first = next((i for i, row in enumerate(self._rows) if not row.heading), None)
        listed.highlighted = first
        # The cursor's line may be long; its heading comes first.
        listed.call_after_refresh(listed.scroll_home, animate=False)

    def _listed(self, diagnosis: "Diagnosis", width: int) -> list[Row]:
        apart = self.has_class("-tall")
        return rows(diagnosis, self._shown, width, unfolded=self._open_now, apart=apart)

    def on_resize(self) -> None:
        """Use the new width."""
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _is_unfolded(self, fold: Fold) -> bool:
        is_all = fold is Fold.WELL and self._cause is None
        return self._unfolded.get(fold, is_all)

    def _offer_again(self, stopped: Plain | None) -> None:
        """Offer what Provision does, where the cause has stopped the last deployment."""
        instead = stopped.instead if stopped else None
        self._other = offered(instead, self.session) if instead else None
        may = stopped is not None and not self.session.services.read_only
        self.query_one("#ways").set_class(not may, "-not-offered")
        region = self.site.draft.text("region")
        self._quota_page = quota_page(stopped, region) if stopped else ""
        offers = {
            "#other-answer": self._other is not None,
            "#quota": bool(self._quota_page),
            "#again": True,
        }
        offer_best(self, offers, self._other)
        self.query_one("#next", Button).variant = "default" if may else "primary"

    @on(Button.Pressed, "#again")
    def _try_again(self) -> None:
        self.post_message(StartDeploy())

    @on(Button.Pressed, "#quota")
    def _copy_quota_page(self) -> None:
        self.post_message(Copy("Quota page", self._quota_page))

    @on(Button.Pressed, "#other-answer")
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def change_answer(self) -> None:
        """Try again with the answer that may avoid the cause, or lead to where it is."""
        other = self._other
        if other is not None and await other.agreed(self.app):
            self.post_message(other.taken(self.site.draft))

    def _offer(self, way: Way | None) -> None:
        """Let Next do what the cause asks for, where the wizard can."""
        self._way = None if self.session.services.read_only else way
        forward = self.query_one("#next", Button)
        forward.label = f" {self._way.label if self._way else self.NEXT} "
        forward.refresh(layout=True)

    @property
    def _cause(self) -> "Candidate | None":
        causes = self._diagnosis.causes if self._diagnosis else ()
        return causes[self._shown] if self._shown < len(causes) else None

    @property
    def _row(self) -> Row | None:
        at = self.query_one("#findings", OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @on(OptionList.OptionSelected, "#findings")
    def _open(self, event: OptionList.OptionSelected) -> None:
        row = self._rows[event.option_index]
        if row.cause is not None and row.cause != self._shown:
            self._shown = row.cause
            self._draw()
        elif row.folds:
            self._unfolded[row.folds] = row.folds not in self._open_now
            self._draw()
            listed = self.query_one("#findings", OptionList)
            listed.highlighted = event.option_index
            # Below its line is what Enter has opened.
            listed.call_after_refresh(listed.scroll_to_highlight, top=True)
        else:
            self.app.push_screen(DetailScreen(row))

    def action_check_again(self) -> None:
        """Examine the site again."""
        self.examine()

    def action_next(self) -> None:
        """Go where the wizard does the next step; without such a place examine again."""
        if self._way is None:
            self.action_check_again()
        else:
            self.post_message(Go(self._way.place))

    def story(self) -> Story:
        """Say what a diagnosis does."""
        text = "It reads all that AWS reports of the site, and names what the rest follows from."
        return Story("DIAGNOSIS", text)

    def copyable(self) -> tuple[str, str]:
        """Return the words of the line that has the cursor."""
        row = self._row
        return (row.title, row.words) if row else ("", "")

    def action_copy_of(self, what: str) -> None:
        """Copy the command or the console's address of the line that has the cursor."""
        row = self._row
        text = (row.command if what == "command" else row.link) if row else ""
        if text:
            self.post_message(Copy("Command" if what == "command" else "Console link", text))
        else:
            self.say(_NOTHING, "warning")

    def action_ticket(self) -> None:
        """Copy the whole diagnosis as Markdown."""
        from solarrally_tui.health.diagnosis.render import to_markdown  # noqa: PLC0415

        if self._ticket is not None:
            self.post_message(Copy("Diagnosis for a ticket", to_markdown(self._ticket)))


def _about(diagnosis: "Diagnosis", check: str) -> int:
    """Return the number of the cause that a check is evidence for; 0 where there is none."""
    kind = f"check:{check}"
    for index, cause in enumerate(diagnosis.causes):
        if any(evidence.kind == kind for evidence in (*cause.evidence, *cause.effects)):
            return index
    return 0
