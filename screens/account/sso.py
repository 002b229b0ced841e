"""Sign in with IAM Identity Center: an address and a code here, the rest in a browser."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.keys import Keys
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, sentence
from solarrally_tui.site.regions import why_unknown_region
from solarrally_tui.wizard.accounts import Accounts, SignIn

if TYPE_CHECKING:
    from solarrally_tui.account.credentials.sign_in import AccountRole, Invitation

_URL: Final = re.compile(r"https://[!-~]{1,500}")
_REGION: Final = re.compile(r"[a-z]{2,5}(-[a-z]{1,12}){1,2}-[0-9]{1,2}")
_UNKNOWN_PORTAL: Final = "IAM Identity Center does not know this start URL."
_WHY_UNKNOWN: Final = "No organization has it in this Region."


class SsoScreen(Dialog[Keys | None]):
    """Returns temporary keys, held in memory only. Escape returns None."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.CLOSE,
        keys.COPY,
    ]

    HELP_TEXT: ClassVar[str] = (
        "The start URL is the address at which you sign in to your organization's AWS accounts. "
        "Its Region is where IAM Identity Center was set up.\n\n"
        "AWS shows a code here and asks for it in the browser. Then you choose an account and a "
        "role. The credentials end after some hours and are kept in memory only."
    )

    def __init__(self, accounts: Accounts, start_url: str, region: str) -> None:
        super().__init__()
        self._accounts = accounts
        self._start_url, self._region = start_url, region
        self._sign_in: SignIn | None = None
        self._url = ""
        self._doubted = ""
        """A Region that is not known, which was said once."""
        self._roles: Sequence[AccountRole] = ()

    def compose(self) -> ComposeResult:
        """Show the two questions first."""
        with Vertical(classes="dialog"):
            yield Static("Sign in with IAM Identity Center", classes="dialog-title")
            with Vertical(id="sso-form"):
                yield Label("Start URL of your organization")
                yield LineInput(
                    self._start_url,
                    placeholder="such as https://example.awsapps.com/start",
                    compact=True,
                    id="start-url",
                )
                yield Static(
                    "In the invitation from AWS, and in the address of your access portal.",
                    id="start-url-note",
                )
                yield Label("Region of IAM Identity Center")
                yield LineInput(
                    self._region, placeholder="such as eu-west-1", compact=True, id="sso-region"
                )
            yield Static(id="invitation", classes="dialog-body")
            yield OptionList(id="roles")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Sign in ", compact=True, variant="primary", id="begin")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Begin at the first empty field."""
        self.query_one("#roles").display = False
        self.query_one("#invitation").display = False
        self.query_one("#begin" if self._start_url else "#start-url").focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#begin")
    def begin(self) -> None:
        """Ask for a code, when both answers are there."""
        url, region = (
            self.query_one(f"#{field}", Input).value.strip()
            for field in ("start-url", "sso-region")
        )
        if not _URL.fullmatch(url):
            self._warn("The start URL begins with https://. Your organization's portal shows it.")
            self.query_one("#start-url").focus()
            return
        if not _REGION.fullmatch(region):
            self._warn("Enter a Region, such as eu-west-1. The portal's administrator knows it.")
            self.query_one("#sso-region").focus()
            return
        doubt = why_unknown_region(region)
        if doubt and region != self._doubted:
            self._doubted = region
            self._warn(f"{doubt} Enter again signs in there anyway.")
            self.query_one("#sso-region").focus()
            return
        self.sign_in(url, region)

    @work(group="sso", exclusive=True, exit_on_error=False)
    async def sign_in(self, url: str, region: str) -> None:
        """Show the code, wait for the browser, then list the roles."""
        self._say("Asking IAM Identity Center for a code …")
        self._close_sign_in()
        self._sign_in = self._accounts.sign_in(url, region)
        try:
            invitation = await self._sign_in.start()
            self._invite(invitation)
            await self._sign_in.wait()
            self._say("Signed in. Looking for your accounts …")
            self._list(await self._sign_in.roles())
        except AwsError as error:
            self._explain(error)

    def _invite(self, invitation: "Invitation") -> None:
        self._url = invitation.url_with_code
        self.refresh_bindings()
        self.query_one("#sso-form").display = False
        self.query_one("#begin").display = False
        self._show(
            Content.assemble(
                ("Open this address on any device:\n", ""),
                (f"{invitation.url}\n\n", "bold"),
                ("and compare this code:  ", ""),
                (invitation.code, "bold $primary"),
                (
                    (
                        "\n\nWaiting. The code is valid for "
                        f"{invitation.expires_seconds / 60:.0f} min. "
                        "F6 copies the address with the code."
                    ),
                    DIM,
                ),
            )
        )
        self.query_one("#close").focus()

    def _list(self, roles: "Sequence[AccountRole]") -> None:
        self._roles = roles
        if not roles:
            self._say(
                "You are signed in, but no account is assigned to you. Ask the administrator of "
                "IAM Identity Center."
            )
            return
        self._say("Choose an account and a role.")
        view = self.query_one(OptionList)
        view.display = True
        for number, role in enumerate(roles):
            line = Content.assemble(
                (f"{role.account_name[:24]:<25}", ""), (role.account, DIM), f"  {role.role}"
            )
            view.add_option(Option(line, id=str(number)))
        view.highlighted = 0
        view.focus()

    @on(OptionList.OptionSelected)
    @work(group="sso", exclusive=True, exit_on_error=False)
    async def take(self, event: OptionList.OptionSelected) -> None:
        """Fetch temporary keys of the chosen role and return them."""
        if self._sign_in is None:
            return
        try:
            temporary = await self._sign_in.keys(self._roles[int(event.option_id or 0)])
        except AwsError as error:
            self._explain(error)
            return
        self._close_sign_in()
        self.dismiss(temporary)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to copy the address once there is one."""
        return (
            bool(self._url) if action == "copy_value" else super().check_action(action, parameters)
        )

    def action_copy_value(self) -> None:
        """Copy the address, with the code in it."""
        if self._url:
            self.post_message(Copy("Address", self._url))

    def _explain(self, error: AwsError) -> None:
        plain, detail = error.plain, error.plain.detail
        what, why = plain.what, ""
        if error.operation == "start_device_authorization" and error.kind is Kind.INVALID:
            what, why, detail = _UNKNOWN_PORTAL, f"{_WHY_UNKNOWN}\n", ""
        self.query_one("#sso-form").display = True
        self.query_one("#begin").display = True
        self._show(
            Content.assemble(
                sentence(Severity.WARN, f"{what}\n", bold=True),
                f"{why}Check the start URL and the Region, then try again.",
                (f"\n{detail}" if detail else "", DIM),
            )
        )

    def _warn(self, text: str) -> None:
        self._show(sentence(Severity.WARN, text))

    def _say(self, text: str) -> None:
        self._show(Content(text))

    def _show(self, content: Content) -> None:
        place = self.query_one("#invitation", Static)
        place.display = True
        place.update(content)

    def _close_sign_in(self) -> None:
        if self._sign_in is not None:
            self._sign_in.close()
            self._sign_in = None

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Give up the sign-in."""
        self._close_sign_in()
        self.dismiss(None)
