"""What the estimate assumes about a month, each with a low, an expected and a high value."""

# ruff: noqa: RUF009 the helpers are dataclasses.field with metadata

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.estimate_range import Number, Range

_LONGEST_MONTH: Final = 744
"""Hours of 31 days."""
_IOT_BYTES: Final = 128 * 1024
"""Longest message that AWS IoT accepts (its quotas)."""
_LONGEST_BUILD: Final = 480
"""Minutes after which CodeBuild stops any build (its quotas)."""
_MOST: Final = 10**9
"""No site has more of anything. A larger figure is a slip."""


def _assume(
    low: Number, expected: Number, high: Number, unit: str, reason: str, **limits: Number
) -> Any:
    """Return a field. limits are the least and the most that is possible, 0 and _MOST if absent."""
    least, most = Decimal(limits.get("least", 0)), Decimal(limits.get("most", _MOST))
    return field(
        default=Range.of(low, expected, high),
        metadata={"unit": unit, "reason": reason, "limits": (least, most)},
    )


def _share(low: Number, expected: Number, high: Number, of: str, reason: str) -> Any:
    return _assume(low, expected, high, f"share of {of}", reason, most=1)


@dataclass(frozen=True)
class Assumption:
    """One assumption in words."""

    name: str
    value: Range
    unit: str
    reason: str
    least: Decimal
    """Below this, and above most, the value is impossible."""
    most: Decimal


@dataclass(frozen=True)
class Assumptions:
    """What a site file does not say about usage. Any field can be replaced."""

    hours: Range = _assume(
        730,
        730,
        730,
        "hours a month",
        "AWS's convention: 8,760 hours a year divided by 12.",
        least=1,
        most=_LONGEST_MONTH,
    )
    online_share: Range = _share(
        "0.5", 1, 1, "the month", "Chargers report around the clock. Low: they are off at night."
    )
    message_bytes: Range = _assume(
        276,
        334,
        337,
        "bytes",
        "Measured with the application's publishers. AWS IoT bills in steps of 5 KB.",
        least=1,
        most=_IOT_BYTES,
    )
    wire_bytes: Range = _assume(
        150,
        182,
        200,
        "bytes a message",
        "Topic, MQTT, TLS, TCP and IP, and the acknowledgement on the way back. Measured with "
        "mosquitto: 516 bytes for a message of 334. NAT gateways bill both directions.",
        most=_IOT_BYTES,
    )
    acknowledged_share: Range = _share(
        0,
        0,
        0,
        "the messages",
        "The bridge subscribes with QoS 0. With QoS 1, AWS also bills each acknowledgement.",
    )
    extra_subscribers: Range = _assume(
        0,
        0,
        0,
        "subscribers",
        "Each task subscribes once. Every other program that subscribes adds a copy.",
        most=1000,
    )
    connection_events: Range = _assume(
        1,
        2,
        50,
        "a charger and day",
        "A charger loses its connection once a day: it leaves and returns. High: poor mobile "
        "reception. Each event is noted in the shadow and in the fleet index.",
        most=86400,
    )
    index_queries: Range = _assume(
        0,
        3000,
        131_400,
        "queries a month",
        "Each look at the site's health makes three. A thousand looks; high: one a minute, as on "
        "a wall display.",
        most=10**9,
    )
    jobs: Range = _assume(
        0,
        0,
        0,
        "a charger and month",
        "Jobs that a charger gets: none, unless you change settings, install firmware or restart "
        "by jobs. Each is a remote action, with six messages.",
        most=10_000,
    )
    setting_changes: Range = _assume(
        0,
        0,
        0,
        "a charger and month",
        "Changes of a charger's settings: none, unless you make some. Each is two operations on "
        "its shadow, with three messages.",
        most=100_000,
    )
    faulted_share: Range = _share(
        0, 0, "0.01", "the messages", "With the alarm for faulted chargers, a rule counts these."
    )
    archived_bytes: Range = _assume(
        276,
        350,
        700,
        "bytes a message",
        "Messages as they arrive, in the S3 archive. The archive is off by default.",
        most=_IOT_BYTES,
    )
    archive_compression: Range = _assume(
        "0.1",
        "0.125",
        "0.25",
        "of the size",
        "The archive is written with GZIP. Measured with simulated chargers: a ninth to a tenth.",
        least="0.01",
        most=1,
    )
    request_seconds: Range = _assume(
        "0.02",
        "0.05",
        "0.2",
        "s a request",
        "Where functions serve the API: how long one runs for a request. 3 ms were measured on a "
        "whole core; 512 MB of Lambda are a third of one.",
        most=900,
    )
    batch_seconds: Range = _assume(
        "0.01",
        "0.02",
        "0.1",
        "s a batch",
        "How long a function runs for a batch of messages, besides sending frames. A message to "
        "one page took 14 ms in all, measured with tables and page on the same machine.",
        most=900,
    )
    frame_seconds: Range = _assume(
        "0.005",
        "0.01",
        "0.03",
        "s a frame",
        "How long a function runs for a message to one open page, a call to API Gateway.",
        most=900,
    )
    scaled_out_share: Range = _share(
        0,
        0,
        "0.25",
        "the month",
        "Tasks run at min_tasks. High: at max_tasks for a quarter of the month.",
    )
    viewers: Range = _assume(
        1,
        2,
        10,
        "open pages",
        "A small operator watches on one or two screens.",
        most=10**6,
    )
    viewer_hours: Range = _assume(
        1,
        4,
        24,
        "hours a day",
        "A page is open during working hours. High: on a wall display.",
        most=24,
    )
    page_loads: Range = _assume(
        100, 1000, 10000, "a month", "About 30 visits a day. A page is 0.6 MB in 4 requests."
    )
    web_requests: Range = _assume(
        100000, 500000, 2000000, "a month", "Pages, API calls and scanners from the Internet."
    )
    health_checkers: Range = _assume(
        15,
        15,
        18,
        "checkers",
        "With a health check, about this many of Route 53 each send a request every 30 seconds, "
        "through CloudFront and the firewall (Route 53 guide).",
        most=1000,
    )
    load_balancer_units: Range = _assume(
        "0.05",
        "0.1",
        "0.25",
        "LCU",
        "Health checks and scanners. The live view's traffic is added.",
        most=1500,
    )
    log_gb_task: Range = _assume(
        "0.3",
        1,
        5,
        "GB a task",
        "Access and error lines. High: a fault that logs in a loop.",
        most=10**6,
    )
    log_gb_other: Range = _assume(
        "0.01", "0.1", 1, "GB a log group", "Build output and service logs.", most=10**6
    )
    log_compression: Range = _assume(
        "0.1",
        "0.15",
        "0.3",
        "of the size",
        "Stored logs are billed as compressed. AWS's calculator assumes 15 %.",
        least="0.01",
        most=1,
    )
    system_metrics_gb: Range = _assume(
        "0.1",
        "0.3",
        1,
        "GB a database",
        "With Enhanced Monitoring, a record a minute is billed as log data.",
        most=10**6,
    )
    flow_log_gb_task: Range = _assume(
        "0.1",
        "0.3",
        3,
        "GB a task",
        "With flow logs: a record for each connection and ten minutes, of health checks, calls "
        "and scanners. Reasoned, not measured.",
        most=10**6,
    )
    builds: Range = _assume(
        1, 1, 4, "a month", "One application update a month. High: one a week.", most=10**4
    )
    build_minutes: Range = _assume(
        5,
        15,
        15,
        "minutes a build",
        "A build takes about ten minutes, with mirroring.",
        most=_LONGEST_BUILD,
    )
    repository_gb: Range = _assume(
        "0.3",
        "0.5",
        2,
        "GB a repository",
        "A few image versions of about 150 MB each, compressed.",
        most=10**6,
    )
    bucket_gb: Range = _assume(
        "0.1",
        "0.7",
        3,
        "GB a bucket",
        "Web files, build sources and audit records. An archive is counted by its messages.",
        most=10**6,
    )
    bucket_writes: Range = _assume(
        500, 4000, 20000, "a bucket", "The audit trail writes a file every few minutes."
    )
    bucket_reads: Range = _assume(
        500, 10000, 100000, "a bucket", "CloudFront reads what is not in its cache."
    )
    secret_calls: Range = _assume(
        100,
        1000,
        10000,
        "a secret",
        "Secrets are read when a task starts. Each reading is also a request to the key.",
    )
    aws_gb_task: Range = _assume(
        1,
        3,
        20,
        "GB a task",
        "Logs, image pulls and calls to AWS that pass NAT gateways or interface endpoints. "
        "Telemetry is added.",
        most=10**6,
    )
    outgoing_gb_task: Range = _assume(
        "0.1",
        "0.5",
        2,
        "GB a task",
        "Keep-alives and calls from the tasks to AWS endpoints.",
        most=10**6,
    )
    backup_beyond_size: Range = _assume(
        0,
        0,
        "0.5",
        "share of the storage",
        "Backups up to the size of the database are free, and the data grows slowly.",
        most=35,
    )
    database_full_share: Range = _share(
        "0.1",
        1,
        1,
        "the storage",
        "AWS bills copies and snapshots by what the database holds. Expected: at most all of it.",
    )

    def replaced(self, given: Mapping[str, str]) -> "Assumptions":
        """Return these with some replaced: NAME by VALUE, or by LOW,EXPECTED,HIGH.

        Raises ValueError in words for people, also for what no month can have.
        """
        known = {one.name: one for one in self.explained()}
        unknown = sorted(given.keys() - known.keys())
        if unknown:
            raise ValueError(
                f"no assumption is called {unknown[0]}; choose from {', '.join(sorted(known))}"
            )
        return replace(self, **{name: _parsed(known[name], text) for name, text in given.items()})

    def explained(self) -> tuple[Assumption, ...]:
        """Return every assumption with its unit, its reason and its limits."""
        return tuple(
            Assumption(
                entry.name,
                getattr(self, entry.name),
                entry.metadata["unit"],
                entry.metadata["reason"],
                *entry.metadata["limits"],
            )
            for entry in fields(self)
        )


def _parsed(one: Assumption, text: str) -> Range:
    try:
        values = [Decimal(part) for part in text.split(",")]
        if len(values) not in {1, 3} or not all(value.is_finite() for value in values):
            raise ValueError(text)
        parsed = Range.of(*(values if len(values) == 3 else values * 3))
    except (ArithmeticError, ValueError):
        wanted = "a number, or LOW,EXPECTED,HIGH in ascending order"
        raise ValueError(f"{one.name} must be {wanted}, not {text}") from None
    if not one.least <= parsed.low <= parsed.high <= one.most:
        raise ValueError(
            f"{one.name} must be from {one.least} to {one.most:,} ({one.unit}), not {text}"
        )
    return parsed


DEFAULTS = Assumptions()
