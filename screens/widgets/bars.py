"""Where the money goes: one bar a service."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.words import dollars

_NAME, _AMOUNT = 22, 8
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


class CostBars(Static):
    """Draws amounts as bars that share the width."""

    def __init__(self) -> None:
        super().__init__(id="bars")
        self._amounts: Sequence[tuple[str, Decimal]] = ()

    def show(self, amounts: Sequence[tuple[str, Decimal]]) -> None:
        """Draw new amounts."""
        self._amounts = amounts
        self._draw()

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
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
        self.update(Content("\n").join(lines))


def bar(share: float, width: int) -> str:
    """Return a bar of a share (0 to 1) of a width, fine to an eighth of a cell."""
    eighths = max(round(share * width * 8), 1)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
