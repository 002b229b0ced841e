"""The account plan: free or paid, what is left of it, which answers the free plan refuses. Pure.

What RDS refuses on the free plan: yc-software/qm#352; AWS has no page about it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.reasons.account import UPGRADE
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Size
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.plain import Instead

_TITLE: Final = "Account plan"
_FREE_BACKUP_DAYS: Final = 1
_FREE_CLASS: Final = ".micro"
ONE_DAY_OF_BACKUPS: Final = Instead(
    "keep backups for 1 day",
    {"size.backup_days": _FREE_BACKUP_DAYS},
    "The database can then be brought back as it was within the last day.",
)
SMALLEST_CLASS: Final = Instead(
    "use the smallest database",
    {"size.database_class": "db.t4g.micro"},
    "The database then has the least memory, and serves fewer chargers.",
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
    unit = str(remaining.get("unit", "USD"))
    price = f"${amount:,.2f}" if unit == "USD" else f"{amount:,.2f} {unit}"
    return f"{price} of credits" if amount else ""


def _free(state: Mapping[str, Any], left: str, now: datetime, size: Size | None) -> Finding:
    if state.get("accountPlanStatus") == "EXPIRED":
        return Finding("plan", _TITLE, Severity.FAIL, "Free plan, expired.", _ENDS)
    refused = _refused(size) if size else {}
    if refused:
        line = f"The free plan does not allow {' or '.join(refused)}."
        fix = f"{UPGRADE} {_together(tuple(refused.values()))}"
        return Finding("plan", _TITLE, Severity.FAIL, line, fix)
    ends = state.get("accountPlanExpirationDate")
    days = max((ends - now).days, 0) if isinstance(ends, datetime) else None
    parts = [left or "no credits", f"{counted(days, 'day')} left" if days is not None else ""]
    line = f"Free plan, {', '.join(filter(None, parts))}."
    return Finding("plan", _TITLE, Severity.WARN, line, _ENDS)


def instead(size: Size) -> Instead | None:
    """Return the answers that the free plan allows in place of these; None where it allows all."""
    refused = tuple(_refused(size).values())
    return _together(refused) if refused else None


def _refused(size: Size) -> dict[str, Instead]:
    """Return what RDS refuses on the free plan, in words, and what it accepts in its place."""
    found = {}
    if size.backup_days > _FREE_BACKUP_DAYS:
        found[f"backups for {size.backup_days} days"] = ONE_DAY_OF_BACKUPS
    if not size.database_class.endswith(_FREE_CLASS):
        found[f"the database class {size.database_class}"] = SMALLEST_CLASS
    return found


def _together(ways: Sequence[Instead]) -> Instead:
    if len(ways) == 1:
        return ways[0]
    answers = {path: value for way in ways for path, value in way.answers.items()}
    return Instead("use what the plan allows", answers, " ".join(way.means for way in ways))


_ENDS: Final = (
    "AWS ends a free plan when its time or its credits run out, whichever comes first. The site is "
    "then gone, and AWS keeps the data for 90 days. Some services are not part of the free plan. "
    f"To keep the site, {UPGRADE[:1].lower()}{UPGRADE[1:]}"
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
