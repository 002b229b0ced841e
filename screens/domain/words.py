"""What the domain screen shows: findings about zones, records elsewhere, and certificates."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_records import DnsRecord, relative
from solarrally_tui.domains.external_dns import expected_records
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.widgets.facts import Table

Value = tuple[str, str]
"""What something is, and its text to copy."""

_ZONE: Final = "Hosted zone"
_BY_HAND: Final = "By hand"
_AT_THE_TOP: Final = (
    "The name is the domain itself, so its DNS must support ALIAS, ANAME or CNAME flattening. If "
    "it does not, use a name below it, such as www.{}."
)


def zone_finding(name: str, zone: Zone | None, zones: Sequence[Zone] | None) -> Finding:
    """Return which hosted zone of the account holds a name. zones: None while not read."""
    if zone is not None:
        return Finding("zone", _ZONE, Severity.OK, f"{zone.name}, in this account.")
    if zones is None:
        return Finding("zone", _ZONE, Severity.UNKNOWN, "The account's zones are unknown.")
    if not name:
        if zones:
            return Finding("zone", _ZONE, Severity.OK, "Press Enter on one to fill in the name.")
        fix = "Enter the name first, then create a zone for it or buy the domain."
        return Finding("zone", _ZONE, Severity.WARN, "None in this account yet.", fix)
    fix = "Create one here, buy the domain, or choose DNS elsewhere."
    return Finding("zone", _ZONE, Severity.WARN, f"No zone of this account contains {name}.", fix)


def external_finding(name: str, zone: str) -> Finding:
    """Return which records Deploy will ask for, and how DNS consoles want their names."""
    proof, address = expected_records(name, zone)
    short = " and ".join(relative(record.name, zone) for record in (proof, address))
    records = (
        f"1. {proof.type} {proof.name}: proves the name",
        f"2. {address.type} {address.name}: points it to the site",
        f"If its console adds .{zone} automatically, enter only {short}.",
    )
    shown = f"Deploy shows two records to add to {zone}'s DNS:"
    if address.type != "ALIAS":
        # Still to be done, so neither well nor wrong.
        line = "\n".join((shown, *records))
        return Finding("external", _BY_HAND, Severity.UNKNOWN, line)
    fix = "\n".join((*records[:2], _AT_THE_TOP.format(name)))
    return Finding("external", _BY_HAND, Severity.WARN, shown, fix)


def certificate_findings(
    certificates: Sequence[PendingCertificate], why: Sequence[Finding], *, by_hand: bool
) -> tuple[Finding, ...]:
    """Return how far the certificates of a site are, and why they wait.

    by_hand: whether a person sets the records.
    """
    states = tuple(dict.fromkeys(_certificate(c, by_hand) for c in certificates))
    return (*states, *why) if any(not c.is_issued for c in certificates) else states


def _certificate(certificate: PendingCertificate, by_hand: bool) -> Finding:
    title = "Certificate"
    if certificate.is_issued:
        return Finding("certificate", title, Severity.OK, f"Issued, in {certificate.region}.")
    if certificate.reason:
        return Finding(
            "certificate",
            title,
            Severity.FAIL,
            f"Not issued, in {certificate.region}.",
            certificate.reason,
        )
    line = f"Waiting for its DNS record{' (F6)' if by_hand else ''}, in {certificate.region}."
    return Finding("certificate", title, Severity.WARN, line)


def values_of_servers(servers: Sequence[str]) -> tuple[Value, ...]:
    """Return name servers to copy, one by one and all at once."""
    single = tuple((f"Name server {number}", name) for number, name in enumerate(servers, 1))
    return (*single, ("All of them", "\n".join(servers))) if servers else ()


def values_of_records(records: Sequence[DnsRecord], zone: str) -> tuple[Value, ...]:
    """Return what to enter for each record: its name in both forms, and its value."""
    return tuple(
        value
        for number, record in enumerate(records, 1)
        for value in (
            (f"{number} name", record.name),
            (f"{number} short", relative(record.name, zone)),
            (f"{number} {record.type}", record.value),
        )
    )


def lead_of_records(zone: str) -> str:
    """Return which form of a name to use."""
    return f"Enter copies one. If the console adds .{zone} automatically, use the short name."


def addresses(kind: int) -> Table:
    """Compare the three kinds of address. kind: the chosen one."""
    return Table(
        "The three kinds of address, each with a free certificate",
        (
            ("Address", "random letters, then .cloudfront.net", "your own name", "your own name"),
            (
                "You do",
                "nothing",
                "once: set the zone's name servers for the domain",
                "once: add the two records that Deploy shows",
            ),
            ("Ready", "with the site", "minutes later", "minutes after the records"),
            ("Costs", "nothing", "$0.50 a month, and the domain", "the domain, at your provider"),
        ),
        ("", "From AWS", "DNS in Route 53", "DNS elsewhere"),
        kind + 1,
    )


def viewing(chosen: str) -> Table:
    """Compare who may see the dashboard. chosen: the answer's value."""
    values = ("password", "addresses", "public")
    return Table(
        "Who sees what",
        (
            (
                "Sees it",
                "who has the password",
                "who is at one of them",
                "who knows the address",
            ),
            ("Others see", "a password question", "nothing", "nobody is kept out"),
            ("Good for", "people you choose", "an office or a depot", "the public"),
        ),
        ("", "Password", "Your addresses", "Everybody"),
        values.index(chosen) + 1 if chosen in values else 0,
    )
