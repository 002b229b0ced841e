"""Check of the money: the budget, what the month has cost so far, and AWS's forecast.

The budget knows both without a bill of its own. Where a site has none, Cost Explorer knows them and
bills 0.01 USD a call: it is asked only where the operator wants that.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.deployed import record
from solarrally_tui.health.figures import Figure, amount
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.extras import OFF, refused
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG
from solarrally_tui.text.enumeration import enumerated

_USD: Final = "USD"
_NAMED: Final = 3


async def budget(observed: ObservedSite) -> Observation:
    """Judge whether the site's budget exists, and whether the month stays below it.

    AWS works the figures out up to three times a day.
    """
    if not observed.site.alerts.budget:
        return ok(OFF)
    if failed := await refused(observed, "budget"):
        return failed
    names = await observed.resource_ids("budget", "AWS::Budgets::Budget")
    if not names:
        return unknown("The site has no budget yet.")
    account = await observed.account()
    response, known = await asyncio.gather(
        observed.door.find(
            "budgets", "describe_budget", GLOBAL_REGION, AccountId=account, BudgetName=names[0]
        ),
        record.names(observed.door),
    )
    if response is None:
        return fail("The budget was deleted. Nobody is notified about high cost.")
    detail = response["Budget"]
    if (detail.get("CostFilters") or {}).get("TagKeyValue"):
        counted = "what has the tag of this site, which messages of AWS IoT have not"
    else:
        others = [name for name in known if name != observed.deployed.name]
        counted = "the whole account"
        if others:
            counted = f"the whole account, so {enumerated(others, _NAMED)} too"
    return judge_budget(detail, counted)


def judge_budget(detail: dict[str, Any], counted: str) -> Observation:
    """Judge a budget by the Budgets API's Budget. counted: whose cost it counts, in words."""
    limit = float(detail["BudgetLimit"]["Amount"])
    unit = detail["BudgetLimit"]["Unit"]
    spent, forecast = _spend(detail, "ActualSpend"), _spend(detail, "ForecastedSpend")
    figures = (
        Figure("spent", "This month so far", spent, unit, limit=limit),
        Figure("forecast", "Forecast of the month", forecast, unit, limit=limit),
        Figure("budget", "Budget", limit, unit),
    )
    mail = f"AWS sends an e-mail when a month costs more than {limit:,.0f} {unit}."
    line = f"{mail} It counts {counted}."
    if spent is None:
        return ok(line, *figures)
    line = f"{amount(spent, unit)} this month so far. {line}"
    if spent > limit:
        return warn(f"The budget is used up. {line} See the bill in the Billing console.", *figures)
    if forecast is not None and forecast > limit:
        expected = amount(forecast, unit)
        return warn(
            f"AWS expects {expected} for this month, more than the budget. {line}", *figures
        )
    return ok(line, *figures)


def _spend(detail: dict[str, Any], name: str) -> float | None:
    """Return an amount that AWS calculated; None where it has not yet."""
    spend = (detail.get("CalculatedSpend") or {}).get(name)
    return float(spend["Amount"]) if spend else None


async def spending(observed: ObservedSite) -> Observation:
    """Ask Cost Explorer what the site has cost this month, by its tag. AWS bills the call."""
    today = datetime.now(UTC).date()
    # The end is exclusive, and a period of no day is refused.
    response = await observed.door.call(
        "ce",
        "get_cost_and_usage",
        GLOBAL_REGION,
        TimePeriod={
            "Start": today.replace(day=1).isoformat(),
            "End": (today + timedelta(days=1)).isoformat(),
        },
        Granularity="MONTHLY",
        Metrics=["UnblendedCost"],
        Filter={"Tags": {"Key": SITE_TAG, "Values": [observed.site.name]}},
    )
    totals = [month["Total"]["UnblendedCost"] for month in response["ResultsByTime"]]
    cost = sum(float(one["Amount"]) for one in totals)
    unit = totals[0]["Unit"] if totals else _USD
    figure = Figure("site_cost", "This site this month", cost, unit)
    if not cost:
        return ok(
            "Cost Explorer has no cost with the site's tag this month. It knows the tag once "
            f"{SITE_TAG} is activated as a cost allocation tag in the Billing console.",
            figure,
        )
    return ok(f"The site has cost {figure.text} this month, by Cost Explorer.", figure)
