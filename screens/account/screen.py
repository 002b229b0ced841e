"""Account: who we are in AWS, the Region, and what the account says to a deployment."""

from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Label, Select, Static

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.account.deployer_role import role_name
from solarrally_tui.account.preflight.checks import role_name as role_behind
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.keys import Keys
from solarrally_tui.interview.regions import region_options
from solarrally_tui.screens.account.choose import GUIDE, PASTE, SSO, ChooseScreen, Chosen
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.common.words import DIM, SOURCES
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.findings import Findings
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.model import Who


class AccountScreen(StepScreen):
    """Shows the identity, asks for the Region and looks at the account."""

    STEP: ClassVar[str] = "account"
    CSS_PATH = "account.tcss"
    TITLE_TEXT: ClassVar[str] = "AWS account and Region"
    LEAD: ClassVar[str] = ""
    PLACED: ClassVar = frozenset({"region"})
    ABOUT: ClassVar[bool] = False
    AUTO_FOCUS = "#region"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "choose", "Credentials"),
        Binding("f4", "role", "Way out"),
        Binding("f5", "retry", "Again"),
    ]
    HELP_TEXT: ClassVar[str] = (
        "The wizard looks for AWS credentials where every AWS tool does: environment variables, "
        "profiles, single sign-on, aws login, or the role of the machine. F2 lists them, signs in "
        "with IAM Identity Center, and takes access keys into this computer's keyring. No file of "
        "ours ever has a key in it.\n\n"
        "F4 is the way out of long-lived keys: it makes a role that may deploy this site and "
        "nothing else, and goes on with it. It shows what it makes and asks first. For the root "
        "user it shows the steps to a user of your own.\n\n"
        "Below the Region stands what the account would do to a deployment: permissions as far as "
        "IAM can simulate them, quotas, the Region, the account's plan. All of it is advice. What "
        "AWS does not tell is marked as not known and holds nothing up. F5 looks again.\n\n"
        "The Region is where the servers stand. Choose one near your chargers. Prices differ a "
        "little. A site stays in its Region; to move it, make a new one."
    )

    def body(self) -> ComposeResult:
        """Show the identity card, the list of Regions and the findings."""
        yield Static(id="identity", classes="card")
        with Horizontal(id="credentials-row"):
            yield Button(" Other credentials ", id="choose", compact=True)
            yield Button(" Deployer role ", id="role", compact=True)
            yield Button(" No AWS account yet ", id="guide", compact=True)
        yield Label("Region", classes="field-label")
        chosen = self.site.draft.text("region")
        yield Select(
            region_options(chosen), value=chosen, allow_blank=False, compact=True, id="region"
        )
        yield Static(
            "Where the servers stand, near your chargers. It cannot be changed later.",
            classes="field-note",
            id="region-note",
        )
        yield Findings(id="findings")

    def on_mount(self) -> None:
        """Show who we are, or find out."""
        if self.session.who is not None:
            self._show(self.session.who)
        else:
            self.sign_in()

    # Who we are

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def sign_in(self, fresh: bool = False) -> None:
        """Ask AWS who we are; a new try reads the credentials again."""
        self.query_one("#identity", Static).update("Asking AWS who you are …")
        region = self.site.draft.text("region")
        try:
            who = await self.session.services.who(region, fresh=fresh)
        except AwsError as error:
            self._explain(error.plain)
            return
        self.session.who = who
        self._show(who)

    def _show(self, who: Who) -> None:
        card = self.query_one("#identity", Static)
        card.remove_class("-trouble")
        card.update(identity(who, datetime.now(UTC)))
        self.query_one("#guide").display = False
        self.query_one("#role", Button).label = (
            " Out of the root user " if who.is_root else " Deployer role "
        )
        self.query_one("#role").display = True
        self.say("")
        self.refresh_frame()
        self.look()

    def _explain(self, plain: Plain) -> None:
        self.session.who = None
        card = self.query_one("#identity", Static)
        card.add_class("-trouble")
        lines = [
            Content.assemble((f"✗ {plain.what}", "bold $text-error")),
            Content(plain.why),
            Content.styled(plain.next, "bold"),
            Content.styled(plain.detail, DIM),
        ]
        card.update(Content("\n").join(lines))
        self.query_one("#guide").display = True
        self.query_one("#role").display = False
        self.query_one(Findings).say("")
        self.refresh_frame()

    # What the account says

    @work(group="findings", exclusive=True, exit_on_error=False)
    async def look(self) -> None:
        """Look at the account for the site as it is answered so far."""
        place = self.query_one(Findings)
        place.wait()
        try:
            site = self.site.draft.site_for_prices()
            place.show(await self.session.services.accounts.findings(site))
        except SiteError:
            place.say("The account is looked at once the answers of Size are valid.")
        except AwsError as error:
            place.say(f"▲ The account was not looked at. {error.plain.what} F5 looks again.")

    @on(Select.Changed, "#region")
    def _region_chosen(self, event: Select.Changed) -> None:
        if str(event.value) == self.site.draft.text("region"):
            return
        self.site.draft.set("region", str(event.value))
        self.refresh_frame()
        if self.session.who is not None:
            self.look()

    # Other credentials

    @on(Button.Pressed, "#choose")
    def action_choose(self) -> None:
        """List the credentials of this computer, and the ways to new ones."""
        self.app.push_screen(ChooseScreen(self.session.services.accounts), self._chosen)

    def _chosen(self, chosen: Chosen | None) -> None:
        accounts = self.session.services.accounts
        if chosen is None:
            return
        if chosen.way == PASTE:
            self.app.push_screen(PasteScreen(accounts), self._take_keys)
        elif chosen.way == SSO:
            self.app.push_screen(SsoScreen(accounts, "", ""), self._take_keys)
        elif chosen.way == GUIDE:
            self.action_guide()
        elif chosen.found is not None:
            self.use(chosen.found)

    @on(Button.Pressed, "#guide")
    def action_guide(self) -> None:
        """Show the way to a first account."""
        screen = GuideScreen(self.session.services, self.site.draft.text("region"))
        self.app.push_screen(screen, self._guided)

    def _guided(self, _: bool | None) -> None:
        self.sign_in()

    # A role for this site

    @on(Button.Pressed, "#role")
    def action_role(self) -> None:
        """Make the role that deploys this site, or show the way out of the root user."""
        who, draft = self.session.who, self.site.draft
        if who is None:
            self.say("Sign in first. F2 lists the ways.", "warning")
        elif who.is_root:
            screen = GuideScreen(self.session.services, draft.text("region"), root=True)
            self.app.push_screen(screen, self._guided)
        elif draft.problems_in(("name",)):
            self.say("Give the site a name on Welcome first.", "warning")
        elif role_behind(who.arn) == role_name(draft.name):
            self.say("You work with this role already.", "success")
        else:
            self._ask_for_role()

    def _ask_for_role(self) -> None:
        services, draft = self.session.services, self.site.draft
        screen = RoleScreen(
            services.accounts, draft.name, draft.text("region"), read_only=services.read_only
        )
        self.app.push_screen(screen, self._role_taken)

    def _role_taken(self, taken: bool | None) -> None:
        if taken:
            self.sign_in()

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def use(self, found: CredentialSource) -> None:
        """Change to credentials that are there already."""
        accounts = self.session.services.accounts
        try:
            keys = await accounts.load(found.name) if found.kind == "keyring" else None
        except KeyringError as error:
            self._explain(error.plain)
            return
        await accounts.use(found.profile, keys)
        self.sign_in()

    def _take_keys(self, keys: Keys | None) -> None:
        if keys is not None:
            self.use_keys(keys)

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def use_keys(self, keys: Keys) -> None:
        """Change to keys that were pasted or that a sign-in gave."""
        await self.session.services.accounts.use(None, keys)
        self.sign_in()

    def action_retry(self) -> None:
        """Look for credentials again, and at the account."""
        self.sign_in(fresh=True)

    def leave(self) -> None:
        """Go on, also without an account: sizes and prices need none."""
        if self.session.who is None:
            self.notify("You can see sizes and prices now. Deploy needs an AWS account.")
        super().leave()


def identity(who: Who, now: datetime) -> Content:
    """Return the card that says who we are."""
    source = SOURCES.get(who.source, who.source or "unknown")
    if who.renewed:
        source += ", renewed by itself"
    if who.expires is not None:
        minutes = max(int((who.expires - now).total_seconds() // 60), 0)
        source += (
            f", for {minutes // 60} h {minutes % 60:02d} min"
            if minutes >= 60
            else (f", for {minutes} min")
        )
    user = "root user" if who.is_root else who.arn.rsplit(":", 1)[-1]
    lines = [
        Content.assemble(("✓ Signed in", "bold $text-success")),
        _row("Account", who.account),
        _row("As", user),
        _row("From", source),
    ]
    if who.is_root:
        warning = "▲ This is the root user. Better: a user of your own. F4 shows the way."
        lines.append(Content.styled(warning, "$text-warning"))
    return Content("\n").join(lines)


def _row(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<9}", DIM), (value, ""))
