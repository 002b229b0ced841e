"""What a change costs or saves a month, from the templates as they are and as they would be."""

from collections.abc import Iterable
from decimal import Decimal

from solarrally_tui.pricing.cost_difference import differences
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.provisioning.change.plan import CostChange
from solarrally_tui.site.model import Site


def costs(
    was: Site, before: Iterable[Resource], will: Site, after: Iterable[Resource]
) -> tuple[CostChange, ...]:
    """Return each resource whose monthly price differs, the largest difference first.

    Raises UnruledTypeError for a type of resource that has no price rule.
    """
    changes = differences((before, usage(was, DEFAULTS)), (after, usage(will, DEFAULTS)))
    rows = (CostChange(c.stack, c.resource, c.type, c.monthly) for c in changes)
    return tuple(sorted(rows, key=lambda row: -abs(row.monthly or Decimal(0))))
