"""What already has a site's name: records, twin zones, another distribution. Reads only."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.domains import dns_check, hosted_zones
from solarrally_tui.domains.dns_lookup import Dns, Presence
from solarrally_tui.domains.hosted_zones import HostedZone, Zone, most_specific, public_zones
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site

_ADDRESSES: Final = ("A", "AAAA", "CNAME")
_RECORD: Final = "DNS record"
_ZONES: Final = "Hosted zone"
_DISTRIBUTION: Final = "CloudFront"
_GO_ON: Final = "You can continue."


async def obstacles(
    door: Door, site: Site, edge: Stack | None, dns: Dns | None = None
) -> tuple[Finding, ...]:
    """Check a site's domain before anything is created. Raises no AwsError.

    edge: the stack that serves the name already, if there is one. dns: look-ups; None means those
    of the environment.
    """
    name = site.domain.name
    if not name:
        return ()
    deployed = edge.parameters if edge else {}
    ours = deployed.get("DomainName") == name
    lookups = dns or Dns.of_environment()
    try:
        zones = () if site.domain.is_external else await public_zones(door)
    except AwsError as error:
        return (unknown("hosted-zone", _ZONES, why_unknown(error), _GO_ON),)
    chosen = site.domain.hosted_zone_id or (deployed.get("HostedZoneId", "") if ours else "")
    twins = () if chosen else same_named(name, zones)
    if len(twins) > 1:
        return (await refused_twins(door, twins, lookups),)
    found = await asyncio.gather(
        _names(door, lookups, site, _chosen(name, zones, chosen), ours=ours),
        *(() if ours else (_served(door, name),)),
    )
    checked, *served = found
    return (*checked, *served)


def same_named(name: str, zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """Return the zones that could answer for a domain equally well: mostly one, or none."""
    every_zone = tuple(zones)
    best = most_specific(name, every_zone)
    return tuple(zone for zone in every_zone if best and zone.name == best.name)


def _chosen(name: str, zones: Sequence[Zone], chosen: str) -> Zone | None:
    if chosen:
        return next((zone for zone in zones if zone.id == chosen), Zone(chosen, name))
    return most_specific(name, zones)


async def _names(
    door: Door, dns: Dns, site: Site, zone: Zone | None, *, ours: bool
) -> tuple[Finding, ...]:
    """Return what the zone has for the name, and what the world's DNS says of it."""
    name = site.domain.name
    if zone is None:
        # With DNS elsewhere the operator changes the record.
        missing = () if site.domain.is_external else (missing_zone(name),)
        return (*missing, *(await dns_check.check_name(dns, name, None, ours=ours)).findings)
    try:
        hosted, records = await asyncio.gather(
            hosted_zones.read(door, zone.id), _records(door, zone.id, name)
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return (_no_zone(zone.id),)
        return (unknown("dns-record", _RECORD, why_unknown(error), _GO_ON),)
    checked = await dns_check.check_name(dns, name, hosted, ours=True)
    return (*checked.findings, *(() if ours else (judge_records(name, records),)))


async def _records(door: Door, zone_id: str, name: str) -> tuple[str, ...]:
    """Return the types of the records that a zone has for exactly this name."""
    response = await door.call(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone_id,
        StartRecordName=name,
        StartRecordType="A",
        MaxItems="20",
    )
    return tuple(
        str(record["Type"])
        for record in response["ResourceRecordSets"]
        if record["Name"].rstrip(".").lower() == name and record["Type"] in _ADDRESSES
    )


def judge_records(name: str, types: Sequence[str]) -> Finding:
    """Judge the records that Route 53 has for a name already."""
    if not types:
        return Finding("dns-record", _RECORD, Severity.OK, f"{name} has no record yet.")
    kinds = " and ".join(dict.fromkeys(types))
    return Finding(
        "dns-record",
        _RECORD,
        Severity.FAIL,
        f"Route 53 already has a record for {name}: type {kinds}.",
        "Something may answer there. Choose another domain.name, or delete the record once nobody "
        "needs it.",
    )


def missing_zone(name: str) -> Finding:
    """Refuse a name for whose records the account has no zone."""
    return Finding(
        "hosted-zone",
        _ZONES,
        Severity.FAIL,
        f"This account has no public hosted zone for {name}.",
        "Create a hosted zone (Domain in the wizard, or Route 53) and delegate the domain to it. "
        'Where another provider hosts its DNS, set domain.dns = "external": you then get the '
        "records to create.",
    )


def _no_zone(zone_id: str) -> Finding:
    return Finding(
        "hosted-zone",
        _ZONES,
        Severity.FAIL,
        f"This account has no hosted zone {zone_id}.",
        "Correct domain.hosted_zone_id, or leave it out: the zone is then looked up.",
    )


async def refused_twins(door: Door, twins: Sequence[Zone], dns: Dns | None = None) -> Finding:
    """Return why none of several zones of one name is taken. Raises no AwsError.

    Asks DNS to which of them the domain is delegated.
    """
    lookups = dns or Dns.of_environment()
    try:
        hosted = await asyncio.gather(*(hosted_zones.read(door, zone.id) for zone in twins))
    except AwsError:
        hosted = []
    return judge_twins(twins, await _delegated(lookups, hosted))


async def _delegated(dns: Dns, zones: Sequence[HostedZone]) -> str:
    """Return the id of the zone that DNS refers to; empty where that is not known."""
    if not zones:
        return ""
    referred = await dns.delegation(zones[0].name)
    if referred.presence is not Presence.FOUND:
        return ""
    servers = set(referred.records)
    return next((zone.id for zone in zones if servers and servers <= set(zone.servers)), "")


def judge_twins(twins: Sequence[Zone], delegated: str) -> Finding:
    """Refuse to choose between hosted zones of one name. delegated: the id that DNS refers to."""
    ids = " and ".join(zone.id for zone in twins)
    line = f"{len(twins)} public hosted zones are named {twins[0].name}: {ids}."
    if delegated:
        line += f" The domain is delegated to {delegated}."
    choice = (
        f'Set domain.hosted_zone_id = "{delegated}".'
        if delegated
        else "Set domain.hosted_zone_id to the one whose name servers the registrar has."
    )
    fix = (
        f"{choice} The wrong one would take the website and the e-mail of {twins[0].name} offline."
    )
    return Finding("hosted-zone", _ZONES, Severity.FAIL, line, fix)


async def _served(door: Door, name: str) -> Finding:
    """Look up whether another distribution of this account serves the name."""
    try:
        items = await _distributions(door)
    except AwsError as error:
        return unknown("distribution", _DISTRIBUTION, why_unknown(error), _GO_ON)
    serving = [
        str(item["Id"]) for item in items if name in (item.get("Aliases", {}).get("Items") or ())
    ]
    if not serving:
        line = f"No distribution of this account serves {name}."
        return Finding("distribution", _DISTRIBUTION, Severity.OK, line)
    return Finding(
        "distribution",
        _DISTRIBUTION,
        Severity.FAIL,
        f"The distribution {serving[0]} of this account already serves {name}.",
        "Choose another domain.name, or remove the name from that distribution first.",
    )


async def _distributions(door: Door) -> list[Any]:
    """Return every distribution of the account. Raises AwsError."""
    items: list[Any] = []
    marker: dict[str, str] = {}
    while True:
        response = await door.call("cloudfront", "list_distributions", **marker)
        listed = response["DistributionList"]
        items += listed.get("Items") or []
        if not listed.get("IsTruncated"):
            return items
        marker = {"Marker": str(listed["NextMarker"])}
