"""AWS's Regions: which exist, which have to be enabled, and which partition they belong to.

Sources: Account Management reference guide, "Enable or disable AWS Regions in your account";
botocore's endpoints for the other partitions.
"""

import difflib
from typing import Final

ALWAYS_ENABLED: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""Regions that every account has and none can disable."""

OPT_IN: Final = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
"""Regions that somebody has to enable in an account first."""

REGIONS: Final = ALWAYS_ENABLED | OPT_IN

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

Three sources agree: botocore's endpoints of 2026-11 (with ecs, without iot), the CloudFormation
registry, which lacks AWS::IoT::ThingType there, and AWS's price list, which has no IoT Core
there. VPC origins are not the obstacle: CloudFront's guide lists Osaka (ap-northeast-3)
among their Regions.
"""

_PARTITIONS: Final = {
    "cn-": ("AWS in China", "ap-southeast-1"),
    "us-gov-": ("AWS GovCloud (US)", "us-west-2"),
    "eusc-": ("the AWS European Sovereign Cloud", "eu-central-1"),
    "us-iso": ("an isolated AWS partition", "us-east-1"),
    "eu-iso": ("an isolated AWS partition", "eu-west-2"),
}
"""Beginnings of the Regions of other partitions, what AWS calls these, and a Region near them."""

_ALIKE: Final = 0.7
"""From which similarity on, 0 to 1, a name is probably a slip of the keyboard."""
_ABBREVIATED: Final = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "central": "c",
    "northeast": "ne",
    "southeast": "se",
}


def known_region(code: str) -> str:
    """Return the code of a Region that a site can be in.

    Raises ValueError with what is wrong and which Region may be meant.
    """
    if wrong := why_unknown_region(code):
        raise ValueError(wrong)
    return code


def why_unknown_region(code: str) -> str:
    """Return why a site cannot be in a Region and which may be meant; empty for an existing one."""
    if code in REGIONS:
        return ""
    for beginning, (partition, near) in _PARTITIONS.items():
        if code.startswith(beginning):
            return (
                f"{code} is in {partition}, which is not supported: a site needs CloudFront and "
                f"us-east-1. Choose a Region of the partition aws, such as {near}."
            )
    return f"{code} is not an AWS Region that this version knows.{_suggestion(code)}"


def _suggestion(code: str) -> str:
    likeness = {region: _likeness(code.lower(), region) for region in sorted(REGIONS)}
    best = max(likeness, key=lambda region: (likeness[region], region in ALWAYS_ENABLED))
    return f" Did you mean {best}?" if likeness[best] >= _ALIKE else ""


def _likeness(text: str, region: str) -> float:
    """Return how alike two are, up to 1; 0 where their lengths alone say that they are not."""
    matcher = difflib.SequenceMatcher(None, text, region)
    # A pasted page against every Region took seconds, and Review asks a hundred times.
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0.0


def zone_id_prefix(region: str) -> str:
    """Return how the ids of a Region's Availability Zones begin, such as use1-az."""
    continent, *directions, number = region.split("-")
    return f"{continent}{''.join(_ABBREVIATED[word] for word in directions)}{number}-az"
