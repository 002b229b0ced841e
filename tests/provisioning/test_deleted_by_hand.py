"""What somebody deletes outside CloudFormation is named, and deploy creates it again."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed import stack
from solarrally_tui.deployed.presence import LOOKS, missing
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack, StackResource
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.change.buckets import empty
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests import clients
from tests.clients import owner as root
from tests.policy.operators import deployer, supporter
from tests.provisioning.engine_setup import (
    Heard,
    StandingSite,
    all_well,
    deployed,
    opened,
    seen,
    site_named,
)

SITE, HOME, WHOLE = "by-hand", "us-east-1", "whole-again"
SECRET = "AWS::SecretsManager::Secret"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": {"Fn::Sub": "${Bucket.Arn}/never"},
        }
    ],
}
DATABASE = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": "20",
    "MasterUsername": "u",
    "MasterUserPassword": "password",
}
TEMPLATE: dict[str, dict[str, Any]] = {
    "AWS::S3::Bucket": {},
    "AWS::S3::BucketPolicy": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": POLICY},
    "AWS::IAM::Role": {"AssumeRolePolicyDocument": TRUST},
    "AWS::SecretsManager::Secret": {"GenerateSecretString": {}},
    "AWS::Logs::LogGroup": {},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "g"},
    "AWS::RDS::DBInstance": DATABASE,
}
"""A resource of each type that is looked up, but of the service, which needs a whole site."""


@pytest.fixture
async def own_door(own_account: Account) -> AsyncIterator[Door]:
    """The root user's: the stacks here are of no blueprint."""
    async with opened(clients.owner(own_account)) as created:
        yield created


async def _scheduled(door: Door, arn: str) -> None:
    await door.call("secretsmanager", "delete_secret", SecretId=arn, RecoveryWindowInDays=7)


Deletion = Callable[[Door, str], Awaitable[Any]]
DELETIONS: dict[str, Deletion] = {
    "AWS::S3::Bucket": lambda door, name: door.call("s3", "delete_bucket", Bucket=name),
    "AWS::S3::BucketPolicy": lambda door, name: door.call(
        "s3", "delete_bucket_policy", Bucket=name
    ),
    "AWS::IAM::Role": lambda door, name: door.call("iam", "delete_role", RoleName=name),
    "AWS::SecretsManager::Secret": _scheduled,
    "AWS::Logs::LogGroup": lambda door, name: door.call(
        "logs", "delete_log_group", logGroupName=name
    ),
    "AWS::EC2::SecurityGroup": lambda door, group: door.call(
        "ec2", "delete_security_group", GroupId=group
    ),
    "AWS::RDS::DBInstance": lambda door, name: door.call(
        "rds", "delete_db_instance", DBInstanceIdentifier=name, SkipFinalSnapshot=True
    ),
}


async def brought(door: Door, *, may_lose: bool = False) -> tuple[Brought, Heard]:
    heard = Heard()
    body = {
        kind.rpartition("::")[2]: {"Type": kind, "Properties": properties}
        for kind, properties in TEMPLATE.items()
    }
    wanted = Wanted(
        SITE, stack_name(SITE, "iot"), HOME, json.dumps({"Resources": body}), {}, may_lose=may_lose
    )
    step = StackStep(door, Narrator(SITE, heard.append), "iot", wanted)
    return await step.bring(), heard


async def present(door: Door) -> dict[str, StackResource]:
    listed = await stack.resources(door, stack_name(SITE, "iot"), HOME)
    return {resource.type: resource for resource in listed}


def test_every_type_that_is_looked_up_is_deleted_here_or_in_a_whole_site() -> None:
    assert DELETIONS.keys() == TEMPLATE.keys()
    only_seen = {
        "AWS::CertificateManager::Certificate",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CodeBuild::Project",
        "AWS::EC2::VPC",
        "AWS::ECS::TaskDefinition",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::IoT::Policy",
        "AWS::IoT::ThingGroup",
        "AWS::SNS::Topic",
    }  # the simulated account does not create them again
    assert LOOKS.keys() == TEMPLATE.keys() | {"AWS::ECS::Service"} | only_seen


async def test_status_is_red_for_what_is_gone_also_with_the_support_policy(
    standing: StandingSite, account: Account, door: Door
) -> None:
    name = standing.site.name
    found = (await seen(name, door))["resources"]
    assert found.severity is Severity.OK, found.line
    (role,) = [
        r.physical_id
        for r in await SiteStacks(name, door).resources("app")
        if r.logical_id == "TaskRole"
    ]
    async with opened(root(account)) as owner:
        described = (await owner.call("iam", "get_role", RoleName=role))["Role"]
        await owner.call("iam", "delete_role", RoleName=role)
    async with opened(supporter(account, name)) as supports:
        line = (await seen(name, supports))["resources"]
    assert line.severity is Severity.FAIL
    assert role in line.line
    assert await missing(door, await SiteStacks(name, door).resources("app"))
    async with opened(root(account)) as owner:
        await owner.call(
            "iam",
            "create_role",
            RoleName=role,
            Path=described["Path"],
            AssumeRolePolicyDocument=json.dumps(described["AssumeRolePolicyDocument"]),
            Tags=described["Tags"],
        )
    again = (await seen(name, door))["resources"]
    assert again.severity is Severity.OK, again.line


@pytest.mark.parametrize("kind", TEMPLATE)
async def test_what_is_deleted_by_hand_is_named_and_created_again(
    own_door: Door, kind: str
) -> None:
    await brought(own_door)
    before = await present(own_door)
    assert await missing(own_door, before.values()) == ()
    await DELETIONS[kind](own_door, before[kind].physical_id)

    async def gone() -> tuple[StackResource, ...] | None:
        return await missing(own_door, before.values()) or None

    # A bucket takes its policy along.
    assert before[kind] in await poll(gone, every=0.15, limit=20.0)
    if kind == "AWS::RDS::DBInstance":
        with pytest.raises(StepError) as refused:
            await brought(own_door)
        assert refused.value.exit_code is Exit.REFUSED
        assert before[kind].physical_id in refused.value.plain.what
        assert "size.database_snapshot" in refused.value.plain.next
    again, heard = await brought(own_door, may_lose=True)
    assert again.changed
    reasons = " ".join(event.reason for event in heard.of("iot"))
    assert "Deleted outside CloudFormation, and created again: " in reasons
    assert before[kind].physical_id in reasons
    after = await present(own_door)
    assert await missing(own_door, after.values()) == ()
    others = after.keys() - {kind, "AWS::S3::BucketPolicy"}
    assert {k: after[k].physical_id for k in others} == {k: before[k].physical_id for k in others}
    assert not (await brought(own_door))[0].changed


async def test_the_stack_is_gone_at_the_end(own_door: Door) -> None:
    found = await stack.find(own_door, stack_name(SITE, "iot"), HOME)
    assert isinstance(found, Stack)
    assert found.tags[SITE_TAG] == SITE
    await own_door.call("cloudformation", "delete_stack", StackName=found.name)


@pytest.mark.torture
@pytest.mark.timeout(900)
async def test_a_whole_site_comes_back(account: Account) -> None:
    """Everything of the table in the review of faults at once, with the operator's permissions."""
    site, operator = site_named(WHOLE), deployer(account, WHOLE)
    async with opened(operator) as door:
        first, _ = await deployed(site, door)
        assert first.exit_code is Exit.OK, first.cause
    async with opened(clients.owner(account)) as owner:
        gone = await deleted(owner, first.outputs)
    async with opened(operator) as door:
        again, heard = await deployed(site, door)
        assert again.exit_code is Exit.OK, (again.cause, heard[-20:])
        said = " ".join(event.reason for event in heard)
        assert [name for name in gone if name not in said] == []
        await all_well(WHOLE, door)
        third, _ = await deployed(site, door)
        assert (third.exit_code, third.changed) == (Exit.OK, False)
        end = await destroy(WHOLE, door, Heard().append, delete_data=True)
        assert end.exit_code is Exit.OK, end.cause


async def deleted(owner: Door, outputs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Delete a part of each kind of a site by hand, and return their names."""
    stacks = SiteStacks(WHOLE, owner)
    buckets = [outputs["bootstrap"]["ArtifactBucketName"], outputs["build"]["WebBucketName"]]
    for bucket in buckets:
        await empty(owner, bucket)
        await owner.call("s3", "delete_bucket", Bucket=bucket)
    app = {name: outputs["app"][f"{name.title()}Name"] for name in ("cluster", "service")}
    await owner.call("ecs", "delete_service", **app, force=True)
    groups = await stacks.resource_ids("app", "AWS::Logs::LogGroup")
    for group in groups:
        await owner.call("logs", "delete_log_group", logGroupName=group)
    secrets = [id_ for part in ("iot", "data") for id_ in await stacks.resource_ids(part, SECRET)]
    for secret in secrets:
        await owner.call(
            "secretsmanager", "delete_secret", SecretId=secret, ForceDeleteWithoutRecovery=True
        )
    return [*buckets, *groups, *secrets]
