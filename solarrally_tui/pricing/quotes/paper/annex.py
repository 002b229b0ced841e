"""The annex of a quote: AWS's bill line by line under each part, and all assumptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import BoxId, box_of
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.money import apportioned, rounded
from solarrally_tui.pricing.quotes.language.language import Language, places
from solarrally_tui.pricing.quotes.paper.content import Content
from solarrally_tui.pricing.quotes.paper.wording import Wording

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one part, with their sum."""

    name: str
    amount: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """What is behind the price. Without lines where the price has a margin of the seller."""

    heading: str
    lines_heading: str
    lead: str
    head: tuple[str, ...]
    groups: tuple[Group, ...]
    """The most expensive first."""
    free: str
    """What is used within AWS's allowances, and so has no row; empty without such."""
    sum: tuple[str, str]
    assumptions_heading: str
    assumptions_head: tuple[str, ...]
    assumptions: tuple[tuple[str, str, str], ...]


def annex(of: Content, shares: Sequence[Decimal], language: Language, say: Wording) -> Annex:
    """Return the annex. shares: a month of each box of the diagram, in the quote's currency."""
    text, currency = language.text, of.wanted.money.currency
    shown = not of.wanted.terms.margin_percent
    named = ("item", "quantity", "unit", "unit_price", "amount")
    total = sum(shares, Decimal(0))
    return Annex(
        heading=text("annex.heading"),
        lines_heading=text("annex.lines"),
        lead=text("annex.lead"),
        head=tuple(text(f"annex.{name}", currency=currency) for name in named),
        groups=tuple(_groups(of, shares, language, say)) if shown else (),
        free=_free(of, language) if shown else "",
        sum=(text("annex.sum"), say.amount(total)),
        assumptions_heading=text("assumptions.annex"),
        assumptions_head=tuple(text(f"assumptions.{n}") for n in ("name", "expected", "from_to")),
        assumptions=tuple(
            (say.assumed(one.name), say.expected(one), say.ends(one))
            for one in of.wanted.assume.explained()
        ),
    )


def _groups(
    of: Content, shares: Sequence[Decimal], language: Language, say: Wording
) -> Iterator[Group]:
    priced = zip(of.diagram.boxes, shares, strict=True)
    for box, share in sorted(priced, key=lambda each: -each[1]):
        lines = [line for line in _billed(of) if _box_of(line) is box.id]
        if lines:
            rows = tuple(_rows(lines, of, share, language, say))
            yield Group(language.text(f"box.{box.id.value}"), say.amount(share), rows)


def _box_of(line: Line) -> BoxId:
    return box_of(line.service, line.resource)


def _free(of: Content, language: Language) -> str:
    """Return what costs nothing, because AWS gives every account so much of it."""
    left = {(line.service, line.item) for line in _billed(of)}
    within = dict.fromkeys(
        line.item
        for line in of.cost.lines
        if not line.is_allowance and line.monthly and (line.service, line.item) not in left
    )
    return language.text("annex.within", items="; ".join(within)) if within else ""


def _rows(
    lines: Sequence[Line], of: Content, share: Decimal, language: Language, say: Wording
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each item of AWS's price list, and one for all that is below a cent."""
    money = of.wanted.money
    digits = places(money.currency)
    amounts = apportioned([money.of(line.monthly) for line in lines], share, digits)
    small = Decimal(0)
    for line, amount in zip(lines, amounts, strict=True):
        if not rounded(money.of(abs(line.monthly)), digits):
            small += amount
            continue
        name = language.text("annex.free", item=line.item) if line.is_allowance else line.item
        quantity = language.number(line.quantity.quantize(Decimal("0.001")), 3)
        price = language.number(line.unit_price, 8)
        yield name, quantity, line.unit, price, say.amount(amount)
    if small:
        yield language.text("annex.small"), "", "", "", say.amount(small)


def _billed(of: Content) -> list[Line]:
    """Return what is billed of each item: equal items as one line, allowances taken off.

    An allowance is about the item with its unit and unit price. Where none fits, or not enough of
    it is used, the allowance stays a line of its own.
    """
    lines = _merged(of.cost.lines)
    used = [line for line in lines if not line.is_allowance]
    rest = []
    for allowance in (line for line in lines if line.is_allowance):
        about = next((at for at, line in enumerate(used) if _is_about(allowance, line)), None)
        if about is None:
            rest.append(allowance)
        else:
            used[about] = _added(used[about], allowance)
    return [*(line for line in used if line.monthly), *rest]


def _is_about(allowance: Line, line: Line) -> bool:
    of_it = (line.service, line.unit, line.unit_price)
    return (
        of_it == (allowance.service, allowance.unit, allowance.unit_price)
        and line.quantity + allowance.quantity >= 0
    )


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Return equal items of a box as one line each."""
    found: dict[tuple[BoxId, str, str, Decimal], Line] = {}
    for line in lines:
        key = (_box_of(line), line.item, line.unit, line.unit_price)
        found[key] = _added(found[key], line) if key in found else line
    return list(found.values())


def _added(line: Line, more: Line) -> Line:
    return line._replace(
        quantity=line.quantity + more.quantity, monthly=line.monthly + more.monthly
    )
