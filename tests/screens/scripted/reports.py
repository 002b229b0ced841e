"""Reports of a site as a display shows them, for tests of screens alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, Point, Series
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.report import Check, Report

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def report(health: Severity = Severity.OK) -> Report:
    """Return a report with figures whose database has the given verdict."""
    words = "CPU 4 %, 6 connections." if health is Severity.OK else "Storage is full [/tag]."
    checks = (
        _seen("stacks", "Stacks", Layer.OPERATIONS, "13 of 13 are complete."),
        _seen(
            "service",
            "Application tasks",
            Layer.APPLICATION,
            "1 of 1 tasks are running.",
            Figure("tasks_running", "Tasks running", 1.0),
            Figure("tasks_wanted", "Tasks wanted", 1.0),
        ),
        _seen(
            "traffic",
            "Response time and errors",
            Layer.APPLICATION,
            "95 % of requests take less than 84 ms.",
            Figure("response_time", "Response time", 84.0, "ms", _course(84.0), 2000.0),
            Figure("errors", "Server errors", 0.0, "", _course(0.0)),
        ),
        _seen("page", "Dashboard page", Layer.PAGE, "https://x.example/ is served."),
        replace(
            _seen(
                "database",
                "Database",
                Layer.DATABASE,
                words,
                Figure("database_cpu", "Database CPU", 4.0, "%", _course(4.0), 90.0),
                Figure("database_free", "Storage left", 82.0, "%"),
            ),
            severity=health,
        ),
        _seen("bridge", "Bridge certificate", Layer.APPLICATION, "It is active."),
        _seen(
            "telemetry",
            "Telemetry",
            Layer.IOT,
            "The page got the newest message 4 s ago.",
            Figure("chargers_online", "Chargers online", 5.0),
            Figure("chargers_registered", "Registered", 6.0),
            Figure("power", "Power now", 43.2, "kW", _course(43.2)),
            Figure("solar", "From the sun", 61.0, "%"),
            Figure("messages_minute", "Messages a minute", 36.0, "", _course(36.0)),
            Figure("last_message", "Last message", 4.0, "s"),
        ),
        _seen("chargers", "Chargers", Layer.CHARGERS, "6 chargers, 5 connected now."),
        _seen(
            "budget",
            "Budget",
            Layer.OPERATIONS,
            "AWS sends an e-mail when a month costs more than 80 USD.",
            Figure("spent", "This month so far", 31.4, "USD"),
            Figure("budget", "Budget", 80.0, "USD"),
        ),
    )
    return Report("sunny-garage", checks, at=NOON - timedelta(seconds=4), monthly_cost=8.7)


def _seen(id_: str, title: str, layer: Layer, line: str, *figures: Figure) -> Check:
    return Check(
        id_,
        title,
        Severity.OK,
        line,
        layer=layer,
        figures=figures,
        at=NOON - timedelta(seconds=4),
        pace=60.0,
    )


def _course(value: float) -> Series:
    """Return three hours around a value, which rose in the middle."""
    return tuple(
        Point(NOON - timedelta(minutes=5 * i), value * (1 + (i % 7) / 10))
        for i in range(35, -1, -1)
    )
