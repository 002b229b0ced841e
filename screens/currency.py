"""Currency: asks for one and its rate, and shows every amount of the wizard in it."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import capital
from solarrally_tui.screens.frame import StepScreen

_LEAD: Final = (
    "AWS's prices are in USD, and exchange rates are not looked up. Amounts are converted at the "
    "rate that you give; unit prices stay in USD, so that they can be compared with AWS's pages."
)


class CurrencyScreen(Dialog[Money]):
    """Returns the currency that was chosen. Escape leaves it as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]
    CSS_PATH = "currency.tcss"

    def __init__(self, money: Money) -> None:
        super().__init__()
        self._money = money

    def compose(self) -> ComposeResult:
        """Ask for the code and the rate."""
        money = self._money
        with Vertical(classes="dialog"):
            yield Static("Currency", classes="dialog-title")
            yield Static(_LEAD, classes="dialog-body")
            yield Label("Currency, such as EUR", classes="field-label")
            yield LineInput(money.currency, compact=True, id="currency-code", max_length=3)
            yield Label("Units of it for one USD, such as 0.92", classes="field-label")
            rate = str(money.rate) if money.foreign else ""
            yield LineInput(rate, compact=True, id="currency-rate")
            yield Static(Content(money.note), id="currency-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Show ", compact=True, id="show", variant="primary")
                yield Button(" US dollars ", compact=True, id="usd")

    @on(Input.Submitted)
    @on(Button.Pressed, "#show")
    def take(self) -> None:
        """Close with the currency, or say what is wrong with it."""
        code = self.query_one("#currency-code", Input).value.strip()
        rate = self.query_one("#currency-rate", Input).value.strip()
        try:
            money = Money.given(code, "" if code.upper() in {"", "USD"} else rate, None)
        except ValueError as error:
            words = str(error).replace("--rate, the units", "a rate, the units")
            note = self.query_one("#currency-note", Static)
            note.update(Content(Severity.WARN.line(f"{capital(words)}.")))
            self.query_one("#currency-rate", Input).focus()
        else:
            self.dismiss(money)

    @on(Button.Pressed, "#usd")
    def _dollars(self) -> None:
        self.dismiss(Money())

    def action_close(self) -> None:
        """Leave the currency as it is."""
        self.dismiss(self._money)


def choose_currency(step: StepScreen) -> None:
    """Ask for a currency over a step, and show its amounts in the answer."""

    def take(money: Money | None) -> None:
        if money is not None:
            step.session.money = money
            step.show_money()

    step.app.push_screen(CurrencyScreen(step.session.money), take)
