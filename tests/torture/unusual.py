"""A second life: what a run calls only where a site has more, or somebody has interfered."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.teardown.destroy import destroy
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.provisioning.engine_setup import put_stack
from tests.torture.life import NAME, Part

_DATABASE: Final = "AWS::RDS::DBInstance"
_TAGS: Final = [{"Key": SITE_TAG, "Value": NAME}]
_NOTHING: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}],
    }
)


def full(domain: str = "one.example.com", email: str = "ops@example.com", **more: Any) -> Site:
    """Return a site with a domain, backups in another Region and an archive."""
    governance = {"backup_plan_days": 35, **more.pop("governance", {})}
    return from_answers(
        {
            "name": NAME,
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": email, "monthly_budget_usd": 90},
            "domain": {"name": domain, **more},
            "size": {"backup_copy_region": "eu-west-1"},
            "devices": {"archive_days": 30},
            "governance": governance,
        }
    )


async def _zone(door: Door) -> None:
    await door.call("route53", "create_hosted_zone", Name="example.com", CallerReference=NAME)


async def _tampered(door: Door) -> None:
    """Change the role of CloudFormation, and let AWS create a log that never ends."""
    role = f"solarrally-{NAME}-cloudformation"
    policies = await door.pages(
        "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role
    )
    arns = sorted(policy["PolicyArn"] for policy in policies)
    for _ in range(4):
        await door.call(
            "iam",
            "create_policy_version",
            PolicyArn=arns[1],
            PolicyDocument=_NOTHING,
            SetAsDefault=True,
        )
    trust = (await door.call("iam", "get_role", RoleName=role))["Role"]["AssumeRolePolicyDocument"]
    other = json.dumps(trust).replace("cloudformation", "ec2")
    await door.call("iam", "update_assume_role_policy", RoleName=role, PolicyDocument=other)
    await door.call("iam", "create_policy", PolicyName="solarrally-bound", PolicyDocument=_ANYTHING)
    (database,) = await _databases(door)
    group = f"/aws/rds/instance/{database}/postgresql"
    await door.call("logs", "create_log_group", logGroupName=group)


_ANYTHING: Final = _NOTHING.replace("Deny", "Allow").replace("s3:DeleteBucket", "*")


async def _change(door: Door, _: Path) -> Any:
    account = (await door.identity()).account
    bound = f"arn:aws:iam::{account}:policy/solarrally-bound"
    changed = full(
        "two.example.com", "other@example.com", governance={"permissions_boundary_arn": bound}
    )
    return await deploy(changed, door, lambda _: None)


async def _stuck(door: Door) -> None:
    """Unsubscribe the address, and leave stacks as failed changes do."""
    bootstrap = await _stacks(door).find("bootstrap")
    assert bootstrap
    topic = bootstrap.outputs["AlertTopicArn"]
    for each in await door.pages(
        "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic
    ):
        await door.call("sns", "unsubscribe", SubscriptionArn=each["SubscriptionArn"])
    put_stack(door, stack_name(NAME, "observe"), "UPDATE_FAILED")
    put_stack(door, stack_name(NAME, "iot"), "UPDATE_ROLLBACK_FAILED")


async def _mistyped(door: Door) -> None:
    """Let the site wait for the DNS record of a name that nobody meant."""
    with pytest.MonkeyPatch.context() as patch:
        # Long enough for both stacks with a certificate to begin.
        patch.setattr(certificate_wait, "GIVE_UP_SECONDS", 3.0)
        patch.setattr(certificate_wait, "LOOK_EVERY_SECONDS", 0.1)
        wrong = full("chargin.example.net", "other@example.com", dns="external")
        outcome = await deploy(wrong, door, lambda _: None)
    assert outcome.exit_code is Exit.WAITING_FOR_YOU, outcome.cause


async def _orphaned(door: Door) -> None:
    """Leave what an update that AWS did not finish leaves: in no stack."""
    (name,) = await _databases(door)
    response = await door.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    (database,) = response["DBInstances"]
    await door.call(
        "rds",
        "create_db_instance",
        DBInstanceIdentifier=f"solarrally-{NAME}-data-database-0a1b2c3d",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="u",
        MasterUserPassword="password",
        DeletionProtection=True,
        VpcSecurityGroupIds=[g["VpcSecurityGroupId"] for g in database["VpcSecurityGroups"]],
        Tags=database["TagList"],
    )
    balancers = await door.pages("elbv2", "describe_load_balancers", "LoadBalancers")
    await door.call(
        "cloudfront",
        "create_vpc_origin",
        VpcOriginEndpointConfig={
            "Name": f"solarrally-{NAME}-http",
            "Arn": balancers[0]["LoadBalancerArn"],
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        },
        Tags={"Items": _TAGS},
    )
    vaults = await door.pages("backup", "list_backup_vaults", "BackupVaultList")
    await door.call(
        "backup",
        "start_backup_job",
        BackupVaultName=vaults[0]["BackupVaultName"],
        ResourceArn=database["DBInstanceArn"],
        IamRoleArn="arn:aws:iam::123456789012:role/backup",
    )
    await door.call(
        "secretsmanager",
        "create_secret",
        Name=f"solarrally/{NAME}/left",
        SecretString="{}",
        Tags=_TAGS,
    )


def _stacks(door: Door) -> SiteStacks:
    return SiteStacks.of(full(), door)


async def _databases(door: Door) -> list[str]:
    return await _stacks(door).resource_ids("data", _DATABASE)


def _back(door: Door, _: Path) -> Any:
    return deploy(full("two.example.com", "other@example.com"), door, lambda _: None)


FURTHER: Final[dict[str, Part]] = {
    "deploy-full": Part(lambda door, _: deploy(full(), door, lambda _: None), _zone),
    "change": Part(_change, _tampered),
    "recover": Part(_back, _stuck),
    "correct": Part(_back, _mistyped),
    "destroy-all": Part(
        lambda door, _: destroy(NAME, door, lambda _: None, delete_data=True), _orphaned
    ),
}
"""What happens after the first life, in this order."""
