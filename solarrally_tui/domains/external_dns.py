"""The kinds of records that a person will add where their DNS is. Values are known only later."""

from typing import Final

from solarrally_tui.domains.dns_records import DnsRecord, likely_zone

LATER: Final = "…"
"""Stands for what AWS makes up during Deploy."""


def expected_records(name: str, zone: str) -> tuple[DnsRecord, DnsRecord]:
    """Return the record that proves a name to AWS, and the one that points it to the site.

    zone: the zone that the name is in. At its top, DNS allows no CNAME.
    """
    kind = "ALIAS" if name == zone else "CNAME"
    return (
        DnsRecord(f"_{LATER}.{name}", "CNAME", f"_{LATER}.acm-validations.aws"),
        DnsRecord(name, kind, f"d{LATER}.cloudfront.net"),
    )


def zone_of(name: str, apex: str) -> str:
    """Return the zone that DNS has told, or the likely one: never a whole top-level domain."""
    inside = name == apex or name.endswith(f".{apex}")
    return apex if inside and "." in apex else likely_zone(name)
