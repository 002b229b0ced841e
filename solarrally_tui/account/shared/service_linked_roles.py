"""Service-linked roles: made once an account, before the first service that needs them."""

from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind

ROLES: Final = MappingProxyType(
    {
        "ecs.amazonaws.com": "AWSServiceRoleForECS",
        "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
        "rds.amazonaws.com": "AWSServiceRoleForRDS",
        "ecs.application-autoscaling.amazonaws.com": (
            "AWSServiceRoleForApplicationAutoScaling_ECSService"
        ),
    }
)
"""Principal and role name (each service's own guide). A first ECS service or database in a new
account fails now and then because AWS makes its role a moment too late."""


async def ensure(door: Door) -> tuple[str, ...]:
    """Make the roles that are missing and return their names. Raises AwsError."""
    made: list[str] = []
    for principal, role in ROLES.items():
        if not await _exists(door, role) and await _make(door, principal):
            made.append(role)
    return tuple(made)


async def _exists(door: Door, role: str) -> bool:
    try:
        await door.call("iam", "get_role", RoleName=role)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True


async def _make(door: Door, principal: str) -> bool:
    try:
        await door.call("iam", "create_service_linked_role", AWSServiceName=principal)
    except AwsError as error:
        if error.kind is Kind.EXISTS:
            return False
        raise
    return True
