"""Where the money goes: a bar for each part of the site, and sizes side by side where they fit."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.money import with_cents
from solarrally_tui.screens.common.words import DATA, DIM
from solarrally_tui.screens.size.cost_table import Amounts, CostRow, CostTable

_TONES: Final = (DATA, DIM)
_NAME, _GAP = 22, 2


class CostBars(Static, can_focus=True):
    """Draws amounts as bars that share the width. One focus stop; arrows choose a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left", "move(-1)", show=False),
        Binding("down,right", "move(1)", show=False),
        Binding("enter", "screen.details", show=False),
    ]

    class Chosen(Message):
        """Another line has the marker."""

    def __init__(self) -> None:
        super().__init__(id="bars")
        self._table = CostTable()
        self._money = Money()
        self._in_one_line = False
        self._column = 0
        """The width of a column of amounts."""
        self.index = 0

    def show(self, table: CostTable, money: Money, *, in_one_line: bool = False) -> None:
        """Draw new amounts, as bars or, where there is no room, in one bar and a line of words."""
        self._table, self._money = table, money
        self._in_one_line = in_one_line
        self.can_focus = bool(table.rows)
        amounts = [*(row.amounts for row in table.rows), *(each for _, each in table.totals)]
        texts = (self._cell(amount) for each in amounts for amount in each)
        self._column = _GAP + max(map(len, texts), default=0)
        self.action_move(0)

    @property
    def marked(self) -> CostRow | None:
        """The row with the marker."""
        return self._table.rows[self.index] if self.has_focus and self._table.rows else None

    def action_move(self, offset: int) -> None:
        """Put the marker on the line that far away; the first and last have no further one."""
        self.index = max(min(self.index + offset, len(self._table.rows) - 1), 0)
        self._draw()
        if self.has_focus:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """Put the marker on the bar under the pointer."""
        if not self._in_one_line:
            self.action_move(event.y - 1 - self.index)  # below the heading

    def watch_has_focus(self, value: bool) -> None:
        """Show the marker while the list has the focus."""
        super().watch_has_focus(value)
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        self.update(self._line() if self._in_one_line else self._bars())

    def _mine(self, row: CostRow) -> Decimal:
        return row.amounts[self._table.chosen] or Decimal(0)

    def _line(self) -> Content:
        """Return one bar, and below it every amount; a line ends between two of them only."""
        whole = self._money.currency
        named = self._parts(self._text)
        # The line above it names the currency, and the list of all lines has the cents.
        plain = self._parts(lambda amount: self._text(amount).removesuffix(f" {whole}"))
        rounded = self._parts(lambda amount: f"{amount:,.0f}")
        blank = Content(" ")
        in_one = [
            line
            for parts in (named, plain, rounded)
            for line in (blank.join(parts), Content("").join(parts))
        ]
        line = next((one for one in in_one if len(one) <= self.size.width), None)
        below = [line] if line else [blank.join(some) for some in self._folded(rounded)]
        return Content("\n").join([self._one_bar(), *below])

    def _parts(self, shown: Callable[[Decimal], str]) -> list[Content]:
        """Return the name and the amount of each part, the marked one reversed."""
        return [
            Content.assemble(
                "▸" if row is self.marked else " ",
                (f"{row.words} ", "reverse" if row is self.marked else DIM),
                (shown(self._mine(row)), "bold reverse" if row is self.marked else "bold"),
            )
            for row in self._table.rows
        ]

    def _folded(self, parts: Sequence[Content]) -> list[list[Content]]:
        """Return parts as lines that fit the width, with a blank between two parts."""
        lines: list[list[Content]] = [[]]
        for part in parts:
            if lines[-1] and sum(len(other) + 1 for other in lines[-1]) + len(part) > (
                self.size.width
            ):
                lines.append([])
            lines[-1].append(part)
        return lines

    def _one_bar(self) -> Content:
        """Return all amounts in one bar, with neighbours in different tones."""
        amounts = [self._mine(row) for row in self._table.rows]
        whole = sum(amounts, Decimal(0)) or Decimal(1)
        room = max(self.size.width - len(amounts) - 1, 8)
        pieces = [
            ("━" * max(round(float(amount / whole) * room), 1) + " ", _TONES[index % len(_TONES)])
            for index, amount in enumerate(amounts)
            if amount > 0
        ]
        return Content.assemble(" ", *pieces)

    def _bars(self) -> Content:
        table = self._table
        if not table.rows:
            return Content("")
        largest = max(map(self._mine, table.rows)) or Decimal(1)
        sums = [
            Content.assemble(f"  {words:<{_NAME}}", *self._beside(self._amounts(amounts, "bold")))
            for words, amounts in table.totals
        ]
        # What is of another time than a month stands apart from the sum of the rows.
        return Content("\n").join(
            [
                self._heading(),
                *(self._bar(row, float(self._mine(row) / largest)) for row in table.rows),
                *sums[:1],
                *([Content("")] if sums[1:] else []),
                *sums[1:],
            ]
        )

    def _heading(self) -> Content:
        sizes, width = self._table.sizes, self._column
        names = [(f"{size.title():>{width}}", "") for size in sizes] if len(sizes) > 1 else []
        words = f"A month in {self._money.currency}" if self._money.foreign else "A month"
        cells = self._beside(names) if names else []
        return Content.assemble(f"{words + ', by part':<{_NAME + 2}}", *cells).stylize("bold")

    def _text(self, amount: Decimal | None) -> str:
        if amount is None:
            return "-"
        return with_cents(amount, self._money) if amount else "free"

    def _cell(self, amount: Decimal | None) -> str:
        """Return an amount of the table, whose heading names the currency."""
        return self._text(amount).removesuffix(f" {self._money.currency}")

    def _beside(self, cells: list[tuple[str, str]], drawn: str = "") -> list[tuple[str, str]]:
        """Put a bar beside the amount of the chosen size, which it stands for."""
        after = self._table.chosen + 1
        room = self._room if cells[after:] else 0
        return [
            *cells[:after],
            (f"  {drawn:<{room}}" if room or drawn else "", DATA),
            *cells[after:],
        ]

    @property
    def _room(self) -> int:
        """Return the columns that are left for a bar."""
        amounts = self._column * len(self._table.sizes)
        return max(self.size.width - _NAME - 2 - amounts - 2 * _GAP, 1)

    def _amounts(self, amounts: Amounts, style: str) -> list[tuple[str, str]]:
        """Return a cell for each size; those of the sizes that are not chosen are dim."""
        width = self._column
        return [
            (f"{self._cell(amount):>{width}}", style if at == self._table.chosen else DIM)
            for at, amount in enumerate(amounts)
        ]

    def _bar(self, row: CostRow, share: float) -> Content:
        marked = row is self.marked
        drawn = bar(share, self._room) if self._mine(row) else ""
        amounts = self._amounts(row.amounts, "bold reverse" if marked else "bold")
        return Content.assemble(
            "▸ " if marked else "  ",
            (f"{row.words[: _NAME - 1]:<{_NAME}}", "reverse" if marked else ""),
            *self._beside(amounts, drawn),
        )


def bar(share: float, width: int) -> str:
    """Return a bar of a share (0 to 1) of a width, fine to half a cell.

    A heavy line: bars below each other keep their distance.
    """
    whole, half = divmod(max(round(share * width * 2), 1), 2)
    return "━" * whole + "╸" * half
