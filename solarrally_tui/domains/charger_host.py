"""The DNS record that leads chargers from a host of the operator's own to AWS IoT.

No stack holds it, because a recovery in another Region moves it. What leads elsewhere was set by
somebody, so only a recovery changes it.
"""

import asyncio
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import public_zones
from solarrally_tui.domains.name_obstacles import same_named
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

TTL_SECONDS: Final = 60
"""How long resolvers keep the record, and so how long chargers may take to follow it."""

_TITLE: Final = "Host for chargers"
_MOST_ALIASES: Final = 5
_TYPES: Final = ("CNAME", "A", "AAAA")


def record(host: str, target: str) -> DnsRecord:
    """Return the record to create. target: AWS's own name of the endpoint (iot:Data-ATS)."""
    return DnsRecord(host, "CNAME", target)


async def leads_to(door: Door, zone: str, host: str) -> str:
    """Return where the records of a hosted zone lead a host; empty where it has none.

    Raises AwsError.
    """
    response = await door.call(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone,
        StartRecordName=host,
        StartRecordType="A",
        MaxItems="20",
    )
    for one in response["ResourceRecordSets"]:
        if one["Name"].rstrip(".").lower() == host and one["Type"] in _TYPES:
            values = one.get("ResourceRecords") or [{"Value": "an alias of Route 53"}]
            return str(values[0]["Value"]).rstrip(".").lower()
    return ""


async def lead(door: Door, zone: str, host: str, target: str) -> None:
    """Lead a host to an endpoint, wherever its record led before. Raises AwsError."""
    await _change(door, zone, "UPSERT", record(host, target))


async def withdraw(door: Door, host: str, target: str) -> bool:
    """Delete the record of a host that leads to an endpoint; return whether there was one.

    Raises AwsError.
    """
    withdrawn = False
    for zone in same_named(host, await public_zones(door)):
        if await leads_to(door, zone.id, host) == target.lower():
            try:
                await _change(door, zone.id, "DELETE", record(host, target))
            except AwsError:
                # Route 53 refuses to delete what a lost answer has deleted already.
                if await leads_to(door, zone.id, host) == target.lower():
                    raise
            withdrawn = True
    return withdrawn


async def _change(door: Door, zone: str, action: str, record: DnsRecord) -> None:
    wanted = {
        "Name": record.name,
        "Type": record.type,
        "TTL": TTL_SECONDS,
        "ResourceRecords": [{"Value": record.value}],
    }
    changes = [{"Action": action, "ResourceRecordSet": wanted}]
    await door.call(
        "route53",
        "change_resource_record_sets",
        HostedZoneId=zone,
        ChangeBatch={"Changes": changes},
    )


async def check(dns: Dns, host: str, target: str) -> Finding:
    """Check in DNS whether a host leads to an endpoint of AWS IoT. Never raises."""
    name = host
    for _ in range(_MOST_ALIASES):
        alias = await dns.query(name, "CNAME")
        if not alias.records or name == target.lower():
            break
        name = alias.records[0]
    if name != host:
        return judge(name, target)
    addresses, ours = await asyncio.gather(dns.query(host, "A"), dns.query(target, "A"))
    return judge_addresses(addresses, ours, target)


def judge(leads: str, target: str) -> Finding:
    """Judge where the aliases of a host end; empty where it has no record."""
    if leads == target.lower():
        return Finding("charger-host", _TITLE, Severity.OK, "It leads to the site.")
    line = f"It leads to {leads}, not to {target}." if leads else "It has no record yet."
    return Finding("charger-host", _TITLE, Severity.WARN, line)


def judge_addresses(addresses: DnsAnswer, ours: DnsAnswer, target: str) -> Finding:
    """Judge the addresses that a provider publishes in place of an alias."""
    if addresses.presence is Presence.UNKNOWN:
        return Finding("charger-host", _TITLE, Severity.UNKNOWN, "Not known: DNS did not answer.")
    if {*addresses.records} & {*ours.records}:
        return judge(target.lower(), target)
    return judge(addresses.records[0] if addresses.records else "", target)
