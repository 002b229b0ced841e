"""Whether resources of a stack still exist: one look each, for what people delete by hand.

CloudFormation does not read them again: a stack stays complete, and a change set finds nothing to
change, when somebody deletes a bucket, a role or a secret of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.deployed.stack import StackResource

Look = Callable[[Door, str], Awaitable[bool]]
"""Whether a resource exists, by its physical id."""

LIVES: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
"""Statuses of a resource that CloudFormation takes to exist."""


async def missing(door: Door, resources: Iterable[StackResource]) -> tuple[StackResource, ...]:
    """Return the resources that their stack has, but that do not exist any more.

    The door is in the stack's Region. Types that nobody looks up, and what the credentials may not
    read, count as present. Raises AwsError.
    """
    looked_for = [r for r in resources if r.type in LOOKS and r.physical_id and r.status in LIVES]
    exist = await asyncio.gather(*(_exists(door, resource) for resource in looked_for))
    return tuple(r for r, exists in zip(looked_for, exist, strict=True) if not exists)


async def _exists(door: Door, resource: StackResource) -> bool:
    with tolerate(Kind.DENIED):
        return await LOOKS[resource.type](door, resource.physical_id)
    return True


async def _bucket(door: Door, name: str) -> bool:
    return await door.find("s3", "get_bucket_location", Bucket=name) is not None


async def _bucket_policy(door: Door, bucket: str) -> bool:
    return await door.find("s3", "get_bucket_policy", Bucket=bucket) is not None


async def _role(door: Door, name: str) -> bool:
    return await door.find("iam", "get_role", RoleName=name) is not None


async def _secret(door: Door, arn: str) -> bool:
    response = await door.find("secretsmanager", "describe_secret", SecretId=arn)
    # One that is scheduled for deletion is described for some weeks, and cannot be read.
    return response is not None and not response.get("DeletedDate")


async def _log_group(door: Door, name: str) -> bool:
    groups = await door.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    return any(group["logGroupName"] == name for group in groups)


async def _security_group(door: Door, group: str) -> bool:
    return await door.find("ec2", "describe_security_groups", GroupIds=[group]) is not None


async def _service(door: Door, arn: str) -> bool:
    cluster = arn.split("/")[-2]
    found = await door.find("ecs", "describe_services", cluster=cluster, services=[arn])
    services: Collection[Mapping[str, str]] = (found or {}).get("services") or ()
    return any(service["status"] != "INACTIVE" for service in services)


async def _database(door: Door, name: str) -> bool:
    return await door.find("rds", "describe_db_instances", DBInstanceIdentifier=name) is not None


LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "AWS::S3::Bucket": _bucket,
        "AWS::S3::BucketPolicy": _bucket_policy,
        "AWS::IAM::Role": _role,
        "AWS::SecretsManager::Secret": _secret,
        "AWS::Logs::LogGroup": _log_group,
        "AWS::EC2::SecurityGroup": _security_group,
        "AWS::ECS::Service": _service,
        "AWS::RDS::DBInstance": _database,
    }
)
"""How to look up the types of which people delete single ones, by type."""
