"""The monthly budget of a site: the operator's own, by default its high estimate.

AWS Budgets can count what has the tag of one site. But it counts nothing until the account that
pays has activated the tag, and a budget that is silent is worse than one that counts too much. So
it counts the whole account until then.
"""

from collections.abc import Sequence
from math import ceil
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.text.enumeration import enumerated

_NAMED: Final = 3


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


def what_it_counts(site: Site, others: Sequence[str], *, only_site: bool) -> str:
    """Return what a budget of the whole account counts of other sites; empty where it does not.

    others: their names. only_site: whether the budget counts this site alone.
    """
    if only_site or not others or not site.alerts.budget:
        return ""
    named = enumerated(others, _NAMED)
    return (
        f"The budget counts the whole account, so {named} too: what one site costs may set "
        "off the alerts of another. To keep them apart, activate the cost allocation tag "
        f"{SITE_TAG} in Billing, and deploy again a day later."
    )


def _no_budget(region: str) -> Plain:
    return Plain(
        what=f"There is no budget, and the cost of this site in {region} is not fully known.",
        why="The price book lacks prices that matter here, so the budget cannot be computed.",
        next="Set alerts.monthly_budget_usd in the site file to the amount in USD above which you "
        "want to be notified, or alerts.budget = false to have no budget.",
    )
