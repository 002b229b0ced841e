"""Price rules for options that are off by default: rules, archive, flow logs, vault."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.charge import (
    Charges,
    PriceRule,
    Resource,
    UnpricedCharge,
    fixed,
    months,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.operations import FREE_METRICS
from solarrally_tui.pricing.metering.usage import Usage

_TRIGGERED: Final = "Rules triggered (5 KB metering)"
_EXECUTED: Final = "Rule actions executed (5 KB metering)"
_WEEKS: Final = 7


def _rule(resource: Resource, month: Usage) -> Charges:
    """A rule is billed for each message it evaluates, an action for each that its query selects."""
    payload: Any = resource.properties["TopicRulePayload"]
    sql = str(payload["Sql"])
    if "/evse/" not in sql:
        return ()
    # With a WHERE clause a rule selects faults only, which are next to none of the messages.
    selected = Range.exactly(0) if "WHERE" in sql else month.messages
    return (
        used("AWSIoT", _TRIGGERED, month.messages, "chargers and their interval"),
        used("AWSIoT", _EXECUTED, selected, "chargers and their interval"),
    )


def _server(resource: Resource, month: Usage) -> Charges:
    """The NAT instance, by the hour, and its disk."""
    kind = resource.properties["InstanceType"]
    (disk,) = resource.properties["BlockDeviceMappings"]
    size = Range.exactly(str(disk["Ebs"]["VolumeSize"]))
    name = f"EC2 {kind} Linux on-demand (NAT instance candidate)"
    return (
        fixed("AmazonEC2", name, month.assume.hours),
        fixed("AmazonEC2", "EBS gp3 storage (NAT instance root disk)", size),
    )


def _task(resource: Resource, _month: Usage) -> Charges:
    """Tasks are billed with their service; a probe adds two metrics."""
    containers = resource.properties.get("ContainerDefinitions") or []
    if not any(container.get("Name") == "probe" for container in containers):
        return ()
    item = "Custom/detailed metric"
    return (fixed("AmazonCloudWatch", item, months(2), allowance=FREE_METRICS),)


def _delivery(_: Resource, _month: Usage) -> Charges:
    reason = "The price book has none. Firehose bills every telemetry message as 5 KB."
    return (UnpricedCharge("AmazonKinesisFirehose", "Data ingested", reason),)


def _health_check(resource: Resource, _month: Usage) -> Charges:
    """A check over HTTPS is a check with one optional feature. CloudFront counts as outside AWS.

    AWS charges less for its own endpoints, but does not say that CloudFront is one.
    """
    config: Any = resource.properties["HealthCheckConfig"]
    features = sum(
        (
            str(config.get("Type", "")).startswith("HTTPS"),
            "SearchString" in config,
            bool(config.get("MeasureLatency")),
            int(config.get("RequestInterval") or 30) < 30,
        )
    )
    name = "Health check, endpoint outside AWS"
    optional = "Health check, optional feature, endpoint outside AWS"
    return (
        fixed("AmazonRoute53", name, months()),
        fixed("AmazonRoute53", optional, months(features)),
    )


def _flow_log(_: Resource, _month: Usage) -> Charges:
    reason = "The number of connections is not known."
    return (UnpricedCharge("AmazonCloudWatch", "Flow log records delivered to S3", reason),)


def _plan(resource: Resource, month: Usage) -> Charges:
    """The first weekly backup holds everything, each later one what has changed since."""
    (rule, *_) = resource.properties["BackupPlan"]["BackupPlanRule"]
    weeks = Decimal(str(rule["Lifecycle"]["DeleteAfterDays"])) / _WEEKS
    later = month.assume.backup_beyond_size * max(weeks - 1, Decimal())
    gb = (Range.exactly(1) + later) * month.database_gb
    return (
        used(
            "AWSBackup", "AWS Backup RDS snapshot storage (warm)", gb, "how much the data changes"
        ),
    )


OPTIONS: Final[Mapping[str, PriceRule]] = {
    "AWS::EC2::Instance": _server,
    "AWS::ECS::TaskDefinition": _task,
    "AWS::IoT::TopicRule": _rule,
    "AWS::KinesisFirehose::DeliveryStream": _delivery,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::Backup::BackupPlan": _plan,
}
