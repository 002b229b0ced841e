"""The way to a first AWS account: a list of steps, of which this screen checks what it can."""

from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.screens.ports import Services, Who
from solarrally_tui.screens.words import DIM

LOOK_SECONDS: Final = 5.0
URL: Final = "https://aws.amazon.com/free"
_BY_HAND: Final = (
    ("Open an account", (f"{URL}, Create account. It takes an e-mail address, a phone and a card. "
     "New accounts get credits for some months; choose the paid plan for a site that shall stay.")),
    ("Protect it", "Sign in as the root user once and switch on MFA. Make no access key there."),
    ("Make a user for yourself", ("IAM Identity Center is best. Give it the policies that "
     "solarrally policy deploy prints, or AdministratorAccess for a first try.")),
)  # fmt: skip


class GuideScreen(ModalScreen[bool]):
    """Returns True once somebody is signed in and the person goes on."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("f5", "look", "Check again"),
        Binding("f6", "copy", "Copy address"),
    ]

    def __init__(self, services: Services, region: str) -> None:
        super().__init__()
        self._services = services
        self._region = region
        self._who: Who | None = None

    def compose(self) -> ComposeResult:
        """Show the steps."""
        with Vertical(classes="dialog"):
            yield Static("Your first AWS account", classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="steps-body"):
                yield Static(id="steps")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Check again ", compact=True, variant="primary", id="look")
                yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Look now and every few seconds."""
        self._draw()
        self.set_interval(LOOK_SECONDS, self.look)
        self.look()

    @on(Button.Pressed, "#look")
    def action_look(self) -> None:
        """Check again now."""
        if self._who is not None:
            self.dismiss(True)
        self.look()

    @work(group="guide", exclusive=True, exit_on_error=False)
    async def look(self) -> None:
        """Ask AWS whether somebody is signed in by now."""
        try:
            self._who = await self._services.who(self._region, fresh=True)
        except AwsError:
            self._who = None
        self._draw()

    def _draw(self) -> None:
        self.query_one("#steps", Static).update(steps(self._who))
        self.query_one("#look", Button).label = " Go on " if self._who else " Check again "

    def action_copy(self) -> None:
        """Copy the address where accounts are made."""
        self.app.copy_to_clipboard(URL)
        self.notify("Copied the address.")

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the account screen."""
        self.dismiss(self._who is not None)


def steps(who: Who | None) -> Content:
    """Return the steps: done by hand first, then those that are checked here."""
    there = who is not None
    better = who is not None and not who.is_root
    lines = [_step(there, title, text) for title, text in _BY_HAND]
    lines.append(
        _step(there, "Sign in on this computer", "Run aws login in another terminal (AWS CLI 2.32 "
              "or newer), or close this and choose IAM Identity Center. It is seen here.")
    )  # fmt: skip
    seen = f"You are {who.arn.rsplit(':', 1)[-1]} of account {who.account}." if who else ""
    lines.append(_step(better, "Not as the root user", seen or "Checked once you are signed in."))
    return Content("\n").join(lines)


def _step(done: bool, title: str, text: str) -> Content:
    glyph, style = ("✓", "$text-success") if done else ("○", DIM)
    return Content.assemble((f"{glyph} ", style), (f"{title}\n", "bold"), (f"  {text}", DIM))
