"""What the domain screen needs: DNS, hosted zones, a registrar, and certificates."""

from collections.abc import Sequence
from typing import Protocol

from typing_extensions import override

from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.domains import (
    certificates,
    charger_host,
    dns_check,
    hosted_zones,
    proof_check,
    registration,
)
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import NameCheck
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import HostedZone, Zone
from solarrally_tui.domains.registration import Contact, Offer, Order
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.model import Opener


class Domains(Protocol):
    """Everything about names. Calls to AWS raise AwsError; look-ups in DNS never raise."""

    async def check_name(self, name: str, zone: Zone | None, *, ours: bool) -> NameCheck:
        """NameCheck a name up in DNS. zone: the hosted zone for it, None with DNS elsewhere."""

    async def create_zone(self, name: str, site: str) -> HostedZone:
        """Create a hosted zone, or return the one that exists."""

    async def offer(self, domain: str) -> Offer:
        """Ask the registrar whether a domain is available, and its price."""

    async def buy(self, domain: str, contact: Contact) -> Order:
        """Buy a domain. It costs money."""

    async def newest_order(self, domain: str) -> Order | None:
        """Return the newest order of a domain, or None."""

    async def certificates(self, site: Site) -> tuple[PendingCertificate, ...]:
        """Return the certificates of a site's name, as they are now."""

    async def why_pending(self, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
        """NameCheck up in DNS why certificates wait for their records."""

    async def target(self, site: Site) -> str:
        """Return CloudFront's name of a site, for its address record; empty before there is one."""

    async def check_address(self, name: str, target: str) -> Finding:
        """NameCheck up in DNS whether a name points to CloudFront's name."""

    async def charger_record(self, site: Site) -> DnsRecord | None:
        """Return the record that must still lead chargers from the site's host to AWS IoT.

        None where the host leads there, and for a site without one.
        """


class EngineDomains(Domains):
    """Asks AWS and DNS."""

    def __init__(self, at: Opener, dns: Dns | None = None) -> None:
        """dns: look-ups; None means those of the environment."""
        self._at = at
        self._dns = dns

    @property
    def _lookups(self) -> Dns:
        self._dns = self._dns or Dns.of_environment()
        return self._dns

    @override
    async def check_name(self, name: str, zone: Zone | None, *, ours: bool) -> NameCheck:
        compared = None
        if zone is not None:
            try:
                servers = (await hosted_zones.read(await self._at(None), zone.id)).servers
            except AwsError:
                servers = ()  # then it is not known whether they agree
            compared = HostedZone(zone.id, zone.name, servers)
        return await dns_check.check_name(self._lookups, name, compared, ours=ours)

    @override
    async def create_zone(self, name: str, site: str) -> HostedZone:
        return await hosted_zones.create(await self._at(None), name, site)

    @override
    async def offer(self, domain: str) -> Offer:
        return await registration.offer(await self._at(None), domain)

    @override
    async def buy(self, domain: str, contact: Contact) -> Order:
        return await registration.buy(await self._at(None), domain, contact)

    @override
    async def newest_order(self, domain: str) -> Order | None:
        return await registration.newest_order(await self._at(None), domain)

    @override
    async def certificates(self, site: Site) -> tuple[PendingCertificate, ...]:
        return await certificates.certificates(await self._at(site.region), site)

    @override
    async def why_pending(self, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
        return await proof_check.check_proofs(self._lookups, waiting)

    @override
    async def target(self, site: Site) -> str:
        edge = await SiteStacks.of(site, await self._at(site.region)).outputs("edge")
        return edge.get("DistributionDomainName", "")

    @override
    async def check_address(self, name: str, target: str) -> Finding:
        return await proof_check.check_address(self._lookups, name, target)

    @override
    async def charger_record(self, site: Site) -> DnsRecord | None:
        host = site.domain.charger_host
        if not host:
            return None
        target = (await iot_endpoint(await self._at(site.region))).address
        found = await charger_host.check(self._lookups, host, target)
        return None if found.severity is Severity.OK else charger_host.record(host, target)
