"""The frame of every step: top line, rail, scrolling body, buttons, and footer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Static
from textual.worker import Worker, WorkerState

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.questions import Question
from solarrally_tui.interview.steps import BY_ID, neighbour, question
from solarrally_tui.interview.trail import Place
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import (
    Copy,
    Explain,
    Go,
    GoBack,
    OpenDashboard,
    Stagehand,
)
from solarrally_tui.screens.common.textual_tricks import (
    IncrementalScreen,
    SteadyFooter,
    described_bindings,
    name_of,
)
from solarrally_tui.screens.picture.step_picture import StepPicture
from solarrally_tui.screens.widgets.aside import Aside
from solarrally_tui.screens.widgets.below import Below
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.facts import Facts, Table
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.key_button import KeyButton
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.screens.widgets.question_widget import asked_by, widget_of
from solarrally_tui.screens.widgets.rail import Rail, StepLine
from solarrally_tui.screens.widgets.top_line import TopLine
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.architecture.diagram import BoxId
    from solarrally_tui.screens.presenter import Story

SIGN_IN: Final = replace(keys.SIGN_IN, description="Sign in")
"""As a button, on screens that ask AWS: there while nobody is signed in."""


_RUN_SECONDS: Final = 1.0
"""Between two looks at a run that goes on while another step is shown."""
_MEANWHILE: Final = "A change here takes another Deploy: this one has its answers."
"""What an answer means while a deployment runs."""


class StepScreen(IncrementalScreen, Screen[None]):
    """A step. Subclasses define what is in the body and what Next does."""

    STEP: ClassVar[str]
    TITLE_TEXT: ClassVar[str]
    LEAD: ClassVar[str] = ""
    NEXT: ClassVar[str] = "Next"
    HELP_TEXT: ClassVar[str] = ""
    PLACED: ClassVar[frozenset[str]] = frozenset()
    """Questions that the body asks by itself; rest() asks the step's other questions."""
    FILLS: ClassVar[bool] = False
    """Whether the body uses a terminal however wide; otherwise the help is its second column."""
    ABOUT: ClassVar[bool] = True
    """Whether the help is shown below the buttons, on a terminal that is tall but not so wide."""
    BESIDE: ClassVar[str] = ""
    """What the second column says of the screen, where tables below say the rest; else the help."""
    PICTURE: ClassVar[str] = ""
    """What the picture of the site shows of this step; empty for none."""
    LIT: ClassVar["frozenset[BoxId]"] = frozenset()
    """The parts of the site that the step is about; empty for all alike."""
    BUTTONS: ClassVar[tuple[Binding, ...]] = ()
    """What few screens do: beside Back, each with its key. They are among BINDINGS as well."""
    AUTO_FOCUS = "#body Input, #body OptionList, #body .first, #next"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.BACK,
        keys.NEXT,
        keys.HELP,
        keys.COPY_QUIETLY,
        keys.JUMP,
        keys.SIGN_IN,
        *keys.STAGE,
        keys.DASHBOARD,
        *keys.SCROLL,
        *keys.BESIDE,
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(classes="step -fills" if self.FILLS else "step")
        self.session = session
        self.site = session.site
        """The site that this screen was opened for; it may be replaced while a worker waits."""
        self._rest_is_asked = self._more_is_asked = False
        self._repeated: list[Timer] = []

    @classmethod
    def at(cls, place: Place, session: Session) -> Self:
        """Return the screen of a place."""
        del place  # a step has no more to it than its name
        return cls(session)

    @property
    def place(self) -> Place:
        """Where the person is while this screen is shown."""
        return Place(self.STEP)

    def heading(self) -> Content:
        """Return what the screen is called."""
        return Content(self.TITLE_TEXT)

    def repeat(self, seconds: float, call: Callable[[], object]) -> None:
        """Call something every so many seconds while this screen is in front."""
        self._repeated.append(self.set_interval(seconds, call))

    def on_screen_suspend(self) -> None:
        """Repeat nothing while another screen is shown."""
        for timer in self._repeated:
            timer.pause()

    def on_screen_resume(self) -> None:
        """Repeat again."""
        for timer in self._repeated:
            timer.resume()

    def compose(self) -> ComposeResult:
        """Put the body of the step into the frame."""
        self.set_class(self.session.presenting, "-presenting")
        yield TopLine(self.session)
        with Horizontal(id="frame"):
            yield Rail(self.session, self.STEP)
            with Vertical(id="page"):
                yield StepLine(self.session, self.place, self.heading())
                with VerticalScroll(id="body", can_focus=False):
                    yield Static(self.heading(), id="title")
                    if self.LEAD:
                        yield Static(Content(self.LEAD), id="lead")
                    yield from self.body()
                    if not self._rest_is_asked:
                        yield from self.rest()
                    if not self._more_is_asked:
                        yield from self.more()
                with Horizontal(id="navigation"):
                    yield Button(f" {self.NEXT} ", id="next", compact=True, variant="primary")
                    yield Button(" Back ", id="previous", compact=True)
                    yield from map(KeyButton, self.BUTTONS)
                    yield Static(id="say")
                if not self.FILLS:
                    yield Below(*self.below(), id="below")
            if not self.FILLS:
                yield Aside(self.BESIDE or self.about())
        if self.session.presenting:
            from solarrally_tui.screens.presenter import Presenter  # noqa: PLC0415

            yield Presenter(self.session, self.story)
        yield SteadyFooter()

    @on(events.DescendantFocus)
    def explain_field(self) -> None:
        """Explain the field with the cursor in the second column."""
        for aside in self.query(Aside):
            aside.explain(self.asked())

    def asked(self) -> Question | None:
        """Return the question that has the cursor, to explain it."""
        return asked_by(self.focused)

    def on_mount(self) -> None:
        """Start at the top: the focus is set before the heights are known, and would scroll."""
        body = self.query_one("#body", VerticalScroll)
        self.call_after_refresh(body.scroll_home, animate=False)
        self.call_after_refresh(self.show_picture)
        self._was_deploying = False
        self.repeat(_RUN_SECONDS, self._follow_run_elsewhere)
        self._follow_run_elsewhere()

    def _follow_run_elsewhere(self) -> None:
        """Show on every step how a run goes on, and what answers mean meanwhile."""
        run = self.site.run
        deploys = run is not None and run.active and not run.destroys
        if deploys or self._was_deploying:
            self.query_one(Rail).refresh_steps()
            self.query_one(StepLine).refresh_step()
        if deploys is not self._was_deploying and BY_ID[self.STEP].questions:
            self.say(_MEANWHILE if deploys else "")
        self._was_deploying = deploys

    def below(self) -> Iterator[Widget]:
        """Explain the step below the buttons, and show what it decides, where there is room."""
        if self.ABOUT and (about := self.about()):
            yield Static(Content(about), id="about")
        if self.PICTURE:
            yield StepPicture(self.session, self.PICTURE, self.LIT)
        if self.BESIDE:
            yield Facts()

    def facts(self) -> Sequence[Table]:
        """Return what the reader of this screen asks next, the most important first."""
        return ()

    def show_picture(self) -> None:
        """Draw what the step decides, with the answers as they are now."""
        for picture in self.query(StepPicture):
            picture.read()
        for facts in self.query(Facts):
            facts.show(self.facts())

    def about(self) -> str:
        """Return what F1 says of this screen."""
        return self.HELP_TEXT

    def body(self) -> ComposeResult:
        """Yield the widgets of this step."""
        yield from ()

    def rest(self) -> ComposeResult:
        """Ask the questions that are not in PLACED: here, or below a body that never calls this."""
        self._rest_is_asked = True
        for asked in BY_ID[self.STEP].questions:
            placed = asked.seldom or asked.path in self.PLACED
            if not placed and asked.applies(self.site.draft):
                yield self.ask(asked.path)

    def more(self, *, of_none_yet: bool = False) -> ComposeResult:
        """Ask what few sites need to answer: here, or last where a body never calls this.

        Closed, unless one of the answers is not the default. of_none_yet: also what applies to no
        answer yet, in a part of the body that is shown only where it may.
        """
        self._more_is_asked = True
        draft = self.site.draft
        seldom = [
            asked
            for asked in BY_ID[self.STEP].questions
            if asked.seldom and (of_none_yet or asked.applies(draft))
        ]
        if seldom:
            from textual.widgets import Collapsible  # noqa: PLC0415 not on the first screen

            usual = Draft({"tier": draft.text("tier")})
            closed = all(draft.text(a.path) == usual.text(a.path) for a in seldom)
            widgets = (widget_of(asked, draft) for asked in seldom)
            yield Collapsible(*widgets, title="More options", collapsed=closed, id="more")

    def ask(self, path: str, placeholder: str = "") -> Widget:
        """Return the widget of a question of the registry, with the draft's answer."""
        return widget_of(question(path), self.site.draft, placeholder)

    def say(self, text: str, tone: str = "") -> None:
        """Show a line beside the buttons. tone: "", warning, error or success."""
        line = self.query_one("#say", Static)
        line.set_classes(f"-{tone}" if tone else "")
        line.update(Content(text))

    def show_money(self) -> None:
        """Show amounts again, in another currency. Screens with amounts do, and the picture."""
        self.show_picture()

    def met(self) -> None:
        """Show what depends on who is signed in: that was looked up after the screen was opened."""
        self.refresh_frame()
        self.refresh_bindings()

    def refused(self, error: Exception) -> None:
        """Offer to sign in where AWS knows nobody any more."""
        if isinstance(error, AwsError) and error.kind in {Kind.EXPIRED, Kind.NO_CREDENTIALS}:
            self.session.who = None
            self.met()

    def story(self) -> "Story":
        """Return what presenter mode says of this screen to a room, as it is now."""
        from solarrally_tui.screens.presenter import story_of  # noqa: PLC0415

        return story_of(self.STEP, self.session)

    async def present(self) -> None:
        """Show or hide what presenter mode adds."""
        from solarrally_tui.screens.presenter import Presenter  # noqa: PLC0415

        self.set_class(self.session.presenting, "-presenting")
        if self.session.presenting:
            await self.mount(
                Presenter(self.session, self.story), before=self.query_one(SteadyFooter)
            )
        else:
            await self.query(Presenter).remove()
        self.refresh_frame()

    def refresh_frame(self) -> None:
        """Redraw the top line and the rail."""
        self.show_picture()
        self.query_one(TopLine).refresh_facts()
        self.query_one(Rail).refresh_steps()

    # Going from step to step

    def action_back(self) -> None:
        """Go where the person came from. Nothing typed is lost, valid or not."""
        self.post_message(GoBack())

    def action_next(self) -> None:
        """Continue, or show what is missing and put the cursor there."""
        if self.check_fields():
            self.leave()

    def leave(self) -> None:
        """Go to the next step. Called when the answers are valid."""
        self.post_message(Go(neighbour(self.STEP, 1)))

    def action_help(self) -> None:
        """Explain the question that has the cursor, and this screen."""
        asked = self.asked()
        title = asked.label if asked else self.TITLE_TEXT
        named = [] if title == self.TITLE_TEXT else [self.TITLE_TEXT]
        parts = [asked.help(), *named, self.about()] if asked else [self.about()]
        self.post_message(Explain(title, "\n\n".join(parts)))

    def action_jump(self) -> None:
        """Show a letter at each field, list, button and step, and go where one leads."""
        from solarrally_tui.screens.widgets.jump import JumpScreen  # noqa: PLC0415

        self.app.push_screen(JumpScreen(self), lambda target: target and target.go())

    def action_tab(self, number: int) -> None:
        """Open the tab with a number, and let the keys work on what it shows."""
        from textual.widgets import Tabs  # noqa: PLC0415 the first screens have none

        from solarrally_tui.screens.widgets.numbered_tabs import open_tab  # noqa: PLC0415

        for tabs in self.query(Tabs):
            open_tab(tabs, number)
        self.call_after_refresh(self._enter_tab)

    def _enter_tab(self) -> None:
        from textual.widgets import TabbedContent  # noqa: PLC0415

        panes = [content.active_pane for content in self.query(TabbedContent)]
        shown = (each for pane in panes if pane for each in pane.query("*"))
        target = next((each for each in shown if each.focusable and each.display), None)
        if target is not None:
            target.focus()

    def action_stage(self, task: str) -> None:
        """Change the pace or the scenario of a demonstration."""
        self.post_message(Stagehand(task))

    def action_choose(self) -> None:
        """Go where one signs in; Escape leads back."""
        self.post_message(Go("account", returns=True))

    def action_dashboard(self) -> None:
        """Open the dashboard in a browser."""
        self.post_message(OpenDashboard())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys of a demonstration only in one, and to sign in where nobody is."""
        if action == "stage":
            return self.session.stage is not None
        if action == "choose":
            return self.session.who is None
        return super().check_action(action, parameters)

    def action_copy_value(self) -> None:
        """Copy the answer that has the cursor, or what the screen is about."""
        what, text = self.copyable()
        if text:
            self.post_message(Copy(what, text))
        else:
            self.say("Nothing to copy here.", "warning")

    def copyable(self) -> tuple[str, str]:
        """Return the name and the text of what F6 copies."""
        asked = asked_by(self.focused)
        if asked is not None:
            return asked.label, self.site.draft.text(asked.path)
        return "Address of the dashboard", self.session.site.url

    def actions(self, *, of_all_steps: bool) -> list[tuple[str, str, Callable[[], Any]]]:
        """Return the actions of this screen for the palette: title, key, what to do.

        of_all_steps: those that every step has; else its own. Back is in neither: Escape leaves
        the palette, and goes back when pressed again. Nor is what has nothing to work on.
        """
        idle = {"back"}
        idle |= set() if self.session.site.url else {"dashboard"}
        idle |= set() if self.copyable()[1] else {"copy_value"}
        found: dict[str, tuple[str, str, Callable[[], Any]]] = {}
        for binding, (namespace, name, parameters) in described_bindings(self):
            # Those with a namespace are the app's and Textual's own.
            shared = binding.action in _OF_ALL_STEPS
            wanted = not namespace and name not in idle and shared is of_all_steps
            if wanted and self.check_action(name, parameters):
                title, key = name_of(binding, self), self.app.get_key_display(binding)
                found[binding.action] = title, key, partial(self.run_action, binding.action)
        return list(found.values())

    def action_scroll_body(self, pages: int) -> None:
        """Scroll the body by pages."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=pages * max(body.size.height - 2, 1), animate=False)

    def check_fields(self) -> bool:
        """Explain wrong answers in place; return True when there are none."""
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
        text = "1 answer needs attention." if count == 1 else f"{count} answers need attention."
        self.say(text, "warning")
        if wrong is not None:
            from textual.widgets import Collapsible  # noqa: PLC0415

            for hiding in self.query(Collapsible):
                hiding.collapsed = hiding.collapsed and hiding not in wrong.ancestors
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
        """Show what went wrong in a background task. No failure of one may end the program."""
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
        was_wrong = event.field.has_class("-wrong")
        if event.text != self.site.draft.text(event.field.path):
            self.take(event.field, event.text)
            self.show_picture()
        if was_wrong:
            problems = self.site.draft.problems_in(BY_ID[self.STEP].fields)
            event.field.show_problem(problems.get(event.field.path))
            if not problems:
                self.say("")

    def take(self, field: Field, text: str) -> None:
        """Write what was typed into the draft."""
        self.site.draft.set(field.path, text)

    @on(Field.Entered)
    def _field_entered(self, event: Field.Entered) -> None:
        # What is folded away is no further field.
        reached = self.focus_chain
        fields = [field for field in self.query(Field) if field.input in reached]
        if event.field is fields[-1]:
            self.action_next()
        else:
            self.focus_next()


_OF_ALL_STEPS: Final = frozenset(
    binding.action for binding in StepScreen.BINDINGS if isinstance(binding, Binding)
) - {"next"}
"""Actions that are not of one step; the palette lists them last."""
