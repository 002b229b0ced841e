"""The diagram as an SVG picture that is legible in print: no script, nothing from outside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from solarrally_tui.architecture.diagram import OUTSIDE, SUPPORT, Arrow, Box, BoxId, Diagram
from solarrally_tui.architecture.layout import CELLS, COLUMNS, Caption, support
from solarrally_tui.findings.glyphs import Tone

FONT: Final = (
    "'Source Sans Pro', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
)
INK, QUIET, LINE, ACCENT, PALE = "#16242f", "#5b6b78", "#c9d3db", "#0b6e6e", "#f4f8f8"

TONES: Final[Mapping[Tone, str]] = {
    Tone.SUCCESS: "#216e39",
    Tone.WARNING: "#8a5200",
    Tone.ERROR: "#b3261e",
    Tone.PRIMARY: ACCENT,
    Tone.SECONDARY: ACCENT,
    Tone.MUTED: QUIET,
}
"""Colours of states, dark enough for white paper."""

_WIDTH: Final = 720
_BOX: Final = (114, 58)
_SUPPORT_HEIGHT: Final = 34
_GAP: Final = (_WIDTH - 14 - COLUMNS * _BOX[0]) / (COLUMNS - 1)
_TOP: Final = 27
_SECOND: Final = _TOP + _BOX[1] + 20
_THIRD: Final = _SECOND + _BOX[1] + 24
_LETTER: Final = 5.3
"""Average width of a letter at 10 units, for cutting what does not fit."""
_CUT: Final = 0.95


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def svg(
    shown: Diagram, captions: Mapping[BoxId, Caption], account: str, used_by_all: str, name: str
) -> str:
    """Return the picture as one SVG element.

    Every box of the diagram needs a caption. account names the frame around what is in AWS,
    used_by_all the row of boxes that serve all others, and name is read out to people who cannot
    see it.
    """
    places = _placed(shown)
    height = _THIRD + _SUPPORT_HEIGHT + 14
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
            f'aria-label="{escape(name)}" font-family="{FONT}">'
        ),
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0.8 L7.4 4 L0 7.2 Z" '
            f'fill="{ACCENT}"/></marker></defs>'
        ),
        *_frame(places, account, used_by_all),
        *(_arrow(arrow, places) for arrow in shown.arrows),
        *(part for box in shown.boxes for part in _box(box, places[box.id], captions[box.id])),
        "</svg>",
    ]
    return "".join(parts)


def _placed(shown: Diagram) -> Mapping[BoxId, _Place]:
    width, height = _BOX
    tops = (_TOP, _SECOND)
    places = {
        name: _Place(cell.column * (width + _GAP) + 1, tops[cell.lane], width, height)
        for name, cell in CELLS.items()
    }
    row = support(shown)
    left, right = places[BoxId.MESSAGES].x, places[BoxId.DATABASE].x + width
    each = (right - left - 10 * (len(row) - 1)) / max(len(row), 1)
    return places | {
        box.id: _Place(left + number * (each + 10), _THIRD, each, _SUPPORT_HEIGHT)
        for number, box in enumerate(row)
    }


def _frame(places: Mapping[BoxId, _Place], account: str, used_by_all: str) -> Iterator[str]:
    left = places[BoxId.MESSAGES].x - 12
    right = _WIDTH - 0.5
    height = _THIRD + _SUPPORT_HEIGHT + 12
    yield (
        f'<rect x="{left:g}" y="1" width="{right - left:g}" height="{height}" rx="8" '
        f'fill="{PALE}" stroke="{LINE}" stroke-dasharray="4 3"/>'
    )
    yield _text(left + 12, 19, account, 10, ACCENT, bold=True)
    yield _text(left + 12, _THIRD - 8, used_by_all, 9, QUIET)


def _arrow(arrow: Arrow, places: Mapping[BoxId, _Place]) -> str:
    start, end = places[arrow.start], places[arrow.end]
    (x1, y1), (x2, y2) = start.middle, end.middle
    if y1 == y2:
        to_the_right = x2 > x1
        x1 = start.x + (start.width if to_the_right else 0)
        x2 = end.x + (0 if to_the_right else end.width)
        x = (x1 + x2) / 2
        label = _text(x, y1 - 6, arrow.protocol, 7, QUIET, on_line=True, anchor="middle")
    else:
        down = y2 > y1
        y1 = start.y + (start.height if down else 0)
        y2 = end.y + (0 if down else end.height)
        label = _text(x1 + 6, (y1 + y2) / 2 + 3, arrow.protocol, 7, QUIET)
    return (
        f'<path d="M{x1:g} {y1:g} L{x2:g} {y2:g}" stroke="{ACCENT}" stroke-width="1.4" '
        f'fill="none" marker-end="url(#tip)"/>{label}'
    )


def _box(box: Box, place: _Place, caption: Caption) -> Iterator[str]:
    outside = box.id in OUTSIDE
    edge = TONES[box.state.tone] if box.state else QUIET if outside else ACCENT
    yield (
        f'<rect x="{place.x:g}" y="{place.y:g}" width="{place.width:g}" height="{place.height:g}" '
        f'rx="5" fill="#ffffff" stroke="{edge}" stroke-width="{0.8 if outside else 1}"/>'
    )
    yield _icon(box.id, place.x + 7, place.y + 7, edge)
    room = place.width - 14
    beside = box.id in SUPPORT
    title = (
        [_cut(caption.title, room - 16, 9.5)] if beside else _lines(caption.title, room - 16, 9.5)
    )
    y = place.y + 16
    for line in title:
        yield _text(place.x + 24, y, line, 9.5, INK, bold=True)
        y += 11
    y = max(y, place.y + 28)
    for detail in caption.details:
        left = room - (_wide(caption.price, 10) if beside else 0)
        yield _text(place.x + 8, y, _cut(detail, left, 8), 8, QUIET)
        y += 10
    if box.state and not beside:
        word = f"{box.state.glyph} {box.state.word}"
        yield _text(place.x + 8, place.y + place.height - 7, word, 8, edge)
    if caption.price:
        bottom = place.y + place.height - (6 if beside else 7)
        right = place.x + place.width - 8
        yield _text(right, bottom, caption.price, 10, INK, bold=True, anchor="end")


def _text(  # noqa: PLR0913 the attributes of one element
    x: float,
    y: float,
    text: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    on_line: bool = False,
    anchor: str = "start",
) -> str:
    if not text:
        return ""
    weight = ' font-weight="600"' if bold else ""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    begin = f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{weight}{where}'
    end = f">{escape(text)}</text>"
    halo = f'{begin} fill="#ffffff" stroke="#ffffff" stroke-width="3"{end}' if on_line else ""
    return f'{halo}{begin} fill="{colour}"{end}'


def _lines(text: str, room: float, size: float) -> list[str]:
    """Return a title in at most two lines."""
    if _wide(text, size) <= room or " " not in text:
        return [_cut(text, room, size)]
    words = text.split()
    first = [words.pop(0)]
    while len(words) > 1 and _wide(" ".join([*first, words[0]]), size) <= room:
        first.append(words.pop(0))
    return [_cut(" ".join(first), room, size), _cut(" ".join(words), room, size)]


def _wide(text: str, size: float) -> float:
    return len(text) * _LETTER * size / 10


def _cut(text: str, room: float, size: float) -> str:
    """Return a text that fits, its end replaced by an ellipsis where it does not."""
    most = int(room / (_LETTER * size / 10 * _CUT))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


_ICONS: Final[Mapping[BoxId, str]] = {
    BoxId.CHARGERS: "M3 1h6v11H3z M7 3.5L5 7h2.4L5.6 10 M9 5h1.5v4a1 1 0 0 0 2 0V4l-1.5-1.5",
    BoxId.MESSAGES: "M6.5 5.2a1.3 1.3 0 1 0 .01 0z M3.2 9.8a4.6 4.6 0 0 1 0-6.6 M9.8 3.2a4.6 4.6 "
    "0 0 1 0 6.6 M1.3 11.7a7.3 7.3 0 0 1 0-10.4 M11.7 1.3a7.3 7.3 0 0 1 0 10.4",
    BoxId.HUB: "M6.5 4.500a2 2 0 1 0 .01 0z M1 3l3.800 2.500 M1 10l3.800-2.500 M8.500 6.500H12",
    BoxId.QUEUE: "M1 4h3v5H1z M5 4h3v5H5z M9 6.500h3 M10.5 5L12 6.500 10.5 8",
    BoxId.ARCHIVE: "M1.5 2h10v3h-10z M2.5 5v6.5h8V5 M5 7.5h3",
    BoxId.TASKS: "M1.5 4.5h7v7h-7z M4 4.5V2h7.5v7.5H8.5 M4 8h2",
    BoxId.FUNCTIONS: "M3 1.500h2.2L10 11.5 M6 4.800L3 11.5",
    BoxId.DATABASE: "M1.5 3c0-2.6 10-2.6 10 0s-10 2.6-10 0v7c0 2.6 10 2.6 10 0V3 M1.5 6.5c0 2.6 10 "
    "2.6 10 0",
    BoxId.BALANCER: "M6.5 1v4.5 M6.5 5.5L2.5 11 M6.5 5.5L10.5 11 M6.5 5.500V12 M5 2.500L6.5 "
    "1 8 2.5",
    BoxId.API: "M4.5 2.500L1.5 6.500l3 4 M8.5 2.500l3 4-3 4 M7.3 1.500L5.7 11.5",
    BoxId.DELIVERY: "M6.5 1a5.5 5.5 0 1 0 .01 0z M1 6.500h11 M6.5 1c-3.6 3.6-3.6 7.4 0 "
    "11 M6.5 1c3.6 3.6 3.6 7.4 0 11",
    BoxId.FIREWALL: "M6.5 1L11.5 2.800V6.500c0 3-2 5-5 6-3-1-5-3-5-6V2.800z M4.2 6.500l1.7 "
    "1.7 3-3.2",
    BoxId.PEOPLE: "M6.5 1.200a2.4 2.4 0 1 0 .01 0z M1.8 12c0-6.4 9.4-6.4 9.4 0",
    BoxId.NETWORK: "M6.5 1v4 M2.5 8V5.500h8V8 M1 8h3v3.500H1z M9 8h3v3.500H9z M5 8h3v3.500H5z "
    "M6.5 5v3",
    BoxId.MONITORING: "M1 11.5h11 M1.5 8l3-3.5 2.5 2.5 4.5-5.5",
    BoxId.SECRETS: "M4 5.500a2.6 2.6 0 1 0 .01 0z M6 6.500L11.5 1.5 M9.5 3.300l1.8 1.8",
    BoxId.FILES: "M2.5 1.200h5.500l3 3V12h-8.500z M8 1.200v3h3",
    BoxId.OTHER: "M2 6.500h.01 M6.5 6.500h.01 M11 6.500h.01",
}


def _icon(name: BoxId, x: float, y: float, colour: str) -> str:
    return (
        f'<path transform="translate({x:g} {y:g})" d="{_ICONS[name]}" fill="none" '
        f'stroke="{colour}" stroke-width="1.1" stroke-linecap="round" stroke-linejoin="round"/>'
    )
