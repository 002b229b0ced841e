"""Account: who we are in AWS, and the Region."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Label, Select, Static

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.ports import Who
from solarrally_tui.screens.regions import region_options
from solarrally_tui.screens.words import DIM, SOURCES


class AccountScreen(StepScreen):
    """Shows the identity and asks for the Region."""

    STEP: ClassVar[str] = "account"
    CSS_PATH = "account.tcss"
    TITLE_TEXT: ClassVar[str] = "AWS account and Region"
    LEAD: ClassVar[str] = "The wizard uses the AWS sign-in that this computer already has."
    PLACED: ClassVar = frozenset({"region"})
    AUTO_FOCUS = "#region"
    BINDINGS: ClassVar = [("f5", "retry", "Sign in again")]
    HELP_TEXT: ClassVar[str] = (
        "The wizard looks for AWS credentials where every AWS tool does: environment variables, "
        "profiles, single sign-on, aws login, or the role of the machine. It stores none of "
        "them.\n\n"
        "If nobody is signed in, run aws login or set AWS_PROFILE in another terminal and press "
        "F5 here.\n\n"
        "The Region is where the servers stand. Choose one near your chargers. Prices differ a "
        "little. A site stays in its Region; to move it, make a new one."
    )

    def body(self) -> ComposeResult:
        """Show the identity card and the list of Regions."""
        yield Static(id="identity", classes="card")
        yield Button(" Try again ", id="retry", compact=True)
        yield Label("Region", classes="field-label")
        chosen = self.session.draft.text("region")
        yield Select(
            region_options(chosen), value=chosen, allow_blank=False, compact=True, id="region"
        )
        yield Static(
            "Where the servers stand, near your chargers. It cannot be changed later.",
            classes="field-note",
        )

    def on_mount(self) -> None:
        """Show who we are, or find out."""
        self.query_one("#retry").display = False
        if self.session.who is not None:
            self._show(self.session.who)
        else:
            self.sign_in()

    @work(group="identity", exclusive=True, exit_on_error=False)
    async def sign_in(self, fresh: bool = False) -> None:
        """Ask AWS who we are; a new try reads the credentials again."""
        self.query_one("#identity", Static).update("Asking AWS who you are …")
        region = self.session.draft.text("region")
        try:
            who = await self.session.services.who(region, fresh=fresh)
        except AwsError as error:
            self._explain(error.plain)
            return
        self.session.who, self.session.trouble = who, None
        self._show(who)

    def _show(self, who: Who) -> None:
        user = who.arn.rsplit(":", 1)[-1]
        lines = [
            Content.assemble(("✓ Signed in", "bold $text-success")),
            _row("Account", who.account),
            _row("As", "root user" if who.is_root else user),
            _row("From", SOURCES.get(who.source, who.source or "unknown")),
        ]
        if who.is_root:
            warning = "▲ This is the root user. Better: a role that may do just this work."
            lines.append(Content.styled(warning, "$text-warning"))
        card = self.query_one("#identity", Static)
        card.remove_class("-trouble")
        card.update(Content("\n").join(lines))
        self.query_one("#retry").display = False
        self.say("")
        self.refresh_frame()

    def _explain(self, plain: Plain) -> None:
        self.session.who, self.session.trouble = None, plain
        card = self.query_one("#identity", Static)
        card.add_class("-trouble")
        card.update(
            Content("\n").join(
                [
                    Content.assemble((f"✗ {plain.what}", "bold $text-error")),
                    Content(plain.why),
                    Content.styled(plain.next, "bold"),
                    Content.styled(plain.detail, DIM),
                ]
            )
        )
        self.query_one("#retry").display = True
        self.refresh_frame()

    @on(Select.Changed, "#region")
    def _region_chosen(self, event: Select.Changed) -> None:
        self.session.draft.set("region", str(event.value))
        self.refresh_frame()

    @on(Button.Pressed, "#retry")
    def action_retry(self) -> None:
        """Look for credentials again."""
        self.sign_in(fresh=True)

    def leave(self) -> None:
        """Go on, also without an account: sizes and prices need none."""
        if self.session.who is None:
            self.notify("You can see sizes and prices now. Deploy needs an AWS account.")
        super().leave()


def _row(name: str, value: str) -> Content:
    return Content.assemble((f"{name:<9}", DIM), (value, ""))
