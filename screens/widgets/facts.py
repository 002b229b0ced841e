"""Below the buttons of a short page: tables of what its reader asks next, where there is room."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.common.words import DIM

_GAP: Final = 3
"""Columns between two columns of a table."""
_LEAST: Final = 12
"""Characters that a column has at least."""
_CALM: Final = "$foreground 80%"
"""For what stands beside the first column."""

Cell = str | Content
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a title. The first column is as wide as its longest cell; the others share."""

    title: str
    """Empty where the first head says it."""
    rows: Sequence[Row]
    heads: Sequence[str] = ()
    """Of the columns; empty where the rows need none."""
    lit: int = 0
    """Number of the column that holds now; 0 where none is before the others."""


class Fitted(Static):
    """A text that is drawn for its columns, whatever the terminal has."""

    def __init__(
        self,
        draw: Callable[[int], Content] = lambda _: Content(),
        id: str | None = None,  # noqa: A002 Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._fitting = draw

    def show(self, draw: Callable[[int], Content]) -> None:
        """Show another text."""
        self._fitting = draw
        self.on_resize()

    def on_resize(self) -> None:
        """Use the new width."""
        if self.size.width:
            self.update(self._fitting(self.size.width))


class Facts(Static):
    """Shows those tables that have room as a whole, the first ones first."""

    def __init__(self) -> None:
        super().__init__(id="facts")
        self._tables: Sequence[Table] = ()

    def show(self, tables: Sequence[Table]) -> None:
        """Show other tables."""
        self._tables = tables
        self._draw()

    def on_resize(self) -> None:
        """Use the new room."""
        self._draw()

    def _draw(self) -> None:
        room = self.content_size
        spaced = _page(self._tables, room.width, room.height, spaced=True)
        whole = spaced if spaced[1] else _page(self._tables, room.width, room.height, spaced=False)
        self.update(Content("\n").join(whole[0]))


def _page(
    tables: Sequence[Table], width: int, height: int, *, spaced: bool
) -> tuple[list[Content], bool]:
    """Return the lines of the tables that have room, and whether all of them have."""
    lines: list[Content] = []
    all_of_them = True
    for table in tables:
        more = [*([Content()] if lines else []), *drawn(table, width, spaced=spaced)]
        if len(lines) + len(more) <= height:
            lines += more
        else:
            all_of_them = False
    return lines, all_of_them


def drawn(table: Table, width: int, *, spaced: bool = False) -> list[Content]:
    """Return the lines of a table in so many columns of the terminal.

    spaced: whether a blank line parts rows of several lines.
    """
    widths = _widths(table, width)
    heads = [(head, _head_style(number, table)) for number, head in enumerate(table.heads)]
    rows = [
        list(_row([(cell, _style(at, table.lit)) for at, cell in enumerate(row)], widths))
        for row in table.rows
    ]
    gap = [Content()] if spaced and any(len(row) > 1 for row in rows) else []
    lines = [Content.styled(table.title, "bold")] if table.title else []
    lines += _row(heads, widths) if heads else gap
    for number, row in enumerate(rows):
        lines += [*(gap if number else ()), *row]
    return lines


def _widths(table: Table, width: int) -> list[int]:
    """Return how wide each column is: what needs less than its share leaves the rest to others."""
    every = (table.heads, *table.rows)
    needs = [max(len(_plain(row[at])) for row in every if at < len(row)) for at in _columns(table)]
    left = width - needs[0]
    widths = {0: needs[0]}
    for done, at in enumerate(sorted(_columns(table)[1:], key=needs.__getitem__)):
        share = left // (len(needs) - 1 - done) - _GAP
        widths[at] = max(min(needs[at], share), _LEAST)
        left -= widths[at] + _GAP
    return [widths[at] for at in _columns(table)]


def _columns(table: Table) -> range:
    return range(max(map(len, table.rows)))


def _head_style(number: int, table: Table) -> str:
    if not number and not table.title:
        return "bold"
    return "bold $primary" if number and number == table.lit else DIM


def _style(number: int, lit: int) -> str:
    """Return the style of a column: what does not hold now is paler."""
    if not number or number == lit:
        return "$foreground"
    return DIM if lit else _CALM


def _plain(cell: Cell) -> str:
    return cell.plain if isinstance(cell, Content) else cell


def _row(cells: Sequence[tuple[Cell, str]], widths: Sequence[int]) -> Iterator[Content]:
    """Yield the lines of a row, each cell folded below itself."""
    folded: list[Sequence[Cell]] = [
        [cell] if isinstance(cell, Content) else wrap(cell, width) or [""]
        for (cell, _), width in zip(cells, widths, strict=False)
    ]
    styles = [style for _, style in cells]
    for at in range(max(map(len, folded))):
        parts: list[Content | tuple[str, str]] = []
        for lines, style, width in zip(folded, styles, widths, strict=False):
            part: Cell = lines[at] if at < len(lines) else ""
            blank = " " * (max(width - len(_plain(part)), 0) + _GAP)
            parts += [part if isinstance(part, Content) else (part, style), (blank, "")]
        yield Content.assemble(*parts).rstrip()
