"""Price rules for tasks, load balancer, database and builds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charge,
    Charges,
    Entry,
    Free,
    PriceRule,
    Resource,
    UnpricedCharge,
    charged,
    fixed,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.operations import FOREVER_DAYS, logged
from solarrally_tui.pricing.metering.rules.price_names import (
    BETWEEN_REGIONS,
    BETWEEN_ZONES,
    HELD,
    IOT_MESSAGES,
    IOT_MINUTES,
    PUBLIC_IPV4,
    SNAPSHOT,
)
from solarrally_tui.pricing.metering.usage import Usage

_INTERNET: Final = "Data transfer out to internet"
_FREE_INTERNET: Final = Allowance("100 GB of Internet traffic", Decimal(100))
_FREE_DISK_GIB: Final = 20
_SYSTEM_METRICS_DAYS: Final = Decimal(30)
"""How long RDS keeps the operating system's metrics as logs (RDS user guide)."""
_LCU_HOUR_PER_GB: Final = 1
"""An LCU processes one GB in an hour (AWS's pricing page of Elastic Load Balancing)."""
_BUILDERS: Final[Mapping[tuple[str, str], str]] = {
    ("ARM_CONTAINER", "BUILD_GENERAL1_SMALL"): "Linux arm1.small",
    ("ARM_CONTAINER", "BUILD_GENERAL1_LARGE"): "Linux arm1.large",
    ("LINUX_CONTAINER", "BUILD_GENERAL1_SMALL"): "Linux general1.small",
    ("LINUX_CONTAINER", "BUILD_GENERAL1_MEDIUM"): "Linux general1.medium",
}
_FREE_BUILDERS: Final = frozenset({"Linux arm1.small", "Linux general1.small"})
_FREE_MINUTES: Final = Allowance("100 build minutes on small machines", Decimal(100))
_SIZES: Final[Mapping[str, str]] = {"vCPU": "Cpu", "GB": "Memory"}
"""What AWS bills tasks by, each for every hour, and the property that says how much."""
_BUILDS: Final = "how often you deploy"
_TASKS: Final = "how long extra tasks run"
HUB: Final = "HubService"
"""Logical id of the hub in the stack app."""
_ONE: Final = Range.exactly(1)
_TELEMETRY: Final = "chargers, their interval and running tasks"


def _service(resource: Resource, month: Usage) -> Charges:
    """Count tasks, and what AWS IoT delivers to them. With a hub it delivers to the hub alone."""
    is_hub = resource.id == HUB
    tasks = _ONE if is_hub else month.tasks
    gets_all = is_hub or HUB not in resource.siblings
    entries: list[Entry] = [
        *_delivered(month, gets_all),
        used(
            "AWSDataTransfer",
            _INTERNET,
            tasks * month.assume.outgoing_gb_task,
            "how much the tasks send to the Internet",
            _FREE_INTERNET,
        ),
        *_fargate(resource, month, tasks),
        *_passed_on(resource, month, is_hub),
    ]
    return charged(entries[0], *entries[1:])


def _delivered(month: Usage, gets_all: bool) -> Iterator[Charge]:
    """Yield what AWS IoT delivers to a service; nothing where that is the hub's."""
    if not gets_all:
        return
    connections = month.subscribers + Range.exactly(max(month.links - 1, 0))
    yield used("AWSIoT", IOT_MESSAGES, month.delivered, _TELEMETRY)
    yield used("AWSIoT", IOT_MINUTES, month.month_minutes * connections, _TASKS)


def _passed_on(hub: Resource, month: Usage, is_hub: bool) -> Iterator[Charge]:
    """Yield what the hub sends to tasks in other zones. AWS bills that on both sides."""
    if not is_hub:
        return
    subnets = hub.properties["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]
    zones = len(subnets) if isinstance(subnets, list) else 2
    elsewhere = month.hub_telemetry_gb * Decimal(2 * (zones - 1)) * (Decimal(1) / zones)
    yield used("AWSDataTransfer", BETWEEN_ZONES, elsewhere, _TELEMETRY)


def _fargate(resource: Resource, month: Usage, tasks: Range) -> Iterator[Charge]:
    """Yield what AWS bills for the tasks and their addresses, those on Spot apart.

    Spot is expected at its price and never above the regular one, at which high counts it.
    """
    task = resource.siblings[resource.properties["TaskDefinition"]["Ref"]]["Properties"]
    is_arm = task.get("RuntimePlatform", {}).get("CpuArchitecture") == "ARM64"
    platform = "ARM" if is_arm else "x86"
    sizes = {unit: Decimal(str(task[name])) / 1024 for unit, name in _SIZES.items()}
    steady = _never_on_spot(resource, tasks)
    hours = steady * month.assume.hours
    for unit, size in sizes.items():
        name = f"Fargate Linux {platform} {unit}-hour"
        yield fixed("AmazonECS", name, hours * size, _TASKS)
    if steady != tasks:
        hours = (tasks - steady) * month.assume.hours
        for unit, size in sizes.items():
            yield Charge(
                "AmazonECS",
                f"Fargate Spot Linux {platform} {unit}-hour (floating)",
                hours * size,
                "fixed",
                "the price of Spot, and how long extra tasks run",
                ceiling=f"Fargate Linux {platform} {unit}-hour",
            )
    disk = int(task.get("EphemeralStorage", {}).get("SizeInGiB", _FREE_DISK_GIB))
    if disk > _FREE_DISK_GIB:
        extra = tasks * month.assume.hours * (disk - _FREE_DISK_GIB)
        yield fixed("AmazonECS", "Fargate ephemeral storage above 20 GB", extra)
    network = resource.properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    if network.get("AssignPublicIp") == "ENABLED":
        yield fixed("AmazonVPC", PUBLIC_IPV4, tasks * month.assume.hours, _TASKS)


def _never_on_spot(resource: Resource, tasks: Range) -> Range:
    """Return the tasks that always run at the regular price: a strategy's base, or all."""
    strategy = resource.properties.get("CapacityProviderStrategy") or []
    if not any(part["CapacityProvider"] == "FARGATE_SPOT" for part in strategy):
        return tasks
    base = sum(int(p.get("Base", 0)) for p in strategy if p["CapacityProvider"] == "FARGATE")
    return tasks.at_most(Range.exactly(base))


def _cluster(resource: Resource, _month: Usage) -> Charges | Free:
    for setting in resource.properties.get("ClusterSettings") or []:
        if setting.get("Name") == "containerInsights" and setting.get("Value") != "disabled":
            reason = "The number of metrics that Container Insights creates is not known."
            return (UnpricedCharge("AmazonCloudWatch", "Container Insights", reason),)
    return Free("A cluster is free without Container Insights. Tasks are billed by their service.")


def _load_balancer(resource: Resource, month: Usage) -> Charges:
    hours = month.assume.hours
    units = month.assume.load_balancer_units * hours + month.viewer_gb * _LCU_HOUR_PER_GB
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
    return charged(
        fixed("AmazonRDS", name, month.assume.hours),
        fixed("AmazonRDS", f"RDS gp3 storage {zones}", storage),
        used("AmazonRDS", SNAPSHOT, beyond, "how much the data changes"),
        *_database_logs(resource, month),
        *_copied_backups(resource, month),
    )


def _copied_backups(resource: Resource, month: Usage) -> Iterator[Charge]:
    """Yield backups that RDS copies to another Region, at that Region's price, and their way there.

    Nothing is free there: no database is beside them. A copy is at most as large as the storage,
    and at most all of it travels in a month.
    """
    region = resource.properties.get("AutomaticBackupReplicationRegion")
    if region:
        held = month.assume.database_full_share * month.database_gb
        copy = used("AmazonRDS", SNAPSHOT, held, HELD)
        yield copy._replace(region=region)
        yield used("AWSDataTransfer", BETWEEN_REGIONS, held, HELD)


def _database_logs(resource: Resource, month: Usage) -> tuple[Charge, ...]:
    """RDS creates its own log groups. No template names them, and they keep logs forever."""
    exports = resource.properties.get("EnableCloudwatchLogsExports")
    watched = int(resource.properties.get("MonitoringInterval") or 0)
    return (
        *(logged(month, month.assume.log_gb_other * len(exports), FOREVER_DAYS) if exports else ()),
        *(logged(month, month.assume.system_metrics_gb, _SYSTEM_METRICS_DAYS) if watched else ()),
    )


def _build(resource: Resource, month: Usage) -> Charges:
    machine = resource.properties["Environment"]
    item = _BUILDERS.get((machine["Type"], machine["ComputeType"]))
    if not item:
        reason = "The price book does not have this build machine."
        return (UnpricedCharge("CodeBuild", f"{machine['Type']} {machine['ComputeType']}", reason),)
    minutes = month.assume.builds * month.assume.build_minutes
    allowance = _FREE_MINUTES if item in _FREE_BUILDERS else None
    return (used("CodeBuild", item, minutes, _BUILDS, allowance),)


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
