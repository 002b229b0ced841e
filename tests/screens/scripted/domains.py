"""Names, zones and a registrar as scripted, for tests of the domain screen alone."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import NameCheck
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import HostedZone, Zone
from solarrally_tui.domains.registration import Contact, Offer, Order, Progress
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site

SERVERS = (
    "ns-1033.awsdns-01.org",
    "ns-1871.awsdns-41.co.uk",
    "ns-394.awsdns-49.com",
    "ns-888.awsdns-47.net",
)
WELL = (
    Finding(
        "delegation",
        "Name servers",
        Severity.OK,
        "sun.example.com is delegated to its hosted zone.",
    ),
    Finding("caa", "Certificates", Severity.OK, "Any CA may issue (no CAA)."),
    Finding("address", "Address", Severity.OK, "Not in use: the name has no record yet."),
)


class ScriptedDomains:
    """The world's DNS, Route 53 and ACM, calm unless a test sets something else."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = WELL
        self.apex = "example.com"
        self.looked_up: list[tuple[str, Zone | None, bool]] = []
        self.created: list[tuple[str, str]] = []
        self.zone_error: AwsError | None = None
        self.offered: Offer | AwsError | None = None
        self.orders: list[Order | None] = [None]
        self.bought: list[tuple[str, Contact]] = []
        self.buy_error: AwsError | None = None
        self.hold = asyncio.Event()
        """Cleared, it keeps who asks for certificates waiting."""
        self.hold.set()
        self.certificate_list: tuple[PendingCertificate, ...] = ()
        self.why: tuple[Finding, ...] = ()
        self.cloudfront = ""
        self.of_chargers: DnsRecord | None = None
        self.pointing = Finding("address", "Address", Severity.WARN, "It has no record yet.")

    async def check_name(self, name: str, zone: Zone | None, *, ours: bool) -> NameCheck:
        self.looked_up.append((name, zone, ours))
        found = self.findings if zone else tuple(f for f in self.findings if f.id != "delegation")
        return NameCheck(name, found, SERVERS if zone else (), self.apex)

    async def create_zone(self, name: str, site: str) -> HostedZone:
        self.created.append((name, site))
        if self.zone_error:
            raise self.zone_error
        return HostedZone("Z0NEW", name, SERVERS)

    async def offer(self, domain: str) -> Offer:
        if isinstance(self.offered, AwsError):
            raise self.offered
        return self.offered or Offer(domain, "AVAILABLE", Decimal(15), Decimal(15))

    async def buy(self, domain: str, contact: Contact) -> Order:
        if self.buy_error:
            raise self.buy_error
        self.bought.append((domain, contact))
        return Order(domain, Progress.RUNNING, "The registry is at work [/x].")

    async def newest_order(self, domain: str) -> Order | None:
        return self.orders.pop(0) if len(self.orders) > 1 else self.orders[0]

    async def certificates(self, site: Site) -> tuple[PendingCertificate, ...]:
        await self.hold.wait()
        return self.certificate_list

    async def why_pending(self, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
        return self.why

    async def target(self, site: Site) -> str:
        return self.cloudfront

    async def check_address(self, name: str, target: str) -> Finding:
        return self.pointing

    async def charger_record(self, site: Site) -> DnsRecord | None:
        return self.of_chargers if site.domain.charger_host else None
