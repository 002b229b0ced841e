"""Who may do what: every statement of every role, key and bucket of the blueprints."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE, Blueprint
from solarrally_tui.stacks.template import read

every_blueprint = pytest.mark.parametrize("item", CATALOGUE, ids=[item.id for item in CATALOGUE])

# Actions for which AWS offers no narrower resource, and why.
UNSCOPED = {
    "application-autoscaling:DescribeScalingActivities": "Activities have no ARN.",
    "ec2:DescribeNetworkInterfaces": "EC2 lets no look-up be limited to a resource.",
    "ec2:DescribeSubnets": "EC2 lets no look-up be limited to a resource.",
    "ec2:DescribeSecurityGroups": "EC2 lets no look-up be limited to a resource.",
    "ec2:DescribeVpcs": "EC2 lets no look-up be limited to a resource.",
    "logs:DescribeLogGroups": "It lists all log groups of the account.",
    "acm:ListCertificates": "It lists all certificates of the account.",
    "cloudformation:ListStacks": "It lists all stacks of the account.",
    "cloudtrail:LookupEvents": "Events have no ARN.",
    "cloudwatch:DescribeAlarms": "Composite alarms are described only without a limit.",
    "cloudwatch:GetMetricData": "Metrics have no ARN.",
    "ce:GetCostAndUsage": "A bill has no ARN; it is asked for by the site's tag.",
    "backup:DescribeRegionSettings": "It is about the whole Region.",
    "rds:DescribeDBEngineVersions": "It is about the versions that AWS offers.",
    "rds:DescribeDBMajorEngineVersions": "It is about the versions that AWS offers.",
    "cloudwatch:PutMetricData": "Metrics have no ARN; a condition holds it to the namespace.",
    "ecr:GetAuthorizationToken": "The token is for the whole registry.",
    "ecs:DescribeTaskDefinition": "ECS knows no resource for this question.",
    "ecs:ListTasks": "ECS limits it by container instance, and Fargate has none.",
    "elasticloadbalancing:DescribeTargetHealth": "ELB knows no resource for describing.",
    "tag:GetResources": "It lists resources of all services by their tags.",
    "iot:DescribeEndpoint": "It is about the whole Region.",
    "iot:GetIndexingConfiguration": "It is about the whole Region.",
    "iot:GetV2LoggingOptions": "It is about the whole Region.",
    "iot:ListCertificates": "It lists all certificates of the account.",
    "iot:ListPrincipalThings": "Editions of AWS's reference disagree on a resource.",
    "iot:ListThings": "It lists all things of the Region.",
    "iot:ListThingPrincipals": "Editions of AWS's reference disagree on a resource.",
    "rds:DescribeEvents": "RDS knows no resource for events.",
    "servicequotas:GetServiceQuota": "Any quota may be the one that AWS's words name.",
    "sts:GetCallerIdentity": "It is about the caller.",
}
NEEDS_CONDITION = {"cloudwatch:PutMetricData"}
# Policies of AWS that a role carries because AWS documents no other way.
MANAGED = {
    "AmazonRDSEnhancedMonitoringRole",
    "AWSIoTThingsRegistration",
    "AWSBackupServiceRolePolicyForBackup",
}
_ROLE_OF_TASKS = (
    "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/solarrally/${SiteName}/"
    "solarrally-${SiteName}-app-"
)
# Whoever brings a commit out registers a task definition with the two roles that the tasks have
# anyway. No other role can be handed on, and these to nothing but tasks of ECS.
HANDS_TASKS_THEIR_ROLES = {
    "Sid": "GiveTheTasksTheirRoles",
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": [
        {"Fn::Sub": f"{_ROLE_OF_TASKS}ExecutionRole-*"},
        {"Fn::Sub": f"{_ROLE_OF_TASKS}TaskRole-*"},
    ],
    "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
}
# A key's policy has no other resource than * (the key itself), and hands the account to IAM.
KEY_WIDE = {"kms:*"}


def statements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "Effect" in node:
            yield node
        for part in node.values():
            yield from statements(part)
    elif isinstance(node, list):
        for part in node:
            yield from statements(part)


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def of_type(item: Blueprint, kind: str) -> dict[str, dict[str, Any]]:
    resources = read(item.template())["Resources"]
    return {name: body for name, body in resources.items() if body["Type"] == kind}


def roles() -> Iterator[tuple[str, dict[str, Any]]]:
    for item in CATALOGUE:
        for name, body in of_type(item, "AWS::IAM::Role").items():
            yield f"{item.id} {name}", body["Properties"]


EVERY_ROLE = dict(roles())
every_role = pytest.mark.parametrize("role", EVERY_ROLE.values(), ids=EVERY_ROLE)


@every_role
def test_a_role_allows_named_actions_on_named_resources(role: dict[str, Any]) -> None:
    for statement in statements(role.get("Policies", [])):
        if statement["Effect"] == "Deny":
            continue
        actions = set(several(statement["Action"]))
        assert not [action for action in actions if "*" in action]
        if "*" in several(statement["Resource"]):
            assert actions <= UNSCOPED.keys()
            assert statement.get("Condition") or not actions & NEEDS_CONDITION


@every_role
def test_a_role_takes_the_permissions_boundary(role: dict[str, Any]) -> None:
    chosen, bound, none = role["PermissionsBoundary"]["Fn::If"]
    assert chosen == "HasBoundary"
    assert bound == {"Ref": "PermissionsBoundaryArn"}
    assert none == {"Ref": "AWS::NoValue"}


@every_role
def test_a_role_is_for_one_principal_of_this_account(role: dict[str, Any]) -> None:
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    (principal,) = statement["Principal"].values()
    assert principal != "*"
    if principal not in ("lambda.amazonaws.com", {"Ref": "SupportPrincipalArn"}):
        assert statement["Condition"], "another account could have the service use this role"


@every_role
def test_no_role_may_change_who_may_do_what(role: dict[str, Any]) -> None:
    for statement in statements(role.get("Policies", [])):
        if statement == HANDS_TASKS_THEIR_ROLES:
            assert role is EVERY_ROLE["governance DeployRole"]
            continue
        wrote = [
            a for a in several(statement["Action"]) if a.startswith(("iam:", "organizations:"))
        ]
        assert set(wrote) <= {"iam:GetRole"}  # support looks whether roles exist


def test_managed_policies_are_the_three_that_aws_documents() -> None:
    named = [arn for role in EVERY_ROLE.values() for arn in role.get("ManagedPolicyArns", [])]
    assert {arn["Fn::Sub"].rpartition("/")[2] for arn in named} == MANAGED


def test_the_key_admits_iam_logs_and_the_publishers_of_alarms_only() -> None:
    (boot,) = [item for item in CATALOGUE if item.id == "bootstrap"]
    (key,) = of_type(boot, "AWS::KMS::Key").values()
    allowed = {
        statement["Sid"]: set(several(statement["Action"]))
        for statement in statements(key["Properties"]["KeyPolicy"])
    }
    assert {sid for sid, actions in allowed.items() if actions & KEY_WIDE} == {"AccountDecides"}
    (topic,) = of_type(boot, "AWS::SNS::TopicPolicy").values()
    publish, refuse = topic["Properties"]["PolicyDocument"]["Statement"]
    assert publish["Action"] == "sns:Publish"
    assert refuse["Effect"] == "Deny"
    (publishers,) = [
        s for s in statements(key["Properties"]["KeyPolicy"]) if s["Sid"] == "PublishersOfAlarms"
    ]
    # Whoever may publish must be able to use the key, or its alarms are lost without a word.
    assert publishers["Principal"] == publish["Principal"]


def test_the_check_of_a_fleet_lists_certificates_without_a_limit() -> None:
    (listing,) = [
        statement
        for statement in statements(EVERY_ROLE["iot CheckRole"]["Policies"])
        if "iot:ListThingPrincipals" in several(statement["Action"])
    ]
    assert listing["Action"] == [
        "iot:ListPrincipalThings",
        "iot:ListThingPrincipals",
        "iot:ListThings",
    ]
    assert listing["Resource"] == "*"


@every_blueprint
def test_every_bucket_refuses_plain_http(item: Blueprint) -> None:
    policies = of_type(item, "AWS::S3::BucketPolicy").values()
    for policy in policies:
        sids = {s["Sid"]: s for s in statements(policy["Properties"]["PolicyDocument"])}
        assert sids["RefusePlainHttp"]["Effect"] == "Deny"
        for sid, statement in sids.items():
            if statement["Effect"] == "Allow":
                assert "*" not in statement["Action"], sid
                assert "*" not in several(statement["Principal"]), sid


def test_no_device_policy_reaches_beyond_the_device() -> None:
    (iot,) = [item for item in CATALOGUE if item.id == "iot"]
    policy = of_type(iot, "AWS::IoT::Policy")["DevicePolicy"]["Properties"]["PolicyDocument"]
    for statement in statements(policy):
        for resource in several(statement["Resource"]):
            assert "${!iot:Connection.Thing.ThingName}" in resource["Fn::Sub"]


def test_iot_policies_fit_with_the_longest_names() -> None:
    """AWS IoT takes 2,048 characters without white space."""
    (iot,) = [item for item in CATALOGUE if item.id == "iot"]
    longest = {"Partition": "aws-us-gov", "Region": "ap-southeast-2", "AccountId": "1" * 12}
    for name, resource in of_type(iot, "AWS::IoT::Policy").items():
        text = json.dumps(resource["Properties"]["PolicyDocument"])
        for pseudo, value in longest.items():
            text = text.replace(f"${{AWS::{pseudo}}}", value)
        text = text.replace("${SiteName}", "s" * 20).replace("${!", "${")
        text = re.sub(r'\{"Fn::Sub": ("[^"]*")\}', r"\1", text)
        assert len("".join(text.split())) <= 2048, name


def test_the_audit_log_can_be_shortened_in_no_way_while_its_policy_stands() -> None:
    (trail,) = [item for item in CATALOGUE if item.id == "trail"]
    policy = of_type(trail, "AWS::S3::BucketPolicy")["AuditBucketPolicy"]["Properties"]
    denied = {
        action: statement["Resource"]
        for statement in statements(policy["PolicyDocument"])
        if statement["Effect"] == "Deny" and statement["Principal"] == "*"
        if "Condition" not in statement
        for action in several(statement["Action"])
    }
    objects, bucket = {"Fn::Sub": "${AuditBucket.Arn}/*"}, {"Fn::GetAtt": ["AuditBucket", "Arn"]}
    assert denied == {
        "s3:DeleteObject": objects,
        "s3:DeleteObjectVersion": objects,
        "s3:PutBucketVersioning": bucket,
        "s3:PutLifecycleConfiguration": bucket,
    }
    assert "ObjectLock" not in trail.template()
