"""Whether what a stack holds still exists: CloudFormation does not notice what others delete.

One reading call for each resource, or for all of a type where the service lists several. The engine
makes each of these calls anyway, so that the deploy policy is as wide as before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.stack import StackResource

LIVES: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
"""Statuses of a resource that CloudFormation takes to exist."""

Look = Callable[[Door, Sequence[str]], Awaitable[set[str]]]
"""Returns which of some physical ids exist."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What was looked for."""

    missing: tuple[StackResource, ...] = ()
    unseen: tuple[tuple[StackResource, AwsError], ...] = ()
    """What could not be looked for, and why."""
    seen: int = 0
    """How many exist."""


def alive(resources: Iterable[StackResource]) -> int:
    """Return how many of a stack's resources CloudFormation takes to exist."""
    return sum(resource.status in LIVES for resource in resources)


async def look(door: Door, resources: Iterable[StackResource]) -> Presence:
    """Look for every resource of a stack whose type is in LOOKS. The door is in its Region."""
    by_type: dict[str, list[StackResource]] = {}
    for resource in resources:
        if resource.type in LOOKS and resource.physical_id and resource.status in LIVES:
            by_type.setdefault(resource.type, []).append(resource)
    found = await asyncio.gather(*(_look(door, type_, them) for type_, them in by_type.items()))
    return Presence(
        tuple(resource for one in found for resource in one.missing),
        tuple(pair for one in found for pair in one.unseen),
        sum(one.seen for one in found),
    )


async def missing(door: Door, resources: Iterable[StackResource]) -> tuple[StackResource, ...]:
    """Return what is gone. What the credentials may not read counts as there. Raises AwsError."""
    looked = await look(door, resources)
    for _, error in looked.unseen:
        if error.kind is not Kind.DENIED:
            raise error
    return looked.missing


async def _look(door: Door, type_: str, resources: Sequence[StackResource]) -> Presence:
    try:
        there = await LOOKS[type_](door, [resource.physical_id for resource in resources])
    except AwsError as error:
        return Presence(unseen=tuple((resource, error) for resource in resources))
    missing = tuple(one for one in resources if one.physical_id not in there)
    return Presence(missing, seen=len(resources) - len(missing))


def _each(find: Callable[[Door, str], Awaitable[object | None]]) -> Look:
    """Look for one after the other, with a call that returns None for what is not there."""

    async def there(door: Door, ids: Sequence[str]) -> set[str]:
        found = await asyncio.gather(*(find(door, id_) for id_ in ids))
        return {id_ for id_, one in zip(ids, found, strict=True) if one is not None}

    return there


async def _secrets(door: Door, ids: Sequence[str]) -> set[str]:
    found = await asyncio.gather(
        *(door.find("secretsmanager", "describe_secret", SecretId=id_) for id_ in ids)
    )
    # One that is scheduled for deletion can be described, and nothing can read it.
    return {id_ for id_, one in zip(ids, found, strict=True) if one and not one.get("DeletedDate")}


async def _log_groups(door: Door, ids: Sequence[str]) -> set[str]:
    listed = await asyncio.gather(
        *(
            door.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=id_)
            for id_ in ids
        )
    )
    return {group["logGroupName"] for groups in listed for group in groups}


async def _security_groups(door: Door, ids: Sequence[str]) -> set[str]:
    given = [{"Name": "group-id", "Values": list(ids)}]
    groups = await door.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=given)
    return {group["GroupId"] for group in groups}


async def _networks(door: Door, ids: Sequence[str]) -> set[str]:
    given = [{"Name": "vpc-id", "Values": list(ids)}]
    return {vpc["VpcId"] for vpc in await door.pages("ec2", "describe_vpcs", "Vpcs", Filters=given)}


async def _services(door: Door, ids: Sequence[str]) -> set[str]:
    responses = await asyncio.gather(
        *(
            # arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME
            door.find("ecs", "describe_services", cluster=id_.split("/")[1], services=[id_])
            for id_ in ids
        )
    )
    return {
        id_
        for id_, response in zip(ids, responses, strict=True)
        for service in (response or {}).get("services") or ()
        if service["status"] != "INACTIVE"
    }


async def _task_definition(door: Door, id_: str) -> bool:
    try:
        response = await door.call("ecs", "describe_task_definition", taskDefinition=id_)
    except AwsError as error:
        # ECS has no error of its own for it: "Unable to describe task definition".
        if error.kind in {Kind.NOT_FOUND, Kind.INVALID} or error.code == "ClientException":
            return False
        raise
    return bool(response["taskDefinition"].get("status") != "INACTIVE")


async def _task_definitions(door: Door, ids: Sequence[str]) -> set[str]:
    found = await asyncio.gather(*(_task_definition(door, id_) for id_ in ids))
    return {id_ for id_, is_there in zip(ids, found, strict=True) if is_there}


async def _alarms(door: Door, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for first in range(0, len(ids), _ALARMS):
        response = await door.call(
            "cloudwatch",
            "describe_alarms",
            AlarmNames=list(ids[first : first + _ALARMS]),
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            MaxRecords=_ALARMS,
        )
        listed = [*response["MetricAlarms"], *response.get("CompositeAlarms", [])]
        found |= {alarm["AlarmName"] for alarm in listed}
    return found


_ALARMS: Final = 100
"""How many alarms a call takes and returns at most (CloudWatch API reference, DescribeAlarms)."""


LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "AWS::IAM::Role": _each(lambda door, id_: door.find("iam", "get_role", RoleName=id_)),
        "AWS::SecretsManager::Secret": _secrets,
        "AWS::S3::Bucket": _each(
            lambda door, id_: door.find("s3", "get_bucket_location", Bucket=id_)
        ),
        "AWS::S3::BucketPolicy": _each(
            lambda door, id_: door.find("s3", "get_bucket_policy", Bucket=id_)
        ),
        "AWS::Logs::LogGroup": _log_groups,
        "AWS::EC2::SecurityGroup": _security_groups,
        "AWS::EC2::VPC": _networks,
        "AWS::ECS::Service": _services,
        "AWS::ECS::TaskDefinition": _task_definitions,
        "AWS::RDS::DBInstance": _each(
            lambda door, id_: door.find("rds", "describe_db_instances", DBInstanceIdentifier=id_)
        ),
        "AWS::ElasticLoadBalancingV2::TargetGroup": _each(
            lambda door, id_: door.find("elbv2", "describe_target_health", TargetGroupArn=id_)
        ),
        "AWS::SNS::Topic": _each(
            lambda door, id_: door.find("sns", "list_subscriptions_by_topic", TopicArn=id_)
        ),
        "AWS::IoT::Policy": _each(
            lambda door, id_: door.find("iot", "list_targets_for_policy", policyName=id_)
        ),
        "AWS::IoT::ThingGroup": _each(
            lambda door, id_: door.find("iot", "list_things_in_thing_group", thingGroupName=id_)
        ),
        "AWS::CodeBuild::Project": _each(
            lambda door, id_: door.find("codebuild", "list_builds_for_project", projectName=id_)
        ),
        "AWS::CertificateManager::Certificate": _each(
            lambda door, id_: door.find("acm", "describe_certificate", CertificateArn=id_)
        ),
        "AWS::CloudWatch::Alarm": _alarms,
        "AWS::CloudWatch::CompositeAlarm": _alarms,
    }
)
"""How a resource is looked for, by its type."""
