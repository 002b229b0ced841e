"""Quote: asks for the customer, and writes what the site costs as a page to sign."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from solarrally_tui.computer.folders import why_not
from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.paper.content import QuoteRefusedError
from solarrally_tui.pricing.quotes.paper.pdf_page import PdfError
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import capital
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.quotes import Asked, Quoted, Quotes

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.paper.documents import QuoteFormat

_LEAD: Final = (
    "One page to sign, with the price, the architecture, the sizes side by side and what is "
    "included. An annex has every line. No answer leaves this computer."
)
_CUSTOMER: Final = "Customer's name"
_NAMED: Final = "under the customer's name and the day."
_PACKED: Final = 72
"""Columns below which only what must be there has room."""
_NAMES: Final = {"html": "Write HTML", "pdf": "PDF", "md": "Markdown"}


class QuoteScreen(Dialog[str]):
    """Returns where the quote is, or an empty string. Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.QUOTE.key)]
    CSS_PATH = "quote.tcss"

    HELP_TEXT: ClassVar[str] = (
        "The quote is one page for your customer: what the site costs, in three sizes, with its "
        "picture. It is calculated for the answers as they are now.\n\n"
        "A quote that was written before is never replaced: a different one of the same day has a "
        "number in its name.\n\n"
        "The quote file adds what only you know: your name and logo, items of your own, tax and "
        "language. Without one, the quote has AWS's costs alone.\n\n"
        "From a shell: solarrally quote SITE --customer NAME."
    )

    def __init__(self, quotes: Quotes, site: Site, money: Money) -> None:
        super().__init__()
        self._quotes, self._site, self._money = quotes, site, money
        self._path: Path | None = None

    def compose(self) -> ComposeResult:
        """Ask for the customer's name and a quote file."""
        with Vertical(classes="dialog"):
            yield Static("A quote for a customer", classes="dialog-title")
            yield Static(_LEAD, classes="dialog-body")
            yield Label(_CUSTOMER, classes="field-label", id="customer-label")
            yield LineInput(compact=True, id="customer")
            yield Label("Your company, as the seller", classes="field-label")
            yield LineInput(
                self._quotes.seller,
                placeholder="optional; else the page has a line for it",
                compact=True,
                id="seller",
            )
            yield Label("Quote file: address, logo, items, tax, language", classes="field-label")
            yield LineInput(
                self._quotes.quote_file,
                placeholder="optional, such as quote.toml",
                compact=True,
                id="quote-file",
            )
            yield Static(Content(self._planned("")), id="quote-note")
            with Horizontal(classes="dialog-buttons"):
                for form in self._quotes.formats:
                    button = Button(f" {_NAMES[form]} ", id=form, compact=True, classes="form")
                    button.variant = "primary" if form == "html" else "default"
                    yield button
                yield Button(" Open ", id="open", compact=True, disabled=True)
                yield Button(" Close ", id="close", compact=True)

    def on_resize(self) -> None:
        """Leave room for the last button."""
        self.set_class(self.app.size.width < _PACKED, "-packed")

    def _planned(self, customer: str) -> str:
        """Return where the quote will be; a quote file may name the customer, or another day.

        As many lines with a name as without one: the dialog does not move while it is typed.
        """
        named = f"as {self._quotes.planned(customer)}" if customer.strip() else _NAMED
        return f"It is written to {self._quotes.folder}\n{named}"

    @on(Input.Changed)
    def _typed(self) -> None:
        """What was wrong, or was written, is of what was typed before."""
        self._note(self._planned(self.query_one("#customer", Input).value), "")
        self._label(_CUSTOMER, wrong=False)
        self._prefer_open(is_written=False)

    @on(Input.Submitted, "#customer")
    @on(Input.Submitted, "#seller")
    @on(Input.Submitted, "#quote-file")
    def _page(self) -> None:
        self.write("html")

    @on(Button.Pressed, ".form")
    def _form(self, event: Button.Pressed) -> None:
        self.write(next(form for form in self._quotes.formats if form == event.button.id))

    @work(group="quote", exclusive=True, exit_on_error=False)
    async def write(self, form: "QuoteFormat") -> None:
        """Write the quote and show where it is, or what is wrong."""
        name = self.query_one("#customer", Input).value
        seller = self.query_one("#seller", Input).value
        quote_file = self.query_one("#quote-file", Input).value
        try:
            asked = Asked(self._site, name, quote_file, seller, self._money)
            quoted = await self._quotes.write(asked, form)
        except ValueError as error:
            text = f"{capital(str(error).rstrip('.'))}."
            if name.strip():
                self._wrong(text)
            else:
                self._label(Severity.WARN.line(text), wrong=True)
            self.query_one("#customer", Input).focus()
        except QuoteRefusedError as error:
            self._wrong(str(error))
        except PdfError as error:
            self._wrong(f"{capital(str(error))}.")
        except OSError as error:
            self._wrong(f"Not written to {self._quotes.folder}. {why_not(error)}")
        else:
            self._path = quoted.path
            self._note(Severity.OK.line(_said(quoted)), "-done")
            self._prefer_open(is_written=True)
            self.query_one("#open", Button).focus()

    def _prefer_open(self, *, is_written: bool) -> None:
        """Let the button stand out that comes next: Open once there is what was asked for."""
        opens, writes = self.query_one("#open", Button), self.query_one("#html", Button)
        opens.disabled = not self._path
        opens.variant = "primary" if is_written else "default"
        writes.variant = "default" if is_written else "primary"

    def _label(self, text: str, *, wrong: bool) -> None:
        """Say above the first field what it is, or what it lacks."""
        label = self.query_one("#customer-label", Label)
        label.set_class(wrong, "-wrong")
        label.update(text)

    def _wrong(self, text: str) -> None:
        self._note(Severity.WARN.line(text), "-wrong")

    def _note(self, text: str, tone: str) -> None:
        note = self.query_one("#quote-note", Static)
        note.set_classes(tone)
        note.update(Content(text))

    @on(Button.Pressed, "#open")
    def _open(self) -> None:
        if self._path:
            # Without a browser nothing happens; the note says where the file is.
            self.app.open_url(self._path.absolute().as_uri())

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close, and return where the last quote is."""
        self.dismiss(str(self._path or ""))


def _said(quoted: Quoted) -> str:
    """Return where a quote is, and what it did to the files that were there."""
    if not quoted.is_new:
        return f"The same quote is already in {quoted.path}"
    stays = f" {quoted.earlier.name} is different and stays." if quoted.earlier else ""
    return f"The quote is in {quoted.path}{stays}"


def offer(step: StepScreen) -> None:
    """Ask for the customer over a step of the wizard, or show why there is no price to quote."""
    try:
        site = step.session.site.draft.site_for_prices()
    except SiteError:
        step.say("No price to quote while an answer is not valid.", "warning")
        return
    step.app.push_screen(QuoteScreen(step.session.services.quotes, site, step.session.money))
