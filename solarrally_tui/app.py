"""The Textual app: opens the screens and hands them the services."""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on, work
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerError

from solarrally_tui import screens
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.computer.browser import has_window
from solarrally_tui.computer.folders import downloads_folder
from solarrally_tui.computer.where import fault
from solarrally_tui.interview.draft import FIRST_STEP, Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.steps import BY_ID, ORDER, STEPS
from solarrally_tui.interview.trail import DIAGNOSIS, Place, back_from, onward
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.screens.catalogue import screen_of
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.exit_requests import RESTART, farewell, sites_and_answers
from solarrally_tui.screens.common.messages import (
    Copy,
    Destroy,
    EndWith,
    Explain,
    Go,
    GoBack,
    MaySend,
    OpenDashboard,
    OpenDraft,
    OpenSite,
    Stagehand,
    StartDeploy,
    StartDestroy,
)
from solarrally_tui.screens.common.palette import Actions
from solarrally_tui.screens.common.textual_tricks import Dialog, QuietApp
from solarrally_tui.screens.common.themes import DARK, OURS, chosen_theme
from solarrally_tui.screens.common.words import READ_ONLY, capital
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.control_characters import Harmless
from solarrally_tui.screens.widgets.discreet import Discreet
from solarrally_tui.site.repaired_name import next_name
from solarrally_tui.text.terminal_signals import KEEP_TITLE, RETURN_TITLE, wants_signals
from solarrally_tui.wizard.engine import account_label
from solarrally_tui.wizard.plain_errors import failed, plain_of
from solarrally_tui.wizard.services import Services
from solarrally_tui.wizard.session import AFTER_DEPLOY, Session, SiteView

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.wizard.demo_stage import Stage
    from solarrally_tui.wizard.leaving import Leaving
    from solarrally_tui.wizard.run_progress import RunProgress

_HARMLESS: Final = Harmless()
_PICTURE: Final = "Picture of this screen"
_CHARGES: Final = "charge "
"""How groups of workers are called in which chargers of a site charge; the site's name follows."""


class WizardApp(QuietApp[str]):
    """The wizard on given services. run() returns what the person wants next; None after Quit."""

    TITLE = "SolarRally"
    styles_folder = Path(str(screens.__file__)).parent
    CSS_PATH: ClassVar = [
        (styles_folder / "frame.tcss").resolve(),
        (styles_folder / "welcome.tcss").resolve(),
    ]
    COMMANDS: ClassVar = {Actions}
    BINDINGS: ClassVar[list[BindingType]] = [keys.QUIT, keys.MORE, keys.PRESENT, keys.SUSPEND]

    def __init__(
        self,
        services: Services,
        *,
        store: DraftStore | None = None,
        stage: "Stage | None" = None,
        draft: Draft | None = None,
        session: Session | None = None,
        resumes: bool = False,
    ) -> None:
        """stage: of a demonstration; draft: answers to begin with.

        resumes: the draft is of a deployment that was left on the way.
        """
        super().__init__()
        self._is_warned = False
        self._resumes = resumes
        self.when_prepared: Callable[[], None] = lambda: None
        """Called once the first screen is drawn and the styles of all others are read."""
        self._has_title = False
        self._discreet = Discreet(lambda: self.session.presenting)
        self.session = session or Session(
            services, store or DraftStore(), account_label(), SiteView(draft or Draft()), stage
        )
        for theme in OURS:
            self.register_theme(theme)
        self.set_first_theme(DARK.name)

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen of the step that the draft is at."""
        return self.read_styles_of(screen_of(self.session.site.draft.step)(self.session))

    def on_mount(self) -> None:
        """Set the theme, and read the styles of other screens once the first one is drawn."""
        self.theme = chosen_theme(os.environ, self.available_themes)
        self.call_after_refresh(self._prepare)
        step = self.session.site.draft.step
        if self.session.stage is not None and step != FIRST_STEP:
            # A scenario begins at the step that it is about.
            self.session.site.seen.update(ORDER[: ORDER.index(step)])
            self.meet()
        if self._resumes:
            self.session.site.seen.update(ORDER[: ORDER.index("review")])
            self.meet()
            name = self.session.site.name
            text = "Review shows what exists. Deploy continues. Welcome lists your other sites."
            self.notify(text, title=f"{name} is not finished", timeout=15, markup=False)

    async def _prepare(self) -> None:
        await self.read_all_styles()
        self.when_prepared()

    @on(Go)
    async def go(self, message: Go) -> None:
        """Save the draft and show another place."""
        self._remember(message.place, just_prices=message.just_prices)
        await self._go_to(message.place, returns=message.returns)

    async def _go_to(self, place: Place, *, returns: bool = False) -> None:
        """Show another place, and note how the person came there."""
        site, here = self.session.site, self._step_in_front
        if here is not None:
            site.trail = onward(site.trail, here.place, place, returns=returns)
        await self._show(place)

    @property
    def _step_in_front(self) -> StepScreen | None:
        """The step that is shown; it may lie under a dialog."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, StepScreen)), None)

    @on(GoBack)
    async def go_back(self) -> None:
        """Show where the person came from."""
        site, here = self.session.site, self._step_in_front
        if here is None:
            return
        place = back_from(site.trail, here.place)
        site.trail = site.trail[:-1]
        self._remember(place)
        await self._show(place)

    async def _show(self, place: Place) -> None:
        """Show the screen of a place. It is built from what the session knows."""
        # In a thread: importing it may take longer than the wizard may stand still.
        screen = await asyncio.to_thread(screen_of, place.name)
        await self.replace_screen(screen.at(place, self.session))

    def _remember(self, place: Place, *, just_prices: bool = False) -> None:
        """Save the draft at a step, and say when it cannot be saved, when that happens first."""
        if place.name not in BY_ID:
            return
        self.session.remember(place.name, just_prices=just_prices)
        refused, savable = self.session.not_saved, self.session.store.savable
        if refused and not self._is_warned and savable(self.session.site.draft):
            self._is_warned = True
            text = f"{refused} You can continue, and deploy. Keep the wizard open until then."
            title = "Your answers are not saved"
            self.notify(text, title=title, severity="warning", timeout=15, markup=False)

    @on(Explain)
    def explain(self, message: Explain) -> None:
        """Show a text of help over what is in front."""
        from solarrally_tui.screens.common.help import HelpScreen  # noqa: PLC0415

        self.push_screen(HelpScreen(message.title, message.text))

    @on(OpenDraft)
    async def open_draft(self, message: OpenDraft) -> None:
        """Continue a draft where it was left."""
        draft = self.session.store.load(message.name)
        if draft is None:
            self.notify("This draft can no longer be read.", severity="warning")
            return
        site = self.session.open(SiteView(draft))
        is_started = draft.step in BY_ID and draft.step != FIRST_STEP
        step = draft.step if is_started else "account"
        if step == "provision" and site is not self.session.running:
            step = "review"  # a run ends with the program; Review rejoins what AWS continued
        await self.go(Go(step))
        if self.session.who is None:
            self.meet()

    @on(OpenSite)
    async def open_site(self, message: OpenSite) -> None:
        """Show the status of a deployed site."""
        name = message.name
        site = self.session.open(SiteView(Draft({"name": name}, "status"), deployed=name))
        if site is not self.session.running:
            self.read_answers(site)
        await self._go_to(Place("status"))

    @work(group="answers", exclusive=True, exit_on_error=False)
    async def read_answers(self, site: SiteView) -> None:
        """Fetch the answers of a deployed site, so that its steps can be shown and changed."""
        try:
            answers = await self.session.services.answers(site.deployed)
        except Exception as error:  # noqa: BLE001 the status can be shown all the same
            what = plain_of(error).what
            self.notify(what, title="The answers were not read", severity="warning", markup=False)
            return
        site.draft, site.before = Draft(answers, "status"), Draft(answers)
        site.seen.update(ORDER)
        if isinstance(self.screen, StepScreen):
            self.screen.refresh_frame()

    @on(StartDeploy)
    async def start_deploy(self, message: StartDeploy) -> None:
        """Deploy the open site, and show the engine at work."""
        if run := await self._begin():
            if self.session.stage is not None:
                self.session.stage.begun()
            site = self.session.site
            if message.preflight is not None:
                site.preflight = message.preflight
            work = self._deploy(site, run, message.confirmed, message.leave)
            self.run_worker(work, group="deploy", exit_on_error=False)

    @on(Destroy)
    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def ask_and_destroy(self) -> None:
        """Say what deleting the open site means, and begin where its name is typed."""
        from solarrally_tui.screens.common.destroying import destroy_question  # noqa: PLC0415

        if self.session.services.read_only:
            self.notify(READ_ONLY, severity="warning")
            return
        if await self.push_screen_wait(await destroy_question(self.session)):
            self.post_message(StartDestroy())

    @on(StartDestroy)
    async def start_destroy(self, message: StartDestroy) -> None:
        """Remove the open site, and show the engine at work."""
        if run := await self._begin(destroys=True):
            work = self._destroy(self.session.site, run, message)
            self.run_worker(work, group="deploy", exit_on_error=False)

    async def _begin(self, *, destroys: bool = False) -> "RunProgress | None":
        """Show the run of the open site; return it when it is new. The engine runs once."""
        session = self.session
        site, running = session.site, session.running
        if running is not None and running is not site:
            text = f"The run of {running.name} has not finished. Wait for it first."
            self.notify(text, severity="warning", markup=False)
            return None
        if running is None:
            # The wizard starts without prices.
            from solarrally_tui.wizard.run_outlook import left_of, so_far  # noqa: PLC0415
            from solarrally_tui.wizard.run_progress import Earlier, RunProgress  # noqa: PLC0415

            earlier = so_far(site.run) if site.run and not destroys else Earlier()
            there = left_of(site.run) if destroys else None
            titles = self._titles(site, destroys=destroys)
            site.run = RunProgress(titles, destroys, site.name, earlier=earlier, there=there)
            site.run.minutes = None if destroys else site.minutes
            site.run.is_forecast = not destroys
            session.running = session.ran[site.name] = site
            self.signal_run(site.run)
        await self.go(Go("provision"))
        return site.run if running is None else None

    def _titles(self, site: SiteView, *, destroys: bool) -> Mapping[str, str]:
        try:
            shape = site.draft.text("size.shape")
            return self.session.services.steps(destroys=destroys, shape=shape)
        except Exception:  # noqa: BLE001 steps are added as they are reported
            return {}

    async def _destroy(self, site: SiteView, run: "RunProgress", asked: StartDestroy) -> None:
        self.expect(run, Draft(site.draft.answers))
        self.workers.cancel_group(self, f"{_CHARGES}{site.name}")
        engine = self.session.services.destroy(
            site.name, run.take, delete_data=asked.delete_data, leave=asked.leave
        )
        await self._finish(run, engine)
        if run.succeeded:
            site.vanish()

    async def _deploy(
        self, site: SiteView, run: "RunProgress", confirmed: str, leave: frozenset[str]
    ) -> None:
        # A copy: the person may change answers while these are deployed.
        answers = Draft(site.draft.answers)
        services = self.session.services
        self.expect(run, answers)
        engine = services.deploy(
            answers.site(),
            run.take,
            confirmed=confirmed,
            preflight=site.preflight,
            leave=leave,
        )
        await self._finish(run, engine)
        if run.succeeded and run.outcome is not None:
            from solarrally_tui.deployed.dashboard.site_http import browsable  # noqa: PLC0415

            site.url = browsable(run.outcome.outputs.get("edge", {}).get("Url", ""))
            site.deployed, site.before = answers.name, answers
            self.session.store.forget(answers.name)
            self.charge(answers.name)

    def charge(self, site: str) -> None:
        """In a demonstration, let chargers charge until it ends, or the site does."""
        stage = self.session.stage
        if stage is not None:
            self.run_worker(stage.charge(site), group=f"{_CHARGES}{site}", exit_on_error=False)

    @on(MaySend)
    def send_on(self, message: MaySend) -> None:
        """In a demonstration, let a charger send by its files: nobody takes them to a real one."""
        stage = self.session.stage
        if stage is not None:
            settings = message.charger.folder / f"{message.charger.name}.json"
            joining = stage.send_on(message.site, settings)
            self.run_worker(joining, group="join", exit_on_error=False)

    @work(group="signals", exclusive=True, exit_on_error=False)
    async def signal_run(self, run: "RunProgress") -> None:
        """Show how a run is in the terminal's title, and notify when it ends or needs somebody."""
        from solarrally_tui.wizard.run_signals import follow  # noqa: PLC0415

        if wants_signals(os.environ) and not self.is_headless:
            if not self._has_title:
                self._has_title = True
                self.signal(KEEP_TITLE)
            await follow(run, self.signal)

    @work(group="meet", exclusive=True, exit_on_error=False)
    async def meet(self) -> None:
        """Look up who is signed in, for a site that is opened past the screens that do."""
        with contextlib.suppress(Exception):
            self.session.who = await self.session.services.who(None)
        if isinstance(self.screen, StepScreen):
            self.screen.met()

    @work(group="prospects", exclusive=True, exit_on_error=False)
    async def expect(self, run: "RunProgress", answers: Draft) -> None:
        """Look up what is known of a run's time and money. Without, it is shown without them."""
        with contextlib.suppress(Exception):
            site = answers.site()
            known = partial(self.session.services.prospects, site, destroys=run.destroys)
            run.prospects = await asyncio.to_thread(known)
        run.is_forecast = False
        run.version += 1

    async def _finish(self, run: "RunProgress", engine: Awaitable[Outcome]) -> None:
        """Wait for the engine, whatever happens to it: the screen must show that it ended."""
        try:
            outcome = await engine
        except Exception as error:  # noqa: BLE001 shown as the end of the run
            outcome = failed(error)
        run.finish(outcome)
        self.session.running = None
        if run.is_signed_out:
            self.session.who = None

    @on(Stagehand)
    def _stagehand(self, message: Stagehand) -> None:
        self.work_on_stage(message.task)

    @work(group="stage", exclusive=True, exit_on_error=False)
    async def work_on_stage(self, task: str) -> None:
        """Change the pace or the scenario of a demonstration, or sign in in the person's place."""
        stage = self.session.stage
        if stage is None:
            return
        try:
            if task == "restart":
                await self._restart()
            elif task == "scenario":
                await self._choose_scenario(stage)
            elif task == "sign-in":
                await stage.sign_in()
                await self.session.services.accounts.use(None, stage.keys)
                self.meet()
            else:
                await {"pause": stage.pause, "faster": stage.faster, "normal": stage.normal}[task]()
        except OSError as error:
            self.notify(str(error), title="The simulated account does not respond", markup=False)
        if isinstance(self.screen, StepScreen):
            self.screen.refresh_frame()

    async def _restart(self) -> None:
        from solarrally_tui.screens.common.confirm import ConfirmScreen  # noqa: PLC0415

        text = "The simulated account is deleted, with every site in it and your answers."
        question = ConfirmScreen(
            "Restart the demonstration?", text, "Restart", "Cancel", prefers_no=True
        )
        if await self.push_screen_wait(question):
            self.exit(RESTART)

    async def _choose_scenario(self, stage: "Stage") -> None:
        from solarrally_tui.screens.scenario import ScenarioScreen  # noqa: PLC0415

        site = self.session.site
        chosen = await self.push_screen_wait(ScenarioScreen(stage, site.deployed))
        if not chosen:
            return
        if self.session.running is not None and stage.is_other_person(chosen):
            text = "It signs in as somebody else, which would end the run. Wait for its end."
            self.notify(text, title="Not now", severity="warning", markup=False)
            return
        before, keys = stage.answers, stage.keys
        await stage.play(chosen)
        story = next(story for story in stage.scenarios if story.id == chosen)
        if story.needs_new_site and site.deployed and self.session.running is None:
            await self._begin_another(site)
        draft = self.session.site.draft
        for path in before:
            draft.set(path, None)
        for path, value in stage.answers.items():
            draft.set(path, value)
        if stage.keys is not keys:
            await self.session.services.accounts.use(None, stage.keys)
            self.session.who = None
        # A story that begins during a run is about that run. How it ends, only the list tells: the
        # room watches.
        if self.session.running is None:
            self.post_message(Go(stage.screen))
        elif isinstance(self.screen, StepScreen):
            self.screen.say(f"Scenario {chosen}.")
        if self.session.who is None:
            self.meet()

    async def _begin_another(self, site: SiteView) -> None:
        """Open a new site with the answers of a deployed one, under a name that is free."""
        taken = {site.name}
        with contextlib.suppress(AwsError):  # Review says whose a name is, before anything begins
            taken |= set(await self.session.services.sites())
        answers = Draft(site.draft.answers)
        answers.set("name", next_name(site.name, taken))
        another = self.session.open(SiteView(answers))
        another.seen.update(ORDER[: ORDER.index("review")])

    @on(EndWith)
    def end_with(self, message: EndWith) -> None:
        """End, and let the caller do what the person wants next. The draft is saved."""
        if isinstance(self.screen, StepScreen):
            self.session.remember(self.screen.STEP)
        self.exit(message.wish)

    @on(OpenDashboard)
    def open_dashboard(self) -> None:
        """Open the dashboard of the site in a browser."""
        site = self.session.site
        if not site.url:
            why = "AWS has not reported it." if site.deployed else "Deploy creates it."
            self.notify(f"There is no dashboard address yet. {why}")
            return
        self.sign_in(site)

    @work(group="dashboard", exclusive=True, exit_on_error=False)
    async def sign_in(self, site: SiteView) -> None:
        """Open the dashboard signed in as a viewer; without a browser, show where that works."""
        from solarrally_tui.deployed.dashboard.viewer_login import open_dashboard  # noqa: PLC0415
        from solarrally_tui.screens.status.link import LinkScreen  # noqa: PLC0415

        if has_window():
            self.notify(site.url, title="Opening the dashboard", markup=False)
        services = self.session.services
        shown: list[LinkScreen] = []

        async def ask() -> str:
            secret = (await services.handover(site.name)).viewer_secret
            return await services.password(site.name, secret) if secret else ""

        def offer(address: str) -> None:
            shown.append(LinkScreen(address, site.url))
            self.push_screen(shown[0])

        opening = await open_dashboard(site.url, ask, offer)
        for link in shown:
            link.end(was_opened=opening.was_opened)
        if not opening.was_opened and not shown:
            text = f"No browser was found on this computer. Open {site.url} in one."
            self.notify(text, title="The dashboard", timeout=15, markup=False)
        if opening.unread:
            text = f"The dashboard asks for the password. {opening.unread.plain.what}"
            self.notify(text, title="Not signed in", severity="warning", markup=False)

    def action_help_quit(self) -> None:
        """Say what Ctrl+C does here, in place of Textual's own words."""
        self.notify("Ctrl+Q quits. Ctrl+C copies what is selected.", markup=False)

    @property
    def _asks_to_quit(self) -> bool:
        return any(worker.group == "quit" and not worker.is_finished for worker in self.workers)

    @on(Worker.StateChanged)
    def _asked_to_quit(self, event: Worker.StateChanged) -> None:
        """Offer to quit again, once that was answered."""
        if event.worker.group == "quit" and event.worker.is_finished:
            self.screen.refresh_bindings()

    async def action_quit(self) -> None:
        """Quit. Asks when a run is under way, or something would be lost.

        Pressed again, or held, it does not answer its own question.
        """
        session = self.session
        if self._asks_to_quit:
            return
        if session.stage is not None:
            if session.site.seen or session.site.deployed:
                self.ask_and_end()
            else:
                self.exit()
            return
        step = self._step_in_front
        if step is not None:
            session.remember(step.STEP)
        if session.running is not None:
            self.ask_and_leave(session.running)
        elif step is not None and session.would_lose():
            self.ask_and_quit()
        else:
            self.exit(message=self._farewell())

    def _leaving(self, site: SiteView) -> "Leaving | None":
        """Return what leaving the run of a site means now; None once the run has ended."""
        from solarrally_tui.wizard.leaving import leaving  # noqa: PLC0415 prices are slow to import

        run = site.run
        if run is None or not run.active:
            return None

        def estimate() -> "Estimate":
            return self.session.services.estimate(site.draft.site())

        try:
            return leaving(run, estimate)
        except Exception:  # noqa: BLE001 without a price, leaving is as it is
            return leaving(run)

    def _farewell(self) -> str | None:
        """Return what is printed once the wizard has closed: what is left, and the way back."""
        if self.session.stage is not None:
            return None  # the demonstration says what it has deleted, once it has
        site = self.session.running
        left = self._leaving(site) if site else None
        return left.resume if left else farewell(self.session)

    @work(group="quit", exclusive=True, exit_on_error=False)
    async def ask_and_leave(self, site: SiteView) -> None:
        """Say what leaving means, and ask: stay, leave, or delete what a new site has by now."""
        from solarrally_tui.screens.common.confirm import ChoiceScreen  # noqa: PLC0415

        left = self._leaving(site)
        if left is None:
            self.exit(message=self._farewell())
            return
        answers = {"stay": "Stay", "leave": "Leave"}
        if not left.destroys and not left.watched and site.before is None:
            answers["remove"] = "Delete what is there"
        chosen = await self.push_screen_wait(
            ChoiceScreen("Leave while the run is not finished?", left.words, answers)
        )
        if chosen == "leave":
            self.exit(message=self._farewell())
        elif chosen == "remove":
            await self._take_back(site)

    async def _take_back(self, site: SiteView) -> None:
        """End the deployment of a new site, and delete what it has created."""
        from solarrally_tui.screens.common.confirm import TypedScreen  # noqa: PLC0415

        text = "The deployment stops, and everything that it has created is deleted."
        question = TypedScreen("Delete what is there?", text, site.name, "Delete", "Continue")
        if not await self.push_screen_wait(question) or self.session.running is not site:
            return
        for worker in self.workers.cancel_group(self, "deploy"):
            with contextlib.suppress(WorkerError):
                await worker.wait()
        self.session.running = None
        self.session.open(site)
        self.post_message(StartDestroy())

    @work(group="quit", exclusive=True, exit_on_error=False)
    async def ask_and_end(self) -> None:
        """Quit a demonstration if the person agrees to lose what is in it."""
        from solarrally_tui.screens.common.confirm import ConfirmScreen  # noqa: PLC0415

        what = sites_and_answers(self.session.standing)
        text = f"{capital(what)} are deleted with the simulated account. Nothing of it is in AWS."
        if (running := self.session.running) is not None:
            text = f"The run of {running.name} ends. {text}"
        question = ConfirmScreen("Quit the demonstration?", text, "Quit", "Stay", prefers_no=True)
        if await self.push_screen_wait(question):
            self.exit()

    @work(group="quit", exclusive=True, exit_on_error=False)
    async def ask_and_quit(self) -> None:
        """Quit if the person agrees to lose the answers."""
        from solarrally_tui.screens.common.confirm import ConfirmScreen  # noqa: PLC0415

        text = "The site has no valid name yet, so they cannot be saved. Enter one on Welcome."
        if self.session.not_saved and self.session.store.savable(self.session.site.draft):
            text = f"They could not be saved. {self.session.not_saved}"
        question = ConfirmScreen(
            "Quit without your answers?", text, "Quit", "Stay", prefers_no=True
        )
        if await self.push_screen_wait(question):
            self.exit(message=self._farewell())

    @on(Copy)
    def copy(self, message: Copy) -> None:
        """Copy to the clipboard, and to a file for terminals that cannot copy."""
        self.copy_to_clipboard(message.text)
        if message.secret:
            self.notify("Copied to the clipboard alone, to no file.", title=message.what)
            return
        try:
            path = self.session.store.keep_copy(message.text)
        except OSError:
            self.notify("Copied.", title=message.what, markup=False)
        else:
            self.notify(f"Copied. Also in the file {path}", title=message.what, markup=False)

    def keep_picture(self) -> None:
        """Keep a picture of the screen among the person's downloads, and say where it is."""
        name = f"solarrally-{datetime.now(UTC).astimezone():%Y-%m-%d-%H%M%S}.svg"
        path = downloads_folder() / name
        try:
            path.write_text(self.export_screenshot(), encoding="utf-8")
        except OSError as error:
            why = plain_of(error).why
            self.notify(why, title="No picture was kept", severity="warning", markup=False)
        else:
            self.notify(f"Kept in {path}", title=_PICTURE, timeout=15, markup=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Keep control characters away from the terminal, wherever the text came from."""
        return [*super().get_line_filters(), _HARMLESS, self._discreet]

    async def action_present(self) -> None:
        """Show the screens to a room, or to one person again."""
        self.session.presenting = not self.session.presenting
        for screen in self.screen_stack:
            if isinstance(screen, StepScreen):
                await screen.present()
            # Lines that were drawn before still have the numbers that are hidden now.
            screen.refresh(layout=True)
            for widget in screen.walk_children(Widget):
                widget.refresh()

    async def on_event(self, event: events.Event) -> None:
        """In presenter mode, also show which key was pressed."""
        if isinstance(event, events.Key) and self.session.presenting and not event.is_forwarded:
            self._show_key(event)
        await super().on_event(event)

    def _show_key(self, event: events.Key) -> None:
        from solarrally_tui.screens.presenter import Presenter, shown_name  # noqa: PLC0415

        if name := shown_name(event, self.focused):
            self.session.pressed.append((name, time.monotonic()))
        for screen in self.screen_stack:
            for card in screen.query(Presenter):
                card.draw_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer all actions over a step alone, and to quit unless that is asked already."""
        if action == "quit" and self._asks_to_quit:
            return False
        if action == "command_palette" and isinstance(self.screen, Dialog):
            return False
        return super().check_action(action, parameters)

    def action_command_palette(self) -> None:
        """List all actions, under the name that the footer gives them."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder="Type to search", id="--command-palette"))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the palette lists: what the step is for, the other steps, then the rest."""
        if isinstance(screen, StepScreen):
            for title, key, action in screen.actions(of_all_steps=False):
                yield SystemCommand(title, key, action)
        offered = (s for s in STEPS if s.id not in AFTER_DEPLOY or self.session.is_begun)
        for step in offered:
            go = partial(self.post_message, Go(step.id, returns=True))
            yield SystemCommand(f"Go to {step.title}", "", go)
        if isinstance(screen, StepScreen):
            for title, key, action in screen.actions(of_all_steps=True):
                yield SystemCommand(title, key, action)
            yield SystemCommand("Currency", "", partial(_choose_currency, screen))
            if self.session.site.deployed:
                note = "asks first, with what is lost and what stays"
                destroy = partial(self.post_message, Destroy())
                yield SystemCommand("Destroy (delete, remove)", note, destroy)
        yield SystemCommand("Presenter", "f12, for a room", self.action_present)
        yield SystemCommand("Theme", "", self.action_change_theme)
        picture = partial(self.set_timer, 0.1, self.keep_picture)
        yield SystemCommand(_PICTURE, "a screenshot, as an SVG file", picture)
        yield SystemCommand("Quit", self.get_key_display(keys.QUIT), self.action_quit)

    async def on_unmount(self) -> None:
        """Close connections, and give the terminal its title back."""
        if self._has_title:
            self.signal(RETURN_TITLE)
        await self.session.services.close()

    def last_words(self, error: BaseException | None) -> str:
        """Return what a person reads after an internal error, without any value."""
        kind = fault(error) if error else "unknown"
        happened = f"Internal error in solarrally: {kind}.\n"
        if self.session.stage is not None:
            return happened  # the demonstration says what ends with it
        try:
            is_saved = self.session.site.deployed or self.session.save()
        except Exception:  # noqa: BLE001 what broke the program may break this, too
            is_saved = False
        saved = "Your answers are saved." if is_saved else "Your answers could not be saved."
        return f"{happened}{saved} What runs in AWS continues. Start again to resume.\n"


class BundleApp(WizardApp):
    """The wizard on a support bundle: it opens with the diagnosis, and asks AWS for nothing."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.services, session=session)

    def get_default_screen(self) -> Screen[Any]:
        """Return the diagnosis."""
        return self.read_styles_of(screen_of(DIAGNOSIS)(self.session))


def _choose_currency(step: StepScreen) -> None:
    from solarrally_tui.screens.currency import choose_currency  # noqa: PLC0415 not at the start

    choose_currency(step)
