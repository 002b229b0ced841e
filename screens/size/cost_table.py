"""What each part of a site costs a month, for one size or for all of them side by side. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.pricing.advice.curve import THREE_YEARS_MONTHS, YEAR_MONTHS
from solarrally_tui.pricing.breakdown import REST, PartShare, by_part
from solarrally_tui.pricing.metering.estimate_lines import Estimate, added
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.picture.captions import TITLES, title_with
from solarrally_tui.site.tiers import Tier

WORDS: Final = {part: title for part, (title, _) in TITLES.items()} | {
    BoxId.MESSAGES: "Charger messages"
}
"""Each part as the picture calls it, where AWS's name stands beside the chargers."""

Amounts = tuple[Decimal | None, ...]
"""In the currency that is shown, one for each size; None where it has no such part or no price."""


@dataclass(frozen=True, slots=True)
class CostRow:
    """One part, or the smaller ones together."""

    words: str
    share: PartShare
    """What it is in the chosen size."""
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class CostTable:
    """Parts, the most expensive of the chosen size first, and what they add up to."""

    sizes: tuple[Tier, ...] = ()
    chosen: int = 0
    rows: tuple[CostRow, ...] = ()
    totals: tuple[tuple[str, Amounts], ...] = ()


def cost_table(
    costs: Mapping[Tier, Estimate | None], chosen: Tier, money: Money, most: int, *, full: bool
) -> CostTable:
    """Return at most so many rows for some sizes, among them the chosen one.

    The rows of a size add up to its total. full: also what a year and each charger cost.
    """
    mine = costs[chosen]
    if mine is None:
        return CostTable()
    shown = [cents_by_part(cost, money) for cost in costs.values()]
    column = list(costs).index(chosen)
    parts = sorted(
        (part for part in BoxId if any(part in each for each in shown)),
        key=lambda part: -shown[column].get(part, Decimal(0)),
    )
    lines = by_part(mine)
    if len(parts) > most:
        parts, rest = parts[: most - 1], parts[most - 1 :]
    else:
        rest = []
    groups = [(part_words(part, lines.get(part)), [part]) for part in parts] + (
        [(REST, rest)] if rest else []
    )
    rows = tuple(
        CostRow(
            words,
            _together(lines[part] for part in some if part in lines),
            tuple(_sum(each[part] for part in some if part in each) for each in shown),
        )
        for words, some in groups
    )
    least = "" if mine.complete else ", at least"
    totals = tuple(
        (
            f"{words}{least}",
            tuple(None if cost is None else sum_of(cost, money) for cost in costs.values()),
        )
        for words, sum_of in _TOTALS.items()
    )
    return CostTable(tuple(costs), column, rows, totals if full else totals[:1])


def cents_by_part(cost: Estimate | None, money: Money) -> Mapping[BoxId, Decimal]:
    """Return what each part is shown to cost, in the currency that is shown, so that all add up."""
    shares = by_part(cost) if cost else {}
    amounts = money.parts([share.monthly for share in shares.values()])
    return dict(zip(shares, amounts, strict=True))


def part_words(part: BoxId, share: PartShare | None) -> str:
    """Return what a part is called, with the DNS whose hosted zone is billed with it."""
    services = {line.service for line in share.lines} if share else ()
    return title_with(part, WORDS[part], services)


def _sum(amounts: Iterable[Decimal]) -> Decimal | None:
    found = list(amounts)
    return sum(found, Decimal(0)) if found else None


def _together(shares: Iterable[PartShare]) -> PartShare:
    found = list(shares)
    parts = frozenset(part for share in found for part in share.parts)
    return PartShare(parts, tuple(line for share in found for line in share.lines))


def _over(months: int) -> Callable[[Estimate, Money], Decimal]:
    return lambda cost, money: money.over(months, cost.expected, added(months, cost.later))


_TOTALS: Final[Mapping[str, Callable[[Estimate, Money], Decimal]]] = {
    "All together": lambda cost, money: money.cents(cost.expected),
    "With light use": lambda cost, money: money.cents(cost.low),
    "With heavy use": lambda cost, money: money.cents(cost.high),
    "A year": _over(YEAR_MONTHS),
    "Three years": _over(THREE_YEARS_MONTHS),
}
