"""Buy a domain: the price, then the owner, then a typed confirmation, then the order."""

from decimal import Decimal
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.domains.registration import Contact, Offer, Order, Progress, refusal
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import READ_ONLY, mark
from solarrally_tui.screens.domain.contact import ContactForm, in_words
from solarrally_tui.wizard.domains import Domains

CHECK_SECONDS: Final = 10.0

_PRIVATE: Final = (
    "Registries require these details. They go only to AWS, are hidden from the public, and are "
    "not stored on this computer."
)


class BuyScreen(Dialog[bool]):
    """Returns True when the domain is registered by now."""

    CSS_PATH = "domain_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    HELP_TEXT: ClassVar[str] = (
        "AWS registers the domain in your name for a year. The price is Amazon's, is charged at "
        "once, and is not refunded. The registry needs an owner's address and sends an e-mail to "
        "confirm it.\n\n"
        "The domain renews automatically each year until you switch that off in Route 53. Destroy "
        "does not delete it: it is yours."
    )

    def __init__(self, domains: Domains, domain: str, *, read_only: bool) -> None:
        super().__init__()
        self._domains, self._domain, self._read_only = domains, domain, read_only
        self._offer: Offer | None = None
        self._order: Order | None = None

    def compose(self) -> ComposeResult:
        """Show the price, the form and the order, one after the other."""
        with Vertical(classes="dialog"):
            yield Static(Content(f"Buy {self._domain}"), classes="dialog-title")
            yield Static(id="price", classes="dialog-body")
            yield ContactForm()
            yield Static(id="said")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Buy … ", id="buy", compact=True, variant="primary")
                yield Button(" Close ", id="close", compact=True)

    def on_mount(self) -> None:
        """Ask before anything is typed."""
        self._form(shown=False)
        self._put("#price", Content(""))
        self.set_interval(CHECK_SECONDS, self._check_again)
        self.ask()

    def _form(self, *, shown: bool) -> None:
        self.query_one(ContactForm).display = shown
        self.query_one("#buy").display = shown
        self.query_one("#contact-first" if shown else "#close").focus()

    # Price

    @work(group="registrar", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """Ask for a pending order, then for availability and price."""
        self._say("Asking Route 53 …")
        try:
            order = await self._domains.newest_order(self._domain)
            if order is not None and order.progress is not Progress.FAILED:
                self._show_order(order)
                return
            self._show_offer(await self._domains.offer(self._domain))
        except AwsError as error:
            self._refuse(error)

    def _show_offer(self, offer: Offer) -> None:
        self._offer = offer
        self._say("")
        if not offer.can_be_bought:
            self._put("#price", Content(Severity.WARN.line(offer.why_not)))
            return
        told = f"{self._domain} is available. {_prices(offer)}\n{_PRIVATE}"
        self._put("#price", Content(Severity.OK.line(told)))
        if self._read_only:
            self._say(READ_ONLY)
            return
        self._form(shown=True)

    # Order

    @on(Button.Pressed, "#buy")
    @on(Input.Submitted, "#contact-country")
    def buy(self) -> None:
        """Check the details and ask for a typed confirmation."""
        if self._offer is None or not self.query_one("#buy").display:
            return
        contact = self.query_one(ContactForm).contact()
        if isinstance(contact, str):
            self._put("#said", in_words(contact))
            return
        self.confirm(self._offer, contact)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id != "contact-country":
            self.focus_next()

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def confirm(self, offer: Offer, contact: Contact) -> None:
        """Buy only after the domain was typed."""
        text = (
            f"This buys {self._domain}. {_prices(offer)} AWS charges it at once and refunds "
            "nothing. The domain renews automatically until you switch that off in Route 53."
        )
        question = TypedScreen(
            f"Buy {self._domain} for {_money(offer.price, offer.currency)}?",
            text,
            self._domain,
            yes="Buy",
            no="Do not buy",
        )
        if await self.app.push_screen_wait(question):
            self.order(contact)

    @work(group="registrar", exclusive=True, exit_on_error=False)
    async def order(self, contact: Contact) -> None:
        """Buy the domain, once."""
        self.query_one("#buy").display = False
        self._say("Ordering …")
        try:
            order = await self._domains.buy(self._domain, contact)
        except AwsError as error:
            self.query_one("#buy").display = True
            self._refuse(error)
            return
        self._show_order(order)

    def _show_order(self, order: Order) -> None:
        self._order = order
        self.query_one(ContactForm).forget()
        self._form(shown=False)
        self._put("#price", Content.assemble(mark(order.progress), (order.words, "")))
        more = "You can close this; the order continues. F5 on the Domain screen checks again."
        self._say(more if order.progress is Progress.RUNNING else "")

    def _check_again(self) -> None:
        if self._order is not None and self._order.progress is Progress.RUNNING:
            self.follow()

    @work(group="registrar", exclusive=True, exit_on_error=False)
    async def follow(self) -> None:
        """Ask how far the order is. Without an answer nothing changes."""
        try:
            order = await self._domains.newest_order(self._domain)
        except AwsError:
            return
        if order is not None:
            self._show_order(order)

    def _refuse(self, error: AwsError) -> None:
        own = error.kind in {Kind.INVALID, Kind.OTHER}
        text = refusal(error) if own else f"{error.plain.what} {in_the_wizard(error.plain.next)}"
        self._put("#said", Content(Severity.FAIL.line(text)))

    def _say(self, text: str) -> None:
        self._put("#said", Content(text))

    def _put(self, place: str, content: Content) -> None:
        """Show a text; an empty one leaves no empty line."""
        shown = self.query_one(place, Static)
        shown.update(content)
        shown.display = bool(content.plain)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close. A pending order continues."""
        done = self._order is not None and self._order.progress is Progress.DONE
        self.query_one(ContactForm).forget()
        self.dismiss(done)


def _prices(offer: Offer) -> str:
    first = _money(offer.price, offer.currency)
    later = f", then {_money(offer.renewal, offer.currency)} a year" if offer.renewal else ""
    return f"It costs {first} for the first year{later}."


def _money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return "an unknown amount"
    return f"${amount:,.2f}" if currency == "USD" else f"{amount:,.2f} {currency}"
