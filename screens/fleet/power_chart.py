"""The power of a charger, or of all, over the time that it was seen: bars with both axes. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from textual.content import Content

from solarrally_tui.chargers.fleet.power_course import PowerCourse
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.health.figures import amount
from solarrally_tui.screens.common.grid import grid
from solarrally_tui.screens.common.words import DATA, DIM, inked
from solarrally_tui.screens.widgets.chart import scaled
from solarrally_tui.text.sparkline import bars, scale

_AXIS: Final = 7
"""Columns for the scale before the bars."""
_AROUND: Final = 2
"""Lines of a chart beside its bars: what it shows, and the time."""
_LEAST: Final = 2
"""Lines of the lowest bars."""
_HIGHEST: Final = 16
"""Lines of the highest chart: more would only stretch it."""
_SMALL: Final = 6
"""Lines of the chart of one charger among others, with the gap above it."""
_ACROSS: Final = 34
"""Columns of such a chart at least."""
_SHORT: Final = timedelta(minutes=10)
"""A time in which seconds matter."""


def chart(course: PowerCourse, width: int, height: int, title: Content | None = None) -> Content:
    """Return a course as a chart of so many columns and lines; empty where nothing was seen.

    height: of all of it. title: in place of since when, how much and the energy.
    """
    since, until, lines = course.since, course.until, height - _AROUND
    columns = width - _AXIS
    if since is None or until is None or lines < _LEAST or columns <= 0:
        return Content("")
    kilowatts = course.kilowatts(columns)
    top = scale(kilowatts)
    names = (amount(top, "kW") if top else "", *("",) * (lines - 2), "0")
    drawn = scaled(names, bars(kilowatts, columns, lines, top), _AXIS, DATA)
    begins, ends = clock(since, until)
    time = f"{' ' * _AXIS}{begins}{ends.rjust(columns - len(begins))}"
    above = title or _title(course, "Power", begins, width)
    return Content("\n").join((above, *drawn, inked(time, DIM)))


def chart_of(name: str, sight: Sight, width: int, height: int) -> Content:
    """Return the course of a charger as a chart, or why there is none."""
    if course := sight.courses.get(name):
        return chart(course, width, height)
    if why := sight.unseen.get("page"):
        return Content.styled(f"Its power is not known. The page: {why}", DIM)
    begun = f" since {clock(sight.listening_since)[0]}" if sight.listening_since else ""
    return Content.styled(f"No message of it was seen{begun}.", DIM)


def board(sight: Sight, names: Sequence[str], width: int, height: int) -> Content:
    """Return the power of all chargers as a chart, and below it that of each while there is room.

    names: of the chargers that are listed. Empty where nothing was seen, or for want of room.
    """
    since = sight.total.since
    if since is None:
        return Content("")
    cells = _each(sight, names, width)
    across = _across(width)
    low = -(-len(cells) // across) * _SMALL
    if height - low < _SMALL:
        cells, low = [], 0
    title = _title(sight.total, "All chargers", clock(since, sight.total.until or since)[0], width)
    above = chart(sight.total, width, min(height - low, _HIGHEST), title)
    return Content("\n").join((above, grid(cells, across, _width(width)))) if cells else above


def _each(sight: Sight, names: Sequence[str], width: int) -> list[list[Content]]:
    """Return the charts of those among some chargers that were seen, each as its lines."""
    seen = [(name, sight.courses[name]) for name in names if name in sight.courses]
    if len(seen) < 2:  # One charger alone is all chargers.
        return []
    titled = [
        (course, Content.assemble((name, "bold"), *_now(sight, name))) for name, course in seen
    ]
    each = _width(width)
    return [
        [Content(""), *chart(course, each, _SMALL - 1, title).split("\n", allow_blank=True)]
        for course, title in titled
    ]


def _now(sight: Sight, name: str) -> tuple[str | tuple[str, str], ...]:
    if not sight.shows(name):
        return (("   silent", DIM),)
    return (f"   {amount(sight.last[name].power_w / 1000, 'kW')}",)


def _across(width: int) -> int:
    return max(width // _ACROSS, 1)


def _width(width: int) -> int:
    return width // _across(width) - 2


def _title(course: PowerCourse, what: str, since: str, width: int) -> Content:
    """Return what a chart shows, and as much of the rest as there is room for."""
    energy = course.kilowatt_hours
    highest = f"highest {amount(course.highest / 1000, 'kW')}"
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
