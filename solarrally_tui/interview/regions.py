"""Regions with names that people know. Only those that every account may use at once."""

from typing import Final

REGIONS: Final = {
    "us-east-1": "N. Virginia",
    "us-east-2": "Ohio",
    "us-west-1": "N. California",
    "us-west-2": "Oregon",
    "ca-central-1": "Canada",
    "sa-east-1": "São Paulo",
    "eu-central-1": "Frankfurt",
    "eu-west-1": "Ireland",
    "eu-west-2": "London",
    "eu-west-3": "Paris",
    "eu-north-1": "Stockholm",
    "ap-northeast-1": "Tokyo",
    "ap-northeast-2": "Seoul",
    "ap-south-1": "Mumbai",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
}


def region_options(chosen: str) -> list[tuple[str, str]]:
    """Return the choices of a region list; one typed in a file is kept though unknown here."""
    names = REGIONS if chosen in REGIONS else {chosen: "from your file", **REGIONS}
    return [(f"{code:<15} {name}", code) for code, name in names.items() if code]
