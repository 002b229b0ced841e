"""Which choice on Size would change a line of the estimate, and by how much."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import BoxId, box_of
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.interview.steps import question
from solarrally_tui.pricing.breakdown import EstimateRow, part_of, rows
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Egress, Shape, Tier, WafMode

_CENT: Final = Decimal("0.005")
_OTHER_REGIONS: Final = ("us-east-1", "eu-central-1")

Slot = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class PricedChoice:
    """The site with one answer of Size changed, and what it would cost."""

    path: str
    """The answer that is changed."""
    words: str
    cost: Estimate


def choices(draft: Draft, estimate: Callable[[Site], Estimate]) -> tuple[PricedChoice, ...]:
    """Return the draft with each of its choices on Size changed. Pure, some ten milliseconds."""
    priced = []
    for path, words, site in _variants(draft):
        cost = estimate(site)
        if cost.known:
            priced.append(PricedChoice(path, words, cost))
    return tuple(priced)


def shapes(draft: Draft, estimate: Callable[[Site], Estimate]) -> Mapping[Shape, Estimate | None]:
    """Return what the draft would cost in each shape; None where it cannot have it. Pure."""
    found: dict[Shape, Estimate | None] = {}
    for shape in Shape:
        trial = Draft(draft.answers)
        trial.set("size.shape", shape.value)
        try:
            cost = estimate(trial.site_for_prices())
        except SiteError:
            found[shape] = None
        else:
            found[shape] = cost if cost.known else None
    return found


def _variants(draft: Draft) -> Iterator[tuple[str, str, Site]]:
    mine = draft.site_for_prices()
    for tier in Tier:
        if tier is not mine.tier:
            yield "tier", f"size {tier.value}", draft.site_for_prices(tier)
    chargers, seconds = 2 * mine.size.chargers, 2 * mine.size.interval_seconds
    region = next(code for code in _OTHER_REGIONS if code != mine.region)
    way = Egress.NAT_SINGLE if mine.size.egress is Egress.PUBLIC_TASKS else Egress.PUBLIC_TASKS
    wall = WafMode.BLOCK if mine.size.waf is WafMode.OFF else WafMode.OFF
    shape = next(other for other in Shape if other is not mine.size.shape)
    standby = "no standby database" if mine.size.multi_az else "a standby database"
    for words, path, value in (
        (f"{chargers:,} chargers", "size.chargers", chargers),
        (f"{seconds} seconds per message", "size.interval_seconds", seconds),
        (f"Region {REGIONS.get(region, region)}", "region", region),
        (standby, "size.multi_az", not mine.size.multi_az),
        (f"outbound access {_label('size.egress', way)}", "size.egress", way.value),
        (f"firewall {_label('size.waf', wall)}", "size.waf", wall.value),
        (f"{shape.value} in place of {mine.size.shape.value}", "size.shape", shape.value),
    ):
        trial = Draft(draft.answers)
        trial.set(path, value)
        try:
            yield path, words, trial.site_for_prices()
        except SiteError:
            continue


def _label(path: str, value: str) -> str:
    words = dict(question(path).choices).get(value, value)
    return words[:1].lower() + words[1:]  # NAT stays NAT


def by_line(row: EstimateRow, mine: Estimate, what_ifs: Iterable[PricedChoice]) -> str:
    """Return which choices change a line, the largest change first."""
    return _sentence((c.words, _moved(row, mine, c.cost)) for c in what_ifs)


def by_parts(
    parts: frozenset[BoxId], mine: Estimate, what_ifs: Iterable[PricedChoice], most: int = 9
) -> str:
    """Return which choices change some parts together, the largest changes first."""
    before = _sum(parts, mine)
    return _sentence(((c.words, _sum(parts, c.cost) - before) for c in what_ifs), most)


def in_total(mine: Estimate, what_ifs: Iterable[PricedChoice]) -> Sequence[tuple[str, Decimal]]:
    """Return what each other answer but another size changes of the total, in USD a month."""
    changes = (
        (choice.words, choice.cost.expected - mine.expected)
        for choice in what_ifs
        if choice.path != "tier"
    )
    return [(words, usd) for words, usd in changes if abs(usd) > _CENT]


def _sentence(changes: Iterable[tuple[str, Decimal]], most: int = 9) -> str:
    real = [(words, amount) for words, amount in changes if abs(amount) > _CENT]
    if not real:
        return "No choice on Size changes it."
    real.sort(key=lambda pair: -abs(pair[1]))
    listed = ", ".join(f"{words} {_signed(amount)}" for words, amount in real[:most])
    return f"Changes with: {listed}."


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else '-'}${abs(amount):,.2f}"


def _sum(parts: frozenset[BoxId], cost: Estimate) -> Decimal:
    lines = (line for line in cost.lines if box_of(line.service, line.resource) in parts)
    return sum((line.monthly for line in lines), Decimal(0))


def _moved(row: EstimateRow, mine: Estimate, other: Estimate) -> Decimal:
    """Compare a row with the same one, or with what replaces it under another name."""
    before, after = _by_key(mine.lines), _by_key(other.lines)
    if row.key in after:
        return after[row.key].monthly - row.monthly
    replacing = (new for key, new in after.items() if key not in before)
    return sum((r.monthly for r in replacing if _slot(r) == _slot(row)), Decimal(0)) - row.monthly


def _by_key(lines: tuple[Line, ...]) -> Mapping[tuple[str, str], EstimateRow]:
    return {row.key: row for row in rows(lines, part_of)}


def _slot(row: EstimateRow) -> Slot:
    return row.place, row.service, row.unit
