"""Price rules for storage and monitoring: buckets, secrets, logs, alarms, audit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charge,
    Charges,
    Free,
    PriceRule,
    Resource,
    UnpricedCharge,
    fixed,
    months,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.functions import calls
from solarrally_tui.pricing.metering.usage import MONTH_DAYS, Usage

_HOUR_SECONDS: Final = Decimal(3600)
_KEY_REQUESTS: Final = "Symmetric requests (20,000/month free per account)"
FOREVER_DAYS: Final = Decimal(365)
"""Days counted for logs that are kept forever: those of the first year."""
_LOG_GB_CALL: Final = Decimal(500) / 10**9
"""Lambda writes three lines for each call (its developer guide, CloudWatch Logs), 0.4 KB with what
CloudWatch adds to each, and the programs write a short one."""
_LOGGED: Final = "log volume"
_ALARM: Final = "Alarm, standard resolution"
_FREE_ALARMS: Final = Allowance("10 alarms", Decimal(10))
FREE_METRICS: Final = Allowance("10 custom metrics", Decimal(10))
_FREE_LOGS_IN: Final = Allowance("5 GB of log ingestion", Decimal(5))
_FREE_KEY_REQUESTS: Final = Allowance("20,000 requests to keys", Decimal(20000))
_FREE_LOGS_KEPT: Final = Allowance("5 GB of log storage", Decimal(5))


def _bucket(resource: Resource, month: Usage) -> Charges:
    if stream := _stream_into(resource):
        return _archive(resource, stream, month)
    writes, reads = month.assume.bucket_writes, month.assume.bucket_reads
    return (
        used("AmazonS3", "S3 Standard storage", month.assume.bucket_gb, "how many files are kept"),
        used("AmazonS3", "S3 PUT/COPY/POST/LIST", writes, "how many files are written"),
        used("AmazonS3", "S3 GET and other", reads, "how many files are read"),
    )


def _stream_into(bucket: Resource) -> Mapping[str, Any] | None:
    """Return where a delivery stream of the same template writes, if it is this bucket."""
    for sibling in bucket.siblings.values():
        if sibling["Type"] == "AWS::KinesisFirehose::DeliveryStream":
            into: Mapping[str, Any] = sibling["Properties"]["ExtendedS3DestinationConfiguration"]
            if into["BucketARN"] == {"Fn::GetAtt": [bucket.id, "Arn"]}:
                return into
    return None


def _archive(bucket: Resource, into: Mapping[str, Any], month: Usage) -> Charges:
    """Count an archive when it is full, and the files that the stream writes into it."""
    gb = month.archived_gb
    if into.get("CompressionFormat") == "GZIP":
        gb = gb * month.assume.archive_compression
    buffer = into["BufferingHints"]
    seconds = Decimal(str(buffer["IntervalInSeconds"]))
    by_time = month.assume.hours * (_HOUR_SECONDS / seconds)
    by_size = month.archived_gb * (1000 / Decimal(str(buffer["SizeInMBs"])))
    (rule,) = bucket.properties["LifecycleConfiguration"]["Rules"]
    kept = Decimal(str(rule["ExpirationInDays"])) / MONTH_DAYS
    chargers = "chargers, their interval and how well messages compress"
    return (
        used("AmazonS3", "S3 Standard storage", gb * kept, chargers),
        used("AmazonS3", "S3 PUT/COPY/POST/LIST", by_time.at_least(by_size), chargers),
    )


def _secret(_: Resource, month: Usage) -> Charges:
    calls = month.assume.secret_calls
    return (
        fixed("AWSSecretsManager", "Secret", months()),
        used("AWSSecretsManager", "API requests", calls, "how often tasks start"),
        used("awskms", _KEY_REQUESTS, calls, "how often tasks start", _FREE_KEY_REQUESTS),
    )


def _key(resource: Resource, _month: Usage) -> Charges:
    """AWS bills the first two rotations of a key like a key each (its pricing page)."""
    rotations = (12, 24) if resource.flag("EnableKeyRotation") else ()
    return (Charge("awskms", "Customer managed key", months(), "fixed", again_after=rotations),)


def _log_group(resource: Resource, month: Usage) -> Charges:
    gb = month.assume.log_gb_other
    if resource.stack == "app" and month.tasks.high:
        gb = month.assume.log_gb_task * month.tasks
        if month.links:  # the hub logs its connections, and the same for each task
            gb = gb + month.assume.log_gb_other
    elif runs := calls(resource.id.replace("LogGroup", "Function"), resource, month):
        gb = runs * _LOG_GB_CALL
    days = Decimal(str(resource.properties.get("RetentionInDays", FOREVER_DAYS)))
    return logged(month, gb, days)


def logged(month: Usage, gb: Range, days: Decimal) -> tuple[Charge, Charge]:
    """Return the charges for so many GB of logs a month, kept for so many days.

    What is kept is billed as compressed.
    """
    kept = gb * month.assume.log_compression * (days / MONTH_DAYS)
    return (
        used("AmazonCloudWatch", "Logs ingestion, Standard class", gb, _LOGGED, _FREE_LOGS_IN),
        used(
            "AmazonCloudWatch",
            "Logs storage (compressed)",
            kept,
            _LOGGED,
            _FREE_LOGS_KEPT,
        ),
    )


def _alarm(resource: Resource, _: Usage) -> Charges:
    metrics = [entry for entry in resource.properties.get("Metrics") or [] if "MetricStat" in entry]
    period = int(resource.properties.get("Period") or 60)
    count = months(len(metrics) or 1)
    if period < 60:
        return (fixed("AmazonCloudWatch", "Alarm, high resolution", count),)
    return (fixed("AmazonCloudWatch", _ALARM, count, allowance=_FREE_ALARMS),)


def _composite(_: Resource, _month: Usage) -> Charges:
    return (fixed("AmazonCloudWatch", "Alarm, composite", months()),)


def _scaling(_: Resource, _month: Usage) -> Charges:
    """Target tracking creates two alarms (Application Auto Scaling user guide)."""
    return (fixed("AmazonCloudWatch", _ALARM, months(2), allowance=_FREE_ALARMS),)


def _metric(resource: Resource, _: Usage) -> Charges:
    count = len(resource.properties.get("MetricTransformations") or [])
    item = "Custom/detailed metric"
    return (fixed("AmazonCloudWatch", item, months(count), allowance=FREE_METRICS),)


def _dashboard(_: Resource, _month: Usage) -> Charges:
    item = "Dashboard above 3 free (up to 50 metrics each)"
    return (fixed("AmazonCloudWatch", item, months()),)


def _trail(resource: Resource, _: Usage) -> Charges | Free:
    selectors = resource.properties.get("EventSelectors") or []
    if any(selector.get("DataResources") for selector in selectors):
        reason = "The number of data events is not known."
        return (UnpricedCharge("AWSCloudTrail", "Data events", reason),)
    return Free("The first copy of an account's management events is free.")


OPERATIONS: Final[Mapping[str, PriceRule]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::KMS::Key": _key,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::MetricFilter": _metric,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _composite,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::CloudTrail::Trail": _trail,
}
