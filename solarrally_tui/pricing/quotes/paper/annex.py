"""The annex of a quote: AWS's bill line by line under each part, and all assumptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import BoxId, box_of
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.quotes.language.language import Language, places
from solarrally_tui.pricing.quotes.paper.content import Content
from solarrally_tui.pricing.quotes.paper.terms import apportioned, rounded
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
    for box, share in zip(of.diagram.boxes, shares, strict=True):
        lines = [line for line in of.cost.lines if box_of(line.service) is box.id]
        if lines:
            rows = tuple(_rows(lines, of, share, language, say))
            yield Group(_named(box.id, language), say.amount(share), rows)


def _named(box: BoxId, language: Language) -> str:
    return language.text(f"box.{box.value}")


def _rows(
    lines: Sequence[Line], of: Content, share: Decimal, language: Language, say: Wording
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each item of AWS's price list, and one for all that is below a cent."""
    merged = _merged(lines)
    money = of.wanted.money
    digits = places(money.currency)
    exact = [money.of(line.monthly) for line in merged]
    amounts = apportioned(exact, share, digits)
    small = Decimal(0)
    for line, amount in zip(merged, amounts, strict=True):
        if not rounded(money.of(abs(line.monthly)), digits) and not line.is_allowance:
            small += amount
            continue
        name = language.text("annex.free", item=line.item) if line.is_allowance else line.item
        quantity = language.number(line.quantity.quantize(Decimal("0.001")), 3)
        price = language.number(line.unit_price, 8)
        yield name, quantity, line.unit, price, say.amount(amount)
    if small:
        yield language.text("annex.small"), "", "", "", say.amount(small)


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Return equal items of all stacks as one line each, allowances last."""
    found: dict[tuple[str, str, Decimal], Line] = {}
    for line in lines:
        key = (line.item, line.unit, line.unit_price)
        before = found.get(key)
        found[key] = (
            line._replace(
                quantity=before.quantity + line.quantity,
                monthly=before.monthly + line.monthly,
            )
            if before
            else line
        )
    return sorted(found.values(), key=lambda line: line.is_allowance)
