"""The diagram in letters, for a terminal: plain box-drawing characters in as much room as there is.

Each character has one that looks alike in ASCII (computer/streams.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from solarrally_tui.architecture.diagram import Arrow, Box, BoxId, Diagram
from solarrally_tui.architecture.layout import CELLS, COLUMNS, LANES, Caption, support
from solarrally_tui.text.table import cut

LEAST_COLUMNS: Final = 58
"""Below this width, boxes have no room for a price."""

_WIDEST, _LEAST_GAP, _WIDEST_GAP = 26, 2, 10
_DETAILS: Final = 2
_BETWEEN: Final = 3
"""Columns between two boxes of the support row, or entries of its line."""

_READABLE: Final = 15
"""Columns in which the beginning of a name is worth showing."""

LINE, TITLE, PRICE, DETAIL, LIT = "line", "title", "price", "detail", "lit"
_LIGHT, _HEAVY = tuple("┌─┐│└┘"), tuple("┏━┓┃┗┛")
"""Edges of a box, and of one that the picture is about."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. tone: a Tone, or LINE, TITLE, PRICE, DETAIL, LIT; empty between boxes."""

    text: str
    tone: str = ""


Lines = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class _Size:
    """Measures of the drawing, in columns and rows."""

    width: int
    """Of a box."""
    gap: int
    """Between two boxes, for an arrow."""
    details: int
    """Lines of a box besides its price."""

    @property
    def height(self) -> int:
        """Of a box: its two edges, details, and the price."""
        return self.details + 3

    def left(self, column: int) -> int:
        return column * (self.width + self.gap)

    def top(self, lane: int) -> int:
        return lane * (self.height + 1)

    @property
    def all_columns(self) -> int:
        return COLUMNS * self.width + (COLUMNS - 1) * self.gap

    @property
    def all_rows(self) -> int:
        return LANES * self.height + LANES - 1


def text(shown: Diagram, captions: Mapping[BoxId, Caption], columns: int, rows: int) -> Lines:
    """Return the picture in at most so many columns and rows; empty where it has no room.

    Every box of the diagram needs a caption. The more rows, the more details are shown.
    """
    if columns < LEAST_COLUMNS:
        return ()
    for details in range(_DETAILS, -1, -1):
        size = _sized(columns, details)
        below = _support(shown, captions, size, rows - size.all_rows)
        left = rows - size.all_rows - len(below)
        if left >= 0:
            return (*_ways(shown, captions, size), *([()] if left else []), *below)
    return ()


def _sized(columns: int, details: int) -> _Size:
    gap = min(max(columns // 30, _LEAST_GAP), _WIDEST_GAP)
    width = min((columns - (COLUMNS - 1) * gap) // COLUMNS, _WIDEST)
    return _Size(width, gap, details)


class _Canvas:
    """Characters in rows, each with its tone."""

    def __init__(self, columns: int, rows: int) -> None:
        self._cells = [[(" ", "")] * columns for _ in range(rows)]

    def put(self, column: int, row: int, text: str, tone: str) -> None:
        self._cells[row][column : column + len(text)] = [(letter, tone) for letter in text]

    def lines(self) -> Lines:
        return tuple(tuple(_spans(row)) for row in self._cells)


def _spans(row: Sequence[tuple[str, str]]) -> Iterator[Span]:
    end = max((at for at, (letter, _) in enumerate(row, 1) if letter != " "), default=0)
    for tone, cells in groupby(row[:end], key=lambda cell: cell[1]):
        yield Span("".join(letter for letter, _ in cells), tone)


def _ways(shown: Diagram, captions: Mapping[BoxId, Caption], size: _Size) -> Lines:
    canvas = _Canvas(size.all_columns, size.all_rows)
    for box in shown.boxes:
        if box.id in CELLS:
            cell = CELLS[box.id]
            at = size.left(cell.column), size.top(cell.lane)
            _draw_box(canvas, at, size, box, captions[box.id], shown.lit)
    for arrow in shown.arrows:
        _draw_arrow(canvas, size, arrow)
    return canvas.lines()


def _draw_box(
    canvas: _Canvas,
    at: tuple[int, int],
    size: _Size,
    box: Box,
    caption: Caption,
    lit: frozenset[BoxId],
) -> None:
    (left, top), inner = at, size.width - 2
    tone = LIT if box.id in lit else LINE
    edge = box.state.tone.value if box.state else tone
    corner, edges, right, side, below, end = _HEAVY if box.id in lit else _LIGHT
    canvas.put(left, top, f"{corner}{edges * inner}{right}", edge)
    for row in range(top + 1, top + size.height - 1):
        canvas.put(left, row, side, edge)
        canvas.put(left + size.width - 1, row, side, edge)
    canvas.put(left, top + size.height - 1, f"{below}{edges * inner}{end}", edge)
    title = caption.title if len(caption.title) <= inner else caption.short or caption.title
    spaced = f" {title} " if len(title) + 2 <= inner else cut(title, inner)
    canvas.put(left + 1, top, spaced, _tone_of_title(box, lit, TITLE))
    for row, line in enumerate(_inside(box, caption, size), top + 1):
        column = left + 1
        for span in line:
            shown = cut(span.text, left + size.width - 1 - column)
            canvas.put(column, row, shown, span.tone)
            column += len(shown)


def _inside(box: Box, caption: Caption, size: _Size) -> list[tuple[Span, ...]]:
    """Return the lines in a box: details, state and, at the bottom, the price."""
    inner = size.width - 2
    first, others = caption.details[:1], caption.details[1:]
    # Cut, a long name still says what it is; a figure would say something else.
    kept = first if inner >= _READABLE else [text for text in first if len(text) <= inner]
    fitting = [*kept, *(text for text in others if len(text) <= inner)]
    texts = [(Span(text, DETAIL),) for text in fitting or first]
    word = Span(box.state.word, box.state.tone.value) if box.state else Span("")
    state = [(_glyph(box), word)] if box.state else []
    if box.monthly is None:  # outside of AWS, nothing costs
        return [*texts[: size.details + 1 - len(state)], *state]
    price = Span(caption.price, PRICE) if caption.price else word
    if box.state and not size.details:
        return [(_glyph(box), price)]
    details = texts[: size.details - len(state)]
    empty = size.details - len(details) - len(state)
    bottom = [(price,)] if caption.price else [()]
    return [*details, *state, *[()] * empty, *bottom]


def _glyph(box: Box) -> Span:
    return Span(f"{box.state.glyph} ", box.state.tone.value) if box.state else Span("")


def _draw_arrow(canvas: _Canvas, size: _Size, arrow: Arrow) -> None:
    start, end = CELLS[arrow.start], CELLS[arrow.end]
    middle = size.height // 2
    if start.lane == end.lane:
        left, row = size.left(start.column) + size.width, size.top(start.lane) + middle
        length = size.left(end.column) - left
        line = f"{'─' * (length - 1)}→"
        if len(arrow.protocol) + 4 <= length:
            named = f" {arrow.protocol} "
            at = (length - len(named)) // 2
            line = f"{line[:at]}{named}{line[at + len(named) :]}"
        canvas.put(left, row, line, LINE)
        return
    column = size.left(end.column) + size.width // 2
    row = size.top(start.lane) - 1
    canvas.put(column, row, "↑", LINE)
    canvas.put(column + 2, row, arrow.protocol, DETAIL)


def _support(shown: Diagram, captions: Mapping[BoxId, Caption], size: _Size, rows: int) -> Lines:
    """Return the boxes that serve all others: beside each other as boxes, or in lines of words."""
    boxes = support(shown)
    width = (size.all_columns - _BETWEEN * (len(boxes) - 1)) // max(len(boxes), 1)
    needed = max((_wide(box, captions[box.id]) for box in boxes), default=0)
    if size.details and rows >= size.height and width >= needed + 2:
        small = _Size(min(width, _WIDEST), _BETWEEN, max(size.details - 1, 0))
        canvas = _Canvas(size.all_columns, small.height)
        for column, box in enumerate(boxes):
            _draw_box(canvas, (small.left(column), 0), small, box, captions[box.id], shown.lit)
        return canvas.lines()
    return tuple(
        _wrapped([_entry(box, captions[box.id], shown.lit) for box in boxes], size.all_columns)
    )


def _wide(box: Box, caption: Caption) -> int:
    """Return the columns that a box of the support row needs inside."""
    title = caption.short or caption.title
    beside = len(caption.price or _word(box))
    return max(len(title), beside + (2 if box.state else 0))


def _word(box: Box) -> str:
    return box.state.word if box.state else ""


def _entry(box: Box, caption: Caption, lit: frozenset[BoxId]) -> tuple[Span, ...]:
    title = Span(f"{caption.short or caption.title} ", _tone_of_title(box, lit, DETAIL))
    price = Span(caption.price, PRICE) if caption.price else Span(_word(box), DETAIL)
    return tuple(span for span in (_glyph(box), title, price) if span.text)


def _tone_of_title(box: Box, lit: frozenset[BoxId], usual: str) -> str:
    """Return the tone of a title: where the picture is about some boxes, others stand back."""
    if not lit:
        return usual
    return LIT if box.id in lit else DETAIL


def _wrapped(entries: Sequence[tuple[Span, ...]], columns: int) -> Iterator[tuple[Span, ...]]:
    """Yield entries in lines, with equal distances."""
    line: tuple[Span, ...] = ()
    for entry in entries:
        if line and _length(line) + _BETWEEN + _length(entry) > columns:
            yield line
            line = ()
        line = (*line, *((Span(" " * _BETWEEN),) if line else ()), *entry)
    if line:
        yield line


def _length(line: Sequence[Span]) -> int:
    return sum(len(span.text) for span in line)
