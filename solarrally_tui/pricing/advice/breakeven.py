"""Where one design becomes cheaper than another, worked out from the price book."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.price_book.book import Book, UnknownPriceError
from solarrally_tui.pricing.price_book.store import book

_MONTH_HOURS: Final = 730
_HOUR_SECONDS: Final = 3600
_MILLION: Final = 10**6
_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "iot.data")
"""What tasks without outbound access would need besides the free gateway to S3."""
_INTERVALS: Final = (5, 10, 30, 60)
_ZONES: Final = 2
_BROKER_VCPU: Final = Decimal("0.25")
_BROKER_GB: Final = Decimal("0.5")
"""The smallest task of Fargate. A broker such as mosquitto passes hundreds of messages a second."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Two designs with their USD a month, and where they cost the same, in words."""

    first: str
    first_monthly: Decimal
    second: str
    second_monthly: Decimal
    answer: str


def break_evens(region: str, prices: Book | None = None) -> tuple[BreakEven, ...]:
    """Return the break-evens of outbound access, origin and broker, for two zones in a Region.

    Empty for a Region without these prices.
    """
    rates = _Rates(region, prices or book())
    try:
        return (
            _nat_or_addresses(rates),
            _nat_or_endpoints(rates),
            _origins(rates),
            _brokers(rates),
        )
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

    def iot(self, seconds: int, tasks: int) -> Decimal:
        """Return USD a month for one charger that reports every so many seconds to AWS IoT."""
        messages = Decimal(_MONTH_HOURS * _HOUR_SECONDS) / seconds * (1 + tasks)
        minutes = self.unit("AWSIoT", "Connectivity (connection minutes)") * _MONTH_HOURS * 60
        sent = self.unit("AWSIoT", "Messages (5 KB metering), MQTT/HTTP") * messages
        return (minutes + sent) / _MILLION

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


def _brokers(rates: _Rates) -> BreakEven:
    """Two brokers behind a load balancer against AWS IoT, which is billed by message.

    Not counted: the load balancer's capacity units, a few cents here.
    """
    task = rates.month("AmazonECS", "Fargate Linux ARM vCPU-hour") * _BROKER_VCPU
    task += rates.month("AmazonECS", "Fargate Linux ARM GB-hour") * _BROKER_GB
    balancer = rates.month("AWSELB", "NLB hour") + rates.address * _ZONES
    brokers = balancer + (task + rates.address) * _ZONES
    even = (
        f"{brokers / rates.iot(seconds, 1):,.0f} and {brokers / rates.iot(seconds, 2):,.0f} "
        f"every {seconds} s"
        for seconds in _INTERVALS
    )
    return BreakEven(
        "two MQTT brokers of your own on Fargate, with a network load balancer in two zones",
        brokers,
        "AWS IoT for 100 chargers that report every 10 s to two tasks",
        rates.iot(10, 2) * 100,
        "They cost the same from this number of chargers on, delivered to one task and to two: "
        f"{', '.join(even)}. With fewer chargers AWS IoT costs less. Brokers of your own also need "
        "a certificate authority, a way to revoke certificates, updates and somebody on call. "
        "Registry, presence, rules and fault alarms of AWS IoT are then missing, and this version "
        "deploys no broker.",
    )
