"""What DNS says about a deployed site: why its certificate waits, and where its name points."""

import asyncio
from collections.abc import Sequence
from typing import Final

from solarrally_tui.domains import caa
from solarrally_tui.domains.certificates import PendingCertificate, records_of
from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.domains.dns_records import DnsRecord, likely_zone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

_TITLE: Final = "Proof in DNS"
_ADDRESS: Final = "Address"
_NOT_KNOWN: Final = "Not known: DNS did not answer."
_NO_HOLD: Final = "You can continue."


async def check_proofs(dns: Dns, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
    """Return a finding for each record that certificates wait for, and for CAA. Never raises."""
    names = dict.fromkeys(certificate.domain for certificate in waiting)
    proofs, issuers = await asyncio.gather(
        asyncio.gather(*(_proof(dns, record) for record in records_of(waiting))),
        asyncio.gather(*(caa.relevant(dns, name) for name in names)),
    )
    judged = (caa.judge(records) for records in issuers)
    return (*proofs, *(finding for finding in judged if finding.severity is not Severity.OK))


async def _proof(dns: Dns, record: DnsRecord) -> Finding:
    zone = await dns.apex(record.name)
    zone = zone if "." in zone else likely_zone(record.name)
    # Many DNS consoles append the domain to the name, so a full name ends up with it twice.
    doubled = f"{record.name}.{zone}"
    answer, twice = await asyncio.gather(
        dns.query(record.name, "CNAME"), dns.query(doubled, "CNAME")
    )
    return judge_proof(record, answer, zone if twice.presence is Presence.FOUND else "")


def judge_proof(record: DnsRecord, answer: DnsAnswer, doubled: str) -> Finding:
    """Judge what DNS has in place of a record. doubled: the domain that is in its name twice."""
    if answer.presence is Presence.UNKNOWN:
        return Finding("proof", _TITLE, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    if answer.records == (record.value.lower(),):
        line = "The record exists. AWS checks for it every few minutes."
        return Finding("proof", _TITLE, Severity.OK, line)
    if answer.records:
        line = f"{record.name} has another value: {answer.records[0]}"
        return Finding("proof", _TITLE, Severity.WARN, line, f"Its value must be {record.value}")
    if doubled:
        line = f"The record's name ends with {doubled}.{doubled}."
        fix = f"Your DNS console appends .{doubled}: enter only the part before it."
        return Finding("proof", _TITLE, Severity.WARN, line, fix)
    line = "DNS has no such record yet. A new one can take a few minutes to appear."
    return Finding("proof", _TITLE, Severity.WARN, line)


async def check_address(dns: Dns, name: str, target: str) -> Finding:
    """Check whether a name points to the site. target: CloudFront's name. Never raises."""
    alias, addresses, ours = await asyncio.gather(
        dns.query(name, "CNAME"), dns.query(name, "A"), dns.query(target, "A")
    )
    return judge_address(alias, addresses, ours, target)


def judge_address(alias: DnsAnswer, addresses: DnsAnswer, ours: DnsAnswer, target: str) -> Finding:
    """Judge an alias, or the addresses that a provider publishes in place of one."""
    if alias.records == (target.lower(),) or {*addresses.records} & {*ours.records}:
        return Finding("address", _ADDRESS, Severity.OK, "It points to the site.")
    if Presence.UNKNOWN in {alias.presence, addresses.presence}:
        return Finding("address", _ADDRESS, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    targets = (*alias.records, *addresses.records)
    line = f"It points to {targets[0]}, not to the site." if targets else "It has no record yet."
    return Finding("address", _ADDRESS, Severity.WARN, line, "Create its DNS record (F6 shows it).")
