"""What a display shows of a report: tiles along the way of the data, and courses. Pure.

Made from a frozen report alone, so a report from a file fills the same display.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, Series, amount
from solarrally_tui.health.layers import WAY, Layer
from solarrally_tui.health.metrics import PERIOD, WINDOW
from solarrally_tui.health.report import Check, Pending, Report
from solarrally_tui.text.sparkline import scale

_SHOWN: Final[dict[Layer, tuple[str, ...]]] = {
    Layer.CHARGERS: ("chargers_online", "chargers_registered", "power"),
    Layer.IOT: ("messages_minute", "iot_silent", "last_message"),
    Layer.APPLICATION: ("tasks_running", "tasks_wanted", "errors", "task_memory"),
    Layer.DATABASE: ("database_cpu", "database_connections", "database_free", "backup_age"),
    Layer.PAGE: ("answer_time", "edge_errors", "firewall_blocked"),
    Layer.OPERATIONS: ("alarms", "spent", "budget", "forecast"),
}
"""By layer: the figures of its tile, the most telling first."""
COURSES: Final = ("response_time", "errors", "requests", "power", "messages_minute", "database_cpu")
"""The figures whose course a display shows, where they have one."""

_HUNDRED: Final = 100.0
LEAST: Final = 3
"""Values from which there is a course: fewer are dots in an empty line."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One layer at a glance."""

    layer: Layer
    sign: Signed
    """How its worst check looks."""
    line: str
    """What is wrong, in the words of the worst check; empty where nothing is."""
    figures: tuple[Figure, ...]
    checks: int
    stale_since: datetime | None
    """When the oldest of the figures that should be newer was seen; None where all are fresh."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one figure, a value for each five minutes, None where there is none."""

    figure: Figure
    values: tuple[float | None, ...]
    top: float
    """What its highest block stands for: a round number, and 100 of per cent; 0 without a value."""

    @property
    def scale(self) -> str:
        """The scale in words, such as "0 to 50 kW"; empty without one."""
        return f"0 to {amount(self.top, self.figure.unit)}" if self.top else ""


def tiles(report: Report, now: datetime, without: Collection[str] = ()) -> tuple[Tile, ...]:
    """Return a tile for each layer that has checks, along the way of the data.

    without: ids of figures that are shown elsewhere.
    """
    owners = {
        figure.id: (figure, check)
        for check in report.checks
        for figure in check.figures
        if figure.id not in without
    }
    return tuple(
        _tile(layer, checks, owners, lambda check: report.outdates(check, now))
        for layer in (*WAY, Layer.OPERATIONS)
        if (checks := report.of(layer))
    )


def _tile(
    layer: Layer,
    checks: Sequence[Check],
    owners: Mapping[str, tuple[Figure, Check]],
    is_old: Callable[[Check], bool],
) -> Tile:
    bad = [check for check in checks if check.severity is not Severity.OK]
    named = max(bad, key=lambda check: check.severity.rank, default=None)
    waiting = next((check for check in checks if check.sign is Pending.WAITING), None)
    told = named or waiting or checks[0]
    shown = [owners[id_] for id_ in _SHOWN[layer] if id_ in owners]
    return Tile(
        layer,
        told.sign,
        _line(layer, named) if named else "",
        tuple(figure for figure, _ in shown),
        len(checks),
        _stale_since([check for _, check in shown], checks, is_old),
    )


def _line(layer: Layer, check: Check) -> str:
    return check.line if check.title == layer.heading else f"{check.title}: {check.line}"


def _stale_since(
    shown: Sequence[Check], checks: Sequence[Check], is_old: Callable[[Check], bool]
) -> datetime | None:
    """Return the age of what a tile shows: that of its figures; of its checks where it has none."""

    def oldest(among: Sequence[Check]) -> datetime | None:
        return min((c.at for c in among if c.at and is_old(c)), default=None)

    return oldest(shown) or oldest(checks)


def courses(report: Report, now: datetime) -> tuple[Course, ...]:
    """Return the courses that a display shows, with gaps where there was no value.

    None while a site is so young that most of them are dots.
    """
    figures = [figure for id_ in COURSES if (figure := report.figure(id_))]
    found = [one for figure in figures if has_course(one := course(figure, now))]
    return tuple(found) if 2 * len(found) > len(figures) else ()


def has_course(one: Course) -> bool:
    """Whether it has enough values to be more than dots."""
    return len(one.values) - one.values.count(None) >= LEAST


def course(figure: Figure, now: datetime) -> Course:
    """Return the course of one figure over the window that ends now."""
    values = _filled(figure.series, now)
    return Course(figure, values, _HUNDRED if figure.unit == "%" else scale(values))


def _filled(series: Series, now: datetime) -> tuple[float | None, ...]:
    """Return a value for each period of the window; a period without one stays empty."""
    values = {int(point.time.timestamp() // PERIOD): point.value for point in series}
    last = int(now.timestamp() // PERIOD)
    count = int(WINDOW / timedelta(seconds=PERIOD))
    return tuple(values.get(period) for period in range(last - count + 1, last + 1))
