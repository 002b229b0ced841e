"""What a display shows of a report: tiles along the way of the data, and courses. Pure.

Made from a frozen report alone, so a report from a file fills the same display.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.health.figures import Figure, Series
from solarrally_tui.health.layers import WAY, Layer
from solarrally_tui.health.metrics import PERIOD, WINDOW
from solarrally_tui.health.report import Check, Report

_SHOWN: Final[dict[Layer, tuple[str, ...]]] = {
    Layer.CHARGERS: ("chargers_online", "chargers_registered", "power"),
    Layer.IOT: ("messages_minute", "iot_silent", "last_message"),
    Layer.APPLICATION: ("tasks_running", "tasks_wanted", "response_time", "errors", "task_memory"),
    Layer.DATABASE: ("database_cpu", "database_connections", "database_free", "backup_age"),
    Layer.PAGE: ("edge_requests", "edge_errors", "firewall_blocked", "answer_time"),
    Layer.OPERATIONS: ("alarms", "spent", "budget", "forecast", "secret_age"),
}
"""By layer: the figures of its tile, the most telling first."""
NUMBERS: Final = ("chargers_online", "power", "messages_minute", "last_message", "response_time")
"""The figures that a display shows in large digits."""
COURSES: Final = ("response_time", "errors", "requests", "power", "messages_minute", "database_cpu")
"""The figures whose course a display shows, where they have one."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One layer at a glance."""

    layer: Layer
    severity: Severity
    line: str
    """What is wrong, in the words of the worst check; empty where nothing is."""
    figures: tuple[Figure, ...]
    checks: int
    stale_since: datetime | None
    """When its oldest check that should be newer was seen; None where all are fresh."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one figure, a value for each five minutes, None where there is none."""

    figure: Figure
    values: tuple[float | None, ...]


def tiles(report: Report, now: datetime) -> tuple[Tile, ...]:
    """Return a tile for each layer that has checks, along the way of the data."""
    figures = {figure.id: figure for check in report.checks for figure in check.figures}
    return tuple(
        _tile(layer, checks, figures, now, is_lost=report.lost is not None)
        for layer in (*WAY, Layer.OPERATIONS)
        if (checks := report.of(layer))
    )


def _tile(
    layer: Layer,
    checks: Sequence[Check],
    figures: Mapping[str, Figure],
    now: datetime,
    *,
    is_lost: bool,
) -> Tile:
    severity = worst(check.severity for check in checks)
    bad = [check for check in checks if check.severity is not Severity.OK]
    named = max(bad, key=lambda check: check.severity.rank, default=None)
    old = [check.at for check in checks if check.at and (is_lost or check.is_stale(now))]
    return Tile(
        layer,
        severity,
        f"{named.title}: {named.line}" if named else "",
        tuple(figures[id_] for id_ in _SHOWN[layer] if id_ in figures),
        len(checks),
        min(old, default=None),
    )


def courses(report: Report, now: datetime) -> tuple[Course, ...]:
    """Return the courses that a display shows, with gaps where there was no value."""
    found = (report.figure(id_) for id_ in COURSES)
    return tuple(Course(figure, _filled(figure.series, now)) for figure in found if figure)


def _filled(series: Series, now: datetime) -> tuple[float | None, ...]:
    """Return a value for each period of the window; a period without one stays empty."""
    values = {int(point.time.timestamp() // PERIOD): point.value for point in series}
    last = int(now.timestamp() // PERIOD)
    count = int(WINDOW / timedelta(seconds=PERIOD))
    return tuple(values.get(period) for period in range(last - count + 1, last + 1))
