"""What AWS does not delete: after a failed creation, at the end of a good update, by destroy."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.provisioning.engine_setup import Heard, fault, opened

SITE = "left"
HOME = "us-east-1"
TOPIC = {"Topic": {"Type": "AWS::SNS::Topic"}}
DATABASE = {
    "Type": "AWS::RDS::DBInstance",
    "DeletionPolicy": "Snapshot",
    "Properties": {
        "Engine": "postgres",
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": "20",
        "MasterUsername": "u",
        "MasterUserPassword": "password",
        "DeletionProtection": True,
    },
}
FAILS = {
    "Type": "AWS::Logs::LogGroup",
    "DependsOn": "Database",
    "Properties": {"RetentionInDays": 8},
}
"""CloudWatch Logs knows no such retention."""


@pytest.fixture
async def own_door(own_account: Account) -> AsyncIterator[Door]:
    async with opened(own_account) as created:
        yield created


async def brought(
    door: Door, resources: dict[str, Any], heard: Heard, *, may_lose: bool = False
) -> Brought:
    template = json.dumps({"Resources": resources})
    wanted = Wanted(SITE, stack_name(SITE, "data"), HOME, template, {}, may_lose=may_lose)
    return await StackStep(door, Narrator(SITE, heard.append), "data", wanted).bring()


async def databases(door: Door) -> list[dict[str, Any]]:
    return await door.pages("rds", "describe_db_instances", "DBInstances")


async def test_a_protected_database_of_a_failed_creation_goes_only_when_asked(
    own_door: Door,
) -> None:
    heard = Heard()
    with pytest.raises(StepError) as failed:
        await brought(own_door, {"Database": DATABASE, "Log": FAILS}, heard)
    assert "AWS could not delete all that it had created" in failed.value.plain.what
    with pytest.raises(StepError) as refused:
        await brought(own_door, TOPIC, heard)
    assert refused.value.exit_code is Exit.REFUSED
    assert "deletes your database" in refused.value.plain.why
    assert "--confirm-replacement left" in refused.value.plain.next
    assert [database["DeletionProtection"] for database in await databases(own_door)] == [True]

    assert (await brought(own_door, TOPIC, heard, may_lose=True)).changed
    assert await databases(own_door) == []
    (snapshot,) = await own_door.pages("rds", "describe_db_snapshots", "DBSnapshots")
    assert snapshot["DBInstanceIdentifier"].startswith("solarrally-left-data-database-")


async def test_what_a_good_update_could_not_delete_is_named(own_door: Door) -> None:
    heard = Heard()
    bucket = {"Kept": {"Type": "AWS::S3::Bucket"}}
    assert (await brought(own_door, TOPIC | bucket, heard)).warnings == ()
    name = (await SiteStacks(SITE, own_door).resource_ids("data", "AWS::S3::Bucket"))[0]
    await own_door.call("s3", "put_object", Bucket=name, Key="k", Body=b"x")
    (warning,) = (await brought(own_door, TOPIC, heard, may_lose=True)).warnings
    assert f"could not delete the bucket {name}" in warning.what
    assert "keep paying" in warning.what
    assert "not empty" in warning.why


async def test_destroy_waits_for_the_interfaces_of_cloudfront(
    own_account: Account, own_door: Door
) -> None:
    stacks = SiteStacks("waiting-home", own_door)
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    await own_door.call(
        "cloudformation",
        "create_stack",
        StackName=stacks.name("network"),
        TemplateBody=json.dumps({"Resources": {"Vpc": vpc}}),
        Tags=[{"Key": SITE_TAG, "Value": "waiting-home"}],
    )

    async def created() -> str | None:
        found = await stacks.find("network")
        if found is None or found.busy:
            return None
        return (await stacks.resource_ids("network", "AWS::EC2::VPC"))[0]

    await own_door.call(
        "ec2",
        "create_security_group",
        GroupName="CloudFront-VPCOrigins-Service-SG",
        Description="d",
        VpcId=await poll(created, every=0.1, limit=30.0),
    )
    heard, words = Heard(), "resource sg-1 has a dependent object"
    refusal = {"kind": "refuse", "target": "ec2.DeleteSecurityGroup", "times": 1}
    with fault(own_account, code="DependencyViolation", message=words, **refusal):
        gone = await destroy("waiting-home", own_door, heard.append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert f"Trying again in 2 s: {words}" in [event.reason for event in heard.of("network")]
