"""Size tiers: presets that any field of a site file can override.

Task sizes follow load tests of the application: a worker on one core sends about 25,000 WebSocket
frames a second (messages a second times viewers), 1,000 chargers at 5 s with 10 viewers used 21 %
of a core, and a Fargate vCPU is half a core.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class Tier(StrEnum):
    """A size preset."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Shape(StrEnum):
    """What runs the application."""

    TASKS = "tasks"
    FUNCTIONS = "functions"


class Egress(StrEnum):
    """How tasks reach the Internet."""

    PUBLIC_TASKS = "public-tasks"
    NAT_INSTANCE = "nat-instance"
    NAT_SINGLE = "nat-single"
    NAT_PER_AZ = "nat-per-az"


class WafMode(StrEnum):
    """What the web application firewall does with a request that matches a rule."""

    OFF = "off"
    COUNT = "count"
    BLOCK = "block"


class Architecture(StrEnum):
    """Processor architecture of the tasks and of the image build."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


CHARGER_RANGE: Final[Mapping[Tier, tuple[int, int]]] = {
    Tier.SMALL: (1, 10),
    Tier.MEDIUM: (10, 100),
    Tier.LARGE: (100, 1000),
}
"""Chargers that each tier is for: lowest and highest number."""

PRESETS: Final[Mapping[Tier, Mapping[str, Any]]] = {
    Tier.SMALL: {
        "chargers": 10,
        "interval_seconds": 10,
        "task_cpu": 512,
        "task_memory": 1024,
        "min_tasks": 1,
        "max_tasks": 2,
        "database_class": "db.t4g.micro",
        "database_storage_gib": 20,
        "database_max_storage_gib": 50,
        "multi_az": False,
        "backup_days": 7,
        "egress": Egress.PUBLIC_TASKS.value,
        "log_retention_days": 30,
        "probe": True,
        "database_monitoring": False,
    },
    Tier.MEDIUM: {
        "chargers": 100,
        "interval_seconds": 10,
        "task_cpu": 512,
        "task_memory": 1024,
        "min_tasks": 2,
        "max_tasks": 4,
        "database_class": "db.t4g.small",
        "database_storage_gib": 50,
        "database_max_storage_gib": 200,
        "multi_az": True,
        "backup_days": 14,
        "egress": Egress.PUBLIC_TASKS.value,
        "log_retention_days": 90,
        "probe": True,
        "database_monitoring": True,
    },
    Tier.LARGE: {
        "chargers": 500,
        "interval_seconds": 10,
        "task_cpu": 1024,
        "task_memory": 2048,
        "min_tasks": 3,
        "max_tasks": 6,
        "database_class": "db.t4g.medium",
        "database_storage_gib": 100,
        "database_max_storage_gib": 500,
        "multi_az": True,
        "backup_days": 30,
        "egress": Egress.NAT_PER_AZ.value,
        "log_retention_days": 365,
        "probe": True,
        "database_monitoring": True,
    },
}


def preset(tier: Tier) -> dict[str, Any]:
    """Return a fresh copy of a tier's sizing answers."""
    return dict(PRESETS[tier])
