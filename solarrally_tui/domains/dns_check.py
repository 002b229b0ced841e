"""What the world's DNS says about a site's name: findings before anything is created."""

import asyncio
from dataclasses import dataclass
from typing import Final

from solarrally_tui.domains import caa
from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.domains.dns_records import likely_zone
from solarrally_tui.domains.hosted_zones import HostedZone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.text.enumeration import enumerated

_DELEGATION: Final = "Name servers"
_ADDRESS: Final = "Address"
_NOT_KNOWN: Final = "Not known: DNS did not answer."
_CLOUDFRONT: Final = ".cloudfront.net"
_TAKEN: Final = (
    "That is a CloudFront distribution, and CloudFront lets one distribution only serve a name. "
    "Choose another name, or remove this one from that distribution first. If no "
    "account of yours has it, AWS Support can release it."
)
_NO_HOLD: Final = "You can continue. F5 checks again."


@dataclass(frozen=True, slots=True)
class NameCheck:
    """What one check of a name found."""

    name: str
    findings: tuple[Finding, ...]
    servers: tuple[str, ...] = ()
    """The zone's own name servers, for the registrar."""
    apex: str = ""
    """The zone that the name is in today, as DNS has it; empty where that is not known."""


async def check_name(
    dns: Dns, name: str, zone: HostedZone | None, *, ours: bool = False
) -> NameCheck:
    """Check a name in DNS.

    zone: the hosted zone that will hold it, None when DNS is elsewhere. ours: whether a site of
    ours answers at the name already. Never raises: what DNS does not answer is a finding too.
    """
    records, address, apex, referred = await asyncio.gather(
        caa.relevant(dns, name), address_of(dns, name), dns.apex(name), _delegation(dns, zone)
    )
    findings = [caa.judge(records), *(() if ours else (judge_address(address, zone is not None),))]
    if zone is not None:
        findings.insert(0, judge_delegation(referred, zone))
    return NameCheck(name, tuple(findings), zone.servers if zone else (), apex)


async def _delegation(dns: Dns, zone: HostedZone | None) -> DnsAnswer:
    return await dns.delegation(zone.name) if zone else DnsAnswer(Presence.UNKNOWN)


async def address_of(dns: Dns, name: str) -> DnsAnswer:
    """Return where a name points: its alias, or else its addresses."""
    answers = await asyncio.gather(*(dns.query(name, kind) for kind in ("CNAME", "A", "AAAA")))
    first = next((answer for answer in answers if answer.presence is Presence.FOUND), None)
    absent = all(answer.presence is Presence.ABSENT for answer in answers)
    return first or DnsAnswer(Presence.ABSENT if absent else Presence.UNKNOWN)


def judge_delegation(referred: DnsAnswer, zone: HostedZone) -> Finding:
    """Compare the name servers that the parent zone refers to with the hosted zone's own."""
    own, listed = set(zone.servers), set(referred.records)
    if referred.presence is Presence.UNKNOWN or not own:
        return Finding("delegation", _DELEGATION, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    if listed and listed <= own:
        line = f"{zone.name} is delegated to its hosted zone."
        return Finding("delegation", _DELEGATION, Severity.OK, line)
    # A domain that was bought is delegated by its registrar, a zone below one by NS records.
    where = "the registrar has" if zone.name == likely_zone(zone.name) else "its NS records are"
    fix = f"Deploy waits until {where} exactly these (F6):\n{_in_pairs(zone.servers)}"
    others = sorted(listed - own)
    line = f"{zone.name} is not delegated yet."
    if others:
        line = f"It is {'also ' if listed & own else ''}delegated to {enumerated(others, 1)}."
    return Finding("delegation", _DELEGATION, Severity.WARN, line, fix)


def _in_pairs(servers: tuple[str, ...]) -> str:
    pairs = [servers[index : index + 2] for index in range(0, len(servers), 2)]
    return "\n".join("   ".join(f"{server:<26}" for server in pair).rstrip() for pair in pairs)


def judge_address(address: DnsAnswer, in_route53: bool) -> Finding:
    """Judge whether something else answers at the name already."""
    if address.presence is Presence.UNKNOWN:
        return Finding("address", _ADDRESS, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    if address.presence is Presence.ABSENT:
        return Finding("address", _ADDRESS, Severity.OK, "Not in use: the name has no record yet.")
    line = f"It already points to {enumerated(address.records, 1)}."
    if any(record.endswith(_CLOUDFRONT) for record in address.records):
        return Finding("address", _ADDRESS, Severity.FAIL, line, _TAKEN)
    fix = (
        "Deploy stops here: delete this record first, or choose another name."
        if in_route53
        else "You change this record yourself once the site is up."
    )
    return Finding("address", _ADDRESS, Severity.WARN, line, fix)
