"""The documents are what IAM takes, and reach what is the site's and nothing of others."""

import re
from typing import Any

import pytest

from solarrally_tui.policy import arn_patterns, blueprint_needs, deploy, service_role, support
from solarrally_tui.policy.authorization import action
from solarrally_tui.policy.document import LIMIT, Policy
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.policy.policy_setup import ACCOUNT, Document, allows, as_list, says

LONGEST = "abcdefghijklmnopqrst"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/solarrally/solarrally-{LONGEST}-boundary"
SCOPES = (
    Scope(),
    Scope("abc"),
    Scope(LONGEST, "aws-us-gov", ACCOUNT),
    Scope("sunny-garage", "aws-cn"),
    Scope(LONGEST, "aws", ACCOUNT, "ap-southeast-2", ("Z0123456789ABCDEFGHIJ",), BOUNDARY),
)
KINDS = {"deploy": deploy, "support": support, "service-role": service_role}
CASES = [(kind, scope) for kind in KINDS for scope in SCOPES]
NAMES = [f"{kind}-{scope.site or 'all'}-{bool(scope.boundary)}" for kind, scope in CASES]
OF_OTHERS = {
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::Route53::RecordSet",
}
"""Types whose property with a name names something else."""
KEYS = (
    "iam:",
    "kms:",
    f"aws:ResourceTag/{SITE_TAG}",
    "aws:ResourceTag/aws.cloudfront.vpcorigin",
    "aws:TagKeys",
    "aws:RequestedRegion",
    "route53:ChangeResourceRecordSetsRecordTypes",
)
"""Keys that conditions may be about."""
ATTACHABLE = 10
"""Managed policies that a role or user takes (IAM quotas)."""


def made(kind: str, scope: Scope) -> tuple[Policy, ...]:
    policies: tuple[Policy, ...] = KINDS[kind].policies(scope)
    return policies


def documents(kind: str, scope: Scope) -> list[Document]:
    return [policy.document for policy in made(kind, scope)]


@pytest.mark.parametrize(("kind", "scope"), CASES, ids=NAMES)
def test_each_policy_fits_and_all_can_be_attached(kind: str, scope: Scope) -> None:
    policies = made(kind, scope)
    assert max(policy.size for policy in policies) <= LIMIT == 6144
    assert len(policies) <= ATTACHABLE
    assert len({policy.name for policy in policies}) == len(policies)
    assert all(re.fullmatch(r"[\w+=,.@-]{1,128}", policy.name) for policy in policies)


@pytest.mark.parametrize(("kind", "scope"), CASES, ids=NAMES)
def test_each_statement_is_well_formed(kind: str, scope: Scope) -> None:
    for document in documents(kind, scope):
        assert set(document) == {"Version", "Statement"}
        assert document["Version"] == "2012-10-17"
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert len(set(sids)) == len(sids)
        for statement in document["Statement"]:
            check_statement(statement)


def check_statement(statement: dict[str, Any]) -> None:
    denies_the_rest = statement["Effect"] == "Deny" and "NotAction" in statement
    about = "NotAction" if denies_the_rest else "Action"
    assert set(statement) - {"Condition"} == {"Sid", "Effect", about, "Resource"}
    assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
    assert statement[about]
    if denies_the_rest:
        assert statement["Condition"]
        return
    for name in statement["Action"]:
        assert action(name).name == name, "in IAM's own case, and known to it"
        assert "*" not in name
    for resource in as_list(statement["Resource"]):
        assert resource == "*" or re.fullmatch(
            rf"arn:aws(-cn|-us-gov)?:[a-z0-9-]+:\*?:(\*|{ACCOUNT})?:.+", resource
        )
    for test, values in statement.get("Condition", {}).items():
        assert test in {
            "ArnEquals",
            "ArnLike",
            "ForAllValues:StringEquals",
            "StringEquals",
            "StringEqualsIfExists",
            "StringLike",
        }
        assert all(key.startswith(KEYS) and wanted for key, wanted in values.items())


@pytest.mark.parametrize(("kind", "scope"), CASES, ids=NAMES)
def test_a_star_has_its_reason(kind: str, scope: Scope) -> None:
    for policy in made(kind, scope):
        for statement in policy.statements:
            if statement.resources == ("*",):
                assert statement.reason.endswith("."), statement.sid
            else:
                assert "*" not in statement.resources


@pytest.mark.parametrize("scope", SCOPES)
def test_the_partition_is_the_scopes(scope: Scope) -> None:
    for kind in KINDS:
        for document in documents(kind, scope):
            for statement in document["Statement"]:
                arns = [each for each in as_list(statement["Resource"]) if each != "*"]
                assert all(arn.split(":")[1] == scope.partition for arn in arns)


def generated(stack: str, logical_id: str, longest: int) -> str:
    """Return the name that CloudFormation makes, as its IdentifierUtils does.

    Of what is left beside 13 random characters and a hyphen, both names get a half, and what one
    does not need goes to the other.
    """
    free = longest - 14
    rest = max(free - len(logical_id), free // 2)
    kept = stack[:rest]
    return f"{kept}-{logical_id[: free - len(kept)]}-A1B2C3D4E5F6"


SITES = ["abc", "sunny-garage", LONGEST]


@pytest.mark.parametrize("site", SITES)
def test_names_of_resources_are_reached_and_those_of_sites_named_alike_are_not(site: str) -> None:
    mine = documents("service-role", Scope(site)) + documents("deploy", Scope(site))
    for stack in blueprint_needs.STACKS:
        for logical_id, body in blueprint_needs.resources((stack,)):
            for tried, arn in arns_of(body, site, stack, logical_id):
                assert allows(mine, tried, arn), arn
            for other in (f"{site[:18]}-2", f"{site[:-1]}", f"{site[:13]}-park", f"x{site}"[:20]):
                for tried, arn in arns_of(body, other, stack, logical_id):
                    assert not allows(mine, tried, arn), (other, arn)


def arns_of(body: dict[str, Any], site: str, stack: str, logical_id: str) -> list[tuple[str, str]]:
    """Return a writing action of a type and the ARN of what it makes, for types with names."""
    of_stack, type_ = stack_name(site, stack), body["Type"]
    near, a_name = f"eu-central-1:{ACCOUNT}", given_name(body, site)
    long = generated(of_stack, logical_id, 255)
    known = {
        "AWS::Budgets::Budget": ("budgets:ModifyBudget", f"budgets::{ACCOUNT}:budget/{long}"),
        "AWS::CloudWatch::Dashboard": (
            "cloudwatch:PutDashboard",
            f"cloudwatch::{ACCOUNT}:dashboard/{a_name}",
        ),
        "AWS::CodeBuild::Project": (
            "codebuild:UpdateProject",
            f"codebuild:{near}:project/{a_name}",
        ),
        "AWS::ECR::Repository": (
            "ecr:CreateRepository",
            f"ecr:{near}:repository/{generated(of_stack, logical_id, 256).lower()}",
        ),
        "AWS::ECS::Cluster": ("ecs:CreateCluster", f"ecs:{near}:cluster/{long}"),
        "AWS::ECS::TaskDefinition": (
            "ecs:RegisterTaskDefinition",
            f"ecs:{near}:task-definition/{a_name}:*",
        ),
        "AWS::IAM::Role": (
            "iam:PutRolePolicy",
            f"iam::{ACCOUNT}:role/solarrally/{site}/{generated(of_stack, logical_id, 64)}",
        ),
        "AWS::IoT::TopicRule": ("iot:CreateTopicRule", f"iot:{near}:rule/{a_name}"),
        "AWS::KinesisFirehose::DeliveryStream": (
            "firehose:DeleteDeliveryStream",
            f"firehose:{near}:deliverystream/{a_name}",
        ),
        "AWS::Lambda::Function": ("lambda:UpdateFunctionCode", f"lambda:{near}:function:{a_name}"),
        "AWS::Logs::LogGroup": ("logs:PutRetentionPolicy", f"logs:{near}:log-group:{long}"),
        "AWS::RDS::DBInstance": (
            "rds:CreateDBInstance",
            f"rds:{near}:db:{generated(of_stack, logical_id, 63).lower()}",
        ),
        "AWS::S3::Bucket": ("s3:PutBucketPolicy", f"s3:::{a_name}"),
        "AWS::SecretsManager::Secret": (
            "secretsmanager:CreateSecret",
            f"secretsmanager:{near}:secret:{a_name}-a1b2c3",
        ),
        "AWS::SNS::Topic": ("sns:CreateTopic", f"sns:{near}:{long}"),
        "AWS::WAFv2::WebACL": (
            "wafv2:DeleteWebACL",
            f"wafv2:us-east-1:{ACCOUNT}:global/webacl/{a_name}/1",
        ),
    }
    bootstrap_only = {"AWS::IAM::Role"} if stack == "bootstrap" else set()
    if type_ not in known or type_ in bootstrap_only:
        return []
    return [(known[type_][0], f"arn:aws:{known[type_][1]}")]


def given_name(body: dict[str, Any], site: str) -> str:
    """Return the name that a template gives a resource; empty where it gives none."""
    given = body.get("Properties", {})
    keys = ("Name", "BucketName", "DashboardName", "DeliveryStreamName", "Family")
    named = [given[key] for key in (*keys, "FunctionName", "RuleName") if key in given]
    if not named:
        return ""
    (value,) = named[0].values()
    if isinstance(value, str):
        return value.replace("${SiteName}", site)
    if value[0] == "_":
        return "_".join(["solarrally", site.replace("-", "_"), value[1][2]])
    return str(value[0]).replace("${SiteName}", site).replace("${Suffix}", "1a2b3c4d")


def test_generated_names_keep_the_whole_name_of_the_longest_site() -> None:
    """CloudFormation cuts what does not fit, and then names could not tell sites apart."""
    for type_, longest in arn_patterns.GENERATED.values():
        for stack in blueprint_needs.STACKS:
            for logical_id in blueprint_needs.logical_ids(type_, (stack,)):
                whole = f"{stack_name(LONGEST, stack)}-{logical_id}-A1B2C3D4E5F6G"
                assert len(whole) <= longest, whole


def test_every_name_that_a_template_gives_has_the_whole_name_of_its_site() -> None:
    """Those that AWS keeps for a while, or that are unique in the world, also have a new end."""
    for _, body in blueprint_needs.resources():
        if body["Type"] in {"AWS::S3::Bucket", "AWS::SecretsManager::Secret"}:
            assert given_name(body, "sunny-garage").endswith("-1a2b3c4d")
        a_name = given_name(body, "sunny-garage")
        if a_name and body["Type"] not in OF_OTHERS:
            assert re.search(r"sunny[-_]garage", a_name), body


def test_application_auto_scaling_may_test_the_service_role() -> None:
    """It calls PutMetricAlarm without parameters, and refuses the target where that is denied."""
    assert allows(
        documents("service-role", Scope("sunny-garage")), "cloudwatch:PutMetricAlarm", "*"
    )


@pytest.mark.parametrize(
    "snapshot",
    [
        f"us-east-1:{ACCOUNT}:snapshot:solarrally-garage-by-the-sea-data-snapshot-database-a1",
        f"us-east-1:{ACCOUNT}:snapshot:my-old-db",
        f"us-east-1:{ACCOUNT}:snapshot:awsbackup:job-1",
        f"us-east-1:{ACCOUNT}:snapshot:rds:solarrally-garage-data-database-a1-2026-11-29-00-10",
        "us-east-1:210987654321:snapshot:shared",
    ],
)
def test_a_new_site_takes_over_any_snapshot_and_deletes_no_other(snapshot: str) -> None:
    reached = documents("service-role", Scope("phoenix"))
    restored = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:solarrally-phoenix-data-database-a1"
    assert allows(reached, "rds:RestoreDBInstanceFromDBSnapshot", f"arn:aws:rds:{snapshot}")
    assert allows(reached, "rds:RestoreDBInstanceFromDBSnapshot", restored)
    for tried in ("DeleteDBSnapshot", "ModifyDBSnapshot", "DeleteDBInstance"):
        assert not allows(reached, f"rds:{tried}", f"arn:aws:rds:{snapshot}")


def test_an_interface_endpoint_may_have_private_dns() -> None:
    reached = documents("service-role", Scope("phoenix"))
    zone = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    assert allows(reached, "route53:AssociateVPCWithHostedZone", zone)


@pytest.mark.parametrize(
    ("tried", "arn"),
    [
        ("rds:DescribeDBInstances", f"rds:eu-central-1:{ACCOUNT}:db:*"),
        ("cloudtrail:GetEventSelectors", f"cloudtrail:us-east-1:{ACCOUNT}:trail/company"),
        ("ecr:BatchGetImage", "ecr:eu-central-1:210987654321:repository/solar"),
        ("ecr:GetDownloadUrlForLayer", "ecr:eu-central-1:210987654321:repository/solar"),
        (
            "iot:CreateProvisioningClaim",
            f"iot:eu-central-1:{ACCOUNT}:provisioningtemplate/solarrally-sunny-garage",
        ),
        ("billing:GetBillingViewData", f"billing::{ACCOUNT}:billingview/primary"),
    ],
)
def test_the_operator_may_check_the_account_before_anything_is_made(tried: str, arn: str) -> None:
    assert allows(documents("deploy", Scope("sunny-garage")), tried, f"arn:aws:{arn}")


def test_support_sees_the_databases_of_its_site_only() -> None:
    seen, stem = documents("support", Scope("sunny-garage")), f"arn:aws:rds:us-east-1:{ACCOUNT}:db"
    assert allows(seen, "rds:DescribeDBInstances", f"{stem}:solarrally-sunny-garage-data-database")
    assert not allows(seen, "rds:DescribeDBInstances", f"{stem}:payroll")


OTHERS = [
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/Administrator"),
    (
        "iam:PutRolePolicy",
        f"arn:aws:iam::{ACCOUNT}:role/solarrally/other/solarrally-other-app-TaskRole-A1",
    ),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Administrator"),
    ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"),
    ("s3:DeleteBucket", "arn:aws:s3:::my-photos"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::solarrally-other--audit-1a2b3c4d"),
    ("rds:DeleteDBInstance", f"arn:aws:rds:us-east-1:{ACCOUNT}:db:payroll"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:payroll"),
    ("ecr:DeleteRepository", f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/other"),
    ("ssm:PutParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/payroll"),
]


@pytest.mark.parametrize(("tried", "arn"), OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_the_sites_is_out_of_reach(kind: str, tried: str, arn: str) -> None:
    assert not allows(documents(kind, Scope("sunny-garage")), tried, arn)


@pytest.mark.parametrize("site", ["", "abc", "sunny-garage", "abcdefghijklmnopqrst"])
def test_the_service_role_cannot_change_itself(site: str) -> None:
    name = f"solarrally-{site or 'sites'}-cloudformation"
    itself = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    reached = documents("service-role", Scope(site))
    for tried in ("PutRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole", "TagRole"):
        assert not allows(reached, f"iam:{tried}", itself)
    assert not allows(reached, "iam:AttachRolePolicy", itself)


def conditions(kind: str, about: str, site: str = "sunny-garage") -> list[dict[str, Any]]:
    return [
        statement["Condition"]
        for document in documents(kind, Scope(site))
        for statement in document["Statement"]
        if about in statement["Action"] and statement["Effect"] == "Allow"
    ]


@pytest.mark.parametrize("kind", ["deploy", "service-role"])
def test_roles_are_passed_to_known_services_only(kind: str) -> None:
    for condition in conditions(kind, "iam:PassRole"):
        services = condition["StringEquals"]["iam:PassedToService"]
        assert services
        assert all(re.fullmatch(r"[a-z.-]+\.amazonaws\.com", service) for service in services)


@pytest.mark.parametrize("kind", ["deploy", "service-role"])
def test_service_linked_roles_are_made_for_known_services_only(kind: str) -> None:
    (condition,) = conditions(kind, "iam:CreateServiceLinkedRole")
    assert "ecs.amazonaws.com" in condition["StringEquals"]["iam:AWSServiceName"]


def test_the_operator_passes_the_service_role_to_cloudformation_only() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/solarrally-sunny-garage-cloudformation"
    passing = [
        statement
        for document in documents("deploy", Scope("sunny-garage"))
        for statement in document["Statement"]
        if statement["Sid"] == "PassServiceRole"
    ]
    assert allows([{"Statement": passing}], "iam:PassRole", role)
    assert [statement["Condition"] for statement in passing] == [
        {"StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}}
    ]


def test_the_operator_passes_the_roles_of_a_site_to_its_tasks_only() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/solarrally/sunny-garage/TaskRole-A1"
    passing = [
        statement
        for document in documents("deploy", Scope("sunny-garage"))
        for statement in document["Statement"]
        if says(statement, "iam:PassRole", role)
    ]
    assert [statement["Sid"] for statement in passing] == ["PassTaskRoles"]


OWN = f"arn:aws:iam::{ACCOUNT}:policy/solarrally-sun-cloudformation"


@pytest.mark.parametrize("number", ["1", "9", "10"])
def test_the_operator_writes_the_policies_of_the_service_role(number: str) -> None:
    reached = documents("deploy", Scope("sun"))
    for tried in ("CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "TagPolicy"):
        assert allows(reached, f"iam:{tried}", f"{OWN}-{number}")


@pytest.mark.parametrize(
    "arn",
    [
        f"{OWN}-11",
        OWN,
        f"arn:aws:iam::{ACCOUNT}:policy/solarrally-sun-cloudformation-cloudformation-1",
        f"arn:aws:iam::{ACCOUNT}:policy/solarrally-sun-set-cloudformation-1",
        f"arn:aws:iam::{ACCOUNT}:policy/payroll",
    ],
)
def test_the_operator_writes_no_other_policy(arn: str) -> None:
    reached = documents("deploy", Scope("sun"))
    for tried in ("CreatePolicy", "CreatePolicyVersion", "DeletePolicy"):
        assert not allows(reached, f"iam:{tried}", arn)


def test_the_operator_attaches_to_the_service_role_its_own_policies_only() -> None:
    (condition,) = conditions("deploy", "iam:AttachRolePolicy")
    garage = OWN.replace(ACCOUNT, "*").replace("-sun-", "-sunny-garage-")
    assert condition == {"ArnLike": {"iam:PolicyARN": [f"{garage}-?", f"{garage}-10"]}}


def test_the_operator_makes_the_service_role_and_the_log_role_only() -> None:
    reached = documents("deploy", Scope("sun"))
    role = f"arn:aws:iam::{ACCOUNT}:role"
    for tried in ("CreateRole", "DeleteRole"):
        assert allows(reached, f"iam:{tried}", f"{role}/solarrally-sun-cloudformation")
        assert not allows(reached, f"iam:{tried}", f"{role}/solarrally-sun-cloudformation-2")
        assert not allows(reached, f"iam:{tried}", f"{role}/solarrally-sun-set-cloudformation")
    assert not allows(reached, "iam:PutRolePolicy", f"{role}/solarrally-sun-cloudformation")


def test_the_policies_of_the_service_role_are_named_as_the_operator_may_write_them() -> None:
    for scope in SCOPES:
        names = [policy.name for policy in made("service-role", scope)]
        stem = scope.service_role.replace("*", "sites")
        assert names == [f"{stem}-{n}" for n in range(1, len(names) + 1)]


@pytest.mark.parametrize(
    "secret",
    [
        "solarrally/sunny-garage/DbSecret-1a2b3c4d",
        "solarrally/sunny-garage/JwtSecret-1a2b3c4d",
        "solarrally/sunny-garage-2/BridgeSecret-1a2b3c4d",
        "BridgeSecret-A1B2",
        "other",
    ],
)
def test_the_operator_reads_no_secret_of_the_application(secret: str) -> None:
    reached = documents("deploy", Scope("sunny-garage"))
    stem = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret"
    assert allows(
        reached,
        "secretsmanager:GetSecretValue",
        f"{stem}:solarrally/sunny-garage/BridgeSecret-1a2b3c4d-c3",
    )
    assert not allows(reached, "secretsmanager:GetSecretValue", f"{stem}:{secret}")


PUT, MOVE = "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"


@pytest.mark.parametrize("site", ["sunny-garage", "abcdefghijklmnopqrst"])
def test_a_rotation_writes_the_database_secret_of_its_site_only(site: str) -> None:
    reached = documents("deploy", Scope(site))
    stem = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret"
    own = f"{stem}:solarrally/{site}/DbSecret-1a2b3c4d-c3"
    assert allows(reached, PUT, own)
    assert allows(reached, MOVE, own)
    assert not allows(reached, "secretsmanager:GetSecretValue", own)
    for named in (
        "DbSecret-1a2b3c4d-c3",
        "payroll-c3",
        f"solarrally/{site}/JwtSecret-1a2b3c4d-c3",
        f"solarrally/{site}/OriginSecret-1a2b3c4d-c3",
        "solarrally/other/DbSecret-1a2b3c4d-c3",
    ):
        assert not allows(reached, PUT, f"{stem}:{named}")
        assert not allows(reached, MOVE, f"{stem}:{named}")
    for tried in (PUT, MOVE, "secretsmanager:GetSecretValue"):
        found = conditions("deploy", tried, site)
        assert found
        assert all(
            each == {"StringEquals": {f"aws:ResourceTag/{SITE_TAG}": [site]}} for each in found
        )


def test_secrets_that_the_engine_reads_are_there() -> None:
    for stack, logical_id in (*deploy.OWN_SECRETS, deploy.ROTATED_SECRET):
        assert logical_id in dict(blueprint_needs.resources((stack,)))


def test_two_sites_of_one_account_are_apart() -> None:
    reached = documents("deploy", Scope("sun"))
    stem = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack"
    assert allows(reached, "cloudformation:DeleteStack", f"{stem}/solarrally-sun-app/1")
    assert not allows(reached, "cloudformation:DeleteStack", f"{stem}/solarrally-sun-set-app/1")


def test_only_cloudformation_may_take_the_service_role() -> None:
    (statement,) = service_role.TRUST["Statement"]
    assert statement["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"
