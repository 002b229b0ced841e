"""A deployer role in place of long-lived keys: create it, with its boundary, and use it."""

import re
from functools import partial
from textwrap import wrap
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Label, Static

from solarrally_tui.account.deployer_role import PATH, DeployerPlan, boundary_name
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Secret
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained, sentence
from solarrally_tui.screens.widgets.facts import Fitted, Table, drawn
from solarrally_tui.screens.widgets.secret_input import SecretInput
from solarrally_tui.site.names import GLOBAL_REGION
from solarrally_tui.wizard.accounts import Accounts, DeployerInUse

_CODE: Final = re.compile(r"[0-9]{6}")
_AFTER: Final = (
    "Copy these lines into ~/.aws/config (F6 copies them). Then start with --profile {profile} "
    "next time."
)
_WITH_CODE: Final = "AWS's own tools then ask for the code; solarrally asks here, on Deployer role."


class RoleScreen(Dialog[DeployerPlan | None]):
    """Returns what was created once the role is in use."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        keys.REFRESH,
        keys.COPY,
    ]

    def __init__(
        self, accounts: Accounts, site: str, region: str, boundary: str, *, read_only: bool
    ) -> None:
        """boundary: ARN of the site's permissions boundary; empty where it has none yet."""
        super().__init__()
        self._accounts = accounts
        self._site, self._region, self._boundary = site, region, boundary
        self._read_only = read_only
        self._plan: DeployerPlan | None = None
        self._in_use: DeployerInUse | None = None

    def compose(self) -> ComposeResult:
        """Show what will be created, and ask first."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static("A role that deploys this site", classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="role-body"):
                yield Fitted(id="role")
            yield Label("Code of your MFA device", id="code-label")
            yield SecretInput("6 digits", "code")
            yield Static(id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Create and use ", compact=True, variant="primary", id="make")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Show at once what would be done."""
        self._offer(code=False, create=False)
        self.explain()

    def action_check_again(self) -> None:
        """Ask AWS again, as long as nothing was created."""
        if self._in_use is None:
            self.explain()

    @work(group="role", exclusive=True, exit_on_error=False)
    async def explain(self) -> None:
        """Show what creating the role would do."""
        self._say("")
        self._show(Content("Reading users and roles …"))
        try:
            self._plan = await self._accounts.deployer(self._site, self._region, self._boundary)
        except AwsError as error:
            self._offer(code=False, create=False)
            self._show(explained(error.plain, Severity.WARN))
            return
        self.query_one("#role", Fitted).show(partial(described, self._plan))
        if self._read_only:
            self._say(READ_ONLY)
            return
        self._offer(code=bool(self._plan.mfa_serial), create=True)

    @on(SecretInput.Submitted)
    @on(Button.Pressed, "#make")
    def make(self) -> None:
        """Create the role and use it. Where AWS needs a code, one must be typed."""
        if self._plan is None or not self.query_one("#make").display:
            return
        code = self.query_one("#code", SecretInput).take()
        if not self._plan.mfa_serial:
            self.create(self._plan, None)
        elif _CODE.fullmatch(code.reveal()):
            self.create(self._plan, code)
        else:
            self._say(
                Severity.WARN.line("The code has 6 digits. Your device shows a new one every 30 s.")
            )
            self.query_one("#code").focus()

    @work(group="role", exclusive=True, exit_on_error=False)
    async def create(self, plan: DeployerPlan, code: Secret | None) -> None:
        """Create what was shown, and use it from now on."""
        self._offer(code=False, create=False)
        self._say("Creating the role. It takes AWS a few seconds until it can be used …", "")
        try:
            self._in_use = await self._accounts.use_deployer(plan, code)
        except AwsError as error:
            self._offer(code=bool(plan.mfa_serial), create=True)
            plain = error.plain
            self._say(
                Severity.WARN.line(f"{plain.what} {in_the_wizard(plain.next)} {plain.detail}")
            )
            return
        self._say("")
        self._show(in_use(plan, self._in_use))
        close = self.query_one("#close", Button)
        close.label = " Continue "
        close.refresh(layout=True)  # it is wider than Close

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to copy what was created only then, and the rest before."""
        if action == "copy_value":
            return self._in_use is not None
        if action == "check_again":
            return self._in_use is None
        return super().check_action(action, parameters)

    def action_copy_value(self) -> None:
        """Copy the profile."""
        if self._in_use is not None:
            self.post_message(Copy("Profile", self._in_use.snippet))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(self._plan if self._in_use else None)

    def _offer(self, *, code: bool, create: bool) -> None:
        for name in ("#code-label", "#code"):
            self.query_one(name).display = code
        self.query_one("#role-body").set_class(code, "-above-code")
        self.query_one("#make").display = create
        self.refresh_bindings()
        self.query_one("#code" if code else "#make" if create else "#close").focus()

    def _show(self, content: Content) -> None:
        self.query_one("#role", Fitted).show(lambda _: content)

    def _say(self, text: str, style: str = "$text-warning") -> None:
        place = self.query_one("#problem", Static)
        place.display = bool(text)
        self.query_one("#role-body").set_class(bool(text), "-above-problem")
        place.update(Content.styled(text, style))


def described(plan: DeployerPlan, columns: int) -> Content:
    """Return what is created, for whom, and what it costs, in so many columns."""
    first, last = plan.policies[0], plan.policies[-1]
    policies = first if first == last else f"{first} to -{last.rsplit('-', 1)[-1]}"
    if plan.exists:
        lead = "This role exists. What differs will be corrected, and it is used from now on:"
    else:
        lead = "This role will be created and used from now on:"
    rows = (
        ("Role", plan.name),
        ("Used by", _trusted(plan)),
        ("Policies", policies),
        ("Limited by", plan.boundary.rsplit("/", 1)[-1]),
        ("Works in", " and ".join(dict.fromkeys((plan.region, GLOBAL_REGION)))),
        ("Sessions", f"end after {plan.seconds // 3600} h{'' if plan.mfa_serial else ', renewed'}"),
    )
    table = Table("", [(Content.styled(name, DIM), value) for name, value in rows])
    limits = wrap(_limits(plan), max(columns, 1))
    lines = [Content(lead), Content(), *drawn(table, columns), Content(), *map(Content, limits)]
    return Content("\n").join(lines)


def _limits(plan: DeployerPlan) -> str:
    """Return what keeps the role to its site, and what nothing keeps it from."""
    own = plan.boundary.endswith(f"{PATH}{boundary_name(plan.site)}")
    bounded = (
        "The limit keeps it, and every role that it creates, to this site. Without one it could "
        "make itself an administrator. AWS cannot limit to a site: chargers and their "
        "certificates, what has no tag in EC2, load balancing and CloudFront, and snapshots to "
        "restore."
        if own
        else "The limit is yours: this role, and every role that it creates, can do what your "
        "permissions boundary allows, and cannot change it."
    )
    return f"{bounded} It costs nothing, and stays until you delete it in IAM."


def _trusted(plan: DeployerPlan) -> str:
    who = plan.trusted.split(":", 5)[-1]
    if plan.with_mfa:
        return f"{who}, with MFA"
    if plan.has_mfa is False:
        return f"{who}, without MFA: no device with codes is registered"
    return who


def in_use(plan: DeployerPlan, used: DeployerInUse) -> Content:
    """Return what was done, and how the role is used next time."""
    after = _AFTER.format(profile=f"solarrally-{plan.site}")
    return Content.assemble(
        sentence(Severity.OK, "You use the role now.\n", bold=True),
        (f"{_done(plan, used)}\n\n", DIM),
        (f"{used.snippet}\n\n", "bold"),
        (after, ""),
        (f" {_WITH_CODE}" if plan.mfa_serial else "", DIM),
    )


def _done(plan: DeployerPlan, used: DeployerInUse) -> str:
    if not used.changed:
        return "Nothing had to be changed."
    if not plan.exists:
        return f"Created: {plan.name} and its {len(plan.policies)} policies."
    return f"Corrected: {', '.join(used.changed)}."
