"""Billing alerts: who is told, from which cost on, and about surprises."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.money import proposed_budget
from solarrally_tui.screens.widgets.field import Field

_BUDGET = "alerts.monthly_budget_usd"
_ANOMALY = "alerts.anomaly_detection"


class BillingScreen(StepScreen):
    """Asks for the e-mail, the budget and anomaly detection."""

    STEP: ClassVar[str] = "billing"
    CSS_PATH = "billing.tcss"
    TITLE_TEXT: ClassVar[str] = "Billing alerts"
    PLACED: ClassVar = frozenset({"alerts.email", _BUDGET, _ANOMALY})
    LEAD: ClassVar[str] = "AWS bills by use. These three make sure that no bill is a surprise."
    AUTO_FOCUS = "#field-alerts-email Input"
    HELP_TEXT: ClassVar[str] = (
        "E-mail: AWS sends a confirmation to this address. Alerts arrive only after somebody has "
        "clicked the link in it. The same address is told when the site is unwell.\n\n"
        "Budget: AWS compares your bill with it several times a day and writes to you when the "
        "bill, or its forecast, goes above. A budget warns. It does not switch anything off.\n\n"
        "Anomaly detection learns your usual spending and tells you about days that do not fit. "
        "It is free.\n\n"
        "All three can be changed later."
    )

    def body(self) -> ComposeResult:
        """Ask three questions."""
        yield self.ask("alerts.email")
        proposed = proposed_budget(self.session)
        yield self.ask(_BUDGET, f"{proposed} (the high estimate)" if proposed else "")
        yield self.ask(_ANOMALY)
        yield Static("Space changes it. It is free.", classes="field-note")

    def take(self, field: Field, text: str) -> None:
        """Write what was typed; an empty budget means the proposed one."""
        empty = field.path == _BUDGET and not text.strip()
        self.session.draft.set(field.path, None if empty else text.strip())
