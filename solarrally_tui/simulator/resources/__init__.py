"""CloudFormation resource types that MiniStack lacks, one file a service.

Each calls the account's public AWS API, as CloudFormation's own handlers do.
"""

import importlib

_MODULES = (
    "cost_explorer",
    "applicationautoscaling",
    "budgets",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "ec2",
    "elbv2",
    "iam",
    "iot",
    "rds",
    "route53",
    "secretsmanager",
    "wafv2",
    "backup",
)


def load() -> None:
    """Declare every type."""
    for module in _MODULES:
        importlib.import_module(f"{__name__}.{module}")
