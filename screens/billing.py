"""Billing alerts: who is told, from which cost on, about surprises, and whether it arrives."""

from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from solarrally_tui.account.billing_alerts import AlertDelivery, Delivery, delivery_finding
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.interview.steps import question
from solarrally_tui.screens.common.money import budget_is_missing, proposed_budget
from solarrally_tui.screens.common.words import READ_ONLY
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.findings import Findings
from solarrally_tui.site.problems import Problem
from solarrally_tui.wizard.session import Session

_EMAIL: Final = "alerts.email"
_BUDGET: Final = "alerts.monthly_budget_usd"
_PERCENTS: Final = ("alerts.warn_percent", "alerts.forecast_percent")
_ANOMALY: Final = "alerts.anomaly_detection"
_ALARM: Final = "alerts.billing_alarm"
_TYPE_IT: Final = "Type a budget: prices are missing here, so none can be worked out."
_HEADING: Final = "Whether alerts arrive"


class BillingScreen(StepScreen):
    """Asks for the e-mail, the budget and what else watches the bill; proves that mails arrive."""

    STEP: ClassVar[str] = "billing"
    CSS_PATH = "billing.tcss"
    TITLE_TEXT: ClassVar[str] = "Billing alerts"
    PLACED: ClassVar = frozenset({_EMAIL, _BUDGET, *_PERCENTS, _ANOMALY, _ALARM})
    LEAD: ClassVar[str] = "AWS bills by use. These make sure that no bill is a surprise."
    ABOUT: ClassVar[bool] = False
    AUTO_FOCUS = "#field-alerts-email Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "test_mail", "Test mail"),
        Binding("f4", "confirm_again", "Confirm again"),
        Binding("f5", "look", "Check again"),
    ]
    HELP_TEXT: ClassVar[str] = (
        "E-mail: AWS sends a confirmation to this address. Alerts arrive only after somebody has "
        "clicked the link in it. The same address is told when the site is unwell.\n\n"
        "Budget: about once a day AWS compares your bill with it, and writes to you when the "
        "bill, or its forecast, is above the percentages. A budget warns. It does not switch "
        "anything off. Left empty it follows the high estimate of the size that you choose.\n\n"
        "Unusual spending: AWS learns what you usually spend and tells you about days that do "
        "not fit. An account has one monitor for that; one that is there is used.\n\n"
        "Whether alerts arrive: once the site is deployed, F2 sends a test message to everybody "
        "who has confirmed, and F4 lets AWS send its confirmation again. F5 looks again.\n\n"
        "All of it can be changed later."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._alerts: AlertDelivery | None = None

    def body(self) -> ComposeResult:
        """Ask the questions, and say below them whether alerts arrive."""
        yield self.ask(_EMAIL)
        proposed = proposed_budget(self.session)
        yield self.ask(_BUDGET, f"{proposed} (the high estimate)" if proposed else "")
        with Horizontal(id="percents"):
            for path in _PERCENTS:
                yield self.ask(path)
        yield self.ask(_ANOMALY)
        if self._asked(_ALARM):
            yield self.ask(_ALARM)
        yield Findings(id="findings")

    def on_mount(self) -> None:
        """Say where the budget cannot be proposed, and look whether alerts arrive."""
        if budget_is_missing(self.session):
            self._field(_BUDGET).set_hint(_TYPE_IT)
        self.action_look()

    def _asked(self, path: str) -> bool:
        found = question(path)
        return found is not None and (found.when is None or found.when(self.site.draft))

    def _field(self, path: str) -> Field:
        return next(field for field in self.query(Field) if field.path == path)

    # Answers

    def check_fields(self) -> bool:
        """Ask for a budget too where none can be worked out: the deployment would refuse."""
        if not super().check_fields():
            return False
        if not budget_is_missing(self.session):
            return True
        budget = self._field(_BUDGET)
        budget.show_problem(Problem(_BUDGET, _TYPE_IT, f"{_BUDGET} = 90"))
        self.say("A budget is needed here.", "warning")
        budget.input.focus()
        return False

    def take(self, field: Field, text: str) -> None:
        """Write what was typed; an empty number means the proposed or usual one."""
        empty = field.path in {_BUDGET, *_PERCENTS} and not text.strip()
        self.site.draft.set(field.path, None if empty else text.strip())

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        """Enter in the budget goes on: the percentages below it have good values."""
        if event.field.path == _BUDGET:
            event.prevent_default()
            self.action_next()
        elif event.field.path == _EMAIL:
            self.action_look()

    # Whether alerts arrive

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the keys that send mails where there is something to send."""
        delivery = self._alerts.delivery if self._alerts else Delivery.NOT_YET
        if action == "test_mail":
            return delivery is Delivery.CONFIRMED
        if action == "confirm_again":
            return delivery in {Delivery.PENDING, Delivery.MISSING}
        return super().check_action(action, parameters)

    @property
    def _place(self) -> tuple[str, str]:
        """The site and its Region, of which the topic is looked for."""
        draft = self.site.draft
        return self.site.deployed or draft.name, draft.text("region")

    @property
    def _email(self) -> str:
        return self.site.draft.text(_EMAIL).strip()

    def action_look(self) -> None:
        """Look whether alerts arrive."""
        if self.session.who is None:
            told = (delivery_finding(Delivery.NOT_YET, self._email),)
            self.query_one(Findings).put(f"{_HEADING}. Nobody is signed in to AWS.", told)
        else:
            self.look()

    @work(group="alerts", exclusive=True, exit_on_error=False)
    async def look(self, done: str = "") -> None:
        """Ask AWS for the subscriptions, the monitor and the billing metrics.

        done: what was done just now, which stays beside the buttons.
        """
        place = self.query_one(Findings)
        place.wait()
        try:
            self._alerts = await self.session.services.billing.alerts(*self._place, self._email)
        except AwsError as error:
            self._alerts = None
            place.say(f"Whether alerts arrive is not known. {error.plain.what}")
        else:
            place.put(f"{_HEADING}. F5 looks again.", self._alerts.findings)
            if not done:
                self._warn(self._alerts)
        self.refresh_bindings()

    def _warn(self, alerts: AlertDelivery) -> None:
        """Say beside the buttons what stands below the questions, where it matters."""
        if alerts.delivery is Delivery.PENDING:
            self.say(f"{alerts.email} has not confirmed. See below.", "warning")
        elif alerts.delivery is Delivery.MISSING and alerts.email:
            self.say("Alerts do not reach this address. See below.", "warning")
        else:
            self.say("")

    def action_test_mail(self) -> None:
        """Send a test message."""
        self.send("A test message is on its way. Look into the mailbox.", again=False)

    def action_confirm_again(self) -> None:
        """Let AWS send its confirmation again."""
        self.send("AWS sends its confirmation again. Click the link, then F5.", again=True)

    @work(group="mail", exclusive=True, exit_on_error=False)
    async def send(self, done: str, *, again: bool) -> None:
        """Make AWS send a mail, and say so."""
        billing = self.session.services.billing
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        self.say("Asking AWS to send it …")
        try:
            if again:
                await billing.resend_confirmation(*self._place, self._email)
            else:
                await billing.send_test(*self._place)
        except AwsError as error:
            self.say(f"{error.plain.what} {error.plain.next}", "error")
            return
        self.say(done, "success")
        if again:
            self.look(done)
