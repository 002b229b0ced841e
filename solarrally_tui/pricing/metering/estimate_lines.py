"""What an estimate consists of: lines with a price, what has none, and what is left out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import Billing

EXCLUDED: Final = (
    "Tax and VAT",
    "AWS support plan",
    "Credits and offers for new accounts",
    "Registration of a domain and its hosted zone",
    "Internet or SIM cards of the chargers",
    "Traffic between Availability Zones (less than a GB a month here)",
)
"""What an AWS bill may include that the estimate leaves out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the estimate. quantity counts units; the money is USD a month."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
    """The price's name in the price book; the allowance's name where this is one."""
    quantity: Decimal
    unit: str
    unit_price: Decimal
    monthly: Decimal
    kind: Billing
    confidence: str
    low: Decimal
    high: Decimal
    driver: str
    price_date: str
    is_allowance: bool = False
    """Whether AWS takes this off every account's bill, always; its amounts are not above zero."""

    @property
    def title(self) -> str:
        """The item, marked where it is an allowance: on its own it would read like a charge."""
        return (
            f"Always free, shared by the account: {self.item}" if self.is_allowance else self.item
        )


@dataclass(frozen=True, slots=True)
class UnpricedLine:
    """Something without a known price. It is not in the sums."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
    reason: str
    minor: bool = False
    """Whether it is a few cents at most, or very likely nothing."""

    def __str__(self) -> str:
        """Return it as one sentence for people."""
        return f"Unknown, {self.item} ({self.service}): {self.reason}"


@dataclass(frozen=True)
class Estimate:
    """What a site costs a month at list prices, in USD, after what is always free.

    Where known is False the Region has no prices: there are no lines, and the sums mean nothing.
    """

    currency: str
    region: str
    prices_as_of: str
    """Month of the newest price, such as 2026-10."""
    low: Decimal
    expected: Decimal
    high: Decimal
    lines: tuple[Line, ...]
    unknown: tuple[UnpricedLine, ...]
    excluded: tuple[str, ...] = EXCLUDED
    known: bool = True

    @property
    def complete(self) -> bool:
        """Whether nothing that matters lacks a price."""
        return self.known and all(line.minor for line in self.unknown)

    @property
    def list_price(self) -> Decimal:
        """USD a month before what is always free."""
        return sum((line.monthly for line in self.lines if line.monthly > 0), Decimal(0))

    @property
    def always_free(self) -> Decimal:
        """USD a month that AWS takes off every account's bill, not above zero."""
        return self.expected - self.list_price

    @property
    def builds(self) -> Decimal | None:
        """USD a month for building the application; None where no build machine has a price."""
        builds = [line.monthly for line in self.lines if line.type == "AWS::CodeBuild::Project"]
        return sum(builds, Decimal(0)) if builds else None

    @property
    def driver(self) -> str:
        """What moves the total most between low and high, in words."""
        spans: dict[str, Decimal] = {}
        for line in self.lines:
            spans[line.driver] = spans.get(line.driver, Decimal(0)) + line.high - line.low
        return max(spans, key=lambda name: spans[name], default="")

    def total(self, kind: Billing) -> Decimal:
        """Return the expected sum of the fixed or the usage lines."""
        return sum((line.monthly for line in self.lines if line.kind == kind), Decimal(0))

    def left_out(self) -> tuple[str, ...]:
        """Return in words what the total does not include: left out, or without a price."""
        return (*self.excluded, *dict.fromkeys(map(str, self.unknown)))


def summed(currency: str, region: str, as_of: str, listed: list[Line | UnpricedLine]) -> Estimate:
    """Return the estimate of all lines. The sums are those of the lines."""
    lines = tuple(line for line in listed if isinstance(line, Line))
    return Estimate(
        currency=currency,
        region=region,
        prices_as_of=as_of,
        low=sum((line.low for line in lines), Decimal(0)),
        expected=sum((line.monthly for line in lines), Decimal(0)),
        high=sum((line.high for line in lines), Decimal(0)),
        lines=lines,
        unknown=tuple(line for line in listed if isinstance(line, UnpricedLine)),
    )
