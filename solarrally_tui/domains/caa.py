"""CAA records: who may issue certificates for a name (RFC 8659)."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from solarrally_tui.domains.dns_lookup import Dns, DnsAnswer, Presence
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

AMAZON: Final = frozenset({"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"})
"""Names that AWS Certificate Manager accepts (its user guide, "Configure a CAA record")."""

TO_ADD: Final = '0 issue "amazon.com"'

_TITLE: Final = "Certificates"
_RECORD: Final = re.compile(r'^(\d+) ([a-z0-9]+) "(.*)"$', re.IGNORECASE)
_KNOWN: Final = frozenset({"issue", "issuewild", "iodef", "contactemail", "contactphone"})
_CRITICAL: Final = 128


@dataclass(frozen=True, slots=True)
class Caa:
    """The records that count for a name."""

    name: str
    """The name or parent that has them; empty where no label has any."""
    records: tuple[str, ...]
    presence: Presence


def labels(name: str) -> tuple[str, ...]:
    """Return a name and every parent below the root, in the order of RFC 8659."""
    parts = name.split(".")
    return tuple(".".join(parts[index:]) for index in range(len(parts)))


async def relevant(dns: Dns, name: str) -> Caa:
    """Climb from a name to the top: the first label with CAA records decides."""
    names = labels(name)
    answers = await asyncio.gather(*(dns.query(label, "CAA") for label in names))
    return first_answer(dict(zip(names, answers, strict=True)))


def first_answer(answers: dict[str, DnsAnswer]) -> Caa:
    """Return the first answer that is not empty, from the name upwards."""
    for name, answer in answers.items():
        # An unknown answer decides too: the records that nobody saw could forbid it.
        if answer.presence is not Presence.ABSENT:
            return Caa(name, answer.records, answer.presence)
    return Caa("", (), Presence.ABSENT)


def judge(caa: Caa) -> Finding:
    """Judge whether AWS may issue a certificate, or name the record that forbids it."""
    if caa.presence is Presence.UNKNOWN:
        line = f"Not known: DNS did not answer for {caa.name}."
        return Finding("caa", _TITLE, Severity.UNKNOWN, line, "You can continue.")
    stopping = forbidding(caa.records)
    if not stopping:
        line = f"CAA at {caa.name} lets AWS issue." if caa.records else "Any CA may issue (no CAA)."
        return Finding("caa", _TITLE, Severity.OK, line)
    return Finding(
        "caa",
        _TITLE,
        Severity.FAIL,
        f"CAA at {caa.name} forbids AWS: {stopping}",
        f"Add this CAA record at {caa.name}: {TO_ADD}",
    )


def forbidding(records: tuple[str, ...]) -> str:
    """Return the record that keeps AWS from issuing for a plain name; empty where none does."""
    parsed = [(record, *_parsed(record)) for record in records]
    for record, flags, tag, _ in parsed:
        if flags & _CRITICAL and tag not in _KNOWN:
            return record
    issuing = [(record, value) for record, _, tag, value in parsed if tag == "issue"]
    if any(value in AMAZON for _, value in issuing):
        return ""
    return issuing[0][0] if issuing else ""


def _parsed(record: str) -> tuple[int, str, str]:
    """Return flags, tag and the issuer's name without its parameters."""
    match = _RECORD.match(record)
    if match is None:
        return 0, "", ""
    return int(match[1]), match[2].lower(), match[3].partition(";")[0].strip().lower()
