"""Cost over the number of chargers: a chart on Size, and all of it in a dialog."""

from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.pricing.advice.breaks import Break
from solarrally_tui.pricing.advice.chart import MINE, chart, cost_at, table_counts, told
from solarrally_tui.pricing.advice.cheapest import CHEAPEST
from solarrally_tui.pricing.advice.curve import (
    THREE_YEARS_MONTHS,
    YEAR_MONTHS,
    Curve,
)
from solarrally_tui.pricing.explain import later_words
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.money import amount, converted, exact, your_rate
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DATA, DIM
from solarrally_tui.text.enumeration import counted

_LEAST_COLUMNS, _LEAST_ROWS = 32, 6
_COLUMN: Final = 9
LINES: Final = "Thick where a size suits, dotted elsewhere."
"""What the two kinds of lines mean."""
_KEY: Final = f"{LINES} Upright: your number."


class CurveChart(Static):
    """Draws the tiers' costs over chargers, as large as it is."""

    def __init__(self, found: Curve | None = None, money: Money | None = None) -> None:
        super().__init__(classes="curve")
        self._found, self._money = found, money or Money()

    def show(self, found: Curve | None, money: Money) -> None:
        """Draw another curve, or nothing."""
        self._found, self._money = found, money
        self._draw()

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def _draw(self) -> None:
        found, (columns, rows) = self._found, self.size
        if found is None or not found.known or columns < _LEAST_COLUMNS or rows < _LEAST_ROWS:
            self.update("")
            return
        lines = chart(found, columns, rows, self._money.whole, self._money.rate)
        tones = {MINE: "bold $foreground", found.tier.value: DATA}
        self.update(
            Content("\n").join(
                Content.assemble(*((span.text, tones.get(span.tone, DIM)) for span in line))
                for line in lines
            )
        )


class CurveScreen(Dialog[bool]):
    """Shows what the chargers cost, as a sentence, a table and a chart. Escape closes.

    Returns whether another currency is wanted.
    """

    CSS_PATH = "curve_chart.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.CURVE.key)]

    HELP_TEXT: ClassVar[str] = (
        "Each line is a size: what the site costs a month with so many chargers, all other answers "
        "as they are. It is thick where the size suits that number. The upright line is your "
        "number.\n\n"
        "The table has the figures, and below it is from which number on another size is "
        "recommended. Dim amounts are of a size that is not for so many chargers. Currency shows "
        "all amounts in another one.\n\n"
        "From a shell: solarrally estimate --curve."
    )

    def __init__(self, found: Curve, money: Money, as_functions: str = "") -> None:
        """as_functions: what the site would cost as functions, where that is less."""
        super().__init__()
        self._found, self._money, self._as_functions = found, money, as_functions

    def compose(self) -> ComposeResult:
        """Answer first, show the table and the chart side by side, and say what to do."""
        with Vertical(classes="dialog -wide-dialog", id="curve-dialog"):
            yield Static(Content(self._title()), classes="dialog-title")
            with VerticalScroll(id="curve-body"):
                yield Static(_mine(self._found, self._money), id="curve-mine")
                with Container(id="curve-figures"):
                    yield Static(_table(self._found, self._money), id="curve-table")
                    yield CurveChart(self._found, self._money)
                yield Static(Content.styled(_KEY, DIM), id="curve-key")
                yield Static(Content(advice(self._found, of="")), id="curve-breaks")
                yield Static(Content(self._later()), id="curve-later")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, id="close", variant="primary")
                yield Button(" Currency ", compact=True, id="currency")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#curve-body").focus()

    def _title(self) -> str:
        found = self._found
        return (
            f"Cost a month by chargers, {REGIONS.get(found.region, found.region)}, a message every "
            f"{counted(found.interval_seconds, 'second')}"
        )

    def _later(self) -> str:
        """Return what is added to the costs in time, and whether another shape costs less."""
        later = self._found.chosen.mine.later
        less = (
            f"As functions of AWS Lambda, {counted(self._found.chargers, 'charger')} cost "
            f"{self._as_functions}. More options says what they give up."
        )
        added = " ".join(later_words(later, partial(exact, money=self._money)))
        return "\n".join(filter(None, (added, less if self._as_functions else "")))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss(False)

    @on(Button.Pressed, "#currency")
    def _currency(self) -> None:
        self.dismiss(True)


def advice(found: Curve, of: str = " chargers") -> str:
    """Return from where on another size suits better, a line for each. of: as `told` has it."""
    return "\n".join(told((each for each in found.breaks if _matters(each, found)), of))


def _mine(found: Curve, money: Money) -> Content:
    """Return what the site's own chargers cost: a month, a year, three years, each."""
    chosen, mine = found.chosen, found.chosen.mine
    least = "" if chosen.complete else "at least "
    year, three_years = (
        converted(mine.over(months, money), money) for months in (YEAR_MONTHS, THREE_YEARS_MONTHS)
    )
    return Content.assemble(
        (f"{chosen.name.title()}, {counted(found.chargers, 'charger')}: ", "bold"),
        f"{least}{exact(mine.expected, money)} a month, {year} a year, {three_years} in three "
        f"years. {exact(mine.per_charger, money)} for "
        f"each charger, and {exact(chosen.marginal, money)} for one charger more."
        + (f" {rate}." if (rate := your_rate(money)) else ""),
    )


def _table(found: Curve, money: Money) -> Content:
    """Return the shapes side by side, dim where a tier is not for that number of chargers."""
    head = "".join(f"{shape.name.title():>{_COLUMN}}" for shape in found.tiers)
    rows = [Content.styled(f"{'Chargers':>8}{head}", "bold")]
    for count in table_counts(found):
        style = "bold" if count == found.chargers else ""
        cells = [(f"{count:>8,}", style)]
        for shape in found.tiers:
            text = f"{amount(cost_at(shape, count), money):>{_COLUMN}}"
            cells.append((text, style if shape.suits(count) else DIM))
        rows.append(Content.assemble(*cells))
    return Content("\n").join(rows)


def _matters(point: Break, found: Curve) -> bool:
    """Whether a break point is of a size that one would choose for so many chargers."""
    if not point.shape:
        return True
    return point.shape != CHEAPEST and found.shape(point.shape).suits(point.above)
