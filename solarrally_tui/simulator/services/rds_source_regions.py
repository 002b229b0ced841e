"""RDS: from which Regions automated backups can be replicated to this one.

The pairs: RDS user guide, "Replicating automated backups to another AWS Region" (awsdocs
amazon-rds-user-guide @0598514, 2023; AWS has added some since).
"""

from typing import Final

from solarrally_tui.simulator.scenarios.regions import ALWAYS_ON, OPT_IN
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation

_UNITED_STATES: Final = ("us-east-1", "us-east-2", "us-west-2")
_EUROPE: Final = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3")
_ASIA: Final = ("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1")

DESTINATIONS: Final[dict[str, tuple[str, ...]]] = {
    "ap-south-1": ("ap-southeast-1", *_UNITED_STATES),
    "ap-northeast-3": ("ap-northeast-1",),
    "ap-northeast-2": ("ap-southeast-1", "ap-northeast-1", *_UNITED_STATES),
    "ap-southeast-1": (
        "ap-south-1",
        "ap-northeast-2",
        "ap-southeast-2",
        "ap-northeast-1",
        *_UNITED_STATES,
    ),
    "ap-southeast-2": ("ap-southeast-1", "us-east-1", "us-west-1", "us-west-2"),
    "ap-northeast-1": ("ap-northeast-3", "ap-northeast-2", "ap-southeast-1", *_UNITED_STATES),
    "ca-central-1": ("eu-west-1", "us-west-1", *_UNITED_STATES),
    "eu-central-1": (*_EUROPE, *_UNITED_STATES),
    "eu-west-1": ("ca-central-1", *_EUROPE, "us-west-1", *_UNITED_STATES),
    "eu-west-2": (*_EUROPE, "us-east-1"),
    "eu-west-3": (*_EUROPE, "us-east-1"),
    "eu-north-1": (*_EUROPE, "us-east-1"),
    "sa-east-1": ("us-east-1", "us-east-2"),
    "us-east-1": (
        *_ASIA,
        "ap-southeast-2",
        "ca-central-1",
        *_EUROPE,
        "sa-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ),
    "us-east-2": (
        *_ASIA,
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-west-1",
        "us-west-2",
    ),
    "us-west-1": ("ap-southeast-2", "ca-central-1", "eu-west-1", *_UNITED_STATES),
    "us-west-2": (
        *_ASIA,
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
    ),
}
"""Regions to which each Region's automated backups can be replicated."""


def replicates(source: str, destination: str) -> bool:
    """Return whether backups of one Region can be replicated to another."""
    return source != destination and destination in DESTINATIONS.get(source, ())


@operation("rds", "DescribeSourceRegions")
def describe_source_regions(caller: Caller, given: Parameters) -> Result:
    """List the other Regions, and whether their backups can be replicated to this one."""
    named = given.get("RegionName")
    return {
        "SourceRegions": [
            {
                "RegionName": region,
                "Endpoint": f"https://rds.{region}.amazonaws.com",
                "Status": "available",
                "SupportsDBInstanceAutomatedBackupsReplication": replicates(region, caller.region),
            }
            for region in sorted(ALWAYS_ON | OPT_IN)
            if region != caller.region and named in {None, region}
        ]
    }
