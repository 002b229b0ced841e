"""What an estimate consists of: lines with a price, what has none, and what is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from solarrally_tui.pricing.metering.charge import Billing
from solarrally_tui.site.model import Site

EXCLUDED: Final = (
    "Tax and VAT",
    "AWS support plan",
    "Credits and offers for new accounts",
    "Internet or SIM cards of the chargers",
    "Traffic between Availability Zones (less than a GB a month), except to a NAT elsewhere",
)
"""What an AWS bill may include that the estimate leaves out."""
_OWN_DOMAIN: Final = "A domain of your own, with its registration and DNS"
_OTHER_DNS: Final = "The domain and its DNS at another provider"


def left_out(site: Site) -> tuple[str, ...]:
    """Return what the estimate of a site leaves out."""
    if not site.has_domain:
        return (*EXCLUDED, _OWN_DOMAIN)
    return (*EXCLUDED, _OTHER_DNS) if site.domain.is_external else EXCLUDED


class Line(NamedTuple):
    """One line of the estimate. quantity counts units; the money is USD a month.

    A named tuple: a keystroke on Size makes hundreds, and a frozen dataclass of this size takes
    four times as long.
    """

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
    again_after: tuple[int, ...] = ()
    """Months after which AWS adds the same amount once more, for good."""

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
    kind: Billing = "usage"

    def __str__(self) -> str:
        """Return it as one sentence for people."""
        return f"Unknown, {self.item} ({self.service}): {self.reason}"


@dataclass(frozen=True, slots=True)
class LaterCost:
    """A line that AWS bills once more from a month on. monthly is USD."""

    line: Line
    after_months: int
    monthly: Decimal


def later_costs(lines: Iterable[Line | UnpricedLine]) -> tuple[LaterCost, ...]:
    """Return what lines add later, in order."""
    costs = (
        LaterCost(line, months, line.monthly)
        for line in lines
        if isinstance(line, Line)
        for months in line.again_after
    )
    return tuple(sorted(costs, key=lambda cost: cost.after_months))


def over(months: int, monthly: Decimal, later: Iterable[LaterCost]) -> Decimal:
    """Return USD for so many months at a monthly cost, with what comes on top later."""
    return monthly * months + added(months, later)


def added(months: int, later: Iterable[LaterCost]) -> Decimal:
    """Return USD that comes on top later, within so many months."""
    return sum((cost.monthly * max(months - cost.after_months, 0) for cost in later), Decimal(0))


@dataclass(frozen=True)
class Estimate:
    """What a site costs a month at list prices, in USD, after what is always free.

    Where known is False the Region has no prices: there are no lines, and the sums mean nothing.
    """

    currency: str
    region: str
    prices_as_of: str
    """Month of the oldest price that matters (see `oldest_that_matters`), such as 2025-08."""
    low: Decimal
    expected: Decimal
    high: Decimal
    lines: tuple[Line, ...]
    unknown: tuple[UnpricedLine, ...]
    excluded: tuple[str, ...] = EXCLUDED
    known: bool = True

    @property
    def gaps(self) -> tuple[UnpricedLine, ...]:
        """What matters and has no price. The sums are "at least" while there is any."""
        return tuple(line for line in self.unknown if not line.minor)

    @property
    def complete(self) -> bool:
        """Whether nothing that matters lacks a price."""
        return self.known and not self.gaps

    @property
    def sellable(self) -> bool:
        """Whether the sums may be shown to a customer.

        Not where something that is billed whether or not the site is used has no price: a database
        or tasks by the hour. "At least" would be a fraction of the bill.
        """
        return self.known and not any(line.kind == "fixed" for line in self.gaps)

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
        """What the expected total depends on most, in words; empty where on nothing."""
        spans = {name: below + above for name, (below, above) in self._spans.items() if below}
        return max(spans, key=lambda name: spans[name], default="")

    @property
    def unexpected(self) -> tuple[str, Decimal]:
        """What is expected not to happen and adds most to the high total, in words, and its USD."""
        spans = {name: above for name, (below, above) in self._spans.items() if not below}
        return max(spans.items(), key=lambda pair: pair[1], default=("", Decimal(0)))

    @property
    def _spans(self) -> dict[str, tuple[Decimal, Decimal]]:
        """How far low and high are from what is expected, by what moves them."""
        spans: dict[str, tuple[Decimal, Decimal]] = {}
        for line in self.lines:
            below, above = spans.get(line.driver, (Decimal(0), Decimal(0)))
            spans[line.driver] = (
                below + line.monthly - line.low,
                above + line.high - line.monthly,
            )
        return spans

    @property
    def later(self) -> tuple[LaterCost, ...]:
        """What comes on top of the sums later, in order."""
        return later_costs(self.lines)

    def over(self, months: int) -> Decimal:
        """Return USD for so many months, expected, with what comes on top later."""
        return over(months, self.expected, self.later)

    def total(self, kind: Billing) -> Decimal:
        """Return the expected sum of the fixed or the usage lines."""
        return sum((line.monthly for line in self.lines if line.kind == kind), Decimal(0))

    def left_out(self) -> tuple[str, ...]:
        """Return in words what the total does not include: left out, or without a price."""
        return (*self.excluded, *dict.fromkeys(map(str, self.unknown)))


def oldest_that_matters(lines: Iterable[Line]) -> str:
    """Return the month of the oldest price that is at least a hundredth of the list price.

    Lines with the same price count together. Empty without lines that cost anything.
    """
    shares: dict[tuple[str, str], Decimal] = {}
    dates: dict[tuple[str, str], str] = {}
    for line in lines:
        if line.monthly > 0:
            price = (line.service, line.item)
            shares[price] = shares.get(price, Decimal(0)) + line.monthly
            dates[price] = line.price_date[:7]
    least = sum(shares.values(), Decimal(0)) / 100
    return min((dates[price] for price, share in shares.items() if share >= least), default="")


def summed(
    currency: str,
    region: str,
    as_of: str,
    listed: Iterable[Line | UnpricedLine],
    excluded: tuple[str, ...] = EXCLUDED,
) -> Estimate:
    """Return the estimate of all lines. The sums are those of the lines.

    as_of: month of the prices where there are no lines.
    """
    listed = tuple(listed)
    lines = tuple(line for line in listed if isinstance(line, Line))
    return Estimate(
        currency=currency,
        region=region,
        prices_as_of=oldest_that_matters(lines) or as_of,
        low=sum((line.low for line in lines), Decimal(0)),
        expected=sum((line.monthly for line in lines), Decimal(0)),
        high=sum((line.high for line in lines), Decimal(0)),
        lines=lines,
        unknown=tuple(line for line in listed if isinstance(line, UnpricedLine)),
        excluded=excluded,
    )
