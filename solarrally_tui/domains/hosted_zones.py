"""Hosted zones of Route 53: their name servers, and a new one that a retry does not duplicate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.site.names import SITE_TAG

MONTHLY_USD: Final = "0.50"
"""Monthly price of each of the first 25 hosted zones in an account (Route 53 pricing page)."""

_COMMENT: Final = "Created by solarrally for the site {}."


@dataclass(frozen=True, slots=True)
class Zone:
    """A public hosted zone of the account."""

    id: str
    name: str
    """In lower case, without a dot at the end."""

    def contains(self, domain: str) -> bool:
        """Whether a domain is the zone's own name or below it."""
        return f".{domain.rstrip('.').lower()}".endswith(f".{self.name}")


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A public hosted zone and the servers that answer for it."""

    id: str
    name: str
    servers: tuple[str, ...]


async def public_zones(door: Door) -> tuple[Zone, ...]:
    """Return the public hosted zones of the account. Raises AwsError."""
    zones = await door.pages("route53", "list_hosted_zones", "HostedZones")
    return tuple(
        Zone(str(zone["Id"]).removeprefix("/hostedzone/"), str(zone["Name"]).rstrip(".").lower())
        for zone in zones
        if not zone.get("Config", {}).get("PrivateZone")
    )


def most_specific(domain: str, zones: Iterable[Zone]) -> Zone | None:
    """Return the zone that answers for a domain: of those that contain it, the longest name."""
    containing = [zone for zone in zones if zone.contains(domain)]
    return max(containing, key=lambda zone: len(zone.name), default=None)


async def read(door: Door, zone_id: str) -> HostedZone:
    """Return a hosted zone with its name servers. Raises AwsError."""
    return _zone(await door.call("route53", "get_hosted_zone", Id=zone_id))


async def create(door: Door, name: str, site: str) -> HostedZone:
    """Create a public hosted zone with the site's tag, or return the existing one of this name.

    Two zones of one name would each have their own servers, and nobody would ask one of them.
    Raises AwsError.
    """
    existing = await _existing(door, name)
    if existing is not None:
        return existing
    created = await _created(door, name, site)
    await door.call(
        "route53",
        "change_tags_for_resource",
        ResourceType="hostedzone",
        ResourceId=created.id,
        AddTags=[{"Key": SITE_TAG, "Value": site}],
    )
    return created


async def _created(door: Door, name: str, site: str) -> HostedZone:
    # The reference lets AWS tell a retry after a lost response from a second request.
    reference = f"solarrally-{site}-{name}"
    try:
        return await _create(door, name, site, reference)
    except AwsError as error:
        if error.kind is not Kind.EXISTS:
            raise
    # The reference is used: by the first try of this request, or for a zone that was deleted.
    existing = await _existing(door, name)
    today = datetime.now(UTC).date().isoformat()
    return existing or await _create(door, name, site, f"{reference}-{today}")


async def _create(door: Door, name: str, site: str, reference: str) -> HostedZone:
    return _zone(
        await door.call(
            "route53",
            "create_hosted_zone",
            Name=name,
            CallerReference=reference,
            HostedZoneConfig={"Comment": _COMMENT.format(site), "PrivateZone": False},
        )
    )


async def _existing(door: Door, name: str) -> HostedZone | None:
    zones = await public_zones(door)
    zone = next((zone for zone in zones if zone.name == name), None)
    return await read(door, zone.id) if zone else None


def _zone(response: dict[str, Any]) -> HostedZone:
    servers = response.get("DelegationSet", {}).get("NameServers", ())
    return HostedZone(
        str(response["HostedZone"]["Id"]).rpartition("/")[2],
        str(response["HostedZone"]["Name"]).rstrip("."),
        tuple(sorted(server.rstrip(".").lower() for server in servers)),
    )
