"""What a change costs or saves a month, from the templates as they are and as they would be."""

from collections.abc import Iterable
from decimal import Decimal

from solarrally_tui.pricing.cost_difference import WHOLE_ACCOUNT, differences
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.provisioning.change.plan import CostChange
from solarrally_tui.site.model import Site


def costs(
    was: Site,
    before: Iterable[Resource],
    will: Site,
    after: Iterable[Resource],
    *,
    unused: bool = False,
) -> tuple[CostChange, ...]:
    """Return each resource whose monthly price differs, the largest difference first.

    unused: whether the site is not complete now, so that nothing depends on use yet.
    Raises UnruledTypeError for a type of resource that has no price rule.
    """
    changes = differences(
        (before, usage(was, DEFAULTS)), (after, usage(will, DEFAULTS)), unused=unused
    )
    rows = (CostChange(c.stack, c.resource, c.type, c.monthly, c.services) for c in changes)
    return tuple(sorted(rows, key=lambda row: -abs(row.monthly or Decimal(0))))


def of_new_site(site: Site) -> tuple[CostChange, ...]:
    """Return what each resource of a new site costs, and in one row what is the whole account's.

    That is what AWS always gives for nothing, below zero, and what no template has. Together the
    rows are what the site's estimate says; a price that is missing makes their sum unknown.
    """
    listed = costs(site, (), site, resources(site))
    rows = tuple(row for row in listed if (row.stack, row.resource) != WHOLE_ACCOUNT)
    known = sum((row.monthly or Decimal(0) for row in rows), Decimal(0))
    whole = estimate(site)
    rest = whole.expected - known if whole.known else None
    return (*rows, CostChange(*WHOLE_ACCOUNT, "", rest))


def not_known(stack: str) -> CostChange:
    """Return that it is not known what changes in a stack's cost."""
    return CostChange(stack, "", "", None)
