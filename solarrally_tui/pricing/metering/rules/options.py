"""Price rules for what is off unless the operator asks for it: rules, archive, flow logs, vault."""

from decimal import Decimal
from types import MappingProxyType
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
_DONE: Final = "Rule actions executed (5 KB metering)"
_WEEKS: Final = 7


def _rule(resource: Resource, month: Usage) -> Charges:
    """A rule is billed for what arrives, an action for what the rule's query lets through."""
    payload: Any = resource.properties["TopicRulePayload"]
    sql = str(payload["Sql"])
    if "/evse/" not in sql:
        return ()
    messages = month.messages
    acted = Range.exactly(0) if "WHERE" in sql else messages
    return (
        used("AWSIoT", _TRIGGERED, messages, "chargers and their interval"),
        used("AWSIoT", _DONE, acted, "chargers and their interval"),
    )


def _server(resource: Resource, month: Usage) -> Charges:
    """The NAT instance: by the hour, and its disk."""
    kind = resource.properties["InstanceType"]
    (disk,) = resource.properties["BlockDeviceMappings"]
    size = Range.exactly(str(disk["Ebs"]["VolumeSize"]))
    name = f"EC2 {kind} Linux on-demand (NAT instance candidate)"
    return (
        fixed("AmazonEC2", name, month.assume.hours),
        fixed("AmazonEC2", "EBS gp3 storage (NAT instance root disk)", size),
    )


def _task(resource: Resource, _month: Usage) -> Charges:
    """Tasks are billed with their service; what a probe says of itself becomes two metrics."""
    containers = resource.properties.get("ContainerDefinitions") or []
    if not any(each.get("Name") == "probe" for each in containers):
        return ()
    item = "Custom/detailed metric"
    return (fixed("AmazonCloudWatch", item, months(2), pool=FREE_METRICS),)


def _delivery(_: Resource, _month: Usage) -> Charges:
    reason = "The price table has none. Firehose bills 5 KB for every telemetry message."
    return (UnpricedCharge("AmazonKinesisFirehose", "Data ingested", reason),)


def _health_check(resource: Resource, _month: Usage) -> Charges:
    """A check over HTTPS is a check with one optional feature. CloudFront counts as outside AWS.

    AWS asks less for endpoints of its own, but does not say that CloudFront is one.
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
    reason = "How many connections there are is not known."
    return (UnpricedCharge("AmazonCloudWatch", "Flow log records delivered to S3", reason),)


def _plan(resource: Resource, month: Usage) -> Charges:
    """The first weekly backup is of everything, each later one of what changed since."""
    (rule, *_) = resource.properties["BackupPlan"]["BackupPlanRule"]
    weeks = Decimal(str(rule["Lifecycle"]["DeleteAfterDays"])) / _WEEKS
    later = month.assume.backup_beyond_size * max(weeks - 1, Decimal())
    gb = (Range.exactly(1) + later) * month.database_gb
    return (
        used(
            "AWSBackup", "AWS Backup RDS snapshot storage (warm)", gb, "how much the data changes"
        ),
    )


OPTIONS: Final[MappingProxyType[str, PriceRule]] = MappingProxyType(
    {
        "AWS::EC2::Instance": _server,
        "AWS::ECS::TaskDefinition": _task,
        "AWS::IoT::TopicRule": _rule,
        "AWS::KinesisFirehose::DeliveryStream": _delivery,
        "AWS::EC2::FlowLog": _flow_log,
        "AWS::Route53::HealthCheck": _health_check,
        "AWS::Backup::BackupPlan": _plan,
    }
)
