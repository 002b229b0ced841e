"""The display of a site as text: verdict, tiles along the way of the data, courses. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, age
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.wall import NUMBERS, courses, tiles
from solarrally_tui.screens.common.words import DIM, colour
from solarrally_tui.screens.status.large_words import large
from solarrally_tui.text.sparkline import bars, sparkline

if TYPE_CHECKING:
    from solarrally_tui.health.events import SiteEvent
    from solarrally_tui.health.report import Check, Report
    from solarrally_tui.health.wall import Course, Tile
    from solarrally_tui.wizard.model import SiteFacts

ACROSS: Final = 98
"""Columns from which the tiles are side by side, each as wide as its heading."""
_ARROW: Final = " ─► "
_GAP: Final = "    "
_NAMES: Final = 12
"""Columns for the name of a layer where each has a line."""
_TITLES: Final = 21
"""Columns for the name of a course."""
_WORRY_LINES: Final = 3
_FIGURES: Final = 4
_HOUR: Final = 3600.0
VERDICTS: Final = {
    Severity.OK: "All is well.",
    Severity.WARN: "The site is up, with warnings.",
    Severity.FAIL: "Something is broken.",
    Severity.UNKNOWN: "Some checks returned no result.",
}


def verdict(facts: "SiteFacts", hint: str = "", *, is_large: bool = False) -> Content:
    """Return the verdict and the address.

    hint: what a person may do about it. is_large: in letters that are read from afar.
    """
    report = facts.report
    if report.lost and report.lost_since:
        since = clock(report.lost_since)
        return Content.assemble(
            (f"{large('NO CONNECTION')}\n\n" if is_large else "", "bold $text-error"),
            (f"{Severity.FAIL.glyph} No connection to AWS since {since}.", "bold $text-error"),
            ("  Trying again. What is shown below is old.\n", ""),
            (f"{report.lost.what} {report.lost.why}", DIM),
        )
    health = report.health
    word = health.word.upper() if health is Severity.OK else health.heading
    return Content.assemble(
        (f"{large(word)}\n\n" if is_large else "", f"bold {colour(health)}"),
        (health.line(word), f"bold {colour(health)}"),
        (f"  {VERDICTS[health]} {hint}".rstrip(), ""),
        ("\nDashboard ", DIM),
        (facts.url or "no address yet", "bold"),
    )


def clock(moment: datetime) -> str:
    """Return a moment as the local time of day."""
    return moment.astimezone().strftime("%H:%M:%S")


def foot(report: "Report", now: datetime, *, all_month: bool) -> str:
    """Return how old the display is and what AWS bills for it."""
    seconds = (now - report.at).total_seconds()
    if all_month:
        cost = f"{report.monthly_cost:.2f} USD a month"
    else:
        cost = f"{report.monthly_cost / 730:.3f} USD an hour"
    did = "Tried" if report.lost else "Checked"
    return f"{did} {age(seconds)} ago, at {clock(report.at)}. AWS bills about {cost} for it."


def layers(report: "Report", now: datetime, width: int) -> Content:
    """Return the tiles: side by side with arrows where there is room, else a line for each."""
    shown = tiles(report, now)
    if not shown:
        return Content("")
    if width < ACROSS:
        return Content("\n").join(line for tile in shown for line in _rows(tile, width))
    return _abreast(shown, width)


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
    state = Severity.UNKNOWN if old else tile.severity
    tone = DIM if old else colour(state)
    head = Content.styled(state.line(tile.layer.heading), f"bold {tone}")
    lines = [head]
    for name, value in _figures(tile):
        figure = Content.assemble((f"{value} ", DIM if old else "bold"), (name, DIM))
        lines += figure.wrap(width)
    if tile.stale_since is not None:
        lines.append(Content.styled(f"as of {clock(tile.stale_since)}", DIM))
    elif tile.line:
        worry = Content.styled(tile.line, tone)
        lines += worry.wrap(width)[:_WORRY_LINES]
    return lines


def _rows(tile: "Tile", width: int) -> list[Content]:
    old = tile.stale_since is not None
    state = Severity.UNKNOWN if old else tile.severity
    tone = DIM if old else colour(state)
    parts: list[Content | tuple[str, str]] = [
        (state.line(tile.layer.heading).ljust(_NAMES + 2), f"bold {tone}")
    ]
    if tile.stale_since is not None:
        parts.append((f"as of {clock(tile.stale_since)}  ", DIM))
    if tile.line and not old:
        return [Content.assemble(*parts, (tile.line, tone)).truncate(width, ellipsis=True)]
    row = Content.assemble(*parts)
    for number, (name, value) in enumerate(_figures(tile)):
        before = "   " if number else ""
        more = Content.assemble(before, (value, DIM if old else "bold"), (f" {name}", DIM))
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
    "last_message": "last message",
    "messages_minute": "a minute",
    "iot_silent": "silent",
    "power": "now",
    "response_time": "response",
    "errors": "server errors",
    "task_memory": "memory",
    "database_cpu": "CPU",
    "database_connections": "connections",
    "database_free": "storage free",
    "backup_age": "since backup",
    "edge_requests": "a minute",
    "edge_errors": "errors",
    "firewall_blocked": "blocked",
    "answer_time": "to answer",
    "alarms": "alarms ring",
    "forecast": "forecast",
    "secret_age": "oldest password",
}


def _short(figure: Figure) -> str:
    return _SHORT.get(figure.id, figure.title.lower())


def lines_of_courses(
    report: "Report", now: datetime, width: int, most: int, room: int = 0
) -> Content:
    """Return the courses: name, blocks of the last three hours, the value now.

    most: of them below one another at most; where there is room, two or three are side by side.
    room: lines that are free for them. With enough, blocks are bars of several lines.
    """
    shown = courses(report, now)
    across = max(1, min(width // 56, 3, len(shown) or 1))
    each = width // across - 2
    old = report.lost is not None
    shown = shown[: most * across]
    height = min(room // max(-(-len(shown) // across), 1) - _AROUND_BARS, _HIGHEST)
    draw = partial(_bars, height=height) if height > 1 else _course
    cells = [draw(course, each, old=old) for course in shown]
    rows = [cells[start : start + across] for start in range(0, len(cells), across)]
    return Content("\n").join(_beside(row, each) for row in rows)


_AROUND_BARS: Final = 2
"""Lines around the bars of a course: its name above, and a blank below."""
_HIGHEST: Final = 8
"""Lines of bars; higher ones say no more."""


def _beside(cells: Sequence[Sequence[Content]], each: int) -> Content:
    """Join courses line by line, each as wide as the others."""
    return Content("\n").join(
        Content("  ").join(line.truncate(each, pad=True) for line in lines)
        for lines in zip(*cells, strict=True)
    )


def _course(course: "Course", width: int, *, old: bool) -> list[Content]:
    columns = max(width - _TITLES - 10, 8)
    return [
        Content.assemble(
            (course.figure.title[: _TITLES - 1].ljust(_TITLES), DIM),
            (sparkline(course.values, min(columns, len(course.values))), _tone(course, old=old)),
            (f" {_now(course)}", DIM if old else "bold"),
        )
    ]


def _bars(course: "Course", width: int, *, old: bool, height: int) -> list[Content]:
    head = Content.assemble(
        (f"{course.figure.title} ", DIM), (_now(course), DIM if old else "bold")
    )
    tone, columns = _tone(course, old=old), max(width - _GUTTER, 8)
    drawn = bars(course.values, columns, height)
    return [head, *(Content.styled(line, tone) for line in drawn), Content("")]


_GUTTER: Final = 2
"""Columns between bars that are beside each other, more than between lines."""


def _now(course: "Course") -> str:
    return course.figure.text if course.figure.value is not None else "none"


def _tone(course: "Course", *, old: bool) -> str:
    figure = course.figure
    over = figure.limit is not None and (figure.value or 0.0) >= figure.limit
    return DIM if old else colour(Severity.WARN) if over else "$text-primary"


_NUMBER_NAMES: Final = {
    "messages_minute": "messages a minute",
    "last_message": "since a message",
    "response_time": "to respond",
}


def numbers(report: "Report") -> tuple[tuple[str, str], ...]:
    """Return the figures for large digits, with what each of them counts."""
    found = []
    for id_ in NUMBERS:
        figure = report.figure(id_)
        if figure is None or figure.value is None:
            continue
        number, _, unit = figure.text.partition(" ")
        name = _NUMBER_NAMES.get(id_, _short(figure))
        if id_ == "chargers_online" and (registered := report.figure("chargers_registered")):
            name = f"of {registered.text} chargers online"
        found.append((number, f"{unit} {name}".strip()))
    return tuple(found)


def last(happened: "Sequence[SiteEvent]", width: int, most: int = 3) -> Content:
    """Return the last deployments of a site, a line each."""
    lines = [
        Content.assemble(
            (f"{event.time.astimezone():%d %b %H:%M}  ", DIM),
            (event.text, DIM if event.severity is Severity.OK else colour(event.severity)),
        ).truncate(width, ellipsis=True)
        for event in happened[:most]
    ]
    head = [Content.styled("Last deployments", "bold")] if lines else []
    return Content("\n").join([*head, *lines])


def listed(checks: "Sequence[Check]", width: int, now: datetime, *, old: bool) -> Content:
    """Return the checks, the worst first, in two columns where there is room."""
    ordered = sorted(checks, key=lambda check: -check.severity.rank)
    across = _across(width)
    room = width // across - 2
    cells = [_listed(check, room, now, old=old) for check in ordered]
    height = -(-len(cells) // across)
    rows = [cells[row::height] for row in range(height)]
    return Content("\n").join(Content("  ").join(row) for row in rows)


_TWO_COLUMNS: Final = 150


def _across(width: int) -> int:
    return 2 if width >= _TWO_COLUMNS else 1


def lines_of_checks(count: int, width: int) -> int:
    """Return how many lines so many checks need."""
    return -(-count // _across(width))


def _listed(check: "Check", width: int, now: datetime, *, old: bool) -> Content:
    is_old = old or check.is_stale(now)
    state = Severity.UNKNOWN if is_old else check.severity
    is_bad = state is not Severity.OK and not is_old
    line = Content.assemble(
        (state.line(check.title), DIM if is_old else f"bold {colour(state)}"),
        ("  ", ""),
        (f"as of {clock(check.at)}: " if is_old and check.at else "", DIM),
        (check.line, "" if is_bad else DIM),
    )
    return line.truncate(width, ellipsis=True, pad=True)
