"""What a resource is charged for, before it is multiplied by a price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

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


@dataclass(frozen=True)
class Charge:
    """Something counted and billed. count is a number of single things a month."""

    service: str
    item: str
    """The price's name in the price book."""
    count: Range
    kind: Billing
    driver: str = ""
    """What makes it larger or smaller, in words that complete "depending on"."""
    allowance: Allowance | None = None


@dataclass(frozen=True)
class UnpricedCharge:
    """Something that may cost money, for which there is no sourced price."""

    service: str
    item: str
    reason: str
    minor: bool = False
    """Whether it is a few cents at most, or very likely nothing."""


Charges = tuple[Charge | UnpricedCharge, ...]
PriceRule = Callable[[Resource, Usage], Charges]


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
