"""What the world's DNS says about a site's name: findings before anything is made."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from solarrally_tui.domains import caa
from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.domains.dns_records import likely_zone
from solarrally_tui.domains.hosted_zones import HostedZone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

_DELEGATION: Final = "Name servers"
_ADDRESS: Final = "Address"
_NOT_KNOWN: Final = "Not known: no answer from DNS."
_NO_HOLD: Final = "This holds nothing up. F5 asks again."


@dataclass(frozen=True, slots=True)
class NameCheck:
    """What one look at a name told."""

    name: str
    findings: tuple[Finding, ...]
    servers: tuple[str, ...] = ()
    """The zone's own name servers, for the registrar."""
    apex: str = ""
    """The zone that the name is in today, as DNS has it; empty where that is not known."""


async def check_name(
    dns: Dns, name: str, zone: HostedZone | None, *, ours: bool = False
) -> NameCheck:
    """Look a name up. zone: the Route 53 zone that shall hold it, None when DNS is elsewhere.

    ours: whether a site of ours answers at the name already. Never raises: what DNS does not tell
    is a finding of its own.
    """
    records, address, apex, given = await asyncio.gather(
        caa.relevant(dns, name), address_of(dns, name), dns.apex(name), _given(dns, zone)
    )
    found = [caa.judge(records), *(() if ours else (judge_address(address, zone is not None),))]
    if zone is not None:
        found.insert(0, judge_delegation(given, zone))
    return NameCheck(name, tuple(found), zone.servers if zone else (), apex)


async def _given(dns: Dns, zone: HostedZone | None) -> DnsAnswer:
    return await dns.delegation(zone.name) if zone else DnsAnswer(Presence.UNKNOWN)


async def address_of(dns: Dns, name: str) -> DnsAnswer:
    """Return where a name points: its alias, or else its addresses."""
    answers = await asyncio.gather(*(dns.ask(name, kind) for kind in ("CNAME", "A", "AAAA")))
    found = next((each for each in answers if each.presence is Presence.FOUND), None)
    nothing = all(each.presence is Presence.ABSENT for each in answers)
    return found or DnsAnswer(Presence.ABSENT if nothing else Presence.UNKNOWN)


def judge_delegation(given: DnsAnswer, zone: HostedZone) -> Finding:
    """Compare the servers that the world is sent to with the zone's own."""
    own, told = set(zone.servers), set(given.records)
    if given.presence is Presence.UNKNOWN or not own:
        return Finding("delegation", _DELEGATION, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    if told and told <= own:
        line = f"{zone.name} is delegated to its zone."
        return Finding("delegation", _DELEGATION, Severity.OK, line)
    fix = f"Deploy waits until {_where(zone.name)} exactly these (F6):\n"
    line = _wrong(sorted(told - own), bool(told & own), zone.name)
    return Finding("delegation", _DELEGATION, Severity.WARN, line, fix + _columns(zone.servers))


def _wrong(others: list[str], some_ours: bool, zone: str) -> str:
    if not others:
        return f"{zone} is not delegated yet."
    return f"It {'also ' if some_ours else ''}goes to {_some(others)}."


def _where(zone: str) -> str:
    """Say who delegates a zone: a registrar, or whoever has the zone above."""
    return "the registrar has" if zone == likely_zone(zone) else "its NS records are"


def _columns(servers: tuple[str, ...]) -> str:
    pairs = [servers[index : index + 2] for index in range(0, len(servers), 2)]
    return "\n".join("   ".join(f"{each:<26}" for each in pair).rstrip() for pair in pairs)


def _some(names: Sequence[str]) -> str:
    more = len(names) - 1
    return f"{names[0]} and {more} more" if more else names[0]


def judge_address(address: DnsAnswer, in_route53: bool) -> Finding:
    """Say whether something else answers at the name already."""
    if address.presence is Presence.UNKNOWN:
        return Finding("address", _ADDRESS, Severity.UNKNOWN, _NOT_KNOWN, _NO_HOLD)
    if address.presence is Presence.ABSENT:
        return Finding("address", _ADDRESS, Severity.OK, "The name is free.")
    line = f"It points to {_some(address.records)} already."
    fix = (
        "Deploy stops at it: delete it first, or take another name."
        if in_route53
        else "You change that record yourself, once the site is up."
    )
    return Finding("address", _ADDRESS, Severity.WARN, line, fix)
