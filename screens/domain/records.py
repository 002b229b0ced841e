"""The records of a site's own name that must still be set where its DNS is."""

import asyncio

from solarrally_tui.domains.certificates import records_of
from solarrally_tui.domains.dns_records import DnsRecord, address_record, likely_zone
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
    records = list(records_of(c for c in certificates if not c.is_issued))
    if name and target and (await domains.check_address(name, target)).severity is not Severity.OK:
        records.append(address_record(name, target))
    return (*records, *([of_chargers] if of_chargers else []))


def to_copy(name: str, records: tuple[DnsRecord, ...], zone: str = "") -> CopyScreen:
    """Return the dialog that lists records, each part to be copied.

    zone: what the name is in where that is known; else the likely one.
    """
    zone = zone or likely_zone(name)
    return CopyScreen(
        f"For the DNS of {name}", lead_of_records(zone), values_of_records(records, zone)
    )
