"""What AWS bills of a site that nobody uses: what exists, without what depends on use. Pure."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from solarrally_tui.pricing.metering.estimate_lines import Estimate


def monthly_of(estimate: Estimate, there: Collection[str] | None) -> Decimal:
    """Return USD a month of a site: as expected where it is whole, else of what exists unused.

    there: the stacks that exist, by their ids; None for all of them.
    """
    if there is None:
        return estimate.expected
    return sum(unused_by_stack(estimate, there).values(), Decimal(0))


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
