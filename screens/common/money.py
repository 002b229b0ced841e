"""What the screens show about money, from the estimate."""

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.words import dollars
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.pricing.advice.situations import Leftover
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.site.model import Site
    from solarrally_tui.text.plain import Plain


_CENT: Final = Decimal("0.01")


def estimate_of(session: Session) -> "Estimate | None":
    """Estimate the draft; None while there is no price."""
    site = session.site
    found, site.no_price = priced(site.draft, None, session.services.estimate)
    return found


def priced(
    draft: "Draft", tier: Tier | None, estimate: "Callable[[Site], Estimate]"
) -> "tuple[Estimate | None, Plain | None]":
    """Return what a draft would cost, or None and why the estimate failed, if it did."""
    try:
        found = estimate(draft.site_for_prices(tier))
    except SiteError:
        return None, None
    except Exception as error:  # noqa: BLE001 a site can be decided and deployed without a price
        return None, plain_of(error)
    return found if found.known else None, None


def why_no_price(session: Session) -> str:
    """Return why `estimate_of` has no price for the draft."""
    if session.site.no_price is not None:
        return Severity.WARN.line(f"No price available. {session.site.no_price}")
    try:
        site = session.site.draft.site_for_prices()
    except SiteError:
        return "No price while an answer is not valid."
    return " ".join(line.reason for line in session.services.estimate(site).unknown)


def amount(usd: Decimal, money: Money) -> str:
    """Return an amount in the currency that is shown, without cents from ten units on."""
    return converted(money.of(usd), money)


def converted(value: Decimal, money: Money) -> str:
    """Return an amount that is in the shown currency already, as `amount` does."""
    if not money.foreign:
        return dollars(value)
    return f"{value:,.0f} {money.currency}" if value >= 10 else f"{value:,.2f} {money.currency}"


def exact(usd: Decimal, money: Money) -> str:
    """Return an amount in the currency that is shown, with cents."""
    return with_cents(money.cents(usd), money)


def a_month(usd: Decimal, money: Money) -> str:
    """Return what something costs a month, such as "$1.90 a month"."""
    shown = f"less than {exact(_CENT, money)}" if usd < _CENT else exact(usd, money)
    return f"{shown} a month"


def at_most(usd: Decimal, money: Money) -> str:
    """Return what something costs a month at most, such as "$1.90 a month at most"."""
    return a_month(usd, money) if usd < _CENT else f"{a_month(usd, money)} at most"


def with_cents(value: Decimal, money: Money) -> str:
    """Return an amount that is in the shown currency already, as `exact` does."""
    return f"{value:,.2f} {money.currency}" if money.foreign else f"${value:,.2f}"


def signed(usd: Decimal, money: Money) -> str:
    """Return a difference in the currency that is shown, with its sign and with cents."""
    return f"{'+' if usd >= 0 else '-'}{exact(abs(usd), money)}"


def your_rate(money: Money) -> str:
    """Return the rate of the shown currency in words; empty for USD, which has none."""
    return f"1 USD = {money.rate} {money.currency}, your rate" if money.foreign else ""


def span(estimate: "Estimate", money: Money) -> str:
    """Return the range of an estimate, rounded up as the budget is that is its higher end.

    A currency's code stands once, behind both ends.
    """
    high = money.of(estimate.high)
    most = converted(Decimal(math.ceil(high)) if high >= 10 else high, money)
    low = amount(estimate.low, money).removesuffix(f" {money.currency}")
    return f"{low} to {most}"


def total(estimate: "Estimate", usd: Decimal, money: Money) -> str:
    """Return an amount of an estimate; "at least" where prices that matter are missing."""
    shown = amount(usd, money)
    return shown if estimate.complete else f"at least {shown}"


_KEPT: Final = (
    "a final database snapshot and the audit log. You pay for them until you delete them."
)


def monthly(session: Session) -> str:
    """Return in words what the open site costs a month."""
    estimate = estimate_of(session)
    if estimate is None:
        return "no price available"
    money = session.money
    about = "about" if estimate.complete else "at least"
    return f"{about} {amount(estimate.expected, money)} a month, {span(estimate, money)}"


def billed(session: Session) -> str:
    """Return in words what AWS bills for the open site a month, which it does in USD."""
    estimate, money = estimate_of(session), session.money
    if estimate is None or not money.foreign:
        return monthly(session)
    about = "about" if estimate.complete else "at least"
    shown = amount(estimate.expected, money)
    return f"{about} {dollars(estimate.expected)} a month ({shown} at your rate)"


def kept(session: Session) -> str:
    """Return what stays after the deletion, with what it costs a month where that is known."""
    left, usd = _left(session), kept_monthly(session)
    if usd is None:
        return _KEPT
    names = [f"{one.what[:1].lower()}{one.what[1:]}".removesuffix(", at most") for one in left]
    return f"{enumerated(names, len(names))}: {at_most(usd, session.money)}, until deleted."


def kept_monthly(session: Session) -> Decimal | None:
    """Return how many USD a month at most stays after the deletion; None where unknown."""
    from solarrally_tui.pricing.advice.situations import together  # noqa: PLC0415 slow

    left = _left(session)
    return together(one.monthly for one in left) if left else None


def _left(session: Session) -> "tuple[Leftover, ...]":
    from solarrally_tui.pricing.advice.situations import after_destroy  # noqa: PLC0415 slow

    try:
        return after_destroy(session.site.draft.site())
    except Exception:  # noqa: BLE001 the rest is of use without its answers or a price
        return ()


def proposed_budget(session: Session) -> int | None:
    """Return the budget that an empty answer stands for, in whole USD; None where there is none."""
    estimate = estimate_of(session)
    return math.ceil(estimate.high) if estimate and estimate.complete else None


def budget_is_missing(session: Session) -> bool:
    """Whether a budget must be typed: none is, and prices that matter are missing."""
    draft = session.site.draft
    compared = draft.get("alerts.budget") or draft.get("alerts.billing_alarm")
    if not compared or draft.text("alerts.monthly_budget_usd").strip():
        return False
    try:
        draft.site_for_prices()
    except SiteError:
        return False  # Size explains its own answers first.
    return proposed_budget(session) is None
