"""Account: who you are in AWS, the Region, and what the account means for a deployment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.account.deployer_role import DeployerPlan, role_name
from solarrally_tui.account.preflight import quotas, ways_out
from solarrally_tui.account.preflight.checks import role_name as role_behind
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.keys import Keys
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.regions import region_choices
from solarrally_tui.interview.steps import question
from solarrally_tui.screens.account.choose import GUIDE, PASTE, SSO, ChooseScreen, Chosen
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.account.words import (
    OWN_USER,
    WAYS,
    calls,
    checks,
    optional_ways,
    sources,
    subjects,
)
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.messages import GoBack
from solarrally_tui.screens.common.words import DIM, SOURCES, explained, sentence
from solarrally_tui.screens.frame import SIGN_IN, StepScreen
from solarrally_tui.screens.provision.other_answer import OtherAnswer, offered
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.screens.widgets.findings import Findings, by_weight, in_detail
from solarrally_tui.screens.widgets.key_button import KeyButton
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.session import Session

REGION: Final = "region"
_BOUNDARY: Final = "governance.permissions_boundary_arn"
_AGAIN: Final = "To change its Region or boundary, take other credentials and press this again."
_OTHER_REGION: Final = (
    "Your deployer role is for the Region of before. Take other credentials, then Deployer role."
)


class AccountScreen(StepScreen):
    """Shows the identity, asks for the Region and checks the account."""

    STEP: ClassVar[str] = "account"
    CSS_PATH = "account.tcss"
    TITLE_TEXT: ClassVar[str] = "AWS account and Region"
    PLACED: ClassVar = frozenset({REGION})
    ABOUT: ClassVar[bool] = False
    BESIDE: ClassVar[str] = (
        "Everything is created in this account, and AWS bills it there.\n\n"
        "The checks are advice. What AWS does not report is marked as unknown and stops nothing."
    )
    AUTO_FOCUS = "#region"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.ROLE,
        keys.DETAILS,
        keys.REFRESH,
    ]
    HELP_TEXT: ClassVar[str] = (
        "The wizard uses the AWS credentials that your other AWS tools use. Other credentials "
        "lists them, signs in with IAM Identity Center, and stores access keys in this computer's "
        "keyring. No file of this program ever contains a key.\n\n"
        "Deployer role replaces long-lived keys: it creates a role that deploys this site and has "
        "no other rights. It shows what it creates and asks first. For the root user it shows the "
        "steps to a user of your own.\n\n"
        "The checks of the account are advice. What AWS does not report is marked as unknown and "
        "stops nothing. F3 shows each check in full, with what AWS was asked. F5 checks again."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: Sequence[Finding] = ()
        self._detail = ""
        """Why nobody is signed in, in AWS's words."""
        self._other: OtherAnswer | None = None
        """Answers with which nothing would stop a deployment."""

    def body(self) -> ComposeResult:
        """Show the identity card, the list of Regions and the findings."""
        yield Static(id="identity", classes="card")
        with Horizontal(id="credentials-row"):
            yield KeyButton(keys.SIGN_IN)
            yield KeyButton(keys.ROLE)
            yield Button(" No AWS account yet ", id="guide", compact=True)
        asked, chosen = question(REGION), self.site.draft.text(REGION)
        yield Pick(REGION, asked.label, region_choices(chosen), chosen, asked.hint, "region")
        yield Findings(self.STEP)

    def on_mount(self) -> None:
        """Show who is signed in, or find out."""
        self.query_one("#guide").display = False
        self.query_one(Findings).add_class("-awaited")
        if self.session.who is not None:
            self._show(self.session.who)
        else:
            self.sign_in()

    # Who is signed in

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def sign_in(self, fresh: bool = False) -> None:
        """Ask AWS who is signed in; fresh reads the credentials again."""
        self.query_one("#identity", Static).update("Asking AWS who you are …")
        region = self.site.draft.text(REGION)
        try:
            who = await self.session.services.who(region, fresh=fresh)
        except AwsError as error:
            self._explain(error.plain)
            return
        is_new, self.session.who = self.session.who is None, who
        if is_new and self._leads_back:
            self.post_message(GoBack())
        else:
            self._show(who)

    @property
    def _leads_back(self) -> bool:
        """Whether the person came from a run that waits for this sign-in."""
        run, trail = self.site.run, self.site.trail
        return bool(trail) and trail[-1].name == "provision" and bool(run and run.is_signed_out)

    def _show(self, who: Who) -> None:
        card = self.query_one("#identity", Static)
        self._detail = ""
        card.remove_class("-trouble")
        card.update(identity(who, datetime.now(UTC)))
        self.query_one("#guide").display = False
        self.query_one("#choose", KeyButton).show(keys.SIGN_IN.description)
        self.query_one("#choose", KeyButton).variant = "default"
        role = self.query_one("#role", KeyButton)
        role.show(OWN_USER if who.is_root else keys.ROLE.description)
        self.query_one("#role").display = True
        self.query_one(Findings).add_class("-awaited")
        self.say("")
        self.refresh_frame()
        self.inspect()

    def _explain(self, plain: Plain) -> None:
        self.session.who = None
        card = self.query_one("#identity", Static)
        card.add_class("-trouble")
        self._detail = plain.detail
        card.update(explained(replace(plain, detail="")))
        self.query_one("#guide").display = True
        self.query_one("#role").display = False
        sign_in = self.query_one("#choose", KeyButton)
        sign_in.show(SIGN_IN.description)
        sign_in.variant = "primary"
        self._found = ()
        self.query_one(Findings).remove_class("-awaited").say("")
        self.refresh_frame()
        self.refresh_bindings()

    # What the account means for a deployment

    @work(group="findings", exclusive=True, exit_on_error=False)
    async def inspect(self) -> None:
        """Check the account for the site as it is answered so far."""
        findings = self.query_one(Findings)
        findings.wait()
        self._found = ()
        try:
            site = self.site.draft.site_for_prices()
            self._found = by_weight(await self.session.services.accounts.findings(site))
            self._offer(site)
            way_out = self._other.named if self._other else ""
            findings.show(self._found, subjects(self._found), way_out)
            self.site.account_stops = bool(failing(self._found))
            self.refresh_frame()
        except SiteError:
            findings.say("The account is checked once the answers on Size are valid.")
        except AwsError as error:
            line = f"The account was not checked. {error.plain.what} F5 checks again."
            findings.say(Severity.WARN.line(line))
            self.refused(error)
            if self.session.who is None:
                self._explain(error.plain)
        self.refresh_bindings()
        self.show_picture()

    def _offer(self, site: Site) -> None:
        """Offer the answers with which nothing stops, where there are any."""
        instead = ways_out.instead(site, failing(self._found))
        other = offered(instead, self.session) if instead else None
        # An answer that the person chooses is on this page.
        self._other = other if other and not other.step else None
        if self._asks_aws:
            self.say("F6 copies what to write to AWS.")

    @property
    def _asks_aws(self) -> bool:
        """Whether a finding has words for AWS Support."""
        return any(quotas.ASKS_AWS in finding.fix for finding in self._found)

    def copyable(self) -> tuple[str, str]:
        """Return what to write to AWS, where something is to be written; else as elsewhere."""
        return ("For AWS Support", quotas.ASKS_AWS) if self._asks_aws else super().copyable()

    @on(Button.Pressed, ".way-out")
    def _take_other(self) -> None:
        """Set the answers, and check again."""
        if self._other is not None:
            self._other.take(self.site.draft)
            self.say(f"{self._other.label}: done.", "success")
            self.inspect()

    def facts(self) -> Sequence[Table]:
        """Explain the two buttons and each check, or the ways to sign in."""
        if self.session.who is None:
            lost = self.query_one("#identity").has_class("-trouble")
            return (WAYS,) if lost else ()
        optional = optional_ways(is_root=self.session.who.is_root)
        return (optional, checks(self._found)) if self._found else (optional,)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the details where there are any, and other credentials always."""
        if action == "details":
            return bool(self._found or self._detail)
        if action == "choose":
            return True
        return super().check_action(action, parameters)

    def action_details(self) -> None:
        """Show each check in full, or why nobody is signed in."""
        if self.session.who is None:
            self.app.push_screen(HelpScreen("Why nobody is signed in", self._detail))
            return
        region, root = self.site.draft.text(REGION), self.session.who.is_root
        where = sources(self._found, region, root=root)
        text = in_detail(self._found, where, here=self.STEP, last=calls(self._found, where))
        self.app.push_screen(HelpScreen("Each check in full", text))

    def answer(self, path: str, value: Any) -> None:
        """Write the Region, and check the account there.

        The deployer role is for one Region and cannot widen itself.
        """
        super().answer(path, value)
        who = self.session.who
        if who is None:
            return
        if path == REGION and role_behind(who.arn) == role_name(self.site.draft.name):
            self.say(_OTHER_REGION, "warning")
        self.inspect()

    # Other credentials

    def action_choose(self) -> None:
        """List the credentials of this computer, and the ways to new ones."""
        if self._is_in_use():
            return
        choose = ChooseScreen(self.session.services.accounts, who=self.session.who)
        self.app.push_screen(choose, self._chosen)

    def _is_in_use(self) -> bool:
        """Whether a run needs the present credentials until it has ended, and say so."""
        if why := self.session.in_use:
            self.say(f"{why} F5 reads them again.", "warning")
            return True
        return False

    def _chosen(self, chosen: Chosen | None) -> None:
        accounts = self.session.services.accounts
        if chosen is None:
            return
        if chosen.way == PASTE:
            self.app.push_screen(PasteScreen(accounts), self._take_keys)
        elif chosen.way == SSO:
            near, stage = chosen.source, self.session.stage
            proposed = stage.portal if stage else ("", "")
            address = (near.start_url, near.sso_region) if near else proposed
            self.app.push_screen(SsoScreen(accounts, *address), self._take_keys)
        elif chosen.way == GUIDE:
            self.action_guide()
        elif chosen.source is not None:
            self.use(chosen.source)

    @on(Button.Pressed, "#guide")
    def action_guide(self) -> None:
        """Show the steps to a first account."""
        self._guide(root=False)

    def _guide(self, *, root: bool) -> None:
        region = self.site.draft.text(REGION)
        screen = GuideScreen(self.session.services, region, root=root)
        self.app.push_screen(screen, self._guided)

    def _guided(self, _: bool | None) -> None:
        self.sign_in()

    # A role for this site

    def action_role(self) -> None:
        """Create the role that deploys this site, or show the steps to a user of one's own."""
        who, draft, services = self.session.who, self.site.draft, self.session.services
        if self._is_in_use():
            return
        if who is None:
            self.say("Sign in first. Other credentials lists the ways.", "warning")
        elif who.is_root:
            self._guide(root=True)
        elif draft.problems_in(("name",)):
            self.say("Give the site a name on Welcome first.", "warning")
        elif role_behind(who.arn) == role_name(draft.name):
            self.say(f"You already use this role. {_AGAIN}", "success")
        else:
            screen = RoleScreen(
                services.accounts,
                draft.name,
                draft.text(REGION),
                draft.text(_BOUNDARY),
                read_only=services.read_only,
            )
            self.app.push_screen(screen, self._role_taken)

    def _role_taken(self, plan: DeployerPlan | None) -> None:
        """Deploy with the role; it may create roles only with its boundary."""
        if plan:
            super().answer(_BOUNDARY, plan.boundary)
            self.sign_in()

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def use(self, source: CredentialSource) -> None:
        """Change to credentials of this computer."""
        accounts = self.session.services.accounts
        try:
            stored = await accounts.load(source.name) if source.kind == "keyring" else None
        except KeyringError as error:
            self._explain(error.plain)
            return
        await accounts.use(source.profile, stored)
        self.sign_in()

    def _take_keys(self, taken: Keys | None) -> None:
        if taken is not None:
            self.use_keys(taken)

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def use_keys(self, taken: Keys) -> None:
        """Change to keys that were pasted or that a sign-in returned."""
        await self.session.services.accounts.use(None, taken)
        self.sign_in()

    def action_check_again(self) -> None:
        """Read the credentials again, and check the account."""
        self.sign_in(fresh=True)

    def leave(self) -> None:
        """Continue, with or without an account: sizes and prices need none."""
        if self.session.who is None:
            self.notify("You can see sizes and prices now. Deploy needs an AWS account.")
        super().leave()


def failing(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return what would stop a deployment."""
    return tuple(finding for finding in found if finding.severity is Severity.FAIL)


def identity(who: Who, now: datetime) -> Content:
    """Return the card that shows who is signed in."""
    source = SOURCES.get(who.source, who.source or "unknown")
    if who.renewed:
        source += ", renewed automatically"
    if who.expires is not None:
        minutes = max(int((who.expires - now).total_seconds() // 60), 0)
        hours = f"{minutes // 60} h " if minutes >= 60 else ""
        source += f", for {hours}{minutes % 60:02d} min" if hours else f", for {minutes} min"
    lines = [
        sentence(Severity.OK, "Signed in", bold=True),
        *(
            Content.assemble((f"{name:<9}", DIM), value)
            for name, value in (("Account", who.account), ("As", who.name), ("From", source))
        ),
    ]
    if who.is_root:
        lines.append(sentence(Severity.WARN, "This is the root user."))
    return Content("\n").join(lines)
