"""AWS's Regions and their Availability Zones, as an account in the partition aws sees them.

Sources: Account Management reference guide, "Enable or disable AWS Regions in your account";
AWS global infrastructure guide, "AWS Availability Zones" (zone ids).
"""

from typing import Final

ALWAYS_ON: Final = frozenset(
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
"""Regions that are enabled by default and cannot be disabled."""

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
"""Regions that somebody has to enable first."""

_LETTERS: Final = {"us-east-1": "abcdef", "us-west-2": "abcd", "ap-northeast-2": "abcd"}
"""Regions with more zones than three, or fewer."""


def zone_names(region: str) -> tuple[str, ...]:
    """Return the names of a Region's Availability Zones."""
    return tuple(f"{region}{letter}" for letter in _LETTERS.get(region, "abc"))
