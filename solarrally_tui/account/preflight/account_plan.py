"""The account plan: free or paid, what is left of it, which answers the free plan refuses. Pure.

What RDS refuses on the free plan: yc-software/qm#352; AWS has no page about it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Size
from solarrally_tui.text.enumeration import counted

_TITLE: Final = "Account plan"
_FREE_BACKUP_DAYS: Final = 1
_FREE_CLASS: Final = ".micro"
_UPGRADE: Final = (
    "upgrade to the paid plan: console, Billing and Cost Management, Upgrade plan. You keep your "
    "remaining credits."
)


def judge(state: Mapping[str, Any], now: datetime, size: Size | None = None) -> Finding:
    """Judge the account plan and its credits, as freetier:GetAccountPlanState has them.

    size: answers of a site whose database does not exist yet; None where there are none to judge.
    """
    left = _credits(state)
    if state.get("accountPlanType") == "FREE":
        return _free(state, left, now, size)
    if state.get("accountPlanType") == "PAID":
        line = f"Paid plan, {left} left." if left else "Paid plan."
        return Finding("plan", _TITLE, Severity.OK, line)
    return not_known("AWS reported a plan that this version does not know.")


def _credits(state: Mapping[str, Any]) -> str:
    remaining = state.get("accountPlanRemainingCredits") or {}
    amount = float(remaining.get("amount", 0))
    return f"{amount:,.2f} {remaining.get('unit', 'USD')} of credits" if amount else ""


def _free(state: Mapping[str, Any], left: str, now: datetime, size: Size | None) -> Finding:
    if state.get("accountPlanStatus") == "EXPIRED":
        return Finding("plan", _TITLE, Severity.FAIL, "Free plan, expired.", _ENDS)
    answers = _refused(size) if size else []
    if answers:
        line = f"On the free plan, RDS refuses {' and '.join(wrong for wrong, _ in answers)}."
        right = " and ".join(right for _, right in answers)
        fix = f"Set {right}, which the free plan allows. Or {_UPGRADE}"
        return Finding("plan", _TITLE, Severity.FAIL, line, fix)
    ends = state.get("accountPlanExpirationDate")
    days = max((ends - now).days, 0) if isinstance(ends, datetime) else None
    parts = [left or "no credits", f"{counted(days, 'day')} left" if days is not None else ""]
    line = f"Free plan, {', '.join(filter(None, parts))}."
    return Finding("plan", _TITLE, Severity.WARN, line, _ENDS)


def _refused(size: Size) -> list[tuple[str, str]]:
    """Return each answer that RDS refuses on the free plan, and the one that it accepts."""
    answers = []
    if size.backup_days > _FREE_BACKUP_DAYS:
        answers.append(
            (f"size.backup_days = {size.backup_days}", f"size.backup_days = {_FREE_BACKUP_DAYS}")
        )
    if not size.database_class.endswith(_FREE_CLASS):
        answers.append(
            (
                f'size.database_class = "{size.database_class}"',
                'size.database_class = "db.t4g.micro"',
            )
        )
    return answers


_ENDS: Final = (
    "AWS ends a free plan when its time or its credits run out, whichever comes first. The site is "
    "then gone, and AWS keeps the data for 90 days. Some services are not part of the free plan. "
    f"To keep the site, {_UPGRADE}"
)


def none() -> Finding:
    """Return the finding for an account of which AWS reports that it has no plan."""
    line = "None, as accounts from before July 2025 and members of an organization."
    return Finding("plan", _TITLE, Severity.OK, line)


def not_known(why: str) -> Finding:
    """Return the finding where the plan could not be read."""
    return unknown(
        "plan",
        _TITLE,
        why,
        "You can continue. Accounts created before July 2025 and members of an organization "
        "have no plan of their own.",
    )
