"""A fleet as text: the counts, the columns that fit, and the line of a charger. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from textual.content import Content

from solarrally_tui.chargers.fleet.charger import NOT_REPORTED, Charger, State
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.fleet.words import cause, seen, state
from solarrally_tui.findings.glyphs import Signed, Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.words import DIM, colour

GAP: Final = 2
_KILO: Final = 1000.0
_CELLS: Final = 8192
"""Cells that are remembered: ages, states and figures are the same on many lines."""
_MEGA_FROM: Final = 10_000.0
"""Kilowatts from which a sum is written in megawatts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list."""

    heading: str
    least: int
    most: int
    is_right: bool = False


_NAME: Final = Column("Charger", 16, 40)
_STATE: Final = Column("State", 21, 22)
_SEEN: Final = Column("Last seen", 9, 12)
_POWER: Final = Column("kW", 6, 8, is_right=True)
_END: Final = Column("Certificate", 12, 14)
_FIRMWARE: Final = Column("Firmware", 12, 18)
_STATUS: Final = Column("Status", 10, 12)
_ORDER: Final = (_NAME, _STATE, _SEEN, _POWER, _STATUS, _FIRMWARE, _END)
_KEPT: Final = (_NAME, _STATE, _SEEN, _POWER, _END, _STATUS, _FIRMWARE)
"""The last ones go first where there is no room."""

Layout = tuple[tuple[Column, int], ...]
"""Columns from left to right, and how wide each is."""


def layout(width: int, *, firmware: bool = True, ends: bool = True) -> Layout:
    """Return the columns that fit a width, and share what is left among them.

    firmware: whether that of any charger is known. The index has it only where a thing names it.
    ends: whether the ends of their certificates tell anything.
    """
    chosen: list[Column] = []
    room = width + GAP
    without = {*(() if firmware else (_FIRMWARE,)), *(() if ends else (_END,))}
    for column in (each for each in _KEPT if each not in without):
        if column.least + GAP > room:
            break
        room -= column.least + GAP
        chosen.append(column)
    widths = {column: column.least for column in chosen or [_NAME]}
    for column in (_STATE, *_KEPT):
        if column in widths:
            more = min(room, column.most - widths[column])
            widths[column] += more
            room -= more
    return tuple((column, widths[column]) for column in _ORDER if column in widths)


def ends_tell(chargers: Sequence[Charger], today: date) -> bool:
    """Whether certificates end on different days, or soon: else a column repeats one date."""
    ends = {charger.certificate_ends for charger in chargers}
    return len(ends) > 1 or any(charger.ends_soon(today) for charger in chargers[:1])


class Cell(NamedTuple):
    """A text as wide as its column, and what it is coloured by."""

    text: str
    style: str = ""


Line = tuple[Cell, ...]
"""What fills the columns."""


def headings(columns: Layout) -> Content:
    """Return the line above the list."""
    return Content("".join(cell.text for cell in _filled(columns, lambda it, _: Cell(it.heading))))


def row(charger: Charger, sight: Sight, columns: Layout) -> Line:
    """Return the line of a charger."""
    return _filled(columns, lambda column, width: _value(charger, sight, column, width))


@lru_cache(maxsize=16)
def blank(columns: Layout) -> Line:
    """Return the line of a charger that was not read yet."""
    return _filled(columns, lambda *_: Cell("…", DIM))


def _filled(columns: Layout, value: Callable[[Column, int], Cell]) -> Line:
    return tuple(
        _fitted(*value(column, width), column, width, GAP if at else 0)
        for at, (column, width) in enumerate(columns)
    )


@lru_cache(maxsize=_CELLS)
def _fitted(text: str, style: str, column: Column, width: int, gap: int) -> Cell:
    """Return a text as wide as its column, with the gap before it."""
    # A charger wrote its firmware: Content leaves out what would control a terminal.
    content = Content(_shortened(text, width) if column is _NAME else text)
    content = content.truncate(width, ellipsis=True)
    room = width - content.cell_length
    content = content.pad_left(room) if column.is_right else content.pad_right(room)
    return Cell(content.pad_left(gap).plain, style)


def _value(charger: Charger, sight: Sight, column: Column, width: int) -> Cell:
    frame = charger.message(sight)
    match column.heading:
        case _NAME.heading:
            return Cell(charger.name)
        case _STATE.heading:
            how = charger.state(sight)
            whole = how.line(state(charger, sight))
            fits = len(whole) <= width
            return Cell(whole if fits else how.line(cause(charger, sight)), colour(how))
        case _SEEN.heading:
            return Cell(seen(charger, sight), "" if charger.name in sight.last else DIM)
        case _POWER.heading:
            return Cell(f"{frame.power_w / _KILO:.1f}" if frame else "")
        case _STATUS.heading:
            faulted = frame is not None and frame.status == "faulted"
            return Cell(frame.status if frame else "", colour(Severity.FAIL) if faulted else "")
        case _FIRMWARE.heading:
            return Cell(charger.firmware or "")
        case _:
            return _end(charger, sight)


def _shortened(name: str, width: int) -> str:
    """Cut a name in its middle: its end tells chargers apart."""
    if len(name) <= width:
        return name
    tail = (width - 1) * 2 // 3
    return f"{name[: width - 1 - tail]}…{name[-tail:]}"


def _end(charger: Charger, sight: Sight) -> Cell:
    end, today = charger.certificate_ends, sight.now.date()
    if end is None:
        return Cell(NOT_REPORTED, DIM)
    if end < today:
        return Cell(Severity.FAIL.line(f"{end}"), colour(Severity.FAIL))
    if charger.ends_soon(today):
        return Cell(Severity.WARN.line(f"{end}"), colour(Severity.WARN))
    return Cell(f"  {end}", DIM)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of chargers, and what they have in common."""

    number: str
    name: str
    state: Signed | None = None
    """What the number is coloured by; None for one that is neither good nor bad."""

    @property
    def tone(self) -> Tone | None:
        """Its colour; nothing that is zero stands out."""
        if self.state is not None:
            return self.state.tone
        return Tone.MUTED if self.number == "0" else None


def counts(overview: Overview, sight: Sight) -> tuple[Count, ...]:
    """Return what the header counts: how it runs first, then what needs attention."""
    fleet = overview.fleet
    # The index lags: who sends is connected, although it was offline or new when it was counted.
    sending = sight.sending if overview.sending is None else overview.sending
    newer = max(sending - fleet.connected, 0)
    were_offline = min(newer, fleet.offline)
    found = [
        _count(fleet.connected + newer, "connected", State.CONNECTED),
        _count(sending, "sending", State.SENDING),
    ]
    if sending and sight.power_w is not None:
        power = sight.power_w / _KILO
        is_much = power >= _MEGA_FROM
        shown = f"{power / _KILO:,.2f}" if is_much else f"{power:,.1f}"
        found.append(Count(shown, "MW" if is_much else "kW"))
    found += [
        _count(fleet.failing, "failing", State.FAILING),
        _silent(overview, sight),
        _count(fleet.offline - were_offline, "offline", State.OFFLINE),
        _count(fleet.expiring, "expiring", Severity.WARN),
        _count(max(fleet.waiting - newer + were_offline, 0), State.NEVER.word, State.NEVER),
    ]
    if overview.revoked:
        found.append(_count(overview.revoked, "revoked", State.REVOKED))
    return tuple(found)


def _silent(overview: Overview, sight: Sight) -> Count:
    since = sight.listening_since
    if overview.silent is not None and (since or sight.silent_count is not None):
        return _count(overview.silent, "silent", State.SILENT)
    if since and (sight.now - since).total_seconds() > sight.allowed:
        return _count(max(overview.fleet.connected - sight.sending, 0), "silent", State.SILENT)
    if sight.silent_count is None:
        return Count("?", "silent", Severity.UNKNOWN)
    return _count(sight.silent_count, "silent", State.SILENT)


def _count(number: int, name: str, how: Signed) -> Count:
    return Count(f"{number:,}", name, how if number else None)


_RUNS: Final = frozenset({"charger", "chargers", "connected", "sending", "kW", "MW"})
"""What the first line counts: how it runs."""


def total(overview: Overview) -> Count:
    """Return how many there are, as Status counts them: revoked ones have a count of their own."""
    registered = overview.fleet.registered
    return Count(f"{registered:,}", "charger" if registered == 1 else "chargers")


AMOUNTS: Final = frozenset({"kW", "MW"})


def standing_out(shown: Sequence[Count]) -> tuple[tuple[Count, ...], str]:
    """Return the counts that are worth large digits, and a sentence about those that are zero."""
    zeros = [one.name for one in shown if one.number == "0"]
    # An amount after all counts, not among them.
    large = tuple(
        sorted((one for one in shown if one.number != "0"), key=lambda one: one.name in AMOUNTS)
    )
    if not zeros:
        return large, ""
    *others, last = zeros
    return large, f"None {', '.join(others)} or {last}." if others else f"None {last}."


def head(shown: Sequence[Count], width: int) -> Content:
    """Return the counts in two lines: how it runs, then what needs attention."""
    runs = [one for one in shown if one.name in _RUNS]
    rest = [one for one in shown if one not in runs]
    attention, zeros = standing_out(rest)
    second = [*map(in_line, attention), *([Content.styled(zeros, DIM)] if zeros else [])]
    lines = [Content("  ").join(part) for part in (map(in_line, runs), second)]
    if zeros and lines[1].cell_length > width:  # Half a sentence says nothing.
        lines[1] = Content("  ").join(second[:-1])
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)


def in_line(count: Count) -> Content:
    """Return a count as text, in the colour of its state."""
    text = f"{count.number} {count.name}"
    if count.state is None:
        return Content.styled(text, "bold" if count.name in _RUNS else DIM)
    return Content.styled(count.state.line(text), f"bold {colour(count.state)}")
