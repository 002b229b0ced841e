"""Takes away what would keep a stack from being deleted: protections and full buckets."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.provisioning.teardown import buckets
from solarrally_tui.stacks import template

_SERVICE_GROUP: Final = "CloudFront-VPCOrigins-Service-SG"
"""CloudFront makes this security group in the VPC of a VPC origin, and does not take it back."""


async def resources(door: Door, stack: Stack) -> list[tuple[str, str, str]]:
    """Return logical id, type and physical id of what a stack holds now. Raises AwsError."""
    found = await door.pages(
        "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack.id
    )
    return [
        (item["LogicalResourceId"], item["ResourceType"], item["PhysicalResourceId"])
        for item in found
        if item.get("PhysicalResourceId") and item["ResourceStatus"] != "DELETE_COMPLETE"
    ]


async def lift(door: Door, stack: Stack) -> None:
    """Make a stack ready to be deleted. The door is in the stack's Region. Raises AwsError.

    What the deployed template keeps is left alone.
    """
    kept = await _kept(door, stack)
    for logical, type_, physical in await resources(door, stack):
        if type_ in _LIFTERS and logical not in kept:
            try:
                await _LIFTERS[type_](door, physical)
            except AwsError as error:
                if error.kind is not Kind.NOT_FOUND:
                    raise


async def _kept(door: Door, stack: Stack) -> frozenset[str]:
    """Return the resources that the deployed template, which we may not know, retains."""
    told = await door.call("cloudformation", "get_template", StackName=stack.id)
    body: Any = told.get("TemplateBody") or {}
    read: Mapping[str, Any] = template.read(body) if isinstance(body, str) else body
    return frozenset(
        name
        for name, resource in read.get("Resources", {}).items()
        if str(resource.get("DeletionPolicy", "")).startswith("Retain")
    )


async def _bucket(door: Door, name: str) -> None:
    await buckets.empty(door, name)


async def _database(door: Door, name: str) -> None:
    told = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    if told["DBInstances"] and told["DBInstances"][0].get("DeletionProtection"):
        await door.call(
            "rds",
            "modify_db_instance",
            DBInstanceIdentifier=name,
            DeletionProtection=False,
            ApplyImmediately=True,
        )


async def _load_balancer(door: Door, arn: str) -> None:
    await door.call(
        "elbv2",
        "modify_load_balancer_attributes",
        LoadBalancerArn=arn,
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
    )


async def _network(door: Door, vpc: str) -> None:
    wanted = [
        {"Name": "vpc-id", "Values": [vpc]},
        {"Name": "group-name", "Values": [_SERVICE_GROUP]},
    ]
    told = await door.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=wanted)
    for group in told:
        if group["GroupName"] == _SERVICE_GROUP and group["VpcId"] == vpc:
            await door.call("ec2", "delete_security_group", GroupId=group["GroupId"])


_LIFTERS: Final[Mapping[str, Callable[[Door, str], Awaitable[None]]]] = MappingProxyType(
    {
        "AWS::S3::Bucket": _bucket,
        "AWS::RDS::DBInstance": _database,
        "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
        "AWS::EC2::VPC": _network,
    }
)
