"""What the estimate assumes about a month, each with its low, expected and high value."""

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
    """Everything about usage that a site file does not say. Any field can be replaced."""

    hours: Range = _assume(
        730, 730, 730, "hours a month", "AWS's own convention: 8,760 hours a year by 12."
    )
    online_share: Range = _assume(
        "0.5",
        1,
        1,
        "share of the month",
        "Chargers report around the clock; low has them switched off at night.",
    )
    message_bytes: Range = _assume(
        276,
        334,
        337,
        "bytes",
        "Measured with the application's own publishers. AWS IoT meters in steps of 5 KB.",
    )
    acknowledged_share: Range = _assume(
        0,
        0,
        0,
        "share of the messages",
        "The bridge subscribes with QoS 0. With QoS 1 AWS bills its receipt as a message too.",
    )
    extra_subscribers: Range = _assume(
        0,
        0,
        0,
        "subscribers",
        "Each task has one subscriber. Another program that hears everything adds a copy each.",
    )
    archived_bytes: Range = _assume(
        276,
        350,
        700,
        "bytes a message",
        "Only of an archive in S3, which is off unless you ask for it. A message as it comes.",
    )
    scaled_out_share: Range = _assume(
        0,
        0,
        "0.25",
        "share of the month",
        "Tasks run at min_tasks; high has a quarter of the month at max_tasks.",
    )
    viewers: Range = _assume(
        1, 2, 10, "open pages", "A small operator watches on one or two screens."
    )
    viewer_hours: Range = _assume(
        1, 4, 24, "hours a day", "A page is open in working hours; high has a wall display."
    )
    page_loads: Range = _assume(
        100, 1000, 10000, "a month", "About 30 visits a day; a page is 0.6 MB in 4 requests."
    )
    web_requests: Range = _assume(
        100000, 500000, 2000000, "a month", "Pages, API calls and the Internet's scanners."
    )
    load_balancer_units: Range = _assume(
        "0.05",
        "0.1",
        "0.25",
        "LCU",
        "Health checks and scanners; the live view's traffic is added to this.",
    )
    log_gb_task: Range = _assume(
        "0.3", 1, 5, "GB a task", "Access and error lines; high has a fault that logs in a loop."
    )
    log_gb_other: Range = _assume(
        "0.01", "0.1", 1, "GB a log group", "Output of builds and records of services."
    )
    system_metrics_gb: Range = _assume(
        "0.1",
        "0.3",
        1,
        "GB a database",
        "Where the database's operating system is watched, a record a minute is billed as a log.",
    )
    builds: Range = _assume(
        1, 1, 4, "a month", "An update of the application a month; high has one a week."
    )
    build_minutes: Range = _assume(
        5, 15, 15, "minutes a build", "A build takes about ten minutes with mirroring."
    )
    repository_gb: Range = _assume(
        "0.3", "0.5", 2, "GB a repository", "A few image versions of about 150 MB, compressed."
    )
    bucket_gb: Range = _assume(
        "0.1", "0.7", 3, "GB a bucket", "Web files, build sources, audit records."
    )
    bucket_writes: Range = _assume(
        500, 4000, 20000, "a bucket", "The audit trail writes a file every few minutes."
    )
    bucket_reads: Range = _assume(
        500, 10000, 100000, "a bucket", "CloudFront reads what its cache does not have."
    )
    secret_calls: Range = _assume(
        100, 1000, 10000, "a secret", "Secrets are read when a task starts."
    )
    nat_gb_gateway: Range = _assume(
        1, 3, 20, "GB a gateway", "Image pulls and calls to AWS, besides the telemetry."
    )
    outgoing_gb_task: Range = _assume(
        "0.1", "0.5", 2, "GB a task", "Keep-alives and calls from the tasks to AWS endpoints."
    )
    backup_beyond_size: Range = _assume(
        0,
        0,
        "0.5",
        "share of the storage",
        "Backups up to the size of the database are free; nothing in the application grows fast.",
    )

    def replaced(self, given: Mapping[str, str]) -> "Assumptions":
        """Return these with some replaced: NAME to VALUE, or to LOW,EXPECTED,HIGH.

        Raises ValueError naming what is wrong.
        """
        names = {entry.name for entry in fields(self)}
        unknown = sorted(given.keys() - names)
        if unknown:
            raise ValueError(f"no assumption is called {unknown[0]}; there are {_listed(names)}")
        return replace(self, **{name: _spread(name, text) for name, text in given.items()})

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


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _spread(name: str, text: str) -> Range:
    try:
        values = [Decimal(part) for part in text.split(",")]
        if len(values) not in {1, 3} or not all(each.is_finite() and each >= 0 for each in values):
            raise ValueError(text)
        return Range.of(*(values if len(values) == 3 else values * 3))
    except (ArithmeticError, ValueError):
        wanted = "a number, or LOW,EXPECTED,HIGH in this order, none of them below zero"
        raise ValueError(f"{name} must be {wanted}, not {text}") from None


DEFAULTS = Assumptions()
