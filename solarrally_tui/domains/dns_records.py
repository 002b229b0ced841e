"""DNS records that a person sets by hand, and the words that go with them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "nom", "or", "org"})
"""Labels under which countries hand out names, as in example.co.uk. Not complete, and used for
words only: what is asked of DNS never depends on it."""

_COUNTRY_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to set: its full name and its value, both without a dot at the end."""

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

    At the top of a zone DNS allows no CNAME; what providers offer instead is called ALIAS here.
    """
    return DnsRecord(domain, "ALIAS" if domain == likely_zone(domain) else "CNAME", target)


def likely_zone(domain: str) -> str:
    """Return the zone in which a domain's records most likely stand: the part that was bought."""
    labels = domain.rstrip(".").lower().split(".")
    country = len(labels) > _COUNTRY_LETTERS and len(labels[-1]) == _COUNTRY_LETTERS
    return ".".join(labels[-3 if country and labels[-2] in _SECOND_LEVEL else -2 :])


def relative(name: str, zone: str) -> str:
    """Return a name as most DNS consoles want it: without the zone, @ for the zone itself."""
    if name == zone:
        return "@"
    return name.removesuffix(f".{zone}")


def advice(record: DnsRecord, zone: str = "") -> str:
    """Say how to type a record's name, and what to do where a CNAME is not allowed.

    zone: the zone of the domain where it is known; else the likely one.
    """
    there = zone or likely_zone(record.name)
    typed = (
        f"In many DNS consoles type only the part before .{there} as the name, which is "
        f"{relative(record.name, there)}: they add the rest by themselves."
    )
    if record.type == "ALIAS":
        return (
            f"The name is the domain itself, often typed as @. Its record is called ALIAS, ANAME "
            f"or flattened CNAME; a plain CNAME is not allowed there. A provider without it cannot "
            f"point {record.name} to CloudFront: use a name below it, such as www.{record.name}."
        )
    return typed


def in_words(records: Iterable[DnsRecord], zone: str = "") -> str:
    """Return records and how to type them, for one line of text."""
    listed = tuple(records)
    told = "; ".join(map(str, listed))
    return f"{told}. {advice(listed[0], zone)}" if listed else ""
