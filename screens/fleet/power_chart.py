"""The power of a charger, or of all, over the time that it was seen, with both axes. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from textual.content import Content

from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.power_course import PowerCourse
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.health.figures import amount
from solarrally_tui.screens.common.grid import grid
from solarrally_tui.screens.common.words import DATA, DIM, colour
from solarrally_tui.screens.widgets.chart import chart as axes
from solarrally_tui.text.sparkline import scale

_AXIS: Final = 6
"""Columns for the scale before the course, about."""
_AROUND: Final = 2
"""Lines of a chart beside its course: what it shows, and the time."""
_LEAST: Final = 2
"""Lines of the lowest course."""
_HIGHEST: Final = 16
"""Lines of the highest chart: more would only stretch it."""
_SMALL: Final = 6
"""Lines of the chart of one charger among others, with the gap above it."""
_WIDE: Final = 34
"""Columns of such a chart from which another is put beside it."""
_NARROW: Final = 25
"""Columns of such a chart at least."""
_KILO: Final = 1000.0
_SHORT: Final = timedelta(minutes=10)
"""A time in which seconds matter."""


def chart(
    course: PowerCourse, width: int, height: int, title: Content | None = None, top: float = 0.0
) -> Content:
    """Return a course as a chart of so many columns and lines; empty where nothing was seen.

    height: of all of it. title: in place of since when, how much and the energy. top: kW that the
    top stands for, where other charts beside it have the same scale.
    """
    since, until = course.since, course.until
    if since is None or until is None or height - _AROUND < _LEAST or width <= _AXIS:
        return Content("")
    kilowatts = course.kilowatts(width - _AXIS)
    begins, ends = clock(since, until)
    above = title or _title(course, "Power", begins, width)
    of = (top or scale(kilowatts), "kW")
    marks = [(0.0, begins), (1.0, ends)]
    return Content("\n").join((above, *axes(kilowatts, (width, height - 1), of, marks, DATA)))


def chart_of(name: str, sight: Sight, width: int, height: int) -> Content:
    """Return the course of a charger as a chart, or why there is none."""
    if course := sight.courses.get(name):
        if not course.highest and course.since:
            since = clock(course.since, course.until or course.since)[0]
            return Content.styled(f"It has drawn no power since {since}.", DIM)
        return chart(course, width, height)
    if why := sight.unseen.get("page"):
        return Content.styled(f"Its power is not known. The page: {why}", DIM)
    begun = f" since {clock(sight.listening_since)[0]}" if sight.listening_since else ""
    return Content.styled(f"No message of it was seen{begun}.", DIM)


def board(sight: Sight, chargers: Sequence[Charger], width: int, height: int) -> Content:
    """Return the power of all chargers as a chart, and below it that of each while there is room.

    chargers: those that are listed. Empty where nothing was seen, or for want of room.
    """
    since = sight.total.since
    if since is None:
        return Content("")
    seen = [charger for charger in chargers if charger.name in sight.courses]
    across = _across(len(seen), width, height - _SMALL) if len(seen) > 1 else 0
    low = -(-len(seen) // across) * _SMALL if across else 0
    title = _title(sight.total, "All chargers", clock(since, sight.total.until or since)[0], width)
    above = chart(sight.total, width, min(height - low, _HIGHEST), title)
    if not across:  # One charger alone is all chargers.
        return above
    each = width // across - 2
    return Content("\n").join((above, grid(_each(sight, seen, each), across, each)))


def _across(count: int, width: int, height: int) -> int:
    """Return how many small charts are beside each other, so that few places stay empty.

    0 where they have no room.
    """
    possible = range(max(width // _WIDE, 1), width // _NARROW + 1)
    fitting = [across for across in possible if -(-count // across) * _SMALL <= height]
    return min(fitting, key=lambda across: (-count % across, across), default=0)


def _each(sight: Sight, seen: Sequence[Charger], width: int) -> list[list[Content]]:
    """Return the charts of chargers, each as its lines, all with the same scale."""
    top = scale([sight.courses[charger.name].highest / _KILO for charger in seen])
    return [
        [
            Content(""),
            *chart(sight.courses[charger.name], width, _SMALL - 1, _now(charger, sight), top).split(
                "\n", allow_blank=True
            ),
        ]
        for charger in seen
    ]


def _now(charger: Charger, sight: Sight) -> Content:
    """Return a charger's name, and its power or why it has none."""
    frame, how = charger.message(sight), charger.state(sight)
    now = (amount(frame.power_w / _KILO, "kW"), "") if frame else (how.line(how), colour(how))
    return Content.assemble((charger.name, "bold"), "   ", now)


def _title(course: PowerCourse, what: str, since: str, width: int) -> Content:
    """Return what a chart shows, and as much of the rest as there is room for."""
    energy = course.kilowatt_hours
    highest = f"highest {amount(course.highest / _KILO, 'kW')}"
    about = f"about {energy:,.{0 if energy >= 100 else 2}f} kWh"
    title = Content.styled(f"{what} since {since}", "bold")
    for part in (highest, about):
        longer = Content.assemble(title, (f"   {part}", DIM))
        title = longer if longer.cell_length <= width else title
    return title.truncate(width, ellipsis=True)


def clock(*moments: datetime) -> Sequence[str]:
    """Return moments as a clock shows them here; with seconds where they are near each other."""
    exact = moments[-1] - moments[0] < _SHORT
    return [f"{moment.astimezone():{'%H:%M:%S' if exact else '%H:%M'}}" for moment in moments]
