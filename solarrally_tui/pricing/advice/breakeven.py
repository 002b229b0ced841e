"""Where one design becomes cheaper than another, worked out from the price book."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book

_MONTH_HOURS: Final = 730
_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "iot.data")
"""What tasks without outbound access would need besides the free gateway to S3."""


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
    """Return the break-evens of outbound access and of the origin, for two zones in a Region.

    Empty for a Region without these prices.
    """
    rates = _Rates(region, prices or book())
    try:
        return (_nat_or_addresses(rates), _nat_or_endpoints(rates), _origins(rates))
    except UnknownPriceError:
        return ()


@dataclass(frozen=True)
class _Rates:
    region: str
    prices: Book

    def unit(self, service: str, item: str) -> Decimal:
        """Return USD for one unit."""
        return self.prices.price(self.region, service, item).amount

    def month(self, service: str, item: str) -> Decimal:
        """Return USD a month for something billed by the hour."""
        return self.unit(service, item) * _MONTH_HOURS

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
        f"A gateway costs as much as addresses for {tasks:.0f} tasks, not counting its charge for "
        "data. With fewer tasks, public addresses are cheaper.",
    )


def _nat_or_endpoints(rates: _Rates) -> BreakEven:
    hour = "Interface VPC endpoint hour (per AZ/ENI)"
    endpoints = rates.month("AmazonVPC", hour) * len(_ENDPOINTS) * 2
    per_gb = rates.unit("AmazonEC2", "NAT gateway data processed") - rates.unit(
        "AmazonVPC", "Interface VPC endpoint data processed"
    )
    volume = (endpoints - rates.gateway) / per_gb
    names = ", ".join(_ENDPOINTS)
    return BreakEven(
        "one NAT gateway with its address",
        rates.gateway,
        f"{len(_ENDPOINTS)} interface endpoints in two zones ({names})",
        endpoints,
        f"Endpoints are cheaper above about {volume:,.0f} GB a month. A site sends a few GB.",
    )


def _origins(rates: _Rates) -> BreakEven:
    return BreakEven(
        "a VPC origin",
        Decimal(0),
        "the addresses of a public load balancer in two zones",
        rates.address * 2,
        "VPC origins are free, so a public load balancer is never cheaper, whatever the traffic.",
    )
