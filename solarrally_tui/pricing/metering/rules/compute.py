"""Price rules for tasks, load balancer, database and builds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charge,
    Charges,
    PriceRule,
    Resource,
    UnpricedCharge,
    fixed,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.operations import FOREVER_DAYS, logged
from solarrally_tui.pricing.metering.usage import Usage

IOT_MESSAGES: Final = "Messages (5 KB metering), MQTT/HTTP"
IOT_MINUTES: Final = "Connectivity (connection minutes)"
PUBLIC_IPV4: Final = "Public IPv4 in use"
_INTERNET: Final = "Data transfer out to internet"
_FREE_INTERNET: Final = Allowance("100 GB of Internet traffic", Decimal(100))
_FREE_DISK_GIB: Final = 20
_SYSTEM_METRICS_DAYS: Final = Decimal(30)
"""How long RDS keeps the operating system's metrics as logs (RDS user guide)."""
_LCU_GB_HOUR: Final = 1
"""GB that one LCU processes in an hour (AWS's pricing page of Elastic Load Balancing)."""
_BUILDERS: Final[Mapping[tuple[str, str], str]] = {
    ("ARM_CONTAINER", "BUILD_GENERAL1_SMALL"): "Linux arm1.small",
    ("ARM_CONTAINER", "BUILD_GENERAL1_LARGE"): "Linux arm1.large",
    ("LINUX_CONTAINER", "BUILD_GENERAL1_SMALL"): "Linux general1.small",
    ("LINUX_CONTAINER", "BUILD_GENERAL1_MEDIUM"): "Linux general1.medium",
}
_BUILDS: Final = "how often you deploy"
_TASKS: Final = "how long extra tasks run"
_TELEMETRY: Final = "chargers, their interval and running tasks"


def _service(resource: Resource, month: Usage) -> Charges:
    """Count tasks on Spot at the regular price: the Spot price varies and is never higher."""
    network = resource.properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    is_public = network.get("AssignPublicIp") == "ENABLED"
    hours = month.tasks * month.assume.hours
    return (
        *_fargate(resource, hours),
        *((fixed("AmazonVPC", PUBLIC_IPV4, hours, _TASKS),) if is_public else ()),
        used("AWSIoT", IOT_MESSAGES, month.delivered, _TELEMETRY),
        used("AWSIoT", IOT_MINUTES, month.month_minutes * month.subscribers, _TASKS),
        used(
            "AWSDataTransfer",
            _INTERNET,
            month.tasks * month.assume.outgoing_gb_task,
            "how much the tasks send to the Internet",
            _FREE_INTERNET,
        ),
    )


def _fargate(resource: Resource, hours: Range) -> tuple[Charge, ...]:
    task = resource.siblings[resource.properties["TaskDefinition"]["Ref"]]["Properties"]
    platform = task.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
    name = "Fargate Linux ARM" if platform == "ARM64" else "Fargate Linux x86"
    disk = int(task.get("EphemeralStorage", {}).get("SizeInGiB", _FREE_DISK_GIB))
    cpu, memory = Decimal(str(task["Cpu"])) / 1024, Decimal(str(task["Memory"])) / 1024
    extra = hours * Decimal(max(0, disk - _FREE_DISK_GIB))
    return (
        fixed("AmazonECS", f"{name} vCPU-hour", hours * cpu, _TASKS),
        fixed("AmazonECS", f"{name} GB-hour", hours * memory, _TASKS),
        *(
            (fixed("AmazonECS", "Fargate ephemeral storage above 20 GB", extra),)
            if disk > _FREE_DISK_GIB
            else ()
        ),
    )


def _cluster(resource: Resource, _month: Usage) -> Charges:
    for setting in resource.properties.get("ClusterSettings") or []:
        if setting.get("Name") == "containerInsights" and setting.get("Value") != "disabled":
            reason = "The number of metrics that Container Insights creates is not known."
            return (UnpricedCharge("AmazonCloudWatch", "Container Insights", reason),)
    return ()


def _load_balancer(resource: Resource, month: Usage) -> Charges:
    hours = month.assume.hours
    traffic = month.viewer_gb * (1 / (hours.expected * _LCU_GB_HOUR))
    units = (month.assume.load_balancer_units + traffic) * hours
    lines = (
        fixed("AWSELB", "ALB hour", hours),
        used("AWSELB", "ALB LCU-hour", units, "open pages and chargers"),
    )
    if resource.properties.get("Scheme") == "internal":
        return lines
    subnets = resource.properties.get("Subnets")
    addresses = len(subnets) if isinstance(subnets, list) else 2
    return (*lines, fixed("AmazonVPC", PUBLIC_IPV4, hours * addresses))


def _database(resource: Resource, month: Usage) -> Charges:
    zones = "Multi-AZ" if resource.flag("MultiAZ") else "Single-AZ"
    storage = Range.exactly(str(resource.properties["AllocatedStorage"]))
    name = f"RDS PostgreSQL {resource.properties['DBInstanceClass']} {zones}"
    beyond = storage * month.assume.backup_beyond_size
    return (
        fixed("AmazonRDS", name, month.assume.hours),
        fixed("AmazonRDS", f"RDS gp3 storage {zones}", storage),
        used(
            "AmazonRDS",
            "RDS backup/snapshot storage beyond 100% of provisioned",
            beyond,
            "how much the data changes",
        ),
        *_database_logs(resource, month),
    )


def _database_logs(resource: Resource, month: Usage) -> Charges:
    """RDS creates its own log groups. No template names them, and they keep logs forever."""
    exports = resource.properties.get("EnableCloudwatchLogsExports")
    watched = int(resource.properties.get("MonitoringInterval") or 0)
    return (
        *(logged(month.assume.log_gb_other * len(exports), FOREVER_DAYS) if exports else ()),
        *(logged(month.assume.system_metrics_gb, _SYSTEM_METRICS_DAYS) if watched else ()),
    )


def _build(resource: Resource, month: Usage) -> Charges:
    machine = resource.properties["Environment"]
    item = _BUILDERS.get((machine["Type"], machine["ComputeType"]))
    if not item:
        reason = "The price book does not have this build machine."
        return (UnpricedCharge("CodeBuild", f"{machine['Type']} {machine['ComputeType']}", reason),)
    minutes = month.assume.builds * month.assume.build_minutes
    return (used("CodeBuild", item, minutes, _BUILDS),)


def _repository(_: Resource, month: Usage) -> Charges:
    size = month.assume.repository_gb
    return (used("AmazonECR", "ECR private storage", size, "image versions kept"),)


COMPUTE: Final[Mapping[str, PriceRule]] = {
    "AWS::ECS::Service": _service,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::RDS::DBInstance": _database,
    "AWS::CodeBuild::Project": _build,
    "AWS::ECR::Repository": _repository,
}
