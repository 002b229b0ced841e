"""The kinds of records that a person will create at another DNS provider.

Their values are known only during the deployment.
"""

from typing import Final

from solarrally_tui.domains.dns_records import DnsRecord, likely_zone

LATER: Final = "…"
"""In place of what AWS generates during Deploy."""


def expected_records(name: str, zone: str) -> tuple[DnsRecord, DnsRecord]:
    """Return the record that proves a name to AWS, and the one that points it to the site.

    zone: the zone that the name is in. DNS allows no CNAME at its top.
    """
    kind = "ALIAS" if name == zone else "CNAME"
    return (
        DnsRecord(f"_{LATER}.{name}", "CNAME", f"_{LATER}.acm-validations.aws"),
        DnsRecord(name, kind, f"d{LATER}.cloudfront.net"),
    )


def zone_of(name: str, apex: str) -> str:
    """Return the zone that DNS reported, or the likely one: never a whole top-level domain."""
    inside = name == apex or name.endswith(f".{apex}")
    return apex if inside and "." in apex else likely_zone(name)
