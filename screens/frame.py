"""The frame of every step: top line, rail, scrolling body, Back and Next, footer."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Footer, Static
from textual.worker import Worker, WorkerState

from solarrally_tui.interview.steps import BY_ID, neighbour, question
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.messages import Copy, Go, OpenDashboard, Stagehand
from solarrally_tui.screens.common.textual_tricks import IncrementalScreen, described_bindings
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.screens.widgets.question_widget import asked_by, widget_of
from solarrally_tui.screens.widgets.rail import Rail, StepLine
from solarrally_tui.screens.widgets.top_line import TopLine
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

WIDTHS: Final = [(0, "-narrow"), (100, "-wide")]
HEIGHTS: Final = [(0, "-short"), (38, "-tall")]


class StepScreen(IncrementalScreen, Screen[None]):
    """A step. Subclasses say what is in the body and what Next does."""

    STEP: ClassVar[str]
    TITLE_TEXT: ClassVar[str]
    LEAD: ClassVar[str] = ""
    NEXT: ClassVar[str] = "Next"
    HELP_TEXT: ClassVar[str] = ""
    PLACED: ClassVar[frozenset[str]] = frozenset()
    """Questions that the body asks itself; the frame asks the others of the step below it."""
    ABOUT: ClassVar[bool] = True
    """Whether the help stands below the questions on a large terminal."""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#body Input, #body OptionList, #body .first, #next"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="back"),
        Binding("ctrl+n", "next", "Next", id="next"),
        Binding("f1", "help", "Help", id="help"),
        Binding("f6", "copy_value", "Copy", show=False, id="copy"),
        Binding("f7", "stage('scenario')", "Scenario", show=False, id="scenario"),
        Binding("f8", "stage('pause')", "Pause", show=False, id="pause"),
        Binding("f9", "stage('faster')", "Faster", show=False, id="faster"),
        Binding("shift+f9", "stage('normal')", "Usual pace", show=False, id="normal"),
        Binding("f10", "stage('restart')", "Start again", show=False, id="restart"),
        Binding("o", "dashboard", "Dashboard", show=False, id="dashboard"),
        Binding("pageup", "scroll_body(-1)", show=False),
        Binding("pagedown", "scroll_body(1)", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(classes="step")
        self.session = session
        self.site = session.site
        """The site that this screen was opened for; it may be replaced while a worker waits."""

    def compose(self) -> ComposeResult:
        """Put the body of the step into the frame."""
        self._fit()
        yield TopLine(self.session)
        with Horizontal(id="frame"):
            yield Rail(self.session, self.STEP)
            with Vertical(id="page"):
                yield StepLine(self.STEP)
                with VerticalScroll(id="body", can_focus=False):
                    yield Static(Content(self.TITLE_TEXT), id="title")
                    if self.LEAD:
                        yield Static(Content(self.LEAD), id="lead")
                    yield from self.body()
                    yield from self._not_asked_yet()
                    if self.HELP_TEXT and self.ABOUT:
                        yield Static(Content(self.HELP_TEXT), id="about")
                yield from self._navigation()
        yield Footer(show_command_palette=True)

    def _fit(self) -> None:
        """Take the classes of the terminal's size at once; Textual does so after a first frame."""
        for value, points in zip(self.app.size, (WIDTHS, HEIGHTS), strict=True):
            self.add_class(max(point for point in points if point[0] <= value)[1])

    def on_mount(self) -> None:
        """Start at the top: focus arrives before the heights are known and would scroll."""
        body = self.query_one("#body", VerticalScroll)
        self.call_after_refresh(body.scroll_home, animate=False)

    def body(self) -> ComposeResult:
        """Yield the widgets of this step."""
        yield from ()

    def _navigation(self) -> ComposeResult:
        with Horizontal(id="navigation"):
            yield Button(f" {self.NEXT} ", id="next", compact=True, variant="primary")
            yield Button(" Back ", id="previous", compact=True)
            yield Static(id="say")

    def ask(self, path: str, placeholder: str = "") -> Widget:
        """Return the widget of a question of the registry, with the draft's answer."""
        found = question(path)
        if found is None:
            raise LookupError(path)
        return widget_of(found, self.site.draft, placeholder)

    def _not_asked_yet(self) -> ComposeResult:
        """Ask what the registry has and the body of the screen does not place itself."""
        for each in BY_ID[self.STEP].questions:
            if each.path not in self.PLACED:
                yield widget_of(each, self.site.draft)

    def say(self, text: str, tone: str = "") -> None:
        """Say something beside the buttons. tone: "", warning, error or success."""
        line = self.query_one("#say", Static)
        line.set_classes(f"-{tone}" if tone else "")
        line.update(Content(text))

    def refresh_frame(self) -> None:
        """Draw the top line and the rail anew."""
        self.query_one(TopLine).refresh_facts()
        self.query_one(Rail).refresh_steps()

    # Moving on

    def action_back(self) -> None:
        """Go one step back. Nothing typed is lost, valid or not."""
        self.post_message(Go(neighbour(self.STEP, -1)))

    def action_next(self) -> None:
        """Go on, or say what is missing and put the cursor there."""
        if self.check_fields():
            self.leave()

    def leave(self) -> None:
        """Go to the next step. Called when the answers are valid."""
        self.post_message(Go(neighbour(self.STEP, 1)))

    def action_help(self) -> None:
        """Explain the question that has the cursor, and this screen."""
        found = asked_by(self.focused)
        if found is None:
            self.app.push_screen(HelpScreen(self.TITLE_TEXT, self.HELP_TEXT))
        else:
            text = f"{found.help()}\n\n{self.TITLE_TEXT}\n\n{self.HELP_TEXT}"
            self.app.push_screen(HelpScreen(found.label, text))

    def action_stage(self, task: str) -> None:
        """Change the pace or the scenario of a demonstration."""
        self.post_message(Stagehand(task))

    def action_dashboard(self) -> None:
        """Open the dashboard in a browser."""
        self.post_message(OpenDashboard())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the stage's keys in a demonstration only."""
        if action == "stage":
            return self.session.stage is not None
        return super().check_action(action, parameters)

    def action_copy_value(self) -> None:
        """Copy the answer that has the cursor, or what the screen is about."""
        what, text = self.copyable()
        if text:
            self.post_message(Copy(what, text))
        else:
            self.say("There is nothing to copy here.", "warning")

    def copyable(self) -> tuple[str, str]:
        """Return the name and the text of what F6 copies."""
        asked = asked_by(self.focused)
        if asked is not None:
            return asked.label, self.site.draft.text(asked.path)
        return "Address of the dashboard", self.session.site.url

    def actions(self) -> list[tuple[str, str, Callable[[], Any]]]:
        """Return every action of this screen for the command palette: title, text, what to do."""
        return [
            (binding.description, f"Key {binding.key}", partial(self.run_action, binding.action))
            for binding, (name, parameters) in described_bindings(self)
            if self.check_action(name, parameters)
        ]

    def action_scroll_body(self, pages: int) -> None:
        """Scroll the body by pages."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=pages * max(body.size.height - 2, 1), animate=False)

    def check_fields(self) -> bool:
        """Explain wrong answers in place; True when there are none."""
        problems = self.site.draft.problems_in(BY_ID[self.STEP].fields)
        wrong: Widget | None = None
        for field in self.query(Field):
            field.show_problem(problems.get(field.path))
            if wrong is None and field.path in problems:
                wrong = field.input
        self.refresh_frame()
        if not problems:
            return True
        count = len(problems)
        self.say(
            "1 answer needs a look." if count == 1 else f"{count} answers need a look.", "warning"
        )
        if wrong is not None:
            wrong.focus()
        return False

    @on(Tick.Changed)
    def _ticked(self, event: Tick.Changed) -> None:
        self.answer(event.path, event.on)

    @on(Pick.Changed)
    def _picked(self, event: Pick.Changed) -> None:
        if event.value != self.site.draft.text(event.path):
            self.answer(event.path, event.value)

    def answer(self, path: str, value: Any) -> None:
        """Write an answer that was ticked or picked into the draft."""
        self.site.draft.set(path, value)
        self.refresh_frame()

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a background task. Nothing that it does may end the program."""
        if event.state is WorkerState.ERROR:
            plain = plain_of(event.worker.error)
            self.say(f"{plain.what} {plain.detail}", "error")

    @on(Button.Pressed, "#next")
    def _next_pressed(self) -> None:
        self.action_next()

    @on(Button.Pressed, "#previous")
    def _back_pressed(self) -> None:
        self.action_back()

    @on(Field.Changed)
    def _field_changed(self, event: Field.Changed) -> None:
        if event.text != self.site.draft.text(event.field.path):
            self.take(event.field, event.text)
        if event.field.has_class("-wrong"):
            problems = self.site.draft.problems_in(BY_ID[self.STEP].fields)
            event.field.show_problem(problems.get(event.field.path))
            if not problems:
                self.say("")

    def take(self, field: Field, text: str) -> None:
        """Write what was typed into the draft."""
        self.site.draft.set(field.path, text)

    @on(Field.Entered)
    def _field_entered(self, event: Field.Entered) -> None:
        fields = [field for field in self.query(Field) if field.display]
        if event.field is fields[-1]:
            self.action_next()
        else:
            self.focus_next()
