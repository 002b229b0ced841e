"""Removes what would keep a stack from being deleted: protections and full buckets."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.provisioning.change import buckets, protection
from solarrally_tui.stacks import template

_SERVICE_GROUP: Final = "CloudFront-VPCOrigins-Service-SG"
"""CloudFront creates this security group in the VPC of a VPC origin, and never deletes it."""


class StillLockedError(Exception):
    """AWS did not let a resource be made ready for its deletion."""

    def __init__(self, resource: StackResource, error: AwsError) -> None:
        super().__init__(f"{resource.logical_id}: {error}")
        self.resource = resource
        self.error = error


async def unlock(door: Door, stack: Stack, resources: Iterable[StackResource]) -> None:
    """Make a stack ready to be deleted. The door is in the stack's Region.

    What the deployed template retains is left alone. Raises StillLockedError and AwsError.
    """
    retained = await _retained(door, stack)
    for resource in resources:
        if resource.type in _UNLOCK and resource.logical_id not in retained:
            try:
                with tolerate(Kind.NOT_FOUND):
                    await _UNLOCK[resource.type](door, resource.physical_id)
            except AwsError as error:
                raise StillLockedError(resource, error) from error


async def _retained(door: Door, stack: Stack) -> frozenset[str]:
    """Return the logical ids that the deployed template retains. It may be of another version."""
    response = await door.call("cloudformation", "get_template", StackName=stack.id)
    body: Any = response.get("TemplateBody") or {}
    deployed: Mapping[str, Any] = template.read(body) if isinstance(body, str) else body
    return frozenset(
        name
        for name, resource in deployed.get("Resources", {}).items()
        if str(resource.get("DeletionPolicy", "")).startswith("Retain")
    )


async def _bucket(door: Door, name: str) -> None:
    await buckets.empty(door, name)


async def _database(door: Door, name: str) -> None:
    await protection.lift(door, name)


async def _load_balancer(door: Door, arn: str) -> None:
    await door.call(
        "elbv2",
        "modify_load_balancer_attributes",
        LoadBalancerArn=arn,
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
    )


async def _network(door: Door, vpc: str) -> None:
    filters = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "group-name", "Values": [_SERVICE_GROUP]},
    ]
    groups = await door.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters)
    for group in groups:
        # Checked once more: a filter that an endpoint ignores must not delete other groups.
        if group["GroupName"] == _SERVICE_GROUP and group["VpcId"] == vpc:
            await door.call("ec2", "delete_security_group", GroupId=group["GroupId"])


_UNLOCK: Final[Mapping[str, Callable[[Door, str], Awaitable[None]]]] = MappingProxyType(
    {
        "AWS::S3::Bucket": _bucket,
        protection.DATABASE: _database,
        "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
        "AWS::EC2::VPC": _network,
    }
)
