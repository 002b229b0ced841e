"""The monthly estimate of a site: resolved templates times usage times list prices.

Pure and offline. The sums are those of the lines, and what has no price is named, never zero.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.charge import Charges, Entry, Free, PriceRule, Resource
from solarrally_tui.pricing.metering.estimate_lines import (
    Estimate,
    Line,
    UnpricedLine,
    left_out,
    summed,
)
from solarrally_tui.pricing.metering.free_types import FREE
from solarrally_tui.pricing.metering.meter import Meters
from solarrally_tui.pricing.metering.resources import beside_stacks, resources
from solarrally_tui.pricing.metering.rules.compute import COMPUTE
from solarrally_tui.pricing.metering.rules.devices import DEVICES
from solarrally_tui.pricing.metering.rules.edge import EDGE
from solarrally_tui.pricing.metering.rules.functions import FUNCTIONS
from solarrally_tui.pricing.metering.rules.operations import OPERATIONS
from solarrally_tui.pricing.metering.rules.options import OPTIONS
from solarrally_tui.pricing.metering.usage import Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.model import Site
from solarrally_tui.site.regions import WITHOUT_IOT

RULES: Final[Mapping[str, PriceRule]] = {
    **COMPUTE,
    **DEVICES,
    **EDGE,
    **FUNCTIONS,
    **OPERATIONS,
    **OPTIONS,
}

_FREE: Final[Mapping[str, Free]] = {kind: Free(reason) for kind, reason in FREE.items()}


class UnruledTypeError(LookupError):
    """A resource type has neither a price rule nor an entry in free_types.py."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(
            f"{resource.type} ({resource.stack}, {resource.id}) has no price. Add a rule to a file "
            "of pricing/metering/rules/, or to pricing/metering/free_types.py why it is free."
        )
        self.resource = resource


def estimate(site: Site, assume: Assumptions = DEFAULTS, prices: Book | None = None) -> Estimate:
    """Return what a site costs in a month.

    For a Region without prices the estimate is not known and has no lines. Raises UnruledTypeError.
    """
    prices = prices or book()
    if site.region not in prices.regions:
        return _not_known(site.region, prices)
    lines = priced(everything(site), usage(site, assume), prices)
    return summed(prices.currency, site.region, prices.oldest, lines, excluded=left_out(site))


def everything(site: Site) -> tuple[Resource, ...]:
    """Return all that a site would have: in its stacks, and beside them."""
    return (*resources(site), *beside_stacks(site))


def priced(listed: Iterable[Resource], month: Usage, prices: Book) -> Iterator[Line | UnpricedLine]:
    """Yield the lines of resources, with account-wide meters over all of them.

    Raises UnruledTypeError.
    """
    return metered(((one, charge) for one in listed for charge in entries(one, month)), prices)


def metered(
    charged: Iterable[tuple[Resource, Entry]], prices: Book
) -> Iterator[Line | UnpricedLine]:
    """Yield the lines of charges, with account-wide meters over all of them."""
    meters = Meters(prices)
    for resource, charge in charged:
        yield from meters.read(resource, charge)


def charges(resource: Resource, month: Usage) -> Charges | Free:
    """Return what a resource is charged for, or why it is free. Raises UnruledTypeError."""
    rule = RULES.get(resource.type)
    if rule:
        return rule(resource, month)
    if resource.type not in _FREE:
        raise UnruledTypeError(resource)
    return _FREE[resource.type]


def entries(resource: Resource, month: Usage) -> tuple[Entry, ...]:
    """Return what a resource is charged for, nothing where it is free. Raises UnruledTypeError."""
    found = charges(resource, month)
    return () if isinstance(found, Free) else found


def _not_known(region: str, prices: Book) -> Estimate:
    reason = f"The price book has no prices for {region}."
    if region in WITHOUT_IOT:
        reason = f"AWS does not offer AWS IoT Core in {region}, so no site can be there."
    everything = UnpricedLine("", "", "", "every service", "Everything", reason, kind="fixed")
    return replace(summed(prices.currency, region, prices.oldest, [everything]), known=False)
