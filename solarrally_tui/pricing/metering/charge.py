"""What a resource is charged for, before it is multiplied by a price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.usage import Usage

Billing = Literal["fixed", "usage"]
"""Billed whether or not the site is used, or by how much it is used."""


@dataclass(frozen=True)
class Resource:
    """One resource of a resolved template."""

    stack: str
    id: str
    type: str
    region: str
    properties: Mapping[str, Any]
    siblings: Mapping[str, Mapping[str, Any]]
    """All resources of the same template by logical id."""

    def flag(self, name: str) -> bool:
        """Return whether a boolean property is true, as CloudFormation reads it."""
        return str(self.properties.get(name, "")).lower() == "true"


@dataclass(frozen=True)
class Allowance:
    """What every account gets free each month, always. All Regions share it."""

    name: str
    count: Decimal


class Charge(NamedTuple):
    """Something counted and billed. quantity is a number of single things a month.

    A named tuple like Line, because hundreds are made with a keystroke.
    """

    service: str
    item: str
    """The price's name in the price book."""
    quantity: Range
    kind: Billing
    driver: str = ""
    """What makes it larger or smaller, in words that complete "depending on"."""
    allowance: Allowance | None = None
    lowest: str = ""
    """The price of the low case, where another may apply than is expected."""
    ceiling: str = ""
    """The price of the high case, where another may apply. It is never below the expected one, and
    so takes its place in a Region for which the price book has no expected one."""
    region: str = ""
    """Whose prices apply; empty for the Region of the resource."""
    again_after: tuple[int, ...] = ()
    """Months after which AWS adds the same charge once more, for good."""


@dataclass(frozen=True)
class UnpricedCharge:
    """Something that may cost money, for which there is no sourced price."""

    service: str
    item: str
    reason: str
    minor: bool = False
    """Whether it is a few cents at most, or very likely nothing."""
    kind: Billing = "usage"


@dataclass(frozen=True)
class Free:
    """Why a resource costs nothing as it is set up."""

    reason: str


Entry = Charge | UnpricedCharge
Charges = tuple[Entry, *tuple[Entry, ...]]
"""At least one. Whoever finds nothing to charge has to say why: Free."""
PriceRule = Callable[[Resource, Usage], Charges | Free]


def charged(first: Entry, *others: Entry) -> Charges:
    """Return charges of which some may not apply; the first always does."""
    return (first, *others)


def fixed(
    service: str, item: str, count: Range, driver: str = "", allowance: Allowance | None = None
) -> Charge:
    """Return a charge that is due whether or not the site is used."""
    return Charge(service, item, count, "fixed", driver, allowance)


def used(
    service: str, item: str, count: Range, driver: str, allowance: Allowance | None = None
) -> Charge:
    """Return a charge that grows with use."""
    return Charge(service, item, count, "usage", driver, allowance)


def months(count: int = 1) -> Range:
    """Return a count of things that are billed by the month."""
    return Range.exactly(count)
