"""What AWS refuses: for every rule of the list a template that must fail because of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from solarrally_tui.simulator.stacks.refusals.rules import RULES
from solarrally_tui.simulator.stacks.schema import schema
from tests.simulator import functions_setup, refusal_setup
from tests.simulator.refusal_setup import physical
from tests.simulator.simulator_setup import IsolatedAccount, role_of

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"


def fails_to_delete(
    aws: IsolatedAccount, resources: dict[str, Any], disturb: Callable[[], object]
) -> str:
    assert aws.create_stack("s", resources) == ("CREATE_COMPLETE", [])
    disturb()
    status, reasons = aws.delete_stack("s")
    assert status == "DELETE_FAILED"
    return " ".join(reasons)


def bucket_not_empty(aws: IsolatedAccount) -> str:
    def disturb() -> None:
        aws.client("s3").put_object(Bucket=physical(aws, "Bucket"), Key="k", Body=b"x")

    return fails_to_delete(aws, {"Bucket": {"Type": "AWS::S3::Bucket"}}, disturb)


def vpc_missing(aws: IsolatedAccount) -> str:
    properties = {"VpcId": "vpc-00000000000000000", "CidrBlock": "10.0.0.0/24"}
    status, reasons = aws.create_stack(
        "s", {"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": properties}}
    )
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def database_protected(aws: IsolatedAccount) -> str:
    database = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.micro",
            "AllocatedStorage": "20",
            "MasterUsername": "u",
            "MasterUserPassword": "password",
            "DeletionProtection": True,
        },
    }
    return fails_to_delete(aws, {"Database": database}, lambda: None)


def secret_name_taken(aws: IsolatedAccount) -> str:
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="n", SecretString="s")
    secrets.delete_secret(SecretId="n", RecoveryWindowInDays=7)
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "n"}}
    status, reasons = aws.create_stack("s", {"Secret": secret})
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def vault_name_taken(aws: IsolatedAccount) -> str:
    aws.client("backup").create_backup_vault(BackupVaultName="kept")
    vault = {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "kept"}}
    status, reasons = aws.create_stack("s", {"Vault": vault})
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def registry_not_empty(aws: IsolatedAccount) -> str:
    def disturb() -> None:
        aws.client("ecr").put_image(
            repositoryName=physical(aws, "Images"), imageTag="t", imageManifest="{}"
        )

    return fails_to_delete(aws, {"Images": {"Type": "AWS::ECR::Repository"}}, disturb)


def zone_not_empty(aws: IsolatedAccount) -> str:
    zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "example.org"}}
    record = {
        "Name": "a.example.org",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }

    def disturb() -> None:
        aws.client("route53").change_resource_record_sets(
            HostedZoneId=physical(aws, "Zone"),
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )

    return fails_to_delete(aws, {"Zone": zone}, disturb)


def iot_policy_attached(aws: IsolatedAccount) -> str:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}],
    }
    policy = {
        "Type": "AWS::IoT::Policy",
        "Properties": {"PolicyName": "p", "PolicyDocument": document},
    }

    def disturb() -> None:
        iot = aws.client("iot")
        arn = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
        iot.attach_policy(policyName="p", target=arn)

    return fails_to_delete(aws, {"Policy": policy}, disturb)


def refused_at_once(aws: IsolatedAccount, resources: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        aws.client("cloudformation").create_change_set(
            StackName="s",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": resources}),
        )
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    return str(caught.value)


def reference_missing(aws: IsolatedAccount) -> str:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Nope"}}}
    return refused_at_once(aws, {"Topic": topic})


def circular_dependency(aws: IsolatedAccount) -> str:
    first = {"Type": "AWS::SNS::Topic", "DependsOn": "Second"}
    second = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Sub": "${First}"}}}
    return refused_at_once(aws, {"First": first, "Second": second})


def planned(aws: IsolatedAccount, role: str) -> dict[str, Any]:
    change_set: dict[str, Any] = aws.client("cloudformation").create_change_set(
        StackName="s",
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
        RoleARN=role,
    )
    return change_set


def service_role_missing(aws: IsolatedAccount) -> str:
    messages = []
    for role in (f"arn:aws:iam::{aws.number}:role/nobody", role_of(aws, "ecs.amazonaws.com")):
        with pytest.raises(ClientError) as caught:
            planned(aws, role)
        assert caught.value.response["Error"]["Code"] == "ValidationError"
        messages.append(str(caught.value))
        assert f"Role {role} is invalid or cannot be assumed" in messages[-1]
    return messages[0]


CASES: dict[str, tuple[Callable[[IsolatedAccount], str], str]] = {
    **refusal_setup.CASES,
    **functions_setup.CASES,
    "bucket-not-empty": (bucket_not_empty, "The bucket you tried to delete is not empty"),
    "vpc-missing": (vpc_missing, "The vpc ID 'vpc-00000000000000000' does not exist"),
    "database-protected": (database_protected, "Cannot delete protected DB Instance"),
    "secret-name-taken": (secret_name_taken, "already scheduled for deletion"),
    "vault-name-taken": (vault_name_taken, "same name already exists"),
    "registry-not-empty": (registry_not_empty, "it still contains images"),
    "zone-not-empty": (zone_not_empty, "contains non-required resource record sets"),
    "iot-policy-attached": (iot_policy_attached, "attached to one or more principals"),
    "reference-missing": (reference_missing, "Unresolved resource dependencies [Nope]"),
    "circular-dependency": (circular_dependency, "Circular dependency between resources"),
    "service-role-missing": (service_role_missing, "is invalid or cannot be assumed"),
}


def test_every_rule_has_a_template_that_must_fail() -> None:
    assert [rule.name for rule in RULES] == list(CASES)
    assert all(rule.source for rule in RULES)


@pytest.mark.parametrize("name", CASES)
def test_refused(aws: IsolatedAccount, name: str) -> None:
    case, words = CASES[name]
    assert words in case(aws)


def test_a_stack_keeps_its_role_and_needs_it_to_go(aws: IsolatedAccount) -> None:
    role, cloudformation = role_of(aws, "cloudformation.amazonaws.com"), "cloudformation"
    stacks, iam = aws.client(cloudformation), aws.client("iam")
    change_set = planned(aws, role)
    assert "RoleARN" not in aws.stack("s")
    stacks.execute_change_set(ChangeSetName=change_set["Id"])
    assert aws.settled("s") == ("CREATE_COMPLETE", [])
    assert aws.stack("s")["RoleARN"] == role
    iam.delete_role_policy(RoleName=cloudformation, PolicyName="all")
    iam.delete_role(RoleName=cloudformation)
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        stacks.delete_stack(StackName="s")
    role_of(aws, "cloudformation.amazonaws.com")
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    assert aws.create_stack("s", {"Topic": {"Type": "AWS::SNS::Topic"}})[0] == "CREATE_COMPLETE"
    assert "RoleARN" not in aws.stack("s")


def test_a_stack_in_review_stays_the_same_stack(aws: IsolatedAccount) -> None:
    stacks = aws.client("cloudformation")
    given = {
        "StackName": "s",
        "ChangeSetType": "CREATE",
        "TemplateBody": json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    }
    first = stacks.create_change_set(ChangeSetName="one", **given)
    second = stacks.create_change_set(ChangeSetName="two", **given)
    assert first["StackId"] == second["StackId"] == aws.stack("s")["StackId"]
    with pytest.raises(ClientError):
        stacks.create_change_set(ChangeSetName="three", **{**given, "TemplateBody": "[]"})
    assert aws.stack("s")["StackStatus"] == "REVIEW_IN_PROGRESS"
    stacks.execute_change_set(ChangeSetName=second["Id"])
    assert aws.settled(first["StackId"]) == ("CREATE_COMPLETE", [])


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        ("AWS::S3::Bucket", {"BucketNam": "x"}, "#: extraneous key [BucketNam] is not permitted"),
        (
            "AWS::S3::Bucket",
            {"VersioningConfiguration": {"Status": "On"}},
            "#/VersioningConfiguration/Status: On is not a valid enum value",
        ),
        (
            "AWS::S3::Bucket",
            {"VersioningConfiguration": {}},
            "#/VersioningConfiguration: required key [Status] not found",
        ),
        ("AWS::SQS::Queue", {"DelaySeconds": "soon"}, "#/DelaySeconds: expected type: Integer"),
        (
            "AWS::SNS::Topic",
            {"TopicArn": "x"},
            "Encountered unsupported properties in {/}: [TopicArn]",
        ),
        ("AWS::Logs::LogGroup", {"LogGroupName": "a b"}, "#/LogGroupName: failed validation"),
        ("AWS::EC2::Subnet", {"VpcId": ["v"]}, "#/VpcId: expected type: String, found: list"),
    ],
)
def test_malformed_properties(
    aws: IsolatedAccount, kind: str, properties: dict, words: str
) -> None:
    status, reasons = aws.create_stack("s", {"Thing": {"Type": kind, "Properties": properties}})
    assert status == "ROLLBACK_COMPLETE"
    assert reasons[0].startswith("Properties validation failed for resource Thing with message:")
    assert words in reasons[0]


def test_texts_stand_for_numbers_and_booleans(aws: IsolatedAccount) -> None:
    queue = {"DelaySeconds": "5", "SqsManagedSseEnabled": "true"}
    resources = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": queue}}
    assert aws.create_stack("s", resources) == ("CREATE_COMPLETE", [])


def test_a_protected_database_leaves_a_tagged_snapshot(aws: IsolatedAccount) -> None:
    database = {
        "Type": "AWS::RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "Properties": {
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.micro",
            "AllocatedStorage": "20",
            "MasterUsername": "u",
            "MasterUserPassword": "password",
            "CopyTagsToSnapshot": True,
            "Tags": [{"Key": "solarrally:site", "Value": "x"}],
        },
    }
    assert aws.create_stack("s", {"Database": database}) == ("CREATE_COMPLETE", [])
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    [snapshot] = aws.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert snapshot["TagList"] == [{"Key": "solarrally:site", "Value": "x"}]


def test_every_type_of_the_blueprints_has_its_schema() -> None:
    without = {"AWS::CloudFormation::WaitConditionHandle"}  # the registry has none
    found: set[str] = set()
    for template in BLUEPRINTS.glob("*/template.yaml"):
        found |= set(re.findall(r"Type: (AWS::\w+::\w+)\s*$", template.read_text(), re.MULTILINE))
    missing = {kind for kind in found - without if schema(kind) is None}
    assert not missing, f"run make resource TYPE={min(missing)}"
    assert len(found) > 50
