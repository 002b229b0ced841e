"""The whole table: each type of CloudFormation that a blueprint has, and what it becomes."""

from collections.abc import Mapping
from typing import Final

from solarrally_tui.terraform.types import (
    compute,
    database,
    devices,
    functions,
    identity,
    network,
    observation,
    storage,
    web,
)
from solarrally_tui.terraform.types.model import Row

TABLE: Final[Mapping[str, Row]] = {
    **network.ROWS,
    **storage.ROWS,
    **identity.ROWS,
    **web.ROWS,
    **database.ROWS,
    **compute.ROWS,
    **observation.ROWS,
    **devices.ROWS,
    **functions.ROWS,
}

LEFT_OUT: Final[Mapping[str, str]] = {
    "AWS::CloudFormation::WaitConditionHandle": "A stack needs a resource, a module does not.",
    "AWS::SecretsManager::SecretTargetAttachment": (
        "It writes host and port into the database's secret, which nothing of a site reads."
    ),
}
"""Types that have no counterpart, and why."""

RESOURCE_TYPES: Final = frozenset(
    name for row in TABLE.values() for name in (row.terraform, *row.beside)
)
"""Every type of Terraform that an export may write."""
