"""AWS's service codes in plain words, and where the money goes by service."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from solarrally_tui.pricing.ledger import ALWAYS_FREE, Estimate, Line

_FREE: Final = "always free"
SERVICES: Final = MappingProxyType(
    {
        "AWSBackup": "Backup vault",
        "AWSDataTransfer": "Internet traffic",
        "AWSELB": "Load balancer",
        "AWSIoT": "Charger messages",
        "AWSSecretsManager": "Secrets",
        "AmazonCloudFront": "Web delivery",
        "AmazonCloudWatch": "Monitoring and logs",
        "AmazonEC2": "Private network's way out",
        "AmazonECR": "Images",
        "AmazonECS": "Servers",
        "AmazonRDS": "Database",
        "AmazonRoute53": "Checks from outside",
        "AmazonS3": "Files",
        "AmazonVPC": "Public addresses",
        "CodeBuild": "Builds",
        "awskms": "Encryption keys",
        "awswaf": "Firewall",
    }
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one service costs. USD a month, after what is always free."""

    service: str
    words: str
    monthly: Decimal
    fixed: Decimal
    part: Decimal
    """Share of the total, 0 to 1."""


def by_service(cost: Estimate) -> tuple[Share, ...]:
    """Return every service with its cost, the dearest first."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    fixed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in cost.lines:
        sums[line.service] += line.monthly
        fixed[line.service] += line.monthly if line.kind == "fixed" else 0
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    total = cost.expected or Decimal(1)
    return tuple(
        Share(service, SERVICES.get(service, service), amount, fixed[service], amount / total)
        for service, amount in ranked
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Equal lines of one stack together. Amounts are USD a month."""

    stack: str
    item: str
    resources: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    fixed: Decimal
    usage: Decimal
    price_date: str


def rows(cost: Estimate) -> tuple[Row, ...]:
    """Return the lines with equal ones of a stack together; free ones once, at the end."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in cost.lines:
        stack = _FREE if line.is_free_part else line.stack
        groups.setdefault((stack, line.item), []).append(line)
    found = [_row(stack, item, lines) for (stack, item), lines in groups.items()]
    return tuple(sorted(found, key=lambda row: row.stack == _FREE))


def _row(stack: str, item: str, lines: list[Line]) -> Row:
    first = lines[0]
    return Row(
        stack=stack,
        item=item.removeprefix(ALWAYS_FREE),
        resources=1 if stack == _FREE else len(lines),
        quantity=sum((line.quantity for line in lines), Decimal(0)),
        unit=first.unit,
        unit_price=first.unit_price,
        fixed=sum((line.monthly for line in lines if line.kind == "fixed"), Decimal(0)),
        usage=sum((line.monthly for line in lines if line.kind == "usage"), Decimal(0)),
        price_date=first.price_date,
    )
