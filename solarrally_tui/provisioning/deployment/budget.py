"""The monthly budget of a site: the operator's own, by default its high estimate."""

from math import ceil

from solarrally_tui.aws.errors import Plain
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site


def monthly_budget(site: Site) -> int:
    """Return the site's budget in USD a month.

    Raises StepError where the site file has none and prices are missing: a budget guessed too low
    or too high would warn of nothing.
    """
    if site.alerts.monthly_budget_usd:
        return site.alerts.monthly_budget_usd
    expected = estimate(site)
    if not expected.complete and (site.alerts.budget or site.alerts.billing_alarm):
        raise StepError(_no_budget(site.region), Exit.REFUSED)
    return max(1, ceil(expected.high))


def _no_budget(region: str) -> Plain:
    return Plain(
        what=f"There is no budget, and the cost of this site in {region} is not fully known.",
        why="The price book lacks prices that matter here, so the budget cannot be computed.",
        next="Set alerts.monthly_budget_usd in the site file to the amount in USD above which you "
        "want to be notified, or alerts.budget = false to have no budget.",
    )
