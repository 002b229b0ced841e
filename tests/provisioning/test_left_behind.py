"""What AWS does not delete: after a failed creation, at the end of a good update, by destroy."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.poll import poll
from solarrally_tui.deployed import record
from solarrally_tui.deployed.change_sets import PREVIEW_PREFIX
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import Brought, StackStep
from solarrally_tui.provisioning.deployment import log_retention
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.preview.dry_run import dry_run
from solarrally_tui.provisioning.teardown import sweep
from solarrally_tui.provisioning.teardown.destroy import delete_kept, destroy
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.clients import owner
from tests.provisioning.engine_setup import Heard, fault, opened, site_named

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


async def brought(
    door: Door, resources: dict[str, Any], heard: Heard, *, may_lose: bool = False
) -> Brought:
    template = json.dumps({"Resources": resources})
    wanted = Wanted(SITE, stack_name(SITE, "data"), HOME, template, {}, may_lose=may_lose)
    return await StackStep(door, Narrator(SITE, heard.append), "data", wanted).bring()


async def databases(door: Door) -> list[dict[str, Any]]:
    return await door.pages("rds", "describe_db_instances", "DBInstances")


async def test_a_protected_database_of_a_failed_creation_goes_only_when_asked(
    own_owner: Door,
) -> None:
    heard = Heard()
    with pytest.raises(StepError) as failed:
        await brought(own_owner, {"Database": DATABASE, "Log": FAILS}, heard)
    assert "AWS could not delete all that it had created" in failed.value.plain.what
    with pytest.raises(StepError) as refused:
        await brought(own_owner, TOPIC, heard)
    assert refused.value.exit_code is Exit.REFUSED
    assert "deletes your database" in refused.value.plain.why
    assert "--confirm-replacement left" in refused.value.plain.next
    assert "size.database_snapshot" in refused.value.plain.next
    assert [database["DeletionProtection"] for database in await databases(own_owner)] == [True]

    assert (await brought(own_owner, TOPIC, heard, may_lose=True)).changed
    assert await databases(own_owner) == []
    (snapshot,) = await own_owner.pages("rds", "describe_db_snapshots", "DBSnapshots")
    assert snapshot["DBInstanceIdentifier"].startswith("solarrally-left-data-database-")


async def test_what_a_good_update_could_not_delete_is_named(own_owner: Door) -> None:
    heard = Heard()
    bucket = {"Kept": {"Type": "AWS::S3::Bucket"}}
    assert (await brought(own_owner, TOPIC | bucket, heard)).warnings == ()
    name = (await SiteStacks(SITE, own_owner).resource_ids("data", "AWS::S3::Bucket"))[0]
    await own_owner.call("s3", "put_object", Bucket=name, Key="k", Body=b"x")
    (warning,) = (await brought(own_owner, TOPIC, heard, may_lose=True)).warnings
    assert f"could not delete the bucket {name}" in warning.what
    assert "keep paying" in warning.what
    assert "not empty" in warning.why


async def test_destroy_waits_for_the_interfaces_of_cloudfront(
    own_account: Account, own_owner: Door
) -> None:
    stacks = SiteStacks("waiting-home", own_owner)
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    await own_owner.call(
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

    await own_owner.call(
        "ec2",
        "create_security_group",
        GroupName="CloudFront-VPCOrigins-Service-SG",
        Description="d",
        VpcId=await poll(created, every=0.1, limit=30.0),
    )
    heard, words = Heard(), "resource sg-1 has a dependent object"
    refusal = {"kind": "refuse", "target": "ec2.DeleteSecurityGroup", "times": 1}
    with fault(own_account, code="DependencyViolation", message=words, **refusal):
        gone = await destroy("waiting-home", own_owner, heard.append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert f"Trying again in 2 s: {words}" in [event.reason for event in heard.of("network")]


async def test_a_last_look_lists_what_no_stack_held(own_door: Door, own_owner: Door) -> None:
    """By tag, by name and for the Region, each with where it is deleted."""
    name = "swept"
    await record.write(own_door, site_named(name), "123456789012")
    topic = await own_owner.call(
        "sns", "create_topic", Name="orphan", Tags=[{"Key": SITE_TAG, "Value": name}]
    )
    groups = (f"/aws/rds/instance/solarrally-{name}-data-database-x/postgresql", "AWSIotLogsV2")
    for group in groups:
        await own_owner.call("logs", "create_log_group", logGroupName=group)
    gone = await destroy(name, own_door, Heard().append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    assert {kept.identifier for kept in gone.kept} == {topic["TopicArn"], *groups}
    assert {kept.identifier for kept in gone.kept if kept.is_deletable} == set(groups)
    assert all(kept.console.startswith("https://us-east-1.console.aws") for kept in gone.kept)
    assert "3 things stay" in gone.summary
    await own_owner.call("sns", "delete_topic", TopicArn=topic["TopicArn"])
    own, regions = groups
    assert await delete_kept(name, own_door, own) == (1, ())
    assert await delete_kept(name, own_door, own) == (0, ())
    count, (why,) = await delete_kept(name, own_door, regions)
    assert (count, why.what) == (0, f"The log of AWS IoT, of the whole Region {regions} stays.")
    assert await delete_kept(name, own_owner, regions) == (1, ())


async def test_a_last_look_that_is_denied_is_said(own_account: Account, own_door: Door) -> None:
    await record.write(own_door, site_named("unswept"), "123456789012")
    with fault(own_account, kind="refuse", target="resourcegroupstaggingapi.GetResources"):
        gone = await destroy("unswept", own_door, Heard().append, delete_data=True)
    assert gone.exit_code is Exit.OK, gone.cause
    (warning,) = gone.warnings
    assert "tag:GetResources" in warning.why


async def test_leaving_while_changes_are_worked_out_leaves_no_change_set(
    own_account: Account,
) -> None:
    """As when somebody quits on Review: the door closes while AWS is still being asked."""
    heard = Heard()
    async with opened(owner(own_account)) as door:
        await brought(door, TOPIC, heard)
        left = await SiteStacks(SITE, door).find("data")
        assert left
        more = {"Other": {"Type": "AWS::SNS::Topic"}}
        wanted = Wanted(SITE, left.name, HOME, json.dumps({"Resources": TOPIC | more}), {})
        asked = asyncio.ensure_future(dry_run(door, "data", wanted, left))
        with fault(
            own_account, kind="delay", target="cloudformation.DescribeChangeSet", seconds=0.5
        ):
            await asyncio.sleep(0.2)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            await door.close()
    async with opened(owner(own_account)) as door:
        summaries = await door.pages(
            "cloudformation", "list_change_sets", "Summaries", HOME, StackName=left.name
        )
        assert [s for s in summaries if s["ChangeSetName"].startswith(PREVIEW_PREFIX)] == []
        await door.call("cloudformation", "delete_stack", StackName=left.name)


async def test_logs_that_aws_creates_without_an_end_get_one(
    own_door: Door, own_owner: Door
) -> None:
    own = "/aws/rds/instance/solarrally-x-data-database-1/postgresql"
    other, iot = "/aws/rds/instance/payroll/postgresql", "AWSIotLogsV2"
    for group in (own, other, iot):
        await own_owner.call("logs", "create_log_group", logGroupName=group)
    databases = ["solarrally-x-data-database-1"]
    assert await log_retention.ensure(own_door, databases, 30) == 2
    assert await log_retention.ensure(own_door, databases, 30) == 0
    # A log of the whole Region keeps what it was given; the site's own follows its answers.
    assert await log_retention.ensure(own_door, databases, 90) == 1
    groups = await own_owner.pages("logs", "describe_log_groups", "logGroups")
    ends = {group["logGroupName"]: group.get("retentionInDays") for group in groups}
    assert (ends[own], ends[other], ends[iot]) == (90, None, 30)
    for group in (own, other, iot):
        await own_owner.call("logs", "delete_log_group", logGroupName=group)


async def test_the_record_that_proved_the_domain_is_named(own_door: Door, own_owner: Door) -> None:
    """CloudFormation leaves it in Route 53; of other names it is none of ours."""
    zone = await own_owner.call(
        "route53", "create_hosted_zone", Name="example.org", CallerReference="proof"
    )
    zone_id = zone["HostedZone"]["Id"]
    names = ("_a1.charge.example.org.", "_b2.shop.example.org.")
    changes = [
        {
            "Action": "UPSERT",
            "ResourceRecordSet": {
                "Name": name,
                "Type": "CNAME",
                "TTL": 300,
                "ResourceRecords": [{"Value": "_x.acm-validations.aws."}],
            },
        }
        for name in names
    ]
    await own_owner.call(
        "route53",
        "change_resource_record_sets",
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": changes},
    )
    was = sweep.Before("charge.example.org", zone_id)
    found = await sweep.remaining(own_door, "proven", was, (), ())
    assert [kept.identifier for kept in found.kept] == ["_a1.charge.example.org"]
    assert "hostedzones#ListRecordSets/" in found.kept[0].console


@pytest.mark.parametrize(
    ("arn", "price", "page"),
    [
        ("arn:aws:ec2:us-east-1:1:natgateway/nat-1", "32.85", "natGatewayId=nat-1"),
        ("arn:aws:ec2:us-east-1:1:elastic-ip/eipalloc-1", "3.65", "AllocationId=eipalloc-1"),
        ("arn:aws:wafv2:us-east-1:1:global/webacl/solarrally/2", "5.00", "tag-editor"),
        ("arn:aws:ec2:us-east-1:1:vpc/vpc-1", "0", "VpcId=vpc-1"),
        ("arn:aws:rds:us-east-1:1:db:solarrally-x", None, "id=solarrally-x;"),
    ],
)
def test_what_a_tag_finds_has_its_price_and_its_page_in_the_console(
    arn: str, price: str | None, page: str
) -> None:
    kept = sweep.named(arn, "us-east-1")
    assert kept
    assert kept.monthly_usd == (None if price is None else Decimal(price))
    assert page in kept.console
    assert sweep.named("arn:aws:ecs:us-east-1:1:task-definition/solarrally:1", "us-east-1") is None
