"""AWS services, and operations of services, that MiniStack does not answer."""

import importlib

_MODULES = (
    "applicationautoscaling",
    "backup",
    "cost_explorer",
    "elbv2",
    "iam",
    "iot",
    "quotas",
    "rds",
    "rds_backups",
    "route53",
    "secretsmanager",
    "iam_simulation",
)


def load() -> None:
    """Declare every operation."""
    for module in _MODULES:
        importlib.import_module(f"{__name__}.{module}")
