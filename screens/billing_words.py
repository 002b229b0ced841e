"""What Billing alerts tells below its form: each e-mail, when it comes, and one as AWS words it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from solarrally_tui.interview.draft import Draft
from solarrally_tui.screens.widgets.facts import Row, Table

_NEEDED: Final = "needed"
_NOT_NEEDED: Final = "not needed"


def emails(draft: Draft, budget: Decimal | None) -> Table:
    """Return which e-mails the answers lead to (docs/operations.md).

    budget: USD a month; None while none is known.
    """
    heads = ("The e-mails that you get", "When", "Confirmation")
    return Table("", tuple(_emails(draft, budget)), heads)


def _emails(draft: Draft, budget: Decimal | None) -> Iterator[Row]:
    amount = f" of ${budget:,.0f}" if budget else ""
    if draft.get("alerts.budget") is not False:
        warn, forecast = (draft.text(f"alerts.{name}_percent") for name in ("warn", "forecast"))
        yield f"{warn}% of the budget is spent", "within a day", _NOT_NEEDED
        yield f"The whole budget{amount} is spent", "within a day", _NOT_NEEDED
        yield (
            f"The forecast exceeds {forecast}% of it",
            "some days before",
            _NOT_NEEDED,
        )
    if draft.get("alerts.anomaly_detection") is not False:
        yield "A day costs $10 more than usual", "once a day", _NOT_NEEDED
    if draft.get("alerts.billing_alarm") is True:
        yield f"The bill exceeds the budget{amount}", "within some hours", _NEEDED
    yield "The site does not work, or works again", "within minutes", _NEEDED


def example(draft: Draft, budget: Decimal | None) -> Table | None:
    """Return what matters of the budget's first e-mail; None while its amounts are not known.

    The words are those of messages that AWS sent from 2019 to 2024.
    """
    percent = draft.text("alerts.warn_percent")
    if draft.get("alerts.budget") is False or not budget or not percent.isdecimal():
        return None
    limit = budget * int(percent) / 100
    spent = limit + Decimal("0.35")
    return Table(
        "The first of them, in AWS's words",
        (
            ("Subject", "AWS Budgets: … has exceeded your alert threshold"),
            ("Text", f"Budgeted Amount: ${budget:,.2f}"),
            ("", "Alert Type: ACTUAL"),
            ("", f"Alert Threshold: > ${limit:,.2f}"),
            ("", f"ACTUAL Amount: ${spent:,.2f}"),
        ),
    )
