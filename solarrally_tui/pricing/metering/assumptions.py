"""What the estimate assumes about a month, each with a low, an expected and a high value."""

# ruff: noqa: RUF009 the helper is dataclasses.field with metadata

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from solarrally_tui.pricing.metering.estimate_range import Number, Range


def _assume(low: Number, expected: Number, high: Number, unit: str, reason: str) -> Any:
    return field(default=Range.of(low, expected, high), metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True)
class Assumption:
    """One assumption in words."""

    name: str
    value: Range
    unit: str
    reason: str


@dataclass(frozen=True)
class Assumptions:
    """What a site file does not say about usage. Any field can be replaced."""

    hours: Range = _assume(
        730, 730, 730, "hours a month", "AWS's convention: 8,760 hours a year divided by 12."
    )
    online_share: Range = _assume(
        "0.5",
        1,
        1,
        "share of the month",
        "Chargers report around the clock. Low: they are off at night.",
    )
    message_bytes: Range = _assume(
        276,
        334,
        337,
        "bytes",
        "Measured with the application's publishers. AWS IoT bills in steps of 5 KB.",
    )
    acknowledged_share: Range = _assume(
        0,
        0,
        0,
        "share of the messages",
        "The bridge subscribes with QoS 0. With QoS 1, AWS also bills each acknowledgement.",
    )
    extra_subscribers: Range = _assume(
        0,
        0,
        0,
        "subscribers",
        "Each task subscribes once. Every other program that subscribes adds a copy.",
    )
    archived_bytes: Range = _assume(
        276,
        350,
        700,
        "bytes a message",
        "Messages as they arrive, in the S3 archive. The archive is off by default.",
    )
    scaled_out_share: Range = _assume(
        0,
        0,
        "0.25",
        "share of the month",
        "Tasks run at min_tasks. High: at max_tasks for a quarter of the month.",
    )
    viewers: Range = _assume(
        1, 2, 10, "open pages", "A small operator watches on one or two screens."
    )
    viewer_hours: Range = _assume(
        1, 4, 24, "hours a day", "A page is open during working hours. High: on a wall display."
    )
    page_loads: Range = _assume(
        100, 1000, 10000, "a month", "About 30 visits a day. A page is 0.6 MB in 4 requests."
    )
    web_requests: Range = _assume(
        100000, 500000, 2000000, "a month", "Pages, API calls and scanners from the Internet."
    )
    load_balancer_units: Range = _assume(
        "0.05",
        "0.1",
        "0.25",
        "LCU",
        "Health checks and scanners. The live view's traffic is added.",
    )
    log_gb_task: Range = _assume(
        "0.3", 1, 5, "GB a task", "Access and error lines. High: a fault that logs in a loop."
    )
    log_gb_other: Range = _assume(
        "0.01", "0.1", 1, "GB a log group", "Build output and service logs."
    )
    system_metrics_gb: Range = _assume(
        "0.1",
        "0.3",
        1,
        "GB a database",
        "With Enhanced Monitoring, a record a minute is billed as log data.",
    )
    builds: Range = _assume(1, 1, 4, "a month", "One application update a month. High: one a week.")
    build_minutes: Range = _assume(
        5, 15, 15, "minutes a build", "A build takes about ten minutes, with mirroring."
    )
    repository_gb: Range = _assume(
        "0.3", "0.5", 2, "GB a repository", "A few image versions of about 150 MB each, compressed."
    )
    bucket_gb: Range = _assume(
        "0.1", "0.7", 3, "GB a bucket", "Web files, build sources and audit records."
    )
    bucket_writes: Range = _assume(
        500, 4000, 20000, "a bucket", "The audit trail writes a file every few minutes."
    )
    bucket_reads: Range = _assume(
        500, 10000, 100000, "a bucket", "CloudFront reads what is not in its cache."
    )
    secret_calls: Range = _assume(
        100, 1000, 10000, "a secret", "Secrets are read when a task starts."
    )
    nat_gb_gateway: Range = _assume(
        1, 3, 20, "GB a gateway", "Image pulls and calls to AWS. Telemetry is added."
    )
    outgoing_gb_task: Range = _assume(
        "0.1", "0.5", 2, "GB a task", "Keep-alives and calls from the tasks to AWS endpoints."
    )
    backup_beyond_size: Range = _assume(
        0,
        0,
        "0.5",
        "share of the storage",
        "Backups up to the size of the database are free, and the data grows slowly.",
    )

    def replaced(self, given: Mapping[str, str]) -> "Assumptions":
        """Return these with some replaced: NAME by VALUE, or by LOW,EXPECTED,HIGH.

        Raises ValueError in words for people.
        """
        names = sorted(entry.name for entry in fields(self))
        unknown = sorted(given.keys() - set(names))
        if unknown:
            raise ValueError(
                f"no assumption is called {unknown[0]}; choose from {', '.join(names)}"
            )
        return replace(self, **{name: _parsed(name, text) for name, text in given.items()})

    def explained(self) -> tuple[Assumption, ...]:
        """Return every assumption with its unit and reason."""
        return tuple(
            Assumption(
                entry.name,
                getattr(self, entry.name),
                entry.metadata["unit"],
                entry.metadata["reason"],
            )
            for entry in fields(self)
        )


def _parsed(name: str, text: str) -> Range:
    try:
        values = [Decimal(part) for part in text.split(",")]
        if len(values) not in {1, 3} or not all(v.is_finite() and v >= 0 for v in values):
            raise ValueError(text)
        return Range.of(*(values if len(values) == 3 else values * 3))
    except (ArithmeticError, ValueError):
        wanted = "a number, or LOW,EXPECTED,HIGH in ascending order, none of them below zero"
        raise ValueError(f"{name} must be {wanted}, not {text}") from None


DEFAULTS = Assumptions()
