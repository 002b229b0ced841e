"""Where the money goes: one bar a service."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.words import DIM, dollars

_NAME, _AMOUNT = 22, 8
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


class CostBars(Static):
    """Draws amounts as bars that share the width."""

    def __init__(self) -> None:
        super().__init__(id="bars")
        self._amounts: Sequence[tuple[str, Decimal]] = ()
        self._in_one_line = False

    def show(self, amounts: Sequence[tuple[str, Decimal]], *, in_one_line: bool = False) -> None:
        """Draw new amounts, as bars or, where there is no room, in one line."""
        self._amounts = amounts
        self._in_one_line = in_one_line
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        self.update(self._line() if self._in_one_line else self._bars())

    def _line(self) -> Content:
        each = [
            Content.assemble((f"{name} ", DIM), (dollars(amount), "bold"))
            for name, amount in self._amounts
        ]
        return Content("  ").join(each)

    def _bars(self) -> Content:
        room = max(self.size.width - _NAME - _AMOUNT - 2, 8)
        largest = max((amount for _, amount in self._amounts), default=Decimal(1)) or Decimal(1)
        lines = [
            Content.assemble(
                (f"{name[: _NAME - 1]:<{_NAME}}", ""),
                (f"{dollars(amount):>{_AMOUNT}}  ", "bold"),
                (bar(float(amount / largest), room), "$primary"),
            )
            for name, amount in self._amounts
        ]
        return Content("\n").join(lines)


def bar(share: float, width: int) -> str:
    """Return a bar of a share (0 to 1) of a width, fine to an eighth of a cell."""
    eighths = max(round(share * width * 8), 1)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
