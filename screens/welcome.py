"""Welcome: name a new site, continue a draft, or open a deployed site."""

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.gc_pauses import loading
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import FIRST_STEP, Draft
from solarrally_tui.interview.steps import BY_ID, ORDER, question
from solarrally_tui.screens.catalogue import screen_of
from solarrally_tui.screens.common.exit_requests import DEMO
from solarrally_tui.screens.common.messages import EndWith, Go, OpenDraft, OpenSite
from solarrally_tui.screens.common.money import amount
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.site_lines import about_deleted, about_site
from solarrally_tui.screens.common.words import DIM, ago, sentence
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.site.repaired_name import next_name, repaired_name
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite

_DRAFT, _SITE, _GONE_SITE = "draft", "site", "deleted"
_KEPT: Final = "Your answers are saved on this computer after each step, without keys or passwords."
_GONE: Final = (
    "This is a demonstration: its account, its sites and your answers are deleted when you quit. "
    "F7 lists other scenarios, F12 is for showing it to a room."
)
_EXISTS: Final = "{} exists. Start opens it; another name starts a new site."


class WelcomeScreen(StepScreen):
    """The first screen."""

    STEP: ClassVar[str] = "welcome"
    CSS_PATH = "welcome.tcss"
    TITLE_TEXT: ClassVar[str] = "SolarRally on your own AWS account"
    LEAD: ClassVar[str] = (
        "SolarRally shows live what your EV chargers do: power, the share from the sun, and what "
        "running sessions cost at your prices. It keeps no past sessions. Nothing is created or "
        "costs money before you confirm it."
    )
    NEXT: ClassVar[str] = "Start"
    ABOUT: ClassVar[bool] = False
    PICTURE: ClassVar[str] = "What Deploy creates, with the price of each part a month:"
    PLACED: ClassVar = frozenset({"name"})
    AUTO_FOCUS = "#field-name Input"
    HELP_TEXT: ClassVar[str] = (
        "A site is one SolarRally installation: its network, database, application, web address "
        "and chargers.\n\n"
        "{saved} Open drafts and deployed sites from the list.\n\n"
        "Tab goes to the next field, Enter accepts, Escape goes back. Ctrl+P lists more actions."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._refused = ""
        """The wrong name that was explained last."""
        self._drafts: dict[str, str] = {}
        """How far each draft is, by its name."""
        self._stopped: dict[str, Content] = {}
        """What exists of sites whose deployment has stopped and whose draft continues it."""
        self._sites: list[Option] = []
        """The other sites of the account."""
        self._deleted: dict[str, DeletedSite] = {}
        """Deleted sites of which something stays, by name."""
        self._profiles: tuple[str, ...] = ()
        self._warmed = asyncio.Event()
        self._continued = self.site.draft.name if self.site.seen else ""
        """The name of the draft that the person came back from."""

    def about(self) -> str:
        """Say where the answers are: those of a demonstration end with it."""
        return self.HELP_TEXT.format(saved=_KEPT if self.session.stage is None else _GONE)

    def body(self) -> ComposeResult:
        """Ask for the name and list drafts and sites."""
        yield Static(id="least")
        yield self.ask("name")
        yield Static("Or", classes="field-label", id="or")
        yield OptionList(compact=True, id="existing")
        yield Static(id="existing-note")

    def on_mount(self) -> None:
        """List drafts at once, and deployed sites when AWS responds."""
        for saved in self.session.store.all():
            title = BY_ID[saved.step].title if saved.step in BY_ID else saved.step
            when = ago(time.time() - saved.saved_at)
            tried = self.session.ran.get(saved.name)
            run = tried.run if tried else None
            stopped = run and run.outcome and not run.succeeded and not run.destroys
            where = "answers saved" if saved.step == FIRST_STEP else f"draft at {title}"
            self._drafts[saved.name] = "deployment stopped" if stopped else f"{where}, {when}"
        self._show_existing()
        self._say_whose_name()
        # What takes long begins once the screen is drawn.
        self.call_after_refresh(self.list_sites)
        self.call_after_refresh(self.find_profiles)
        self.call_after_refresh(self.warm_up)

    @work(group="warm", exclusive=True, exit_on_error=False)
    async def warm_up(self) -> None:
        """Read templates, prices and screens while the person types, so that no step stalls."""
        try:
            await asyncio.to_thread(self._warm_up)
        finally:
            self._warmed.set()
        self.show_money()

    def _warm_up(self) -> None:
        with loading():
            self.session.services.preload()
            for tier in Tier:
                self.session.services.estimate(Draft().site_for_prices(tier))
            for step in ORDER:
                screen_of(step)

    def show_money(self) -> None:
        """Show what the smallest sites cost in this Region. Without a price, nothing is shown."""
        super().show_money()
        one, ten = self._least(1), self._least(10)
        known = one and ten
        line = f"From {one} a month for one charger, {ten} for ten, paid to AWS."
        self.query_one("#least", Static).update(Content(line if known else ""))

    def _least(self, chargers: int) -> str:
        """Return what so many chargers cost at least a month; empty without a price."""
        least = Draft()
        least.set("region", self.site.draft.text("region"))
        least.set("size.chargers", chargers)
        try:
            cost = self.session.services.estimate(least.site_for_prices(Tier.SMALL))
        except Exception:  # noqa: BLE001 a site can be started without a price
            return ""
        return amount(cost.expected, self.session.money) if cost.complete else ""

    def show_picture(self) -> None:
        """Draw the site once templates and prices are read: twice at a time takes twice as long."""
        if self._warmed.is_set():
            super().show_picture()

    @work(group="sites", exclusive=True, exit_on_error=False)
    async def list_sites(self) -> None:
        """Add the sites of the account to the list."""
        note = self.query_one("#existing-note", Static)
        note.update("Looking for deployed sites …")
        try:
            await self._meet()
            names = await self.session.services.sites()
        except AwsError:
            note.update("Deployed sites are listed here once you are signed in to AWS.")
            return
        except Exception as error:  # noqa: BLE001 a new site can be started all the same
            text = f"Deployed sites could not be listed. {plain_of(error).what}"
            note.update(sentence(Severity.WARN, text))
            return
        note.update("" if names else "No deployed site in this account.")
        self.session.in_account = frozenset(names)
        self._offer_free_name()
        self._sites = [_option(f"{_SITE}:{name}", name, "deployed") for name in names]
        self._show_existing()
        if names:
            # What reads them is imported with the rest.
            await self._warmed.wait()
            services, money = self.session.services, self.session.money
            found = await services.summaries()
            # In a thread, because of the estimates.
            lines = await asyncio.to_thread(
                lambda: [about_site(one, services, money) for one in found]
            )
            about = list(zip(found, lines, strict=True))
            self._stopped = {
                one.name: line
                for one, line in about
                if one.there is not None and one.name in self._drafts
            }
            self._sites = [
                _option(f"{_SITE}:{one.name}", one.name, line)
                for one, line in about
                if one.name not in self._stopped
            ]
            self._show_existing()
        await self._list_deleted()

    async def _list_deleted(self) -> None:
        """Add the deleted sites of which something stays, and costs."""
        try:
            found = await self.session.services.deleted_sites()
        except Exception as error:  # noqa: BLE001 a new site can be started all the same
            text = f"What stays of deleted sites is not known. {plain_of(error).what}"
            self.query_one("#existing-note", Static).update(sentence(Severity.WARN, text))
            return
        self._deleted = {one.name: one for one in found}
        self._show_existing()

    async def _meet(self) -> None:
        session = self.session
        session.who = await session.services.who(None)
        draft = self.site.draft
        unanswered = not self.site.seen and draft.text("region") == Draft().text("region")
        if unanswered and session.who.region:
            # At the first start, the Region of the person's AWS settings is the best guess.
            draft.set("region", session.who.region)
        self.refresh_frame()

    @work(group="profiles", exclusive=True, exit_on_error=False)
    async def find_profiles(self) -> None:
        """Offer the sites of other accounts where this computer has several profiles."""
        sources = await self.session.services.accounts.sources()
        self._profiles = tuple(source.profile for source in sources if source.profile)
        self._show_existing()

    def _offer_free_name(self) -> None:
        """Propose a name that no site has, before the person has answered anything."""
        site, taken = self.site, self.session.in_account
        if site.name in taken and not (site.seen or site.deployed or site.run):
            free = next_name(site.name, taken | self._drafts.keys())
            self.query_one("#field-name Input", Input).value = free
        self._say_whose_name()

    @on(Field.Changed)
    def _name_typed(self) -> None:
        # Once the draft has it.
        self.call_later(self._say_whose_name)

    def _say_whose_name(self) -> None:
        """Say below the name that it is one of a site that exists, or what a name is made of."""
        name = self.site.draft.name
        exists = name in self.session.in_account or name == self.site.deployed
        hint = _EXISTS.format(name) if name and exists else question("name").hint
        self.query_one("#field-name", Field).set_hint(hint)

    def _show_existing(self) -> None:
        options = self.query_one("#existing", OptionList)
        at, money = options.highlighted or 0, self.session.money
        options.clear_options()
        options.add_options(
            [
                *(
                    _option(f"{_DRAFT}:{name}", name, self._about_draft(name, state))
                    for name, state in self._drafts.items()
                ),
                *self._sites,
                *(
                    _option(f"{_GONE_SITE}:{one.name}", one.name, about_deleted(one, money))
                    for one in self._deleted.values()
                ),
                _option("prices", "Just prices", "no AWS account needed"),
            ]
        )
        if len(self._profiles) > 1:
            about = f"{len(self._profiles)} profiles on this computer"
            options.add_option(_option("accounts", "Other accounts", about))
        if (stage := self.session.stage) is not None:
            now = next(story.title for story in stage.scenarios if story.id == stage.current)
            others = len(stage.scenarios) - 1
            options.add_option(_option("scenario", "Scenario", f"{now}, or one of {others} others"))
        elif not self.session.label:
            options.add_option(_option("demo", "Try it first", "in a simulated AWS account"))
        options.highlighted = at

    def _about_draft(self, name: str, state: str) -> str | Content:
        """Return how far a draft is; of a site that has stopped what exists."""
        there = self._stopped.get(name)
        return state if there is None else Content.assemble(there, (" · draft", DIM))

    def action_next(self) -> None:
        """Start, or explain a wrong name; the second time, take the name that was offered."""
        draft = self.site.draft
        wrong = draft.name if "name" in draft.problems_in(("name",)) else ""
        offered = repaired_name(wrong)
        if offered and wrong == self._refused:
            self.query_one("#field-name Input", Input).value = offered
            draft.set("name", offered)
        super().action_next()
        if wrong and wrong == draft.name and offered:
            self.say(f"Press Enter again to take {offered}.", "warning")
        self._refused = wrong

    def leave(self) -> None:
        """Start, unless a draft or a site has the name: its answers are not overwritten."""
        name = self.site.draft.name
        if name == self._continued:
            super().leave()
        elif self.session.store.holds(name):
            self.offer_draft(name)
        elif name in self.session.in_account:
            self.post_message(OpenSite(name))
        else:
            super().leave()

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def offer_draft(self, name: str) -> None:
        """Continue a draft if the person wants to, or let them choose another name."""
        from solarrally_tui.screens.common.confirm import ConfirmScreen  # noqa: PLC0415

        question = ConfirmScreen(
            f"Continue the draft {name}?",
            "There is a draft with this name. Its answers stay as they are until "
            "you continue it. A new site needs another name.",
            "Continue it",
            "Another name",
        )
        if await self.app.push_screen_wait(question):
            self.post_message(OpenDraft(name))

    @on(OptionList.OptionSelected, "#existing")
    def _open(self, event: OptionList.OptionSelected) -> None:
        kind, _, name = (event.option_id or "").partition(":")
        if kind == "prices":
            self.post_message(Go("size", just_prices=True))
        elif kind == "accounts":
            self.list_accounts()
        elif kind == "scenario":
            self.action_stage("scenario")
        elif kind == "demo":
            self.post_message(EndWith(DEMO))
        elif kind == _GONE_SITE:
            self.show_kept(self._deleted[name])
        else:
            self.post_message(OpenDraft(name) if kind == _DRAFT else OpenSite(name))

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def show_kept(self, site: "DeletedSite") -> None:
        """List what stays of a deleted site, to delete it, and look again afterwards."""
        from solarrally_tui.screens.provision.kept import KeptScreen  # noqa: PLC0415 seldom

        screen = KeptScreen(self.session.services, site.name, site.kept, lambda _: None)
        await self.app.push_screen_wait(screen)
        await self._list_deleted()

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def list_accounts(self) -> None:
        """Open a site of another account, with the profile that leads there."""
        # Few people have several, and the wizard's start does not wait for what it imports.
        from solarrally_tui.screens.account.others import OtherAccountsScreen  # noqa: PLC0415

        session = self.session
        if session.in_use:
            self.say(session.in_use, "warning")
            return
        screen = OtherAccountsScreen(session.services, session.money, self._profiles)
        found = await self.app.push_screen_wait(screen)
        if found is None:
            return
        await session.services.accounts.use(found.profile, None)
        session.who = None
        try:
            session.who = await session.services.who(None)
        except AwsError as error:
            self.say(f"{error.plain.what} {in_the_wizard(error.plain.next)}", "error")
            return
        self.post_message(OpenSite(found.site))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing comes before the first screen."""
        return False if action == "back" else super().check_action(action, parameters)


def _option(option_id: str, name: str, note: str | Content) -> Option:
    about = Content.styled(note, DIM) if isinstance(note, str) else note
    return Option(Content.assemble((f"{name:<22}", "bold"), about), id=option_id)
