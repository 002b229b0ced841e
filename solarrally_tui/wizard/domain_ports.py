"""What the domain screen needs from the outside: DNS, hosted zones, a registrar, certificates."""

from collections.abc import Sequence
from typing import Protocol

from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import NameCheck
from solarrally_tui.domains.hosted_zones import HostedZone, Zone
from solarrally_tui.domains.registration import Contact, Offer, Order
from solarrally_tui.findings.finding import Finding
from solarrally_tui.site.model import Site


class Domains(Protocol):
    """Everything about names. Calls to AWS raise AwsError; look-ups in DNS never raise."""

    async def look(self, name: str, zone: Zone | None, *, ours: bool) -> NameCheck:
        """Look a name up in DNS. zone: the hosted zone for it, None with DNS elsewhere."""

    async def make_zone(self, name: str, site: str) -> HostedZone:
        """Make a hosted zone, or return the one that is there."""

    async def offer(self, domain: str) -> Offer:
        """Ask the registrar whether a domain is free, and its price."""

    async def buy(self, domain: str, contact: Contact) -> Order:
        """Buy a domain. It costs money."""

    async def ordered(self, domain: str) -> Order | None:
        """Return the newest order of a domain, or None."""

    async def certificates(self, site: Site) -> tuple[PendingCertificate, ...]:
        """Return the certificates of a site's name, as they are now."""

    async def why_pending(self, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
        """Look up in DNS why certificates wait for their records."""

    async def target(self, site: Site) -> str:
        """Return CloudFront's name of a site, for its address record; empty before there is one."""

    async def points(self, name: str, target: str) -> Finding:
        """Look up in DNS whether a name points to CloudFront's name."""
