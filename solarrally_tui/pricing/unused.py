"""What AWS bills of a site that nobody uses: what exists, without what depends on use. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from solarrally_tui.pricing.metering.estimate_lines import Estimate


def unused_by_stack(estimate: Estimate, stacks: Iterable[str]) -> dict[str, Decimal]:
    """Return USD a month of some stacks at list prices, by their ids; empty without prices.

    Allowances are the account's: what of them is left for this site is not known.
    """
    if not estimate.known:
        return {}
    monthly = dict.fromkeys(stacks, Decimal(0))
    for line in estimate.lines:
        if line.kind == "fixed" and not line.is_allowance and line.stack in monthly:
            monthly[line.stack] += line.monthly
    return monthly
