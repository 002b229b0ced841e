"""What the probe in each task reports once a minute, read from the application's log.

Its figures are metrics, too, which alarms watch. Reading them from the log costs nothing, and the
log also holds names: who is silent, and whose messages the application rejects and why.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from solarrally_tui.aws.door import Door

STREAMS: Final = "task/probe/"
"""How the log streams of probes start: prefix and container (blueprints/app, awslogs)."""

PERIOD: Final = 60.0
"""Seconds between two reports of a task (blueprints/app, SECONDS)."""

_SINCE: Final = timedelta(seconds=150)
"""A probe that has not reported for longer is gone, with its task."""
_PAGES: Final = 5
_MINUTE: Final = 0.9 * PERIOD
"""Seconds of reports that count as a minute: a probe is no clock."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Messages of one charger that the application's own model refuses."""

    charger: str
    count: int
    """In the period of the report."""
    reason: str
    """The first reason, as `voltage_v: Field required`."""


@dataclass(frozen=True, slots=True)
class HubReport:
    """The hub, as a task sees it."""

    reachable: bool
    """Whether the task's bridge is connected to it."""
    links: int
    """Connections that it should have to AWS IoT."""
    linked: int
    """Those that it has."""
    age: float | None = None
    """Seconds since it got a message from AWS IoT; None as bridge_age."""


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """One minute of one task."""

    task: str
    time: datetime
    database: bool
    """Whether the database accepted a login."""
    linked: bool
    """Whether the task's bridge is connected to AWS IoT, through the hub where there is one."""
    received: int
    """Messages that the bridge delivered to the task's broker."""
    rejected: int
    """Those of them that the application's model refuses."""
    shown: int
    """Messages that the task's own `/ws/live` sent to viewers."""
    chargers: int = 0
    """How many chargers sent something."""
    power_w: float | None = None
    """Power of the chargers by their last messages, in watts; None of an older probe."""
    solar_w: float | None = None
    """Power of those among them whose energy comes mostly from the sun; None as power_w."""
    seconds: float = PERIOD
    """For how long it counted. The first report of a task comes earlier than the others."""
    a_minute: int = 0
    """Messages that the bridge delivered, a minute, by the newest reports that make up one."""
    bridge_age: float | None = None
    """Seconds since the newest message at the task's broker; None while no charger is expected."""
    live_age: float | None = None
    """Seconds since the newest message at the task's `/ws/live`; None as bridge_age."""
    silent: tuple[str, ...] = ()
    """Chargers that are connected and send nothing, the first few."""
    silent_count: int = 0
    rejections: tuple[Rejection, ...] = ()
    hub: HubReport | None = None
    """None without a hub."""

    @classmethod
    def read(cls, task: str, time: datetime, body: dict[str, Any]) -> Self:
        """Read a line of the probe. Figures that an older probe lacks are zero. Raises KeyError."""
        return cls(
            task,
            time,
            database=body["DatabaseReachable"] == 1,
            linked=body["BridgeLinked"] == 1,
            received=int(body.get("TelemetryReceived", 0)),
            rejected=int(body.get("TelemetryRejected", 0)),
            shown=int(body.get("TelemetryShown", 0)),
            chargers=int(body.get("Chargers", 0)),
            power_w=_number(body.get("PowerW")),
            solar_w=_number(body.get("SolarW")),
            seconds=float(body.get("Seconds", PERIOD)),
            bridge_age=_number(body.get("BridgeAge")),
            live_age=_number(body.get("LiveAge")),
            silent=tuple(map(str, body.get("Silent", ()))),
            silent_count=int(body.get("SilentChargers", 0)),
            rejections=tuple(
                Rejection(str(one["charger"]), int(one["count"]), str(one["reason"]))
                for one in body.get("Rejections", ())
            ),
            hub=_hub(body.get("Hub")),
        )

    def age(self, now: datetime) -> float:
        """Return how old the report is, in seconds."""
        return max(0.0, (now - self.time).total_seconds())


async def newest(door: Door, group: str) -> tuple[ProbeReport, ...]:
    """Return the newest report of each task of a log group. Empty where no probe reports.

    Raises AwsError.
    """
    since = datetime.now(UTC) - _SINCE
    reports: dict[str, list[ProbeReport]] = {}
    more: dict[str, str] = {}
    for _ in range(_PAGES):
        response = await door.call(
            "logs",
            "filter_log_events",
            logGroupName=group,
            logStreamNamePrefix=STREAMS,
            startTime=int(since.timestamp() * 1000),
            **more,
        )
        for event in response.get("events", ()):
            if report := _report(event):
                reports.setdefault(report.task, []).append(report)
        if not response.get("nextToken"):
            break
        more = {"nextToken": response["nextToken"]}
    return tuple(replace(told[-1], a_minute=a_minute(told)) for told in reports.values())


def a_minute(reports: Sequence[ProbeReport]) -> int:
    """Return how many messages a minute a task got, by as many of its reports as make up one.

    reports: of one task, the newest last.
    """
    seconds = received = 0.0
    for report in reversed(reports):
        seconds, received = seconds + report.seconds, received + report.received
        if seconds >= _MINUTE:
            break
    return round(received / max(seconds, 1.0) * PERIOD)


def _report(event: dict[str, Any]) -> ProbeReport | None:
    """Read an event; a line that is no report, such as a traceback, is None."""
    time = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    try:
        body = json.loads(event["message"])
        return ProbeReport.read(event["logStreamName"].removeprefix(STREAMS), time, body)
    except (ValueError, KeyError, TypeError):
        return None


def _hub(body: Any) -> HubReport | None:
    if not body:
        return None
    reachable, age = body["reachable"] == 1, _number(body.get("age"))
    return HubReport(reachable, int(body["links"]), int(body["linked"]), age)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
