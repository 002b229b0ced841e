"""Every line of the estimate as a list; the marked line is explained below it."""

import asyncio
import textwrap
from collections import defaultdict
from collections.abc import Sequence
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
from solarrally_tui.pricing.breakdown import EstimateRow, PartShare, rows
from solarrally_tui.pricing.explain import (
    LONGEST_NAME,
    name,
    nature,
    nature_of,
    part,
    product,
    what,
)
from solarrally_tui.pricing.metering.estimate_lines import Estimate, UnpricedLine
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.size.what_if import PricedChoice, by_line, by_parts, choices
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.session import Session

_AMOUNT, _KIND = 10, 8
_LEAST: Final = Decimal("0.005")
"""USD that is shown as a cent."""

WAITING: Final = "Calculating what would change it."


class CostLinesScreen(Dialog[None]):
    """Lists the lines of an estimate, the most expensive first. Escape closes."""

    CSS_PATH = "cost_lines.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.DETAILS.key)]

    HELP_TEXT: ClassVar[str] = (
        "Every charge that AWS will bill for the site, the largest first, calculated from the "
        "templates that are deployed. What AWS takes off every account's bill is below the "
        "charges that it is taken off.\n\n"
        "Below the list is the total, and how the line under the cursor is calculated: what AWS's "
        "bill calls it, and which answers change it. Prices are AWS's list prices in USD, without "
        "tax.\n\n"
        "From a shell: solarrally estimate."
    )

    def __init__(self, session: Session, cost: Estimate, share: PartShare | None = None) -> None:
        """share: the part whose most expensive line is marked first."""
        super().__init__()
        self._session, self._cost, self._share = session, cost, share
        self._rows: Sequence[EstimateRow | UnpricedLine] = in_order(cost)
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
        listed.add_options(Option(_line(row, width)) for row in self._rows)
        listed.highlighted = at
        self.query_one("#cost-total", Static).update(_total(self._cost, width))

    def _first(self) -> int:
        items = {(line.stack, line.item) for line in self._share.lines} if self._share else set()
        return next((i for i, row in enumerate(self._rows) if (row.stack, row.item) in items), 0)

    @work(group="what-if", exclusive=True, exit_on_error=False)
    async def compare(self) -> None:
        """Work out which choices change which line, and say so."""
        self._choices = await worked_out(self._session)
        self._explain()

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.query_one("#cost-line", Static).update(self._explained(self._rows[at]))

    def _explained(self, row: EstimateRow | UnpricedLine) -> Content:
        if isinstance(row, UnpricedLine):
            return Content.assemble(_titled(row), f"\nNot in the total. {row.reason}")
        moved = WAITING if self._choices is None else by_line(row, self._cost, self._choices)
        return Content.assemble(
            _titled(row),
            f"\n{what(row)}\n{product(row)} a month. Price of {row.price_date}.",
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


def in_order(cost: Estimate) -> Sequence[EstimateRow | UnpricedLine]:
    """Return the rows, the largest first, then what has no price.

    What is always free stands below all that it is taken off: what has its service and unit.
    """
    listed = sorted(rows(cost.lines), key=lambda row: -row.monthly)
    freed = {(row.service, row.unit) for row in listed if row.is_allowance}
    groups: dict[tuple[str, str], list[EstimateRow]] = {}
    for row in listed:
        kind = (row.service, row.unit)
        groups.setdefault(kind if kind in freed else row.key, []).append(row)
    return [*(row for group in groups.values() for row in group), *cost.unknown]


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
    listed = sorted(rows(share.lines), key=lambda row: -row.monthly)
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


def _line(row: EstimateRow | UnpricedLine, width: int) -> Content:
    if isinstance(row, UnpricedLine):
        return _columns(row, "unknown", "", width)
    return _columns(row, _amount(row.monthly), "fixed" if row.fixed else "by use", width)


def _columns(row: EstimateRow | UnpricedLine, amount: str, kind: str, width: int) -> Content:
    room = width - _AMOUNT - _KIND - 1
    free = isinstance(row, EstimateRow) and row.is_allowance
    named = room - len(part(row.stack)) if free else min(room // 2, LONGEST_NAME) + 1
    text = f"  {name(row)}" if free else name(row)
    return Content.assemble(
        f"{cut(text, named - 1):<{named}}",
        (f"{cut(part(row.stack), room - named):<{room - named}}", DIM),
        (f"{amount:>{_AMOUNT}}", "bold"),
        (f"  {kind}", DIM),
    )


def _total(cost: Estimate, width: int) -> Content:
    """Return the sum of all lines, below their amounts."""
    label = "All together a month" if cost.complete else "All together a month, at least"
    total = _amount(cost.expected)
    return Content.styled(f"{label:<{width - _AMOUNT - _KIND - 1}}{total:>{_AMOUNT}}", "bold")


def _amount(usd: Decimal) -> str:
    if 0 < usd < _LEAST:
        return "<$0.01"
    return f"{'-' if usd <= -_LEAST else ''}${abs(usd):,.2f}"
