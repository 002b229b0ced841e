"""Where the money of an estimate goes: by service, by part of the site, and by equal lines."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import BoxId, box_of
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.pricing.service_names import SERVICES

REST: Final = "The rest"
ALWAYS_FREE: Final = "always free"


@dataclass(frozen=True, slots=True)
class ServiceShare:
    """What one service costs, or several together. USD a month, after what is always free."""

    service: str
    """AWS's code."""
    words: str
    monthly: Decimal
    fixed: Decimal
    part: Decimal
    """Share of the total, 0 to 1."""
    lines: tuple[Line, ...]


def by_service(cost: Estimate) -> tuple[ServiceShare, ...]:
    """Return every service with its cost, the most expensive first."""
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in cost.lines:
        groups[line.service].append(line)
    shares = (
        _share(code, SERVICES[code].name if code in SERVICES else code, lines, cost)
        for code, lines in groups.items()
    )
    return tuple(sorted(shares, key=lambda share: -share.monthly))


def _share(service: str, words: str, lines: Sequence[Line], cost: Estimate) -> ServiceShare:
    monthly = sum((line.monthly for line in lines), Decimal(0))
    fixed = sum((line.monthly for line in lines if line.kind == "fixed"), Decimal(0))
    # An estimate of nothing has shares of nothing.
    return ServiceShare(
        service, words, monthly, fixed, monthly / (cost.expected or 1), tuple(lines)
    )


@dataclass(frozen=True, slots=True)
class PartShare:
    """What a part of the site costs, or several together. USD a month, after what is free."""

    parts: frozenset[BoxId]
    lines: tuple[Line, ...]

    @property
    def monthly(self) -> Decimal:
        """USD a month, fixed and by use."""
        return sum((line.monthly for line in self.lines), Decimal(0))

    @property
    def fixed(self) -> Decimal:
        """USD a month that is billed whether or not the site is used."""
        return sum((line.monthly for line in self.lines if line.kind == "fixed"), Decimal(0))


def part_of(line: Line) -> BoxId:
    """Return the part of the site that a line is for."""
    return box_of(line.service, line.resource)


def by_part(cost: Estimate) -> dict[BoxId, PartShare]:
    """Return what each part costs, in the order of the picture of the site, and as there."""
    groups: defaultdict[BoxId, list[Line]] = defaultdict(list)
    for line in cost.lines:
        groups[part_of(line)].append(line)
    return {
        part: PartShare(frozenset({part}), tuple(groups[part])) for part in BoxId if part in groups
    }


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """Equal lines of one place together. Amounts are USD a month."""

    place: str
    """A stack, or a part of the site."""
    item: str
    service: str
    resources: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    fixed: Decimal
    usage: Decimal
    low: Decimal
    high: Decimal
    driver: str
    """What increases or decreases the amount, in words; empty where nothing does."""
    price_date: str
    is_allowance: bool
    """Whether AWS takes this off every account's bill, always."""

    @property
    def monthly(self) -> Decimal:
        """USD a month, fixed and by use."""
        return self.fixed + self.usage

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the row within an estimate."""
        return self.place, self.item


def _stack_of(line: Line) -> str:
    # An allowance counts for the whole account: it belongs to no stack.
    return ALWAYS_FREE if line.is_allowance else line.stack


def rows(
    lines: Sequence[Line], place_of: Callable[[Line], str] = _stack_of
) -> tuple[EstimateRow, ...]:
    """Return equal lines of a place as one row; each allowance is one row, at the end."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((place_of(line), line.item), []).append(line)
    merged = [_row(place, item, equal) for (place, item), equal in groups.items()]
    return tuple(sorted(merged, key=lambda row: row.is_allowance))


def _row(place: str, item: str, lines: Sequence[Line]) -> EstimateRow:
    first = lines[0]
    return EstimateRow(
        place=place,
        item=item,
        service=first.service,
        resources=1 if first.is_allowance else len(lines),
        quantity=sum((line.quantity for line in lines), Decimal(0)),
        unit=first.unit,
        unit_price=first.unit_price,
        fixed=sum((line.monthly for line in lines if line.kind == "fixed"), Decimal(0)),
        usage=sum((line.monthly for line in lines if line.kind == "usage"), Decimal(0)),
        low=sum((line.low for line in lines), Decimal(0)),
        high=sum((line.high for line in lines), Decimal(0)),
        driver=", ".join(dict.fromkeys(line.driver for line in lines if line.driver)),
        price_date=first.price_date,
        is_allowance=first.is_allowance,
    )
