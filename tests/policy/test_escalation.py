"""Who can become administrator, read foreign secrets, delete foreign sites or leave the boundary.

An engine that is not ours answers, for every role of a site with the site's boundary: nobody can.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from solarrally_tui.blueprints import blueprint
from solarrally_tui.policy import (
    action_resources,
    blueprint_needs,
    boundary,
    deploy,
    restrictions,
    service_role,
    support,
    type_permissions,
)
from solarrally_tui.policy.authorization import action
from solarrally_tui.policy.document import LIMIT
from solarrally_tui.policy.scope import Scope, overlaps
from solarrally_tui.site.names import SITE_TAG
from solarrally_tui.stacks.template import read
from tests.iam_engine.engine import Document, Question, judge
from tests.policy.policy_setup import ACCOUNT, as_list

SITE = "sunny-garage"
SCOPE = Scope(SITE, "aws", ACCOUNT, "eu-central-1")
BOUNDARY = boundary.arn(SCOPE)
OF_A_DEPLOYED_SITE = "arn:aws:s3:::of-the-site"
BOUND = replace(SCOPE, boundary=BOUNDARY)
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy"
USER = f"arn:aws:iam::{ACCOUNT}:user/owner"
SERVICE_ROLE = f"{ROLE}/solarrally-{SITE}-cloudformation"
TASK_ROLE = f"{ROLE}/solarrally/{SITE}/solarrally-{SITE}-app-TaskRole-A1"
LOG_ROLE = f"{ROLE}/solarrally-iot-logging"
DEPLOYER = f"{ROLE}/solarrally/solarrally-{SITE}-deployer"
ADMIN = f"{ROLE}/Administrator"
NEAR = f"eu-central-1:{ACCOUNT}"
OTHER_SITE = {f"aws:ResourceTag/{SITE_TAG}": "sunny-garage-2"}


@dataclass(frozen=True, slots=True)
class Escalation:
    """One way to more than the site."""

    action: str
    resource: str
    context: dict[str, str | list[str]] = field(default_factory=dict)


def each(actions: str, *resources: str, **context: str) -> Iterator[Escalation]:
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    for name in actions.split():
        for resource in resources:
            yield Escalation(name, resource, dict(keys))


def of_other_site(actions: str, *resources: str) -> Iterator[Escalation]:
    for one in each(actions, *resources):
        yield replace(one, context=dict(OTHER_SITE))


# Ways known from "AWS IAM Privilege Escalation Methods" (Rhino Security Labs),
# pathfinding.cloud, those of the access review, and those that the names and tags of sites suggest.
WAYS: dict[str, list[Escalation]] = {
    "become administrator": [
        *each("iam:CreatePolicyVersion iam:SetDefaultPolicyVersion", f"{POLICY}/company"),
        *each(
            "iam:CreatePolicy iam:CreatePolicyVersion",
            f"{POLICY}/solarrally-other-cloudformation-1",
        ),
        *each("iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile", USER),
        *each("iam:PutUserPolicy iam:AddUserToGroup iam:CreateUser iam:DeactivateMFADevice", USER),
        *each("iam:AttachUserPolicy", USER, iam__PolicyARN=ADMINISTRATOR_ACCESS),
        *each("iam:AttachGroupPolicy iam:PutGroupPolicy", f"arn:aws:iam::{ACCOUNT}:group/admins"),
        *each("iam:UpdateAssumeRolePolicy iam:PutRolePolicy iam:DeleteRolePolicy", ADMIN),
        *each("iam:AttachRolePolicy", ADMIN, DEPLOYER, iam__PolicyARN=ADMINISTRATOR_ACCESS),
        # Roles of the site, made without the boundary or with another one.
        *each("iam:CreateRole iam:PutRolePolicy", SERVICE_ROLE, TASK_ROLE, LOG_ROLE),
        *each("iam:UpdateAssumeRolePolicy", SERVICE_ROLE, TASK_ROLE),
        *each("iam:AttachRolePolicy", SERVICE_ROLE, TASK_ROLE, iam__PolicyARN=ADMINISTRATOR_ACCESS),
        *each(
            "iam:CreateRole iam:PutRolePermissionsBoundary iam:PutRolePolicy",
            SERVICE_ROLE,
            TASK_ROLE,
            LOG_ROLE,
            iam__PermissionsBoundary=ADMINISTRATOR_ACCESS,
        ),
        *(
            one
            for service in ("cloudformation", "codebuild", "ec2", "ecs-tasks", "glue", "lambda")
            for one in each(
                "iam:PassRole", ADMIN, DEPLOYER, iam__PassedToService=f"{service}.amazonaws.com"
            )
        ),
        *each(
            "iam:CreateInstanceProfile iam:AddRoleToInstanceProfile",
            f"arn:aws:iam::{ACCOUNT}:instance-profile/x",
        ),
        *each(
            "iam:CreateSAMLProvider iam:UpdateSAMLProvider",
            f"arn:aws:iam::{ACCOUNT}:saml-provider/x",
        ),
        *each(
            "iam:CreateOpenIDConnectProvider",
            f"arn:aws:iam::{ACCOUNT}:oidc-provider/evil.example.com",
        ),
        *each("iam:UpdateRole iam:TagRole", DEPLOYER),
        *each("sts:AssumeRole", ADMIN, SERVICE_ROLE),
        # What runs as somebody else already.
        *each(
            "lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:AddPermission",
            f"arn:aws:lambda:{NEAR}:function:admin-tool",
        ),
        *each("lambda:InvokeFunction", f"arn:aws:lambda:{NEAR}:function:admin-tool"),
        *each(
            "codebuild:UpdateProject codebuild:StartBuild",
            f"arn:aws:codebuild:{NEAR}:project/admin-build",
            f"arn:aws:codebuild:{NEAR}:project/ImageProject-A1",
        ),
        *each(
            "cloudformation:UpdateStack cloudformation:CreateChangeSet "
            "cloudformation:ExecuteChangeSet cloudformation:DeleteStack",
            f"arn:aws:cloudformation:{NEAR}:stack/admin/1",
        ),
        *each(
            "ec2:ModifyInstanceAttribute ec2:ReplaceIamInstanceProfileAssociation "
            "ec2:AssociateIamInstanceProfile",
            f"arn:aws:ec2:{NEAR}:instance/i-1",
        ),
        *each(
            "ssm:SendCommand ssm:StartSession ec2-instance-connect:SendSSHPublicKey",
            f"arn:aws:ec2:{NEAR}:instance/i-1",
        ),
        *each("ecs:ExecuteCommand", f"arn:aws:ecs:{NEAR}:task/company/1"),
        *each("events:PutTargets", f"arn:aws:events:{NEAR}:rule/x"),
        *each(
            "glue:CreateDevEndpoint organizations:LeaveOrganization cloudformation:CreateStackSet",
            "*",
        ),
        *each("sso:CreateAccountAssignment", f"arn:aws:sso:::account/{ACCOUNT}"),
    ],
    "read a foreign secret": [
        *each(
            "secretsmanager:GetSecretValue secretsmanager:PutResourcePolicy "
            "secretsmanager:TagResource secretsmanager:UpdateSecret secretsmanager:DeleteSecret",
            *(
                f"arn:aws:secretsmanager:{NEAR}:secret:{name}"
                for name in (
                    "payroll-a1b2c3",
                    "DbSecret-A1B2C3D4E5F6-a1b2c3",
                    "solarrally/sunny-garage-2/DbSecret-1a2b3c4d-a1b2c3",
                    "solarrally/sunny/AdminSecret-1a2b3c4d-a1b2c3",
                )
            ),
        ),
        *each(
            "ssm:GetParameter ssm:PutParameter ssm:GetParameterHistory",
            f"arn:aws:ssm:{NEAR}:parameter/payroll",
        ),
        *each(
            "kms:Decrypt kms:CreateGrant kms:PutKeyPolicy kms:ScheduleKeyDeletion kms:DisableKey",
            f"arn:aws:kms:{NEAR}:key/1",
        ),
        *each(
            "s3:GetObject s3:PutObject",
            "arn:aws:s3:::payroll/x",
            "arn:aws:s3:::solarrally-sunny-garage-2--audit-1a2b3c4d/x",
        ),
        *each("s3:PutBucketPolicy", "arn:aws:s3:::payroll"),
        *each("logs:GetLogEvents", f"arn:aws:logs:{NEAR}:log-group:payroll:log-stream:x"),
        *each("rds:DownloadDBLogFilePortion", f"arn:aws:rds:{NEAR}:db:payroll"),
        *each("rds:CreateDBSnapshot rds:ModifyDBInstance", f"arn:aws:rds:{NEAR}:db:payroll"),
        *each("ec2:CreateSnapshot", f"arn:aws:ec2:{NEAR}:volume/vol-1"),
        *each("ec2:GetPasswordData ec2:GetConsoleOutput", f"arn:aws:ec2:{NEAR}:instance/i-1"),
        *each("lambda:GetFunction", f"arn:aws:lambda:{NEAR}:function:payroll"),
    ],
    "delete a foreign site": [
        *of_other_site(
            "cloudformation:DeleteStack cloudformation:UpdateStack cloudformation:CreateChangeSet",
            f"arn:aws:cloudformation:{NEAR}:stack/solarrally-sunny-garage-2-data/1",
        ),
        *of_other_site(
            "rds:DeleteDBInstance rds:ModifyDBInstance",
            f"arn:aws:rds:{NEAR}:db:solarrally-sunny-garage-2-data-database-a1",
        ),
        *of_other_site(
            "rds:DeleteDBSnapshot",
            f"arn:aws:rds:{NEAR}:snapshot:solarrally-sunny-garage-2-data-snapshot-a1",
        ),
        *each(
            "s3:DeleteBucket s3:DeleteBucketPolicy",
            "arn:aws:s3:::solarrally-sunny-garage-2--audit-1a2b3c4d",
        ),
        *each(
            "s3:DeleteObject s3:DeleteObjectVersion",
            "arn:aws:s3:::solarrally-sunny-garage-2--web-1a2b3c4d/x",
        ),
        *of_other_site(
            "kms:ScheduleKeyDeletion kms:PutKeyPolicy kms:TagResource", f"arn:aws:kms:{NEAR}:key/2"
        ),
        *of_other_site(
            "cloudfront:DeleteDistribution cloudfront:UpdateDistribution cloudfront:TagResource",
            f"arn:aws:cloudfront::{ACCOUNT}:distribution/E2",
        ),
        *of_other_site(
            "ec2:DeleteVpc ec2:CreateTags ec2:ModifyVpcAttribute", f"arn:aws:ec2:{NEAR}:vpc/vpc-2"
        ),
        *of_other_site(
            "ec2:DeleteSecurityGroup ec2:AuthorizeSecurityGroupIngress",
            f"arn:aws:ec2:{NEAR}:security-group/sg-2",
        ),
        *of_other_site("ec2:TerminateInstances", f"arn:aws:ec2:{NEAR}:instance/i-2"),
        *of_other_site(
            "ecs:DeleteCluster",
            f"arn:aws:ecs:{NEAR}:cluster/solarrally-sunny-garage-2-app-Cluster-A1",
        ),
        *of_other_site(
            "ecs:UpdateService ecs:DeleteService",
            f"arn:aws:ecs:{NEAR}:service/solarrally-sunny-garage-2-app-Cluster-A1/x",
        ),
        *of_other_site(
            "ecr:DeleteRepository ecr:PutImage",
            f"arn:aws:ecr:{NEAR}:repository/solarrally-sunny-garage-2-build-apprepository-a1",
        ),
        *of_other_site(
            "elasticloadbalancing:DeleteLoadBalancer",
            f"arn:aws:elasticloadbalancing:{NEAR}:loadbalancer/app/solarrall-LoadBalan-A1/1",
        ),
        *of_other_site(
            "elasticloadbalancing:DeleteTargetGroup elasticloadbalancing:RegisterTargets",
            f"arn:aws:elasticloadbalancing:{NEAR}:targetgroup/solarrall-TargetGro-A1/1",
        ),
        *of_other_site(
            "iot:DeletePolicy iot:CreatePolicyVersion",
            f"arn:aws:iot:{NEAR}:policy/solarrally-sunny-garage-2-device",
        ),
        *of_other_site(
            "iot:DeleteThingGroup", f"arn:aws:iot:{NEAR}:thinggroup/solarrally-sunny-garage-2"
        ),
        *of_other_site(
            "iot:DeleteTopicRule iot:ReplaceTopicRule",
            f"arn:aws:iot:{NEAR}:rule/solarrally_sunny_garage_2_fault",
        ),
        *of_other_site(
            "codebuild:DeleteProject codebuild:StartBuild",
            f"arn:aws:codebuild:{NEAR}:project/solarrally-sunny-garage-2-image",
        ),
        *of_other_site(
            "lambda:DeleteFunction",
            f"arn:aws:lambda:{NEAR}:function:solarrally-sunny-garage-2-provisioning-check",
        ),
        *of_other_site(
            "lambda:DeleteEventSourceMapping lambda:UpdateEventSourceMapping",
            f"arn:aws:lambda:{NEAR}:event-source-mapping:2",
        ),
        *of_other_site(
            "apigateway:DELETE apigateway:PATCH", "arn:aws:apigateway:eu-central-1::/apis/2"
        ),
        *of_other_site(
            "dynamodb:DeleteTable dynamodb:UpdateTable",
            f"arn:aws:dynamodb:{NEAR}:table/solarrally-sunny-garage-2-functions-Latest-A1",
        ),
        *of_other_site(
            "sqs:DeleteQueue sqs:SetQueueAttributes",
            f"arn:aws:sqs:{NEAR}:solarrally-sunny-garage-2-functions-TelemetryQueue-A1",
        ),
        *of_other_site(
            "wafv2:DeleteWebACL",
            f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/solarrally-sunny-garage-2/1",
        ),
        *of_other_site(
            "logs:DeleteLogGroup",
            f"arn:aws:logs:{NEAR}:log-group:solarrally-sunny-garage-2-app-LogGroup-A1",
        ),
        *of_other_site("acm:DeleteCertificate", f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/2"),
        *of_other_site(
            "sns:DeleteTopic",
            f"arn:aws:sns:{NEAR}:solarrally-sunny-garage-2-bootstrap-AlertTopic-A1",
        ),
        *of_other_site(
            "ssm:DeleteParameter ssm:PutParameter",
            f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/solarrally/sites/sunny-garage-2",
        ),
        *each(
            "iam:DeleteRole iam:PutRolePolicy iam:DetachRolePolicy",
            f"{ROLE}/solarrally/sunny-garage-2/x",
            f"{ROLE}/solarrally-sunny-garage-2-cloudformation",
        ),
        *each("rds:DeleteDBInstance rds:AddTagsToResource", f"arn:aws:rds:{NEAR}:db:payroll"),
        *each("ec2:TerminateInstances", f"arn:aws:ec2:{NEAR}:instance/i-3"),
        *each(
            "cloudfront:DeleteDistribution cloudfront:UpdateDistribution",
            f"arn:aws:cloudfront::{ACCOUNT}:distribution/E3",
        ),
    ],
    "change the boundary": [
        *each(
            "iam:CreatePolicyVersion iam:DeletePolicyVersion iam:SetDefaultPolicyVersion "
            "iam:DeletePolicy iam:TagPolicy iam:CreatePolicy",
            BOUNDARY,
        ),
        *each("iam:DeleteRolePermissionsBoundary", SERVICE_ROLE, TASK_ROLE, LOG_ROLE, DEPLOYER),
        *each(
            "iam:DeleteRolePermissionsBoundary",
            SERVICE_ROLE,
            TASK_ROLE,
            iam__PermissionsBoundary=BOUNDARY,
        ),
        *each(
            "iam:PutRolePermissionsBoundary",
            DEPLOYER,
            SERVICE_ROLE,
            iam__PermissionsBoundary=ADMINISTRATOR_ACCESS,
        ),
        *each(
            "iam:UpdateAssumeRolePolicy iam:PutRolePolicy iam:DeleteRole",
            DEPLOYER,
            iam__PermissionsBoundary=BOUNDARY,
        ),
        *each("iam:CreatePolicyVersion", f"{POLICY}/solarrally/solarrally-{SITE}-deploy-1"),
    ],
}

ALL = [(wish, one) for wish, ways in WAYS.items() for one in ways]


@cache
def identities() -> dict[str, list[Document]]:
    """Policies of every role of the site, by what it is."""
    return {
        "deployer": [policy.document for policy in deploy.policies(BOUND)],
        "service role": [policy.document for policy in service_role.policies(BOUND)],
        "support": [policy.document for policy in support.policies(BOUND)],
        **dict(roles_of_blueprints()),
        # Whatever anybody may attach to a role: the boundary alone has to hold.
        "a role that somebody made administrator": [EVERYTHING],
    }


def roles_of_blueprints() -> Iterator[tuple[str, list[Document]]]:
    for stack in blueprint_needs.STACKS:
        for name, body in read(blueprint(stack).template())["Resources"].items():
            if body["Type"] == "AWS::IAM::Role":
                inline = [plain(policy) for policy in body["Properties"].get("Policies", [])]
                yield f"{stack} {name}", [policy["PolicyDocument"] for policy in inline]


def plain(node: Any) -> Any:
    """Return a value of a template with the site's values for its functions.

    Of what only a deployed site has, an ARN of nothing else.
    """
    if isinstance(node, list):
        return [plain(value) for value in node if value != {"Ref": "AWS::NoValue"}]
    if not isinstance(node, dict):
        return node
    (name, value), *others = node.items()
    if others or not name.startswith(("Fn::", "Ref")):
        return {key: plain(value) for key, value in node.items()}
    if name == "Fn::If":
        return plain(value[1])
    if name == "Fn::Sub":
        return filled(value if isinstance(value, str) else value[0])
    known = {"SiteName": SITE, "AWS::AccountId": ACCOUNT, "AWS::Region": "eu-central-1"}
    return known.get(str(value), OF_A_DEPLOYED_SITE)


def filled(text: str) -> str:
    for name, value in {
        "${SiteName}": SITE,
        "${TopicName}": SITE,
        "${AWS::Partition}": "aws",
        "${AWS::AccountId}": ACCOUNT,
        "${AWS::Region}": "eu-central-1",
        "${GitHubRepository}": "owner/name",
    }.items():
        text = text.replace(name, value)
    return text if "${" not in text.replace("${!", "") else OF_A_DEPLOYED_SITE


def asked(one: Escalation, identity: list[Document], bound: Document | None) -> Question:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    key = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    policy = trust if one.action == "sts:AssumeRole" else key if one.action[:4] == "kms:" else None
    region = {"aws:RequestedRegion": "us-east-1" if ":iam:" in one.resource else "eu-central-1"}
    return Question(
        f"{ROLE}/solarrally/{SITE}/asks",
        one.action,
        one.resource,
        identity,
        boundary=bound,
        policy=policy,
        context=region | one.context,
    )


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody with policies, and perhaps a boundary."""

    name: str
    policies: list[Document]
    bound: Document | None = None


def succeed(*askers: Asker) -> dict[str, list[str]]:
    """Return for each wish who gets it, and how."""
    pairs = [(asker, wish, one) for asker in askers for wish, one in ALL]
    verdicts = judge([asked(one, asker.policies, asker.bound) for asker, _, one in pairs])
    found: dict[str, list[str]] = {wish: [] for wish in WAYS}
    for (asker, wish, one), verdict in zip(pairs, verdicts, strict=True):
        # A condition that AWS has no value for would be met, or fail, for the wrong reason.
        assert not verdict.ignored, (one, verdict.ignored)
        if verdict.allowed:
            found[wish].append(f"{asker.name}: {one.action} on {one.resource}")
    return found


def test_with_the_boundary_nobody_gets_beyond_the_site() -> None:
    bound = boundary.policy(SCOPE).document
    askers = [Asker(name, policies, bound) for name, policies in identities().items()]
    assert len(askers) > 15
    assert succeed(*askers) == {wish: [] for wish in WAYS}


def test_each_way_works_for_an_administrator() -> None:
    """Otherwise a question would be answered no for whatever reason."""
    found = succeed(Asker("administrator", [EVERYTHING]))
    assert {wish: len(ways) for wish, ways in found.items()} == {
        wish: len(ways) for wish, ways in WAYS.items()
    }


def test_without_a_boundary_the_deployer_is_as_good_as_an_administrator() -> None:
    """The dialog and docs/access.md say so; the rest is out of reach all the same."""
    plain_deployer = [policy.document for policy in deploy.policies(SCOPE)]
    found = succeed(Asker("deployer", plain_deployer))
    admin = found.pop("become administrator")
    assert f"deployer: iam:CreateRole on {SERVICE_ROLE}" in admin
    assert f"deployer: iam:UpdateAssumeRolePolicy on {SERVICE_ROLE}" in admin
    unbinding = found.pop("change the boundary")
    assert all("DeleteRolePermissionsBoundary" in way or "PutRole" in way for way in unbinding)
    assert found == {"read a foreign secret": [], "delete a foreign site": []}


def test_the_boundary_allows_what_the_policies_under_it_allow() -> None:
    """Every action on every resource; the conditions are the same or wider."""
    (document,) = [boundary.policy(SCOPE).document]
    allows = [s for s in document["Statement"] if s["Effect"] == "Allow"]
    missing = [
        (statement.sid, name, arn)
        for policy in (*deploy.policies(BOUND), *service_role.policies(BOUND))
        for statement in policy.statements
        if statement.effect == "Allow"
        for name in statement.actions
        # What the policies allow on a new instance, the boundary allows on one with the tag: EC2
        # gives an instance its tags when it starts it.
        if name not in AT_START
        for arn in reached(name, statement.resources)
        if not any(covers(s, name, arn, statement.condition) for s in allows)
    ]
    assert missing == []


def test_the_boundary_allows_what_the_roles_of_blueprints_may_by_name() -> None:
    """What only a deployed site has, such as the ARN of a log group, is tried by a bounded site."""
    (document,) = [boundary.policy(SCOPE).document]
    allows = [s for s in document["Statement"] if s["Effect"] == "Allow"]
    asked_for = [
        (role, name, arn)
        for role, documents in roles_of_blueprints()
        for one in documents
        for statement in as_list(one["Statement"])
        if statement["Effect"] == "Allow"
        for name in as_list(statement["Action"])
        for arn in as_list(statement["Resource"])
        if arn != OF_A_DEPLOYED_SITE
    ]
    assert len(asked_for) > 100
    missing = [
        (role, name, arn)
        for role, name, arn in asked_for
        if not any(
            any(fnmatchcase(name, pattern) for pattern in as_list(statement["Action"]))
            and any(fnmatchcase(arn, pattern) for pattern in as_list(statement["Resource"]))
            for statement in allows
        )
    ]
    assert missing == []


AT_START = {
    f"ec2:{name}"
    for name in (
        "DeleteTags",
        "ModifyInstanceAttribute",
        "ModifyInstanceCreditSpecification",
        "ModifyInstancePlacement",
        "MonitorInstances",
        "StartInstances",
    )
}


def test_no_tag_is_demanded_of_what_a_handler_may_call_before_it_gives_one() -> None:
    """But for what it calls then only for properties that no template sets."""
    unset = {
        # Key: Enabled; CreateHandler of aws-cloudformation-resource-providers-kms puts the policy
        # into CreateKey.
        "kms:DisableKey",
        "kms:PutKeyPolicy",
        # TargetGroup: Targets.
        "elasticloadbalancing:RegisterTargets",
    }
    creating = {
        action(name).name
        for type_ in blueprint_needs.types()
        for name in type_permissions.handlers(type_).get("create", ())
        if name.partition(":")[0] not in type_permissions.left_out()
    }
    assert creating & restrictions.OWN == unset


def reached(name: str, resources: tuple[str, ...]) -> list[str]:
    """Return the resources of a statement that an action is about."""
    own, _ = action_resources.resources_of(action(name), BOUND)
    both = [arn for arn in resources if arn in own or own == ("*",)]
    return both or list(resources)


def covers(statement: Document, name: str, arn: str, condition: restrictions.Condition) -> bool:
    if not any(fnmatchcase(name, pattern) for pattern in as_list(statement["Action"])):
        return False
    if not any(fnmatchcase(arn, pattern) for pattern in as_list(statement["Resource"])):
        return False
    wanted = statement.get("Condition", {})
    if "kms:ViaService" in json.dumps(wanted):
        return "kms:ViaService" in json.dumps(condition)
    return all(condition.get(test) == values for test, values in wanted.items())


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
@pytest.mark.parametrize("site", ["abc", "abcdefghijklmnopqrst"])
def test_the_boundary_fits_into_one_policy(site: str, partition: str) -> None:
    one = boundary.policy(Scope(site, partition, ACCOUNT, "ap-southeast-2"))
    assert one.size <= LIMIT
    assert one.name == f"solarrally-{site}-boundary"


@pytest.mark.parametrize(
    ("other", "is_refused"),
    [
        ("sunny-garage-2", False),
        ("sunny", False),
        ("sunny-garage-data", True),
        ("sunny-garage-cloudformation", True),
        ("x-app", False),
    ],
)
def test_sites_whose_names_reach_each_other_are_known(other: str, *, is_refused: bool) -> None:
    assert overlaps(SITE, other) is overlaps(other, SITE) is is_refused
