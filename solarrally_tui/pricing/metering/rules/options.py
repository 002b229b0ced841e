"""Price rules for options: probe, flow logs, health check, vault, hosted zone and domain."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.charge import (
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
from solarrally_tui.pricing.metering.rules.operations import FREE_METRICS
from solarrally_tui.pricing.metering.rules.price_names import HELD
from solarrally_tui.pricing.metering.usage import MONTH_DAYS, Usage

_WEEKS: Final = 7
_PROBE_METRICS: Final = 7
"""Database, bridge, two ages, three counts (blueprints/app, the probe's program)."""

_FLOW_LOG_MONTHS: Final = 30 / MONTH_DAYS
"""The bucket of access logs keeps its files for 30 days (blueprints/bootstrap)."""


def _task(resource: Resource, _month: Usage) -> Charges | Free:
    """Tasks are billed with their service; a probe adds its metrics."""
    containers = resource.properties.get("ContainerDefinitions") or []
    if not any(container.get("Name") == "probe" for container in containers):
        return Free("A task is billed by the service or the run that starts it.")
    item = "Custom/detailed metric"
    return (fixed("AmazonCloudWatch", item, months(_PROBE_METRICS), allowance=FREE_METRICS),)


def _health_check(resource: Resource, _month: Usage) -> Charges:
    """A check over HTTPS is a check with one optional feature. CloudFront counts as outside AWS.

    AWS bills less for its own endpoints, which is the low case, but does not say whether CloudFront
    is one.
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
    whose = "whether AWS counts CloudFront as its own endpoint"
    return (
        Charge(
            "AmazonRoute53",
            "Health check, endpoint outside AWS",
            months(),
            "fixed",
            whose,
            lowest="Health check, AWS endpoint above 50 free",
        ),
        Charge(
            "AmazonRoute53",
            "Health check, optional feature, endpoint outside AWS",
            months(features),
            "fixed",
            whose,
            lowest="Health check, optional feature, AWS endpoint",
        ),
    )


def _flow_log(_: Resource, month: Usage) -> Charges:
    gb = month.containers * month.assume.flow_log_gb_task
    item, driver = (
        "Vended logs delivered to S3 (e.g. VPC flow logs)",
        "how many connections are made",
    )
    return (
        used("AmazonCloudWatch", item, gb, driver),
        used("AmazonS3", "S3 Standard storage", gb * _FLOW_LOG_MONTHS, driver),
    )


def _plan(resource: Resource, month: Usage) -> Charges:
    """The first weekly backup holds everything, each later one what has changed since."""
    (rule, *_) = resource.properties["BackupPlan"]["BackupPlanRule"]
    weeks = Decimal(str(rule["Lifecycle"]["DeleteAfterDays"])) / _WEEKS
    later = month.assume.backup_beyond_size * max(weeks - 1, Decimal())
    gb = (Range.exactly(1) + later) * month.assume.database_full_share * month.database_gb
    return (used("AWSBackup", "AWS Backup RDS snapshot storage (warm)", gb, HELD),)


def _zone(_: Resource, _month: Usage) -> Charges:
    """Queries for aliases of CloudFront are free."""
    return (fixed("AmazonRoute53", "Hosted zone", months()),)


def _domain(_: Resource, _month: Usage) -> Charges:
    reason = (
        "The price book has none. Amazon Registrar bills a year at a time, by the ending: "
        "about 14 USD for .com. Nothing if the name is registered elsewhere."
    )
    return (UnpricedCharge("AmazonRegistrar", "Domain", reason, minor=True, kind="fixed"),)


OPTIONS: Final[Mapping[str, PriceRule]] = {
    "AWS::ECS::TaskDefinition": _task,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::Route53::HealthCheck": _health_check,
    "AWS::Backup::BackupPlan": _plan,
    "AWS::Route53::HostedZone": _zone,
    "AWS::ServiceDiscovery::PrivateDnsNamespace": _zone,
    "AWS::Route53Domains::Domain": _domain,
}
