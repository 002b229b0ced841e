"""From where on another design is the cheaper one, worked out from the price book."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book

_HOURS: Final = 730
_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "iot.data")
"""What tasks without a way out would need besides the free gateway to S3."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Two designs with their USD a month, and where they cost the same, in words.

    An amount is None where AWS lists no price.
    """

    first: str
    first_monthly: Decimal | None
    second: str
    second_monthly: Decimal
    answer: str


def break_evens(region: str, prices: Book | None = None) -> tuple[BreakEven, ...]:
    """Return the break-even between ways out and between ways in, for two zones in a Region.

    Empty for a Region without these prices.
    """
    rates = _Rates(region, prices or book())
    try:
        return (_nat_or_addresses(rates), _nat_or_endpoints(rates), _way_in(rates))
    except UnknownPriceError:
        return ()


@dataclass(frozen=True)
class _Rates:
    region: str
    prices: Book

    def month(self, service: str, item: str) -> Decimal:
        """Return USD a month for something billed by the hour."""
        return self.each(service, item) * _HOURS

    def each(self, service: str, item: str) -> Decimal:
        return self.prices.price(self.region, service, item).amount

    @property
    def address(self) -> Decimal:
        return self.month("AmazonVPC", "Public IPv4 in use")

    @property
    def gateway(self) -> Decimal:
        return self.month("AmazonEC2", "NAT gateway hour") + self.address


def _nat_or_addresses(rates: _Rates) -> BreakEven:
    tasks = rates.gateway / rates.address
    return BreakEven(
        "one NAT gateway with its address",
        rates.gateway,
        "a public address for one task",
        rates.address,
        f"One gateway costs as much as addresses for {tasks:.0f} tasks, before its charge for "
        f"data. Below that, public addresses are cheaper.",
    )


def _nat_or_endpoints(rates: _Rates) -> BreakEven:
    hour = "Interface VPC endpoint hour (per AZ/ENI)"
    endpoints = rates.month("AmazonVPC", hour) * len(_ENDPOINTS) * 2
    per_gb = rates.each("AmazonEC2", "NAT gateway data processed") - rates.each(
        "AmazonVPC", "Interface VPC endpoint data processed"
    )
    volume = (endpoints - rates.gateway) / per_gb
    names = ", ".join(_ENDPOINTS)
    return BreakEven(
        "one NAT gateway with its address",
        rates.gateway,
        f"{len(_ENDPOINTS)} interface endpoints in two zones ({names})",
        endpoints,
        f"Endpoints become cheaper from about {volume:,.0f} GB a month on. A site moves a few GB.",
    )


def _way_in(rates: _Rates) -> BreakEven:
    return BreakEven(
        "a VPC origin",
        None,
        "a public load balancer's addresses in two zones",
        rates.address * 2,
        "AWS lists no price for VPC origins. While it asks none, the public load balancer is "
        "never the cheaper way in, whatever the traffic.",
    )
