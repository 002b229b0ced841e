"""What DNS says about a deployed site: why its certificate waits, and where its name leads."""

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


async def check_proofs(dns: Dns, waiting: Sequence[PendingCertificate]) -> tuple[Finding, ...]:
    """Return a finding for each record that certificates wait for, and for CAA. Never raises."""
    records = records_of(waiting)
    names = dict.fromkeys(each.domain for each in waiting)
    proofs, allowed = await asyncio.gather(
        asyncio.gather(*(_proof(dns, each) for each in records)),
        asyncio.gather(*(caa.relevant(dns, name) for name in names)),
    )
    judged = (caa.judge(each) for each in allowed)
    return (*proofs, *(each for each in judged if each.severity is not Severity.OK))


async def _proof(dns: Dns, record: DnsRecord) -> Finding:
    zone = await dns.apex(record.name)
    zone = zone if "." in zone else likely_zone(record.name)
    doubled = f"{record.name}.{zone}"
    told, twice = await asyncio.gather(dns.ask(record.name, "CNAME"), dns.ask(doubled, "CNAME"))
    return judge_proof(record, told, zone if twice.presence is Presence.FOUND else "")


def judge_proof(record: DnsRecord, told: DnsAnswer, doubled: str) -> Finding:
    """Say what DNS has in place of a record. doubled: the domain that is in its name twice."""
    if told.presence is Presence.UNKNOWN:
        line = "Not known: no answer from DNS."
        return Finding("proof", _TITLE, Severity.UNKNOWN, line, "This holds nothing up.")
    if told.records == (record.value.lower(),):
        line = "The record is there. AWS looks for it every few minutes."
        return Finding("proof", _TITLE, Severity.OK, line)
    if told.records:
        line = f"{record.name} has another value: {told.records[0]}"
        return Finding("proof", _TITLE, Severity.WARN, line, f"Its value must be {record.value}")
    if doubled:
        line = f"The record stands under {doubled}.{doubled}."
        fix = f"The console adds .{doubled} by itself: type only the part before it."
        return Finding("proof", _TITLE, Severity.WARN, line, fix)
    line = "DNS has no such record yet. A new one can take some minutes to be seen."
    return Finding("proof", _TITLE, Severity.WARN, line)


async def check_address(dns: Dns, name: str, target: str) -> Finding:
    """Say whether a name points to the site already. target: CloudFront's name. Never raises."""
    alias, addresses, ours = await asyncio.gather(
        dns.ask(name, "CNAME"), dns.ask(name, "A"), dns.ask(target, "A")
    )
    return judge_address(alias, addresses, ours, target)


def judge_address(alias: DnsAnswer, addresses: DnsAnswer, ours: DnsAnswer, target: str) -> Finding:
    """Judge an alias, or addresses where the DNS of a whole domain makes them of an alias."""
    if alias.records == (target.lower(),) or {*addresses.records} & {*ours.records}:
        return Finding("address", _ADDRESS, Severity.OK, "It points to the site.")
    if Presence.UNKNOWN in {alias.presence, addresses.presence}:
        line = "Not known: no answer from DNS."
        return Finding("address", _ADDRESS, Severity.UNKNOWN, line, "This holds nothing up.")
    found = (*alias.records, *addresses.records)
    line = f"It points to {found[0]}, not to the site." if found else "It points nowhere yet."
    return Finding(
        "address", _ADDRESS, Severity.WARN, line, "Set its record where its DNS is (F6)."
    )
