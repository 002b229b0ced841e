"""The way out of long-lived keys: make a role that may deploy this site, and go on with it."""

import re
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Label, Static

from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.keys import Secret
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, READ_ONLY
from solarrally_tui.screens.widgets.secret_input import SecretInput
from solarrally_tui.wizard.accounts import Accounts, DeployerInUse

_CODE: Final = re.compile(r"[0-9]{6}")
_AFTER: Final = (
    "Next time start with --profile {profile} once these lines stand in ~/.aws/config. F6 copies "
    "them."
)
_WITH_CODE: Final = (
    "Without this wizard AWS's tools ask for the code themselves; solarrally asks here, with F4."
)


class RoleScreen(Dialog[bool]):
    """Returns True once the role is in use."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("ctrl+n", "make", "Make and use"),
        Binding("f5", "look", "Check again"),
        Binding("f6", "copy", "Copy profile"),
    ]

    def __init__(self, accounts: Accounts, site: str, region: str, *, read_only: bool) -> None:
        super().__init__()
        self._accounts = accounts
        self._site, self._region = site, region
        self._read_only = read_only
        self._plan: DeployerPlan | None = None
        self._taken: DeployerInUse | None = None

    def compose(self) -> ComposeResult:
        """Show what will be made, and ask first."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static("A role that deploys this site", classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="role-body"):
                yield Static(id="role")
            yield Label("Code of your MFA device", id="code-label")
            yield SecretInput("6 digits", "code")
            yield Static(id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Make and use ", compact=True, variant="primary", id="make")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Look what there is."""
        self._offer(code=False, make=False)
        self.action_look()

    def action_look(self) -> None:
        """Look again."""
        if self._taken is None:
            self.look()

    @work(group="role", exclusive=True, exit_on_error=False)
    async def look(self) -> None:
        """Show what making the role would do."""
        self._say("")
        self._show(Content("Looking at users and roles …"))
        try:
            self._plan = await self._accounts.deployer(self._site)
        except AwsError as error:
            self._refuse(error.plain)
            return
        self._show(explained(self._plan))
        if self._read_only:
            self._say(READ_ONLY)
            return
        self._offer(code=bool(self._plan.mfa_serial), make=True)

    @on(SecretInput.Submitted)
    @on(Button.Pressed, "#make")
    def action_make(self) -> None:
        """Make the role and use it, when a code is there where one is asked."""
        if self._plan is None or not self.query_one("#make").display:
            return
        code = self.query_one("#code", SecretInput).take()
        if not self._plan.mfa_serial:
            self.make(self._plan, None)
        elif _CODE.fullmatch(code.reveal()):
            self.make(self._plan, code)
        else:
            self._say("▲ The code has 6 digits; a new one comes every 30 seconds.")
            self.query_one("#code").focus()

    @work(group="role", exclusive=True, exit_on_error=False)
    async def make(self, plan: DeployerPlan, code: Secret | None) -> None:
        """Make what was shown, and work with it from now on."""
        self._offer(code=False, make=False)
        self._say("Making the role. AWS needs some seconds until it can be used …", "")
        try:
            self._taken = await self._accounts.use_deployer(plan, self._region, code)
        except AwsError as error:
            self._offer(code=bool(plan.mfa_serial), make=True)
            self._say(f"▲ {error.plain.what} {error.plain.next} {error.plain.detail}")
            return
        self._say("")
        self._show(in_use(plan, self._taken))
        self.query_one("#close", Button).label = " Go on "

    def action_copy(self) -> None:
        """Copy the profile."""
        if self._taken is not None:
            self.app.copy_to_clipboard(self._taken.snippet)
            self.notify("Copied the profile.")

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back."""
        self.dismiss(self._taken is not None)

    def _offer(self, *, code: bool, make: bool) -> None:
        for name in ("#code-label", "#code"):
            self.query_one(name).display = code
        self.query_one("#make").display = make
        self.query_one("#code" if code else "#make" if make else "#close").focus()

    def _refuse(self, plain: Plain) -> None:
        self._offer(code=False, make=False)
        lines = ((f"▲ {plain.what}\n", "bold $text-warning"), f"{plain.why} {plain.next}\n")
        self._show(Content.assemble(*lines, (plain.detail, DIM)))

    def _show(self, content: Content) -> None:
        self.query_one("#role", Static).update(content)

    def _say(self, text: str, style: str = "$text-warning") -> None:
        place = self.query_one("#problem", Static)
        place.display = bool(text)
        place.update(Content.styled(text, style))


def explained(plan: DeployerPlan) -> Content:
    """Say what is made, for whom, and what it costs."""
    first, last = plan.policies[0], plan.policies[-1]
    policies = first if first == last else f"{first} to -{last.rsplit('-', 1)[-1]}"
    if plan.exists:
        lead = "This role is there already. What differs is corrected, and it is used from now on:"
    else:
        lead = "This role is made, and used from now on:"
    rows = (
        ("Role", plan.name),
        ("Policies", policies),
        ("Trusts", _trusted(plan)),
        ("Sessions", f"end after {plan.seconds // 3600} h{'' if plan.mfa_serial else ', renewed'}"),
    )
    lines = [Content(f"{lead}\n")]
    lines += [Content.assemble((f"{name:<10}", DIM), value) for name, value in rows]
    text = (
        "\nIt may do what solarrally policy deploy prints for this site, and nothing else. It "
        "costs nothing, and stays until you delete it in IAM. Making it again is safe."
    )
    return Content("\n").join([*lines, Content(text)])


def _trusted(plan: DeployerPlan) -> str:
    who = plan.trusted.split(":", 5)[-1]
    if plan.with_mfa:
        return f"{who}, with MFA"
    if plan.has_mfa is False:
        return f"{who}, without MFA: it has no device with codes"
    return who


def in_use(plan: DeployerPlan, taken: DeployerInUse) -> Content:
    """Say what was done, and how the role is used next time."""
    after = _AFTER.format(profile=f"solarrally-{plan.site}")
    return Content.assemble(
        ("✓ You work with the role now.\n", "bold $text-success"),
        (f"{_done(plan, taken)}\n\n", DIM),
        (f"{taken.snippet}\n\n", "bold"),
        (after, ""),
        (f" {_WITH_CODE}" if plan.mfa_serial else "", DIM),
    )


def _done(plan: DeployerPlan, taken: DeployerInUse) -> str:
    if not taken.changed:
        return "Nothing had to be changed."
    if not plan.exists:
        return f"Made: {plan.name} and its {len(plan.policies)} policies."
    return f"Corrected: {', '.join(taken.changed)}."
