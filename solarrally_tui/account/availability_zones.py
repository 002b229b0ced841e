"""Two or three Availability Zones in which everything that a site needs exists."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain

ZONES_WANTED: Final = 2

EXCLUDED: Final = frozenset(
    {"use1-az3", "usw1-az2", "apne1-az3", "apne2-az1", "cac1-az3", "cac1-az4"}
)
"""Zone ids without ECS on Fargate, without ARM64 on Fargate, or without CloudFront VPC origins.

From the ECS developer guide (AWS_Fargate.html, "Fargate Regions": usw1-az1 and -az3, apne1-az1,
-az2 and -az4, cac1-az1 and -az2 only; use1-az3 has no ARM64) and the CloudFront developer guide
(private-content-vpc-origins.html, "Supported AWS Regions": not use1-az3, usw1-az2, apne1-az3,
apne2-az1, cac1-az3). A name such as us-east-1a means a different zone in each account, an id the
same one.
"""


@dataclass(frozen=True, slots=True)
class AvailabilityZone:
    """An Availability Zone: its name in this account, and the id that is the same everywhere."""

    name: str
    id: str


class NoZonesError(AwsError):
    """A Region has too few Availability Zones that a site can use."""

    def __init__(self, region: str, wanted: int, avoided: Sequence[str]) -> None:
        message = f"fewer than {wanted} usable Availability Zones in {region}"
        super().__init__("NoZones", message, "ec2", "describe_availability_zones")
        self.region, self.wanted, self.avoided = region, wanted, tuple(avoided)

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the answers that decide it."""
        avoided = f" without {', '.join(self.avoided)}" if self.avoided else ""
        fewer = "Set size.zones = 2" if self.wanted > ZONES_WANTED else "Choose another Region"
        remedy = ", or take a zone out of network.avoid_zones" if self.avoided else ""
        return Plain(
            what=f"{self.region} has fewer than {self.wanted} Availability Zones that a site can "
            f"use{avoided}.",
            why="A site needs zones with Fargate on ARM64 and with CloudFront VPC origins.",
            next=f"{fewer}{remedy}.",
        )


def choose(
    zones: Iterable[AvailabilityZone], wanted: int = ZONES_WANTED, avoid: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the names of the first usable zones by zone id; all if there are fewer.

    avoid: ids or names of zones not to use.
    """
    usable = sorted(
        (zone.id, zone.name)
        for zone in zones
        if zone.id not in EXCLUDED and not {zone.id, zone.name} & set(avoid)
    )
    return tuple(name for _, name in usable[:wanted])


async def usable_zones(
    door: Door, wanted: int = ZONES_WANTED, avoid: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the names of the zones for a network in the door's Region.

    avoid: ids or names of zones not to use. Raises NoZonesError and AwsError.
    """
    response = await door.call(
        "ec2",
        "describe_availability_zones",
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}],
    )
    zones = (
        AvailabilityZone(zone["ZoneName"], zone["ZoneId"])
        for zone in response["AvailabilityZones"]
        if zone.get("State", "available") == "available"
    )
    names = choose(zones, wanted, avoid)
    if len(names) < wanted:
        raise NoZonesError(door.region, wanted, avoid)
    return names
