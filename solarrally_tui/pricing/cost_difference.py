"""What a change of a site costs or saves a month, resource by resource.

At list prices. What AWS gives every account for nothing is taken off as in an estimate: of the
account as a whole, as if the site had it for itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.estimate import priced
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.usage import Usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book

Key = tuple[str, str]
"""Stack and logical id of a resource."""
WHOLE_ACCOUNT: Final[Key] = ("", "whole account")
"""In place of a resource, for what belongs to none."""
_Parts = Mapping[str, Decimal]
"""USD a month by AWS's code of a service."""
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class CostDifference:
    """One resource before and after. USD a month; None where a price that matters is missing."""

    stack: str
    resource: str
    type: str
    before: Decimal | None
    after: Decimal | None
    services: tuple[tuple[str, Decimal], ...] = ()
    """By AWS's code of a service, how much more a month; empty where the whole is not known."""

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
    *,
    unused: bool = False,
) -> tuple[CostDifference, ...]:
    """Return every resource of either side whose cost differs or is not known.

    Each side is its resources and what a month of them uses. unused: whether nobody can use the
    side before, which then costs what AWS bills all the same (pricing/unused.py). Raises
    UnruledTypeError.
    """
    prices = prices or book()
    old_costs, old_types = _costs(*before, prices, unused=unused)
    new_costs, new_types = _costs(*after, prices)
    all_resources = (
        _difference(key, type_, old_costs.get(key, {}), new_costs.get(key, {}))
        for key, type_ in {**old_types, **new_types}.items()
    )
    return tuple(one for one in all_resources if one.monthly is None or one.monthly)


def _difference(key: Key, type_: str, old: _Parts | None, new: _Parts | None) -> CostDifference:
    before, after = (
        None if parts is None else sum(parts.values(), _NOTHING) for parts in (old, new)
    )
    if old is None or new is None:
        return CostDifference(*key, type_, before, after)
    moved = (
        (service, new.get(service, _NOTHING) - old.get(service, _NOTHING))
        for service in {**old, **new}
    )
    return CostDifference(*key, type_, before, after, tuple(each for each in moved if each[1]))


def _costs(
    resources: Iterable[Resource], month: Usage, prices: Book, *, unused: bool = False
) -> tuple[Mapping[Key, _Parts | None], Mapping[Key, str]]:
    """Return what every resource of one side costs, by service, and its type."""
    listed = tuple(resources)
    sums: defaultdict[Key, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    unknown: set[Key] = set()
    for line in priced(listed, month, prices):
        key = (line.stack, line.resource)
        if not isinstance(line, Line):
            unknown |= set() if line.minor else {key}
        elif not unused or (line.kind == "fixed" and not line.is_allowance):
            sums[WHOLE_ACCOUNT if line.is_allowance else key][line.service] += line.monthly
    types = {(resource.stack, resource.id): resource.type for resource in listed}
    types[WHOLE_ACCOUNT] = ""
    return {key: None if key in unknown else sums[key] for key in types}, types
