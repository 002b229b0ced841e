"""What the domain screen says: findings about zones, records elsewhere, and certificates."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_records import DnsRecord, relative
from solarrally_tui.domains.external_dns import expected_records
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

Value = tuple[str, str]
"""What something is, and its text to copy."""

_ZONE: Final = "Hosted zone"
_LATER: Final = "Later by hand"
_AT_THE_TOP: Final = (
    "The name is the domain itself: its DNS must offer ALIAS, ANAME or CNAME flattening. Without "
    "that, take a name below it, such as www.{}."
)


def zone_finding(name: str, zone: Zone | None, zones: Sequence[Zone] | None) -> Finding:
    """Say which hosted zone of the account holds a name. zones: None while not read."""
    if zone is not None:
        return Finding("zone", _ZONE, Severity.OK, f"{zone.name}, in this account.")
    if zones is None:
        return Finding("zone", _ZONE, Severity.UNKNOWN, "The zones of the account are not known.")
    if not name:
        told = "Choose one with Enter to fill the name." if zones else "None yet in this account."
        fix = "" if zones else "Type the name first, then make a zone for it or buy the domain."
        return Finding("zone", _ZONE, Severity.OK if zones else Severity.WARN, told, fix)
    fix = "Make one here, buy the domain, or choose DNS elsewhere."
    return Finding("zone", _ZONE, Severity.WARN, f"No zone of this account fits {name}.", fix)


def external_finding(name: str, zone: str) -> Finding:
    """Say which records Deploy will ask for, and how DNS consoles want their names."""
    proof, address = expected_records(name, zone)
    short = " and ".join(relative(each.name, zone) for each in (proof, address))
    told = (
        f"1. {proof.type} {proof.name}, which proves the name",
        f"2. {address.type} {address.name}, which points it to the site",
        f"If its console adds .{zone} by itself, type only {short}.",
    )
    line = f"Deploy tells you two records to add to {zone}'s DNS:"
    if address.type != "ALIAS":
        return Finding("external", _LATER, Severity.OK, line, "\n".join(told))
    fix = "\n".join((*told[:2], _AT_THE_TOP.format(name)))
    return Finding("external", _LATER, Severity.WARN, line, fix)


def certificate_findings(
    found: Sequence[PendingCertificate], why: Sequence[Finding], *, by_hand: bool
) -> tuple[Finding, ...]:
    """Say how far the certificates of a site are, and why they wait.

    by_hand: whether a person sets the records.
    """
    told = tuple(dict.fromkeys(_certificate(each, by_hand) for each in found))
    return (*told, *why) if any(not each.is_issued for each in found) else told


def _certificate(each: PendingCertificate, by_hand: bool) -> Finding:
    title = "Certificate"
    if each.is_issued:
        return Finding("certificate", title, Severity.OK, f"Issued, in {each.region}.")
    if each.reason:
        return Finding(
            "certificate", title, Severity.FAIL, f"Not issued, in {each.region}.", each.reason
        )
    line = f"Waits for its record in DNS{' (F6)' if by_hand else ''}, in {each.region}."
    return Finding("certificate", title, Severity.WARN, line)


def values_of_servers(servers: Sequence[str]) -> tuple[Value, ...]:
    """Return name servers to copy, one by one and all at once."""
    each = tuple((f"Name server {number}", name) for number, name in enumerate(servers, 1))
    return (*each, ("All of them", "\n".join(servers))) if servers else ()


def values_of_records(records: Sequence[DnsRecord], zone: str) -> tuple[Value, ...]:
    """Return what to type for each record: its name in both forms, and its value."""
    return tuple(
        value
        for number, each in enumerate(records, 1)
        for value in (
            (f"{number} name", each.name),
            (f"{number} short", relative(each.name, zone)),
            (f"{number} {each.type}", each.value),
        )
    )


def lead_of_records(zone: str) -> str:
    """Say which form of a name to take."""
    return f"Enter copies one. Where the console adds .{zone} by itself, take the short name."
