"""What an estimate is made of: lines with a price, what has none, and what is left out."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import Billing

EXCLUDED: Final = (
    "Tax and VAT",
    "AWS support plan",
    "Credits and plans of new accounts",
    "Registration of a domain and its hosted zone",
    "Internet or SIM of the chargers",
    "Traffic between zones of one Region (less than a GB a month here)",
)
"""What a bill may hold that the estimate leaves out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the estimate. quantity counts units; the money is USD a month."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
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
        """The item, with what it is where an allowance would look like a charge."""
        return (
            f"Always free, shared by the account: {self.item}" if self.is_allowance else self.item
        )


@dataclass(frozen=True, slots=True)
class UnpricedLine:
    """Something that we could not price. It is not in the sums."""

    stack: str
    resource: str
    type: str
    service: str
    item: str
    reason: str
    minor: bool = False
    """Whether it cannot matter: a few cents at most, or very likely nothing."""

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
    low: Decimal
    expected: Decimal
    high: Decimal
    lines: tuple[Line, ...]
    unknown: tuple[UnpricedLine, ...]
    excluded: tuple[str, ...] = EXCLUDED
    known: bool = field(default=True)

    @property
    def complete(self) -> bool:
        """Whether nothing that matters lacks a price."""
        return self.known and all(each.minor for each in self.unknown)

    @property
    def list_price(self) -> Decimal:
        """USD a month before what is always free."""
        return sum((line.monthly for line in self.lines if line.monthly > 0), Decimal(0))

    @property
    def always_free(self) -> Decimal:
        """USD a month that AWS takes off for every account, not above zero."""
        return self.expected - self.list_price

    @property
    def builds(self) -> Decimal | None:
        """USD a month for building the application; None where no build machine has a price."""
        lines = [line.monthly for line in self.lines if line.type == "AWS::CodeBuild::Project"]
        return sum(lines, Decimal(0)) if lines else None

    @property
    def driver(self) -> str:
        """What moves the sum most between low and high, in words."""
        spans: dict[str, Decimal] = {}
        for line in self.lines:
            spans[line.driver] = spans.get(line.driver, Decimal(0)) + line.high - line.low
        return max(spans, key=lambda name: spans[name], default="")

    def total(self, kind: Billing) -> Decimal:
        """Return the expected sum of the fixed or the usage lines."""
        return sum((line.monthly for line in self.lines if line.kind == kind), Decimal(0))

    def left_out(self) -> tuple[str, ...]:
        """Return what stands beside the total in words: left out, and without a price."""
        return (*self.excluded, *dict.fromkeys(map(str, self.unknown)))


def summed(currency: str, region: str, as_of: str, found: list[Line | UnpricedLine]) -> Estimate:
    """Return the estimate of all lines. The sums are those of the lines."""
    lines = tuple(each for each in found if isinstance(each, Line))
    return Estimate(
        currency=currency,
        region=region,
        prices_as_of=as_of,
        low=sum((line.low for line in lines), Decimal(0)),
        expected=sum((line.monthly for line in lines), Decimal(0)),
        high=sum((line.high for line in lines), Decimal(0)),
        lines=lines,
        unknown=tuple(each for each in found if isinstance(each, UnpricedLine)),
    )
