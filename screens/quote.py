"""Quote: asks for the customer, and writes what the site costs as a page to hand over."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.money import capital
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.quotes import Quotes

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.quote_file import QuoteFormat

_LEAD = (
    "What this site costs a month, line by line, with the assumptions, what is not included and "
    "the date of the prices. The quote is valid for 30 days. No answer leaves this computer."
)


class QuoteScreen(Dialog[str]):
    """Returns where the quote is, or an empty string. Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("f4")]
    CSS_PATH = "quote.tcss"

    def __init__(self, quotes: Quotes, site: Site) -> None:
        super().__init__()
        self._quotes, self._site = quotes, site
        self._path = ""

    def compose(self) -> ComposeResult:
        """Ask for the customer's name."""
        with Vertical(classes="dialog"):
            yield Static("A quote for a customer", classes="dialog-title")
            yield Static(_LEAD, classes="dialog-body")
            yield Label("Customer's name", classes="field-label")
            yield Input(compact=True, id="customer")
            yield Static(Content(f"It is written to {self._quotes.folder}"), id="quote-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Write HTML ", id="html", compact=True, variant="primary")
                yield Button(" Write Markdown ", id="md", compact=True)
                yield Button(" Close ", id="close", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#html")
    def _page(self) -> None:
        self.write("html")

    @on(Button.Pressed, "#md")
    def _markdown(self) -> None:
        self.write("md")

    @work(group="quote", exclusive=True, exit_on_error=False)
    async def write(self, form: "QuoteFormat") -> None:
        """Write the quote and show where it is, or what is wrong."""
        name = self.query_one("#customer", Input).value
        try:
            path = await self._quotes.write(self._site, name, form)
        except ValueError as error:
            self._note(Severity.WARN.line(f"{capital(str(error))}."), "-wrong")
            self.query_one("#customer", Input).focus()
        except OSError as error:
            reason = error.strerror or str(error)
            text = f"Not written to {self._quotes.folder}: {reason}."
            self._note(Severity.WARN.line(text), "-wrong")
        else:
            self._path = str(path)
            self._note(Severity.OK.line(f"The quote is in {path}"), "-done")
            self.query_one("#close", Button).focus()

    def _note(self, text: str, tone: str) -> None:
        note = self.query_one("#quote-note", Static)
        note.set_classes(tone)
        note.update(Content(text))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close, and return where the last quote is."""
        self.dismiss(self._path)


def offer(step: StepScreen) -> None:
    """Ask for the customer over a step of the wizard, or show why there is no price to quote."""
    try:
        site = step.session.site.draft.site_for_prices()
    except SiteError:
        step.say("No price to quote while an answer is not valid.", "warning")
        return
    step.app.push_screen(QuoteScreen(step.session.services.quotes, site))
