"""Two or three Availability Zones in which everything that a site needs exists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError

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


WITHOUT_IOT: Final = frozenset(
    {
        "af-south-1",
        "ap-east-2",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "mx-central-1",
    }
)
"""Regions without AWS IoT Core, through which chargers reach a site.

Two sources of 2026-11 agree: botocore's endpoints (with ecs, without iot), and the
CloudFormation registry, which lacks AWS::IoT::ThingType there. VPC origins are not the obstacle:
the CloudFront developer guide lists Osaka (ap-northeast-3) among their Regions.
"""


@dataclass(frozen=True, slots=True)
class AvailabilityZone:
    """An Availability Zone: its name in this account, and the id that is the same everywhere."""

    name: str
    id: str


def choose(zones: Iterable[AvailabilityZone], wanted: int = ZONES_WANTED) -> tuple[str, ...]:
    """Return the names of the first usable zones by zone id; all if there are fewer."""
    usable = sorted((zone.id, zone.name) for zone in zones if zone.id not in EXCLUDED)
    return tuple(name for _, name in usable[:wanted])


async def usable_zones(door: Door, wanted: int = ZONES_WANTED) -> tuple[str, ...]:
    """Return the names of the zones for a network in the door's Region. Raises AwsError."""
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
    names = choose(zones, wanted)
    if len(names) < wanted:
        message = f"fewer than {wanted} usable Availability Zones in {door.region}"
        raise AwsError("NoZones", message, "ec2", "describe_availability_zones")
    return names
