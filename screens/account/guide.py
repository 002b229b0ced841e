"""The steps to a first AWS account, or away from its root user, each checked in AWS."""

import textwrap
from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import StepState
from solarrally_tui.screens.account.words import OWN_USER
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.services import Services

CHECK_SECONDS: Final = 5.0
URL: Final = "https://aws.amazon.com/free"
_INDENT: Final = "  "
"""Before the lines below the title of a step."""
_LEAST: Final = 40
"""Columns of a line at least, also before the width is known."""
_NEW: Final = "Your first AWS account"
_WHY_ROOT: Final = (
    "You can deploy as the root user. AWS recommends a user of your own, in IAM Identity Center: "
    "its keys expire, and it can take a deployer role. These steps lead there."
)
_STEPS: Final = (
    (
        "account",
        "Open an account",
        f"{URL}, Create account. It takes an e-mail address, a phone and a card.",
    ),
    (
        "plan",
        "Choose the paid plan",
        "When the free plan ends, AWS closes the account. Credits count in both plans.",
    ),
    (
        "root",
        "Protect the root user",
        (
            "Sign in as the root user once: your account's menu, Security credentials, MFA. Create "
            "no access key there."
        ),
    ),
    (
        "bill",
        "Let others see the bill",
        (
            "As the root user: your account's menu, Account, IAM user and role access to Billing "
            "information."
        ),
    ),
    (
        "user",
        "Create a user for yourself",
        (
            "IAM Identity Center, Enable, Users. Give the user the permission set "
            "AdministratorAccess for the first deployment; the policies that solarrally policy "
            "deploy prints are enough later."
        ),
    ),
    (
        "signed-in",
        "Sign in on this computer",
        (
            "As that user: Other credentials, IAM Identity Center, or run aws login in another "
            "terminal (AWS CLI 2.32 or newer). This screen notices it."
        ),
    ),
)


class GuideScreen(Dialog[bool]):
    """Returns True once somebody is signed in and the person continues."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        keys.REFRESH,
        keys.COPY,
    ]

    def __init__(self, services: Services, region: str, *, root: bool = False) -> None:
        """root: whether this is about leaving the root user, who is signed in."""
        super().__init__()
        self._services = services
        self._region = region
        self._root = root
        self._who: Who | None = None
        self._findings: dict[str, Finding] = {}

    def compose(self) -> ComposeResult:
        """Show the steps."""
        with Vertical(classes="dialog"):
            yield Static(OWN_USER if self._root else _NEW, classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="steps-body"):
                yield Static(id="steps")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Check again ", compact=True, variant="primary", id="look")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Check now and every few seconds."""
        self._draw()
        self.set_interval(CHECK_SECONDS, self.check)
        self.check()

    @property
    def _done(self) -> bool:
        return self._who is not None and not (self._root and self._who.is_root)

    @on(Button.Pressed, "#look")
    def action_check_again(self) -> None:
        """Check again now, or continue when there is nothing left to check."""
        if self._done:
            self.dismiss(True)
        self.check(everything=True)

    @work(group="guide", exclusive=True, exit_on_error=False)
    async def check(self, everything: bool = False) -> None:
        """Ask AWS who is signed in by now, and for the rest when that changed or on demand."""
        before = self._who
        try:
            self._who = await self._services.who(self._region, fresh=True)
            if everything or before != self._who:
                findings = await self._services.accounts.first_steps()
                self._findings = {finding.id: finding for finding in findings}
        except AwsError:
            self._who, self._findings = None, {}
        self._draw()

    def on_resize(self) -> None:
        """Use the new width, once it is known."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        place = self.query_one("#steps", Static)
        listed = steps(self._who, self._findings, place.size.width)
        lead = [Content(_WHY_ROOT), Content()] if self._root else []
        place.update(Content("\n").join([*lead, listed]))
        self.query_one("#look", Button).label = " Continue " if self._done else " Check again "

    def action_copy_value(self) -> None:
        """Copy the address where accounts are created."""
        self.post_message(Copy("Address", URL))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the account screen."""
        self.dismiss(self._who is not None)


def steps(who: Who | None, findings: Mapping[str, Finding], columns: int) -> Content:
    """Return the steps in so many columns, each with what AWS reports about it now."""
    known = dict(findings)
    if who is not None:
        line = f"You are {'the ' if who.is_root else ''}{who.name} of account {who.account}."
        known["account"] = Finding("account", "", Severity.OK, f"Account {who.account}.")
        severity = Severity.WARN if who.is_root else Severity.OK
        known["signed-in"] = Finding("signed-in", "", severity, line)
    return Content("\n").join(
        _step(known.get(id_), title, text, columns) for id_, title, text in _STEPS
    )


def _step(finding: Finding | None, title: str, text: str, columns: int) -> Content:
    """Return a step: what to do while it is open, what AWS reports once it is asked."""
    lines = [
        Content.assemble(mark(finding.severity if finding else StepState.OPEN), (title, "bold"))
    ]
    if finding and finding.line:
        lines.append(Content(_below(finding.line, columns)))
    if finding is None or finding.severity is not Severity.OK:
        lines.append(Content.styled(_below(text, columns), DIM))
    return Content("\n").join(lines)


def _below(text: str, columns: int) -> str:
    """Return a text whose lines begin below the title of its step."""
    return textwrap.fill(
        text, max(columns, _LEAST), initial_indent=_INDENT, subsequent_indent=_INDENT
    )
