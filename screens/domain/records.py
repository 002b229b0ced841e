"""The records of a site's own name that must still be set where its DNS is."""

import asyncio
from collections.abc import Iterable

from solarrally_tui.domains.certificates import PendingCertificate, records_of
from solarrally_tui.domains.dns_records import DnsRecord, address_record, likely_zone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.domain.words import lead_of_records, values_of_records
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.domains import Domains


async def missing_records(domains: Domains, site: Site) -> tuple[DnsRecord, ...]:
    """Return the records that prove the names and lead them to the site, while they are missing.

    Raises AwsError.
    """
    name = site.domain.name
    certificates, target, of_chargers = await asyncio.gather(
        domains.certificates(site), domains.target(site), domains.charger_record(site)
    )
    points = await domains.check_address(name, target) if name and target else None
    return still_to_set(certificates, name, target, points, of_chargers)


def still_to_set(
    certificates: Iterable[PendingCertificate],
    name: str,
    target: str,
    points: Finding | None,
    of_chargers: DnsRecord | None,
) -> tuple[DnsRecord, ...]:
    """Return what proves names, leads a name to the site, and chargers to AWS IoT.

    points: whether the name leads to the target; None where nobody has looked.
    """
    records = list(records_of(one for one in certificates if not one.is_issued))
    if points and points.severity is not Severity.OK:
        records.append(address_record(name, target))
    if of_chargers:
        records.append(of_chargers)
    return tuple(records)


def to_copy(name: str, records: tuple[DnsRecord, ...], zone: str = "") -> CopyScreen:
    """Return the dialog that lists records, each part to be copied.

    zone: what the name is in where that is known; else the likely one.
    """
    zone = zone or likely_zone(name)
    return CopyScreen(
        f"For the DNS of {name}", lead_of_records(zone), values_of_records(records, zone)
    )
