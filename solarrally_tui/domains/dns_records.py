"""DNS records that a person creates by hand, and how to enter them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "nom", "or", "org"})
"""Labels under which countries register names, as in example.co.uk. Not complete, and used for
texts only: no DNS query depends on it."""

_COUNTRY_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to create: its full name and its value, both without a dot at the end."""

    name: str
    type: str
    value: str

    @classmethod
    def from_aws(cls, name: str, type_: str, value: str) -> Self:
        """Return a record from names as AWS writes them, with or without a dot at the end."""
        return cls(name.rstrip("."), type_, value.rstrip("."))

    def __str__(self) -> str:
        """Return name, type and value, ready to be copied."""
        return f"name {self.name}, type {self.type}, value {self.value}"


def address_record(domain: str, target: str) -> DnsRecord:
    """Return the record that points a domain to CloudFront's name.

    DNS allows no CNAME at the top of a zone; what providers offer instead is called ALIAS here.
    """
    return DnsRecord(domain, "ALIAS" if domain == likely_zone(domain) else "CNAME", target)


def likely_zone(domain: str) -> str:
    """Return the zone that most likely holds a domain's records: the part that was bought."""
    labels = domain.rstrip(".").lower().split(".")
    country = len(labels) > _COUNTRY_LETTERS and len(labels[-1]) == _COUNTRY_LETTERS
    return ".".join(labels[-3 if country and labels[-2] in _SECOND_LEVEL else -2 :])


def relative(name: str, zone: str) -> str:
    """Return a name as most DNS consoles expect it: without the zone, @ for the zone itself."""
    if name == zone:
        return "@"
    return name.removesuffix(f".{zone}")


def advice(record: DnsRecord, zone: str = "") -> str:
    """Return how to enter a record's name, and what to do where a CNAME is not allowed.

    zone: the zone of the domain where it is known; else the likely one.
    """
    parent = zone or likely_zone(record.name)
    if record.type == "ALIAS":
        return (
            "The name is the domain itself, often entered as @. The record type is called ALIAS, "
            "ANAME or flattened CNAME; DNS allows no plain CNAME there. If your provider has no "
            f"such type, use a name below the domain, such as www.{record.name}."
        )
    return (
        f"In many DNS consoles, enter only the part before .{parent} as the name, which is "
        f"{relative(record.name, parent)}: they append the rest automatically."
    )


def in_words(records: Iterable[DnsRecord], zone: str = "") -> str:
    """Return records and how to enter them, for one line of text."""
    listed = tuple(records)
    return f"{'; '.join(map(str, listed))}. {advice(listed[0], zone)}" if listed else ""
