"""The real services of the domain screen: Route 53, its registrar, ACM, and the world's DNS."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import NameCheck
from solarrally_tui.domains.hosted_zones import HostedZone, Zone
from solarrally_tui.domains.registration import Contact, Offer, Order
from solarrally_tui.findings.finding import Finding
from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.domains.dns_lookup import Dns

Opener = Callable[[str | None], Awaitable["Door"]]


class EngineDomains:
    """Asks AWS and DNS."""

    def __init__(self, at: Opener, dns: "Dns | None" = None) -> None:
        """dns: look-ups; None means those of the environment."""
        self._at = at
        self._dns = dns

    async def look(self, name: str, zone: Zone | None, *, ours: bool) -> NameCheck:
        """Look a name up in DNS. zone: the hosted zone for it, None with DNS elsewhere."""
        from solarrally_tui.domains import dns_check, hosted_zones  # noqa: PLC0415

        compared = None
        if zone is not None:
            try:
                servers = (await hosted_zones.read(await self._at(None), zone.id)).servers
            except AwsError:
                servers = ()  # then it is not known whether they agree
            compared = hosted_zones.HostedZone(zone.id, zone.name, servers)
        return await dns_check.check_name(self._lookups(), name, compared, ours=ours)

    async def make_zone(self, name: str, site: str) -> HostedZone:
        """Make a hosted zone, or return the one that is there. Raises AwsError."""
        from solarrally_tui.domains.hosted_zones import create  # noqa: PLC0415

        return await create(await self._at(None), name, site)

    async def offer(self, domain: str) -> Offer:
        """Ask the registrar whether a domain is free, and its price. Raises AwsError."""
        from solarrally_tui.domains.registration import offer  # noqa: PLC0415

        return await offer(await self._at(None), domain)

    async def buy(self, domain: str, contact: Contact) -> Order:
        """Buy a domain. It costs money. Raises AwsError."""
        from solarrally_tui.domains.registration import buy  # noqa: PLC0415

        return await buy(await self._at(None), domain, contact)

    async def ordered(self, domain: str) -> Order | None:
        """Return the newest order of a domain, or None. Raises AwsError."""
        from solarrally_tui.domains.registration import newest_order  # noqa: PLC0415

        return await newest_order(await self._at(None), domain)

    async def certificates(self, site: Site) -> tuple[PendingCertificate, ...]:
        """Return the certificates of a site's name, as they are now. Raises AwsError."""
        from solarrally_tui.domains.certificates import certificates  # noqa: PLC0415

        return await certificates(await self._at(site.region), site)

    async def why_pending(self, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
        """Look up in DNS why certificates wait for their records."""
        from solarrally_tui.domains.proof_check import check_proofs  # noqa: PLC0415

        return await check_proofs(self._lookups(), waiting)

    async def target(self, site: Site) -> str:
        """Return CloudFront's name of a site, empty before there is one. Raises AwsError."""
        from solarrally_tui.deployed.site import SiteStacks  # noqa: PLC0415

        edge = await SiteStacks.of(site, await self._at(site.region)).outputs("edge")
        return edge.get("DistributionDomainName", "")

    async def points(self, name: str, target: str) -> Finding:
        """Look up in DNS whether a name points to CloudFront's name."""
        from solarrally_tui.domains.proof_check import check_address  # noqa: PLC0415

        return await check_address(self._lookups(), name, target)

    def _lookups(self) -> "Dns":
        from solarrally_tui.domains.dns_lookup import Dns  # noqa: PLC0415

        self._dns = self._dns or Dns.of_environment()
        return self._dns
