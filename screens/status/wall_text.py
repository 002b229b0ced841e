"""The display of a site as text: verdict, tiles along the way of the data, courses. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.layers import WAY, Layer
from solarrally_tui.health.report import Pending
from solarrally_tui.health.wall import courses, tiles
from solarrally_tui.screens.common.words import DIM, colour, inked
from solarrally_tui.text.sparkline import bars, sparkline

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report
    from solarrally_tui.health.wall import Course, Tile
    from solarrally_tui.wizard.model import SiteFacts

ACROSS: Final = 98
"""Columns from which the tiles are side by side, each as wide as its heading."""
_ARROW: Final = " ─► "
_GAP: Final = "    "
_NAMES: Final = 12
"""Columns for the name of a layer where each has a line."""
_COURSE: Final = 74
"""Columns that one course needs beside another."""
_HIGH_COURSE: Final = 50
"""Columns that one with bars needs beside another."""
_HIGH: Final = 2
"""Lines of such bars."""
_TITLES: Final = 21
_VALUE: Final = 11
_SCALE: Final = 14
"""Columns for the name of a course, its value now, and its scale."""
_WAITING: Final = Pending.WAITING
_WORRY_LINES: Final = 3
_FIGURES: Final = 4
VERDICTS: Final = {
    Severity.OK: "All is well.",
    Severity.WARN: "The site is up, with warnings.",
    Severity.FAIL: "Something is broken.",
    Severity.UNKNOWN: "Some checks returned no result.",
}


def verdict(facts: "SiteFacts", hint: str = "", now: datetime | None = None) -> Content:
    """Return the verdict and the address.

    hint: what a person may do about it. now: to show as old what is.
    """
    report = facts.report
    address = (("\nDashboard ", DIM), (facts.url or "no address yet", "bold"))
    if report.lost:
        since = clock(report.lost_since or report.at)
        return Content.assemble(
            (f"{Severity.FAIL.glyph} No connection to AWS since {since}.", "bold $text-error"),
            ("  Trying again. Below is old.\n", ""),
            (f"{report.lost.what} {report.lost.next or report.lost.why}", DIM),
        )
    sign = report.sign
    word = sign.word.upper() if sign is Severity.OK else sign.heading
    is_stale = now is not None and report.is_stale(now)
    if report.is_past or is_stale:
        head = "Checking …" if report.is_past else Severity.UNKNOWN.line("Old")
        seen = f"  As of {moment_of(report.checked_at, now)}: {sign.line(word)}"
        return Content.assemble((head, "bold"), (seen, DIM), *address)
    told = verdict_words(report)
    return Content.assemble(
        (sign.line(word), f"bold {colour(sign)}"), (f"  {told} {hint}".rstrip(), ""), *address
    )


def verdict_words(report: "Report") -> str:
    """Return the verdict in a sentence. Chargers that are away make no site ill, but are named."""
    if report.sign is Pending.WAITING:
        return report.waits_for
    said, away = VERDICTS[report.health], _away(report)
    return f"{said} {away}" if away and report.health is Severity.OK else said


def _away(report: "Report") -> str:
    online, registered = report.figure("chargers_online"), report.figure("chargers_registered")
    if not (online and registered and online.value is not None and registered.value):
        return ""
    count = round(registered.value - online.value)
    are = "is" if count == 1 else "are"
    return f"{count} of {registered.text} chargers {are} not connected." if count > 0 else ""


def unchecked(url: str) -> Content:
    """Return what stands for the verdict before the first one."""
    known = (("\nDashboard ", DIM), (url, "bold")) if url else ()
    return Content.assemble(
        ("Checking …", "bold"), ("  The first round takes longest.", DIM), *known
    )


def unchecked_layers() -> Content:
    """Return what stands for the tiles before anything was seen."""
    return Content("\n").join(
        Content.styled(f"{_WAITING.line(layer.heading):<{_NAMES + 2}}not checked yet", DIM)
        for layer in (*WAY, Layer.OPERATIONS)
    )


def clock(moment: datetime) -> str:
    """Return a moment as the local time of day."""
    return moment.astimezone().strftime("%H:%M:%S")


def moment_of(moment: datetime, now: datetime | None) -> str:
    """Return a moment as the time of day, with its day where that is another than today's."""
    local = moment.astimezone()
    is_today = now is None or local.date() == now.astimezone().date()
    return clock(moment) if is_today else f"{local:%d %b %Y %H:%M:%S}"


def foot(report: "Report", *, all_month: bool = True) -> str:
    """Return when the display was filled, and what AWS bills for the checks."""
    when = checked_at(report)
    if not report.monthly_cost:
        return when
    if all_month:
        return f"{when} Checks cost about {report.monthly_cost:.2f} USD a month."
    return f"{when} Checks: {report.monthly_cost / 730:.2f} USD an hour."


def checked_at(report: "Report") -> str:
    """Return when the display was filled, or was to be."""
    if report.lost:
        return f"Tried at {clock(report.at)}."
    return f"Checked at {clock(report.checked_at)}."


def wrapped(text: str, width: int, style: str, *, most: int) -> list[Content]:
    """Return a text as at most so many lines of whole words; … ends one that is cut."""
    lines = wrap(text, max(width, 1), max_lines=most, placeholder="…", break_on_hyphens=False)
    return [Content.styled(line, style) for line in lines]


def words_of(line: str, site: str) -> str:
    """Return what a check says without the prefix that AWS's names of a site have."""
    return line.replace(f"solarrally-{site}-", "")


def layers(
    report: "Report",
    now: datetime,
    width: int,
    worries: int = _WORRY_LINES,
    without: Collection[str] = (),
) -> Content:
    """Return the tiles: side by side with arrows where there is room, else a line for each.

    worries: lines of what is not well, at most, in a tile that is beside others. without: ids of
    figures that are shown elsewhere.
    """
    shown = [
        replace(tile, line=words_of(tile.line, report.site)) for tile in tiles(report, now, without)
    ]
    if not shown:
        return Content("")
    if width < ACROSS:
        return Content("\n").join(line for tile in shown for line in _rows(tile, width))
    return _abreast(shown, width, worries)


def _abreast(shown: "Sequence[Tile]", width: int, worries: int) -> Content:
    each = (width - len(_ARROW) * (len(shown) - 1)) // len(shown)
    boxes = [_box(tile, each, worries) for tile in shown]
    height = max(map(len, boxes))
    lines = []
    for row in range(height):
        parts: list[Content] = []
        for index, box in enumerate(boxes):
            if index:
                # The data ends at the page: what watches over the site is no further station.
                flows = row == 0 and shown[index].layer is not Layer.OPERATIONS
                parts.append(Content.styled(_ARROW if flows else _GAP, DIM))
            line = box[row] if row < len(box) else Content("")
            parts.append(line.truncate(each, ellipsis=True, pad=True))
        lines.append(Content("").join(parts))
    return Content("\n").join(lines)


def _box(tile: "Tile", width: int, worries: int) -> list[Content]:
    old = tile.stale_since is not None
    # What is old is no verdict: its glyph says so, not only its colour.
    state = Severity.UNKNOWN if old else tile.sign
    tone = DIM if old else colour(state)
    lines = [Content.styled(state.line(tile.layer.heading), f"bold {tone}")]
    for name, value in _figures(tile):
        figure = Content.assemble((f"{value} ", DIM if old else "bold"), (name, DIM))
        lines += figure.wrap(width)
    if tile.stale_since is not None:
        lines.append(Content.styled(f"as of {clock(tile.stale_since)}", DIM))
    elif tile.line:
        lines += wrapped(tile.line, width, tone, most=worries)
    return lines


def _rows(tile: "Tile", width: int) -> list[Content]:
    old = tile.stale_since is not None
    state = Severity.UNKNOWN if old else tile.sign
    tone = DIM if old else colour(state)
    name = state.line(tile.layer.heading).ljust(_NAMES + 2)
    parts: list[Content | tuple[str, str]] = [(name, f"bold {tone}")]
    if tile.stale_since is not None:
        parts.append((f"as of {clock(tile.stale_since)}  ", DIM))
    if tile.line and not old:
        (line,) = wrapped(tile.line, width - len(name), tone, most=1)
        return [Content.assemble(*parts, line)]
    row = Content.assemble(*parts)
    for number, (what, value) in enumerate(_figures(tile)):
        before = "   " if number else ""
        more = Content.assemble(before, (value, DIM if old else "bold"), (f" {what}", DIM))
        if row.cell_length + more.cell_length > width:
            break  # Half a figure says nothing.
        row += more
    return [row.truncate(width, ellipsis=True)]


def _figures(tile: "Tile") -> list[tuple[str, str]]:
    """Return names and values of a tile, with what belongs together in one."""
    figures = {figure.id: figure for figure in tile.figures if figure.value is not None}
    found: list[tuple[str, str]] = []
    for first, second, name in _PAIRS:
        if first in figures and second in figures:
            one, other = figures.pop(first), figures.pop(second)
            found.append((name, f"{_bare(one, other)} of {other.text}"))
    found += [(_short(figure), figure.text) for figure in figures.values()]
    return found[:_FIGURES]


_PAIRS: Final = (
    ("chargers_online", "chargers_registered", "online"),
    ("tasks_running", "tasks_wanted", "tasks"),
    ("spent", "budget", "this month"),
)
"""Figures of which one is a part of the other, and what both are called."""


def _bare(one: Figure, other: Figure) -> str:
    """Return a number without its unit where the next one bears the same."""
    return one.text.removesuffix(other.unit).strip() if other.unit else one.text


_SHORT: Final = {
    "last_message": "since a message",
    "messages_minute": "messages a minute",
    "iot_silent": "silent",
    "power": "now",
    "response_time": "response",
    "errors": "server errors",
    "task_memory": "memory",
    "database_cpu": "CPU",
    "database_connections": "connections",
    "database_free": "storage free",
    "backup_age": "since backup",
    "edge_requests": "requests a minute",
    "edge_errors": "errors",
    "firewall_blocked": "blocked",
    "answer_time": "to answer",
    "alarms": "alarms ring",
    "forecast": "forecast",
}


def _short(figure: Figure) -> str:
    return _SHORT.get(figure.id, figure.title.lower())


def lines_of_courses(report: "Report", now: datetime, width: int, most: int) -> Content:
    """Return the courses: name, blocks of the last three hours, the value now, the scale.

    most: lines at most. Where there is room, two are side by side.
    """
    shown = courses(report, now)
    across = max(1, min(width // _COURSE, len(shown) or 1))
    each = width // across - 2
    cells = [[_course(course, each, old=report.is_old)] for course in shown[: most * across]]
    return _grid(cells, across, each)


def high_courses(report: "Report", now: datetime, width: int) -> Content:
    """Return the courses for a terminal with room: bars below name, value and scale."""
    shown = courses(report, now)
    across = max(1, min(width // _HIGH_COURSE, len(shown) or 1))
    each = width // across - 2
    old = report.is_old
    cells = [
        [_above(course, each, old=old), *bars_of(course, each, _HIGH, old=old), Content("")]
        for course in shown
    ]
    return _grid(cells, across, each).rstrip()


def _grid(cells: Sequence[Sequence[Content]], across: int, each: int) -> Content:
    """Return cells of equally many lines, so many across, each so wide."""
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    return Content("\n").join(
        Content("  ").join(line.truncate(each, ellipsis=True, pad=True) for line in lines)
        for row in rows
        for lines in zip(*row, strict=True)
    )


def _above(course: "Course", width: int, *, old: bool) -> Content:
    """Return what stands above the bars of a course, with its scale on the right."""
    title, value = _named(course)
    said = Content.assemble((f"{title}  ", DIM), (value, DIM if old else "bold"))
    room = width - said.cell_length - len(course.scale)
    return Content.assemble(said, " " * max(room, 1), (course.scale, DIM))


def _course(course: "Course", width: int, *, old: bool) -> Content:
    columns = max(width - _TITLES - _VALUE - _SCALE, 8)
    title, value = _named(course)
    return Content.assemble(
        (title[: _TITLES - 1].ljust(_TITLES), DIM),
        (
            sparkline(course.values, min(columns, len(course.values)), course.top),
            _tone(course, old=old),
        ),
        (f" {value}".ljust(_VALUE), DIM if old else "bold"),
        (course.scale, DIM),
    )


def _named(course: "Course") -> tuple[str, str]:
    """Return the name of a course and its value now. Of the power, that is said above."""
    figure = course.figure
    if figure.id == "power":
        return figure.title.removesuffix(" now"), ""
    return figure.title, figure.text if figure.value is not None else "none"


def bars_of(course: "Course", width: int, height: int, *, old: bool) -> list[Content]:
    """Return a course as bars of some lines, as wide as the display."""
    drawn = bars(course.values, width, height, course.top)
    return [inked(line, _tone(course, old=old)) for line in drawn]


def _tone(course: "Course", *, old: bool) -> str:
    figure = course.figure
    over = figure.limit is not None and (figure.value or 0.0) >= figure.limit
    return DIM if old else colour(Severity.WARN) if over else "$text-primary"
