"""What a change of a site costs or saves a month, resource by resource.

At list prices: what AWS gives every account for nothing depends on everything else in the account,
and is left out on both sides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from solarrally_tui.pricing.estimate import priced
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.usage import Usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book

Key = tuple[str, str]
"""Stack and logical id of a resource."""


@dataclass(frozen=True, slots=True)
class CostDifference:
    """One resource before and after. USD a month; None where a price that matters is missing."""

    stack: str
    resource: str
    type: str
    before: Decimal | None
    after: Decimal | None

    @property
    def monthly(self) -> Decimal | None:
        """How much more a month, below zero for less, None where it is not known."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def differences(
    before: tuple[Iterable[Resource], Usage],
    after: tuple[Iterable[Resource], Usage],
    prices: Book | None = None,
) -> tuple[CostDifference, ...]:
    """Return every resource of either side whose cost differs or is not known.

    Each side is its resources and what a month of them uses. Raises UnruledTypeError.
    """
    prices = prices or book()
    old_costs, old_types = _costs(*before, prices)
    new_costs, new_types = _costs(*after, prices)
    nothing = Decimal(0)
    all_resources = (
        CostDifference(*key, type_, old_costs.get(key, nothing), new_costs.get(key, nothing))
        for key, type_ in {**old_types, **new_types}.items()
    )
    return tuple(one for one in all_resources if one.monthly is None or one.monthly)


def _costs(
    resources: Iterable[Resource], month: Usage, prices: Book
) -> tuple[Mapping[Key, Decimal | None], Mapping[Key, str]]:
    """Return the cost and the type of every resource of one side."""
    listed = tuple(resources)
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    unknown: set[Key] = set()
    for line in priced(listed, month, prices):
        key = (line.stack, line.resource)
        if not isinstance(line, Line):
            unknown |= set() if line.minor else {key}
        elif not line.is_allowance:
            sums[key] += line.monthly
    types = {(resource.stack, resource.id): resource.type for resource in listed}
    return {key: None if key in unknown else sums[key] for key in types}, types
