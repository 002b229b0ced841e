"""The records of a site's own name that must still be set where its DNS is."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.domains.certificates import PendingCertificate, records_of
from solarrally_tui.domains.dns_records import DnsRecord, address_record
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.domains import Domains

PROVES: Final = "proves the name"
"""The purpose of what AWS waits for before it issues a certificate."""


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record that a person has to set, and what DNS has of it."""

    record: DnsRecord
    purpose: str
    seen: Finding


async def records_seen(domains: Domains, site: Site) -> tuple[SeenRecord, ...]:
    """Return the records that prove the names and lead them to the site, with those that are there.

    Raises AwsError.
    """
    name = site.domain.name
    certificates, target, of_chargers = await asyncio.gather(
        domains.certificates(site), domains.target(site), domains.charger_record(site)
    )
    waiting = tuple(one for one in certificates if not one.is_issued)
    why, points = await asyncio.gather(
        domains.why_pending(waiting),
        domains.check_address(name, target) if name and target else _nobody_looked(),
    )
    missing = records_of(waiting)
    proofs = [finding for finding in why if finding.id == "proof"]
    found = dict(zip(missing, proofs, strict=False))
    seen = [SeenRecord(record, PROVES, found.get(record, _PENDING)) for record in missing]
    seen += [
        SeenRecord(record, PROVES, _ISSUED)
        for record in records_of(certificates)
        if record not in missing
    ]
    if points:
        seen.append(SeenRecord(address_record(name, target), "leads to the site", points))
    if of_chargers:
        seen.append(SeenRecord(of_chargers, "leads chargers to AWS", _PENDING))
    return tuple(seen)


async def _nobody_looked() -> None:
    return None


_PENDING: Final = Finding("proof", "Proof in DNS", Severity.WARN, "Not in DNS yet.")
_ISSUED: Final = Finding("proof", "Proof in DNS", Severity.OK, "The certificate is issued.")


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
