"""The Regions on offer, with names that people know. The price book has all of them."""

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
    "eu-south-2": "Spain (enable it first)",
    "me-central-1": "UAE (enable it first)",
    "me-south-1": "Bahrain (enable it first)",
    "ap-northeast-1": "Tokyo",
    "ap-northeast-2": "Seoul",
    "ap-south-1": "Mumbai",
    "ap-east-1": "Hong Kong (enable it first)",
    "ap-southeast-1": "Singapore",
    "ap-southeast-2": "Sydney",
}
OTHERS: Final = {
    "af-south-1": "Cape Town",
    "ap-east-2": "Taipei",
    "ap-northeast-3": "Osaka",
    "ap-south-2": "Hyderabad",
    "ap-southeast-3": "Jakarta",
    "ap-southeast-4": "Melbourne",
    "ap-southeast-5": "Malaysia",
    "ap-southeast-6": "New Zealand",
    "ap-southeast-7": "Thailand",
    "ca-west-1": "Calgary",
    "eu-central-2": "Zurich",
    "eu-south-1": "Milan",
    "il-central-1": "Tel Aviv",
    "mx-central-1": "Mexico",
}
"""Regions that are not on offer, but may be those of a file or of a person's AWS settings (AWS
general reference, AWS Regions)."""


def region_choices(chosen: str) -> tuple[tuple[str, str], ...]:
    """Return (code, words) of a list of Regions. A chosen one that is unknown here stays in it."""
    names = (
        REGIONS if chosen in REGIONS else {chosen: OTHERS.get(chosen, "as you set it"), **REGIONS}
    )
    return tuple((code, f"{code:<15} {name}") for code, name in names.items() if code)
