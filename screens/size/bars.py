"""Where the money goes: one bar a service."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.money import amount as amount_text
from solarrally_tui.screens.common.words import DIM

_TONES: Final = ("$text-primary", "$text-secondary", "$text-success", DIM)
_NAME, _AMOUNT = 22, 9


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
        self._amounts: Sequence[tuple[str, Decimal]] = ()
        self._money = Money()
        self._in_one_line = False
        self.index = 0

    def show(
        self,
        amounts: Sequence[tuple[str, Decimal]],
        money: Money,
        *,
        in_one_line: bool = False,
    ) -> None:
        """Draw new amounts, as bars or, where there is no room, in one bar and a line of words."""
        self._amounts, self._money = amounts, money
        self._in_one_line = in_one_line
        self.can_focus = bool(amounts)
        self.action_move(0)

    def action_move(self, offset: int) -> None:
        """Put the marker on the line that far away; the first and last have no further one."""
        self.index = max(min(self.index + offset, len(self._amounts) - 1), 0)
        self._draw()
        if self.has_focus:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """Put the marker on the bar under the pointer."""
        if not self._in_one_line:
            self.action_move(event.y - self.index)

    def watch_has_focus(self, value: bool) -> None:
        """Show the marker while the list has the focus."""
        super().watch_has_focus(value)
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        self.update(self._line() if self._in_one_line else self._bars())

    def _marked(self) -> int:
        return self.index if self.has_focus else -1

    def _line(self) -> Content:
        """Return one bar, and below it every amount; a line ends between two of them only."""
        parts = [
            Content.assemble(
                ("▸" if index == self._marked() else " ", ""),
                (f"{name} ", "reverse" if index == self._marked() else DIM),
                (
                    amount_text(amount, self._money),
                    "bold reverse" if index == self._marked() else "bold",
                ),
            )
            for index, (name, amount) in enumerate(self._amounts)
        ]
        blank = Content(" ")
        in_one = [blank.join(parts), Content("").join(parts)]
        line = next((one for one in in_one if len(one) <= self.size.width), None)
        below = [line] if line else [blank.join(some) for some in self._folded(parts)]
        return Content("\n").join([self._one_bar(), *below])

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
        """Return all amounts in one bar, each in a tone of its own."""
        whole = sum((amount for _, amount in self._amounts), Decimal(0)) or Decimal(1)
        room = max(self.size.width - len(self._amounts) - 1, 8)
        pieces = [
            ("━" * max(round(float(amount / whole) * room), 1) + " ", _TONES[index % len(_TONES)])
            for index, (_, amount) in enumerate(self._amounts)
            if amount > 0
        ]
        return Content.assemble(" ", *pieces)

    def _bars(self) -> Content:
        largest = max((amount for _, amount in self._amounts), default=Decimal(1)) or Decimal(1)
        lines = [
            self._bar(name, amount, float(amount / largest), marked=index == self._marked())
            for index, (name, amount) in enumerate(self._amounts)
        ]
        return Content("\n").join(lines)

    def _bar(self, name: str, amount: Decimal, share: float, *, marked: bool) -> Content:
        room = max(self.size.width - _NAME - _AMOUNT - 4, 4)
        return Content.assemble(
            ("▸ " if marked else "  ", ""),
            (f"{name[: _NAME - 1]:<{_NAME}}", "reverse" if marked else ""),
            (f"{self._money.show(amount):>{_AMOUNT}}", "bold reverse" if marked else "bold"),
            (f"  {bar(share, room)}", "$primary"),
        )


def bar(share: float, width: int) -> str:
    """Return a bar of a share (0 to 1) of a width, fine to half a cell.

    A heavy line: bars below each other keep their distance.
    """
    whole, half = divmod(max(round(share * width * 2), 1), 2)
    return "━" * whole + "╸" * half
