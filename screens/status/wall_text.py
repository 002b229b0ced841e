"""The display of a site as text: verdict, tiles along the way of the data, courses. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.chargers.fleet.charger import State
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.interruption import is_interrupted
from solarrally_tui.health.layers import WAY, Layer
from solarrally_tui.health.metrics import WINDOW
from solarrally_tui.health.report import Pending
from solarrally_tui.health.wall import courses, tiles
from solarrally_tui.screens.common.grid import grid
from solarrally_tui.screens.common.words import DATA, DIM, colour, dollars, meter
from solarrally_tui.screens.widgets.chart import Mark, chart
from solarrally_tui.text.dates import day
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.sentences import sentences
from solarrally_tui.text.sparkline import sparkline

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
_CHART: Final = 40
"""Columns that a chart needs beside another."""
_LOW: Final = 6
"""Lines of a chart with its name, at least."""
_GOOD: Final = 10
"""Lines from which charts need be no higher, but wider."""
_HIGH: Final = 13
"""Lines of a chart with its name, at most: higher, a quiet course is a wall."""
_BETWEEN: Final = 4
"""Columns between two of them."""
_TITLES: Final = 21
_VALUE: Final = 11
_SCALE: Final = 14
"""Columns for the name of a course, its value now, and its scale."""
_TOLD: Final = ("run", "alerts")
"""Checks that are told in sentences where there is room."""
_TELLS: Final = 60
"""Columns of such sentences, at most."""
_MOST: Final = 6
"""Lines of such sentences."""
_YOUNG: Final = (
    "Power, response time, messages and errors of the last three hours are drawn here once the "
    "site has run for a quarter of an hour."
)
_WAITING: Final = Pending.WAITING
_FIGURES: Final = 4
_BUT: Final = "The site is well."
"""Where a charger is offline: not all is."""
VERDICTS: Final = {
    Severity.OK: "All is well.",
    Severity.WARN: "The site is up, with warnings.",
    Severity.FAIL: "Something is broken.",
    Severity.UNKNOWN: "Some checks returned no result.",
}


def verdict(
    facts: "SiteFacts", hint: str = "", now: datetime | None = None, *, opens: bool = False
) -> Content:
    """Return the verdict and the address.

    hint: what a person may do about it. now: to show as old what is. opens: whether to name the key
    that opens the address.
    """
    report = facts.report
    key = "   O opens it" if opens and facts.url else ""
    address = (("\nDashboard ", DIM), (facts.url or "no address yet", "bold"), (key, DIM))
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
    if report.health is Severity.FAIL and is_interrupted(report):
        return "The deployment was interrupted."
    said, away = VERDICTS[report.health], missing(report)
    if not away or report.health is not Severity.OK:
        return said
    return f"{_BUT if State.OFFLINE.word in away else said} {away}"


def missing(report: "Report") -> str:
    """Return how many chargers are not connected, in Fleet's words; empty where all are."""
    online, registered = report.figure("chargers_online"), report.figure("chargers_registered")
    if not (online and registered and online.value is not None and registered.value):
        return ""
    new = report.figure("chargers_new")
    waiting = round(new.value or 0) if new else 0
    offline = round(registered.value - online.value) - waiting
    return " ".join(
        f"{counted(count, 'charger')} {'is' if count == 1 else 'are'} {how.word}."
        for count, how in ((offline, State.OFFLINE), (waiting, State.NEVER))
        if count > 0
    )


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
    return clock(moment) if is_today else f"{day(local)} {local:%H:%M:%S}"


def foot(report: "Report", *, all_month: bool = True) -> str:
    """Return when the display was filled, and what AWS bills for the checks."""
    when = checked_at(report)
    if not report.monthly_cost:
        return when
    cost = f"{dollars(report.monthly_cost)} a month at most"
    return f"{when} Checks cost {cost}{'.' if all_month else ' if this stays open.'}"


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


def layers(report: "Report", now: datetime, width: int, without: Collection[str] = ()) -> Content:
    """Return the tiles side by side with arrows; nothing where they have no room for that.

    What is not well is told among the checks. without: ids of figures that are shown elsewhere.
    """
    shown = tiles(report, now, without)
    return _abreast(shown, width) if shown and width >= ACROSS else Content("")


def _abreast(shown: "Sequence[Tile]", width: int) -> Content:
    each = (width - len(_ARROW) * (len(shown) - 1)) // len(shown)
    boxes = [_box(tile, each) for tile in shown]
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


def _box(tile: "Tile", width: int) -> list[Content]:
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
    return lines


def figures_in(tile: "Tile", room: int) -> Content:
    """Return as many figures of a tile as fit into a line."""
    number = DIM if tile.stale_since is not None else "bold"
    row = Content("")
    for what, value in _figures(tile):
        more = Content.assemble("   " if row else "", (value, number), (f" {what}", DIM))
        if row.cell_length + more.cell_length > room:
            break  # Half a figure says nothing.
        row += more
    return row


def _figures(tile: "Tile") -> list[tuple[str, str]]:
    """Return names and values of a tile, with what belongs together in one."""
    figures = {figure.id: figure for figure in tile.figures if figure.value is not None}
    found: list[tuple[str, str]] = []
    for first, second, name in _PAIRS:
        if first in figures and second in figures:
            one, other = figures.pop(first), figures.pop(second)
            singular = name.removesuffix("s") if other.value == 1 and name == _TASKS else name
            found.append((singular, f"{_said(one)} of {_said(other)}"))
    found += [(_short(figure), _said(figure)) for figure in figures.values()]
    return found[:_FIGURES]


def _said(figure: Figure) -> str:
    """Return the number of a figure; money as the other screens write it."""
    if figure.unit != "USD" or figure.value is None:
        return figure.text
    return dollars(figure.value) if figure.value else "$0"


_TASKS: Final = "tasks"
_PAIRS: Final = (
    ("chargers_online", "chargers_registered", "connected"),
    ("tasks_running", "tasks_wanted", _TASKS),
    ("spent", "budget", "this month"),
)
"""Figures of which one is a part of the other, and what both are called."""


_SHORT: Final = {
    "last_message": "since a message",
    "messages_minute": "messages a minute",
    "iot_silent": "silent",
    "power": "now",
    "errors": "server errors",
    "task_memory": "memory",
    "database_cpu": "CPU",
    "database_connections": "connections",
    "database_free": "storage free",
    "backup_age": "since backup",
    "edge_errors": "errors",
    "firewall_blocked": "blocked",
    "answer_time": "to load here",
    "alarms": "alarms ring",
    "forecast": "forecast",
}


def _short(figure: Figure) -> str:
    return _SHORT.get(figure.id, figure.title.lower())


def courses_in(report: "Report", now: datetime, width: int, height: int) -> Content:
    """Return the courses of the last three hours, as large as so many lines allow.

    Charts with axes and a place for what a person asks next; a line for each course where there is
    no room for charts.
    """
    shown = courses(report, now)
    drawn = [one for one in shown if one.top]  # A chart of zeros alone says no more than 0.
    if not shown:
        return _of_a_young_site(report, width, height)
    across, each = _places(len(drawn) + 1, width, height)
    tells = each >= _LOW
    if not tells:
        across, each = _places(len(drawn), width, height)
    if each < _LOW:
        lines = _lines_of(shown, width, height, old=report.is_old).split("\n")
        told = _beside_each_other(report, width)
        return Content("\n").join(_whole([[*lines, Content("")], told], height))
    wide, marks = (width - _BETWEEN * (across - 1)) // across, hours(now)
    cells = [
        [_above(one, old=report.is_old), *chart_of(one, (wide, each - 2), marks, old=report.is_old)]
        for one in drawn
    ]
    if tells:
        told = _whole(_told(report, wide), each - 1)
        cells.append([*told, *[Content("")] * each][: each - 1])
    return grid([[*cell, Content("")] for cell in cells], across, wide, _BETWEEN).rstrip()


def _of_a_young_site(report: "Report", width: int, height: int) -> Content:
    """Return what is told while there are no courses, and when there will be."""
    later = wrapped(_YOUNG, width, DIM, most=3)
    told = _beside_each_other(report, width)
    return Content("\n").join(_whole([told, [*later, Content("")]], height))


def _beside_each_other(report: "Report", width: int) -> list[Content]:
    """Return the lines of what a person asks next, in as many columns as there is room for."""
    across = max(width // _CHART, 1)
    wide = min((width - _BETWEEN * (across - 1)) // across, _TELLS)
    parts = _told(report, wide)
    high = max(map(len, parts), default=0)
    told = [[*part, *[Content("")] * (high - len(part))] for part in parts]
    return grid(told, across, wide, _BETWEEN).split("\n", allow_blank=True)


def _places(count: int, width: int, height: int) -> tuple[int, int]:
    """Return how many charts are side by side, and the lines of each with a blank."""
    most = max(width // _CHART, 1)
    rows = max(
        (rows for rows in range(1, count + 1) if height // rows >= _GOOD),
        default=-(-count // most),
    )
    across = min(-(-count // max(rows, 1)), most)
    return across, min(height // max(-(-count // max(across, 1)), 1), _HIGH)


def _told(report: "Report", width: int) -> list[list[Content]]:
    """Return what a person asks next: what the month costs so far, and when something changed."""
    parts: list[list[Content]] = []
    spent, budget = report.figure("spent"), report.figure("budget")
    if spent and budget and spent.value is not None and budget.value:
        title = _titled("This month", f"{_said(spent)} of {_said(budget)}")
        columns = min(width, _TELLS)
        filled = round(min(max(spent.value / budget.value, 0.0), 1.0) * columns)
        bar = meter(filled, columns, DATA)
        parts.append([title, bar, Content("")])
    for check in report.checks:
        if check.id in _TOLD:
            words = wrapped(" ".join(sentences(check.line)[:2]), width, "", most=_MOST)
            parts.append([Content.styled(check.title, DIM), *words, Content("")])
    return parts


def _whole(parts: Sequence[Sequence[Content]], height: int) -> list[Content]:
    """Return the lines of as many parts as fit, each ending with a blank: none is cut."""
    lines: list[Content] = []
    for part in parts:
        if len(lines) + len(part) - 1 <= height:
            lines += part
    return lines


def _titled(title: str, value: str) -> Content:
    return Content.assemble((f"{title}  ", DIM), (value, "bold"))


def _lines_of(shown: Sequence["Course"], width: int, height: int, *, old: bool) -> Content:
    across = max(1, min(width // _COURSE, len(shown) or 1))
    each = (width - _BETWEEN * (across - 1)) // across
    return grid(
        [[_course(one, each, old=old)] for one in shown[: max(height, 0) * across]],
        across,
        each,
        _BETWEEN,
    )


def hours(now: datetime) -> tuple[Mark, ...]:
    """Return the hours of the window as marks of an axis, the last one being the present."""
    count = round(WINDOW / timedelta(hours=1))
    return (
        *(
            (hour / count, f"{(now - WINDOW + timedelta(hours=hour)).astimezone():%H:%M}")
            for hour in range(count)
        ),
        (1.0, "now"),
    )


def _above(course: "Course", *, old: bool) -> Content:
    """Return what stands above a chart."""
    title, value = _named(course)
    return Content.assemble((f"{title}  ", DIM), (value, DIM if old else "bold"))


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


def chart_of(
    course: "Course", size: tuple[int, int], marks: "Sequence[Mark]", *, old: bool
) -> list[Content]:
    """Return a course as a chart of so many columns and lines."""
    scale = (course.top, course.figure.unit)
    return chart(course.values, size, scale, marks, _tone(course, old=old))


def _tone(course: "Course", *, old: bool) -> str:
    figure = course.figure
    over = figure.limit is not None and (figure.value or 0.0) >= figure.limit
    return DIM if old else colour(Severity.WARN) if over else DATA
