"""Service-linked roles: created once an account, before the first service that needs them."""

import asyncio
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate

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
"""Principal and role name (each service's own guide). The first ECS service or database in a new
account sometimes fails because AWS creates its role a moment too late."""


async def ensure(door: Door) -> tuple[str, ...]:
    """Create the roles that are missing and return their names. Raises AwsError."""
    missing, created = await missing_roles(door), []
    for principal, role in ROLES.items():
        if role in missing:
            # Another deployment in the account may have been faster.
            with tolerate(Kind.EXISTS):
                await door.call("iam", "create_service_linked_role", AWSServiceName=principal)
                created.append(role)
    return tuple(created)


async def missing_roles(door: Door) -> tuple[str, ...]:
    """Return the names of the roles that the account does not have. Raises AwsError."""
    roles = tuple(ROLES.values())
    existing = await asyncio.gather(
        *(door.find("iam", "get_role", RoleName=role) for role in roles)
    )
    return tuple(role for role, found in zip(roles, existing, strict=True) if not found)
