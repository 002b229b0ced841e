"""Billing alerts: who is notified, from which cost on, and whether alerts arrive."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from solarrally_tui.account.billing_alerts import AlertDelivery, Delivery, delivery_finding
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.billing_words import emails, example
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.money import budget_is_missing, proposed_budget
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import READ_ONLY
from solarrally_tui.screens.frame import SIGN_IN, StepScreen
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.findings import Findings, Signs, in_detail
from solarrally_tui.site.problems import Problem
from solarrally_tui.wizard.session import Session

_EMAIL: Final = "alerts.email"
_BUDGET: Final = "alerts.monthly_budget_usd"
_PERCENTS: Final = ("alerts.warn_percent", "alerts.forecast_percent")
_TYPE_IT: Final = "Enter a budget: this program has no prices of this Region to estimate one."
_HEADING: Final = "Do alerts arrive?"


class BillingScreen(StepScreen):
    """Asks for the e-mail, the budget and what else watches the bill, and tests the e-mail."""

    STEP: ClassVar[str] = "billing"
    CSS_PATH = "billing.tcss"
    TITLE_TEXT: ClassVar[str] = "Billing alerts"
    PLACED: ClassVar = frozenset({_EMAIL, _BUDGET, *_PERCENTS})
    LEAD: ClassVar[str] = "You get an e-mail when AWS's monthly bill comes close to your budget."
    ABOUT: ClassVar[bool] = False
    BESIDE: ClassVar[str] = (
        "A budget warns. It switches nothing off.\n\n"
        "F3 shows all that AWS reports about alerts, F5 checks again."
    )
    AUTO_FOCUS = "#field-alerts-email Input"
    BUTTONS: ClassVar = (keys.SEND, SIGN_IN)
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.SEND,
        keys.DETAILS,
        keys.REFRESH,
    ]
    HELP_TEXT: ClassVar[str] = (
        "AWS compares your bill with the budget about once a day. A budget warns. It switches "
        "nothing off.\n\n"
        "An account has one monitor for unusual spending; an existing one is used.\n\n"
        "Do alerts arrive: once the site is deployed, Send e-mail sends a test message to everyone "
        "who has confirmed. Before that, it lets AWS send its confirmation again. F3 shows all "
        "that AWS reports, F5 checks again."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._alerts: AlertDelivery | None = None

    def body(self) -> ComposeResult:
        """Ask the questions, and show below them whether alerts arrive."""
        yield self.ask(_EMAIL)
        proposed = proposed_budget(self.session)
        yield self.ask(_BUDGET, f"{proposed} (the high estimate)" if proposed else "")
        with Horizontal(id="percents"):
            for path in _PERCENTS:
                yield self.ask(path)
        yield from self.rest()
        yield Findings(self.STEP)
        yield from self.more()

    def on_mount(self) -> None:
        """Show where no budget can be proposed, and check whether alerts arrive."""
        if budget_is_missing(self.session):
            self._field(_BUDGET).set_hint(_TYPE_IT)
        self.action_check_again()

    def facts(self) -> Sequence[Table]:
        """List the e-mails, and show one."""
        draft = self.site.draft
        typed, budget = draft.text(_BUDGET).strip(), None
        if not draft.problems_in((_BUDGET,)):
            budget = Decimal(typed) if typed else proposed_budget(self.session)
        budget = Decimal(budget) if budget else None
        shown = example(draft, budget)
        return (emails(draft, budget), *((shown,) if shown else ()))

    def _field(self, path: str) -> Field:
        return next(field for field in self.query(Field) if field.path == path)

    # Answers

    def check_fields(self) -> bool:
        """Ask for a budget where none can be estimated: the deployment would refuse."""
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
        """Enter in the budget continues: the percentages below it have good values."""
        if event.field.path == _BUDGET:
            event.prevent_default()
            self.action_next()
        elif event.field.path == _EMAIL:
            self.action_check_again()

    # Whether alerts arrive

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to send e-mail where there is something to send."""
        if action == "details":
            return self._alerts is not None
        if action == "send_mail":
            return self._alerts is not None and self._alerts.delivery is not Delivery.NOT_YET
        return super().check_action(action, parameters)

    @property
    def _place(self) -> tuple[str, str]:
        """The site and its Region, which name the topic."""
        draft = self.site.draft
        return self.site.deployed or draft.name, draft.text("region")

    @property
    def _signs(self) -> Signs:
        """Alerts that Deploy sets up are not unknown before it has: they wait."""
        is_there = self._alerts is not None and self._alerts.delivery is not Delivery.NOT_YET
        return {} if is_there else {"delivery": State.WAITING}

    @property
    def _email(self) -> str:
        return self.site.draft.text(_EMAIL).strip()

    def action_check_again(self) -> None:
        """Check whether alerts arrive."""
        if self.session.who is None:
            findings = (delivery_finding(Delivery.NOT_YET, self._email),)
            heading = f"{_HEADING} You are not signed in to AWS."
            self.query_one(Findings).put(heading, findings, self._signs)
        else:
            self.check()

    @work(group="alerts", exclusive=True, exit_on_error=False)
    async def check(self, done: str = "") -> None:
        """Ask AWS for the subscriptions, the monitor and the billing metrics.

        done: what was just done, which stays beside the buttons.
        """
        findings = self.query_one(Findings)
        findings.wait()
        try:
            self._alerts = await self.session.services.billing.alerts(
                *self._place,
                self._email,
                anomalies=self.site.draft.get("alerts.anomaly_detection") is not False,
            )
        except AwsError as error:
            self._alerts = None
            findings.say(f"It is unknown whether alerts arrive. {error.plain.what}")
            self.refused(error)
        else:
            wanted = self.site.draft.get("alerts.billing_alarm") is True
            shown = for_owners(self._alerts.findings, billing_alarm=wanted)
            findings.put(_HEADING, shown, self._signs)
            if not done:
                self._warn(self._alerts)
        self.refresh_bindings()

    def _warn(self, alerts: AlertDelivery) -> None:
        """Show beside the buttons what the findings explain, where it matters."""
        if alerts.delivery is Delivery.PENDING:
            self.say(f"{alerts.email} has not confirmed.", "warning")
        elif alerts.delivery in {Delivery.MISSING, Delivery.UNSUBSCRIBED} and alerts.email:
            self.say("No alerts reach this address.", "warning")
        else:
            self.say("")

    def action_details(self) -> None:
        """Show all that AWS reports about alerts."""
        if self._alerts is not None:
            detail = in_detail(self._alerts.findings, signs=self._signs, here=self.STEP)
            self.app.push_screen(HelpScreen("Alerts in detail", detail))

    def action_send_mail(self) -> None:
        """Send a test message, or AWS's confirmation again where nobody has confirmed."""
        if self._alerts is not None and self._alerts.delivery is Delivery.CONFIRMED:
            self.send("A test message is on its way. Check your mailbox.", again=False)
        else:
            done = "AWS sends its confirmation again. Click the link, then press F5."
            self.send(done, again=True)

    @work(group="mail", exclusive=True, exit_on_error=False)
    async def send(self, done: str, *, again: bool) -> None:
        """Let AWS send an e-mail, and report it."""
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
            self.say(f"{error.plain.what} {in_the_wizard(error.plain.next)}", "error")
            return
        self.say(done, "success")
        if again:
            self.check(done)


def for_owners(findings: Iterable[Finding], *, billing_alarm: bool) -> tuple[Finding, ...]:
    """Return what an owner has to know of the findings; F3 shows all of them.

    billing_alarm: whether the site wants the alarm that needs AWS's billing metrics.
    """
    return tuple(
        finding
        for finding in findings
        if finding.id == "delivery"
        or (finding.severity is not Severity.OK and (finding.id != "metrics" or billing_alarm))
    )
