"""Every line of the estimate, by the parts of the site; the marked line is explained below it."""

import asyncio
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.architecture.diagram import BoxId
from solarrally_tui.pricing.breakdown import EstimateRow, PartShare, by_part, part_of, rows
from solarrally_tui.pricing.explain import LONGEST_NAME, name, nature, nature_of, product, what
from solarrally_tui.pricing.metering.estimate_lines import Estimate, UnpricedLine
from solarrally_tui.pricing.money import USD, Money, apportioned
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.money import with_cents, your_rate
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.size.cost_table import cents_by_part, part_words
from solarrally_tui.screens.size.what_if import PricedChoice, by_line, by_parts, choices
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.session import Session

_AMOUNT, _KIND = 10, 9
_NAME: Final = LONGEST_NAME + 3
_CENT: Final = Decimal("0.01")

_FREE: Final = "Always free: "
"""Before what AWS takes off every account's bill."""
WAITING: Final = "Calculating what would change it."


class CostLinesScreen(Dialog[None]):
    """Lists the lines of an estimate, below the parts that Size shows. Escape closes."""

    CSS_PATH = "cost_lines.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.DETAILS.key)]

    HELP_TEXT: ClassVar[str] = (
        "Every charge that AWS will bill for the site, below the part of the site that it is for, "
        "calculated from the templates that are deployed. The parts and their sums are those of "
        "Size. What AWS takes off every account's bill is below the charges that it is taken "
        "off.\n\n"
        "Below the list is the total, and how the line under the cursor is calculated: what AWS's "
        "bill calls it, and which answers change it. Prices are AWS's list prices in USD, without "
        "tax. In another currency the list is converted, the calculation is not.\n\n"
        "From a shell: solarrally estimate."
    )

    def __init__(self, session: Session, cost: Estimate, share: PartShare | None = None) -> None:
        """share: the part whose most expensive line is marked first."""
        super().__init__()
        self._session, self._cost, self._share = session, cost, share
        self._money = session.money
        self._groups = in_groups(cost, self._money)
        self._rows = [row for group in self._groups for row in group.rows]
        self._choices: tuple[PricedChoice, ...] | None = None

    def compose(self) -> ComposeResult:
        """Show the list and the explanation."""
        cost = self._cost
        with Vertical(classes="dialog -wide-dialog", id="cost-lines"):
            yield Static(
                Content(
                    f"All costs a month, {cost.region}, list prices of {cost.prices_as_of} or newer"
                ),
                classes="dialog-title",
            )
            yield OptionList(compact=True, id="cost-list")
            yield Static(id="cost-total")
            yield Static(id="cost-line")
            yield Button(" Close ", compact=True, id="close", variant="primary")

    def on_mount(self) -> None:
        """Fill the list and put the marker on the line that was asked for."""
        self._fill()
        listed = self.query_one(OptionList)
        listed.highlighted = self._first()
        listed.focus()
        self.compare()

    def on_resize(self) -> None:
        """Use the new width."""
        if self.is_mounted:
            self._fill()

    def _fill(self) -> None:
        listed = self.query_one(OptionList)
        at = listed.highlighted
        listed.clear_options()
        width = max(self.query_one("#cost-lines").content_size.width - 1, 60)
        listed.add_options(_options(self._groups, self._money, width))
        listed.highlighted = at
        self.query_one("#cost-total", Static).update(_total(self._cost, self._money, width))

    def _first(self) -> int:
        """Return the place of the first line of the part that was asked for, or of all."""
        parts = self._share.parts if self._share else frozenset()
        place = 1  # below its heading
        for group in self._groups:
            if group.part in parts:
                return place
            place += len(group.rows) + 1
        return 1

    @work(group="what-if", exclusive=True, exit_on_error=False)
    async def compare(self) -> None:
        """Work out which choices change which line, and say so."""
        self._choices = await worked_out(self._session)
        self._explain()

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        marked = self.query_one(OptionList).highlighted_option
        if marked is not None and marked.id is not None:
            self.query_one("#cost-line", Static).update(self._explained(self._rows[int(marked.id)]))

    def _explained(self, listed: "CostLine") -> Content:
        row = listed.row
        if isinstance(row, UnpricedLine):
            return Content.assemble(_titled(row), f"\nNot in the total. {row.reason}")
        moved = WAITING if self._choices is None else by_line(row, self._cost, self._choices)
        cost = f"{_sum(row)} = {_result(listed, self._money)} a month."
        if self.has_class("-short"):
            # The list needs the rows.
            return Content.assemble(_titled(row), f"\n{cost}\n{moved}")
        return Content.assemble(
            _titled(row),
            f"\n{what(row)}\n{cost} Price of {row.price_date}.",
            f"\n{nature(row)}\n{moved}",
        )

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the list."""
        self.dismiss()


async def worked_out(session: Session) -> tuple[PricedChoice, ...]:
    """Return what each choice would cost. In a thread: new answers take some ten milliseconds."""
    site = session.site
    found = await asyncio.to_thread(choices, site.draft, session.services.estimate)
    # A site keeps the shape that it was made with.
    return tuple(each for each in found if not (site.deployed and each.path == "size.shape"))


@dataclass(frozen=True, slots=True)
class CostLine:
    """A row of the estimate as it is listed."""

    row: EstimateRow | UnpricedLine
    shown: Decimal = Decimal(0)
    """A month in the shown currency, with two digits, so that the lines of a part add up to it."""


@dataclass(frozen=True, slots=True)
class CostGroup:
    """The lines of one part of the site, or those that have no price."""

    part: BoxId | None
    words: str
    rows: tuple[CostLine, ...]

    @property
    def shown(self) -> Decimal:
        """What a month costs in the shown currency, as Size shows the part."""
        return sum((line.shown for line in self.rows), Decimal(0))


def in_groups(cost: Estimate, money: Money) -> tuple[CostGroup, ...]:
    """Return the lines below their parts, as Size has these, then what has no price. Pure."""
    shares, sums = by_part(cost), cents_by_part(cost, money)
    listed = [
        CostGroup(
            part,
            part_words(part, shares[part]),
            _with_cents(_in_order(shares[part]), sums[part], money),
        )
        for part in sorted(shares, key=lambda part: -sums[part])
    ]
    unpriced = tuple(map(CostLine, cost.unknown))
    return (*listed, *([CostGroup(None, "Without a price", unpriced)] if unpriced else []))


def _with_cents(
    listed: Sequence[EstimateRow], total: Decimal, money: Money
) -> tuple[CostLine, ...]:
    shown = apportioned([money.of(row.monthly) for row in listed], total, 2)
    return tuple(map(CostLine, listed, shown))


def _in_order(share: PartShare) -> Sequence[EstimateRow]:
    """Return the rows of a part, the largest first.

    What is always free stands below all that it is taken off: what has its service and unit.
    """
    listed = sorted(rows(share.lines, part_of), key=lambda row: -row.monthly)
    freed = {(row.service, row.unit) for row in listed if row.is_allowance}
    groups: dict[tuple[str, str], list[EstimateRow]] = {}
    for row in listed:
        kind = (row.service, row.unit)
        groups.setdefault(kind if kind in freed else row.key, []).append(row)
    return [row for group in groups.values() for row in group]


def explained(
    share: PartShare,
    cost: Estimate,
    what_ifs: tuple[PricedChoice, ...] | None,
    room: tuple[int, int],
) -> str:
    """Return what a share of the total is, as much of it as fits into room: columns, rows."""
    columns, most = room
    for products, changes in ((3, 6), (2, 4), (1, 3), (1, 2), (0, 2), (0, 1)):
        text = _words(share, cost, what_ifs, products, changes)
        if len(textwrap.wrap(text, max(columns, 20))) <= most:
            break
    return text


def _words(
    share: PartShare,
    cost: Estimate,
    what_ifs: tuple[PricedChoice, ...] | None,
    products: int,
    changes: int,
) -> str:
    listed = sorted(rows(share.lines, part_of), key=lambda row: -row.monthly)
    moved = WAITING if what_ifs is None else by_parts(share.parts, cost, what_ifs, most=changes)
    sums = "; ".join(product(row) for row in listed[:products] if row.monthly > 0)
    return " ".join(filter(None, (_purpose(share), nature_of(share), sums and f"{sums}.", moved)))


def _purpose(share: PartShare) -> str:
    """Return what a part does: what the most expensive of its services does."""
    if len(share.parts) > 1:
        return f"{len(share.parts)} smaller parts together."
    if BoxId.HUB in share.parts:  # billed as a task like those of the application
        return "Takes each message from AWS IoT once, and passes it to every task."
    if not share.lines:
        return "Not part of this size."
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in share.lines:
        sums[line.service] += line.monthly
    service = max(sums, key=lambda code: sums[code])
    return SERVICES[service].purpose if service in SERVICES else service


def _titled(row: EstimateRow | UnpricedLine) -> Content:
    """Return a line's name, and behind it what AWS's bill calls it."""
    named = name(row)
    aws = "" if named == row.item else f"  on AWS's bill: {row.item}"
    return Content.assemble((named, "bold"), (aws, DIM))


def _options(groups: Sequence[CostGroup], money: Money, width: int) -> Iterator[Option]:
    """Yield a heading for each group, which the marker passes over, and its lines."""
    sums = [_sum(line.row) for group in groups for line in group.rows]
    column = _column(money)
    room = width - _NAME - column - _KIND
    has_sums = max(map(len, sums), default=0) < room
    at = 0
    for group in groups:
        amount = "" if group.part is None else _amount(group.shown, money)
        named = width - column - _KIND
        yield Option(f"{group.words:<{named}}{amount:>{column}}", disabled=True)
        for line in group.rows:
            yield Option(_line(line, money, sums[at] if has_sums else "", room), id=str(at))
            at += 1


def _line(line: CostLine, money: Money, product: str, room: int) -> Content:
    row = line.row
    if isinstance(row, UnpricedLine):
        return Content(
            f"  {cut(name(row), _NAME + room - 2):<{_NAME + room - 2}}{'unknown':>{_column(money)}}"
        )
    # An allowance has a long name, and says of itself how much it is.
    indent, named, told = (4, _NAME + room, "") if row.is_allowance else (2, _NAME, product)
    words = f"{_FREE}{name(row)}" if row.is_allowance else name(row)
    return Content.assemble(
        f"{' ' * indent}{cut(words, named - indent):<{named - indent}}",
        (f"{told:<{_NAME + room - named}}", DIM),
        f"{_amount(line.shown, money, row.monthly):>{_column(money)}}",
        (f"  {'fixed' if row.fixed else 'by use'}", DIM),
    )


def _sum(row: EstimateRow | UnpricedLine) -> str:
    """Return how a row is calculated, without its result; empty for what has no price."""
    return product(row).partition(" = ")[0] if isinstance(row, EstimateRow) else ""


def _result(line: CostLine, money: Money) -> str:
    """Return what a line's calculation comes to: in USD, as its prices are, and as it is shown."""
    monthly = line.row.monthly if isinstance(line.row, EstimateRow) else None
    shown = _amount(line.shown, money, monthly)
    if not money.foreign or monthly is None:
        return shown
    return f"{_amount(USD.cents(monthly), USD, monthly)}, {shown}"


def _total(cost: Estimate, money: Money, width: int) -> Content:
    """Return the sum of all lines, below their amounts."""
    label = "Sum of all lines, a month" if cost.complete else "Sum of all lines, a month, at least"
    label = ", ".join(filter(None, (label, your_rate(money))))
    total = _amount(money.cents(cost.expected), money)
    column = _column(money)
    return Content.styled(f"{label:<{width - column - _KIND}}{total:>{column}}", "bold")


def _column(money: Money) -> int:
    """Return the width of the amounts; a currency's code is longer than the dollar's sign."""
    return _AMOUNT + (len(money.currency) if money.foreign else 0)


def _amount(shown: Decimal, money: Money, usd: Decimal | None = None) -> str:
    """Return an amount of the shown currency, with cents. usd: what it was rounded from."""
    sign = "-" if shown < 0 or (not shown and usd and usd < 0) else ""
    if not shown and usd:
        return f"{sign}<{with_cents(_CENT, money)}"
    return f"{sign}{with_cents(abs(shown), money)}"
