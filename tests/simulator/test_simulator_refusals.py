"""What AWS refuses: for every rule of the list a template that must fail because of it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from solarrally_tui.simulator.stacks.refusals import RULES
from solarrally_tui.simulator.stacks.schema import schema
from tests.simulator.simulator_setup import Bench

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}


def fails_to_delete(bench: Bench, resources: dict[str, Any], disturb: Callable[[], object]) -> str:
    assert bench.up("s", resources) == ("CREATE_COMPLETE", [])
    disturb()
    status, reasons = bench.down("s")
    assert status == "DELETE_FAILED"
    return " ".join(reasons)


def physical(bench: Bench, logical_id: str) -> str:
    found = bench.client("cloudformation").describe_stack_resource(
        StackName="s", LogicalResourceId=logical_id
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def bucket_not_empty(bench: Bench) -> str:
    def disturb() -> None:
        bench.client("s3").put_object(Bucket=physical(bench, "Bucket"), Key="k", Body=b"x")

    return fails_to_delete(bench, {"Bucket": {"Type": "AWS::S3::Bucket"}}, disturb)


def vpc_missing(bench: Bench) -> str:
    properties = {"VpcId": "vpc-00000000000000000", "CidrBlock": "10.0.0.0/24"}
    status, reasons = bench.up(
        "s", {"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": properties}}
    )
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def database_protected(bench: Bench) -> str:
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
    return fails_to_delete(bench, {"Database": database}, lambda: None)


def secret_name_taken(bench: Bench) -> str:
    secrets = bench.client("secretsmanager")
    secrets.create_secret(Name="n", SecretString="s")
    secrets.delete_secret(SecretId="n", RecoveryWindowInDays=7)
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "n"}}
    status, reasons = bench.up("s", {"Secret": secret})
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def security_group_in_use(bench: Bench) -> str:
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "g"},
    }

    def disturb() -> None:
        ec2 = bench.client("ec2")
        vpc, used = physical(bench, "Vpc"), physical(bench, "Group")
        other = ec2.create_security_group(GroupName="o", Description="o", VpcId=vpc)["GroupId"]
        pair = {
            "IpProtocol": "tcp",
            "FromPort": 1,
            "ToPort": 1,
            "UserIdGroupPairs": [{"GroupId": used}],
        }
        ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[pair])

    return fails_to_delete(bench, {"Vpc": VPC, "Group": group}, disturb)


def registry_not_empty(bench: Bench) -> str:
    def disturb() -> None:
        bench.client("ecr").put_image(
            repositoryName=physical(bench, "Images"), imageTag="t", imageManifest="{}"
        )

    return fails_to_delete(bench, {"Images": {"Type": "AWS::ECR::Repository"}}, disturb)


def zone_not_empty(bench: Bench) -> str:
    zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "example.org"}}
    record = {
        "Name": "a.example.org",
        "Type": "TXT",
        "TTL": 60,
        "ResourceRecords": [{"Value": '"x"'}],
    }

    def disturb() -> None:
        bench.client("route53").change_resource_record_sets(
            HostedZoneId=physical(bench, "Zone"),
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )

    return fails_to_delete(bench, {"Zone": zone}, disturb)


def iot_policy_attached(bench: Bench) -> str:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}],
    }
    policy = {
        "Type": "AWS::IoT::Policy",
        "Properties": {"PolicyName": "p", "PolicyDocument": document},
    }

    def disturb() -> None:
        iot = bench.client("iot")
        arn = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
        iot.attach_policy(policyName="p", target=arn)

    return fails_to_delete(bench, {"Policy": policy}, disturb)


def refused_at_once(bench: Bench, resources: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        bench.client("cloudformation").create_change_set(
            StackName="s",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps({"Resources": resources}),
        )
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    return str(caught.value)


def reference_missing(bench: Bench) -> str:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Nope"}}}
    return refused_at_once(bench, {"Topic": topic})


def circular_dependency(bench: Bench) -> str:
    first = {"Type": "AWS::SNS::Topic", "DependsOn": "Second"}
    second = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Sub": "${First}"}}}
    return refused_at_once(bench, {"First": first, "Second": second})


def role_of(bench: Bench, service: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = bench.client("iam").create_role(
        RoleName=service.partition(".")[0], AssumeRolePolicyDocument=document
    )
    return str(made["Role"]["Arn"])


def planned(bench: Bench, role: str) -> dict[str, Any]:
    made: dict[str, Any] = bench.client("cloudformation").create_change_set(
        StackName="s",
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
        RoleARN=role,
    )
    return made


def service_role_missing(bench: Bench) -> str:
    told = []
    for role in (f"arn:aws:iam::{bench.number}:role/nobody", role_of(bench, "ecs.amazonaws.com")):
        with pytest.raises(ClientError) as caught:
            planned(bench, role)
        assert caught.value.response["Error"]["Code"] == "ValidationError"
        told.append(str(caught.value))
        assert f"Role {role} is invalid or cannot be assumed" in told[-1]
    return told[0]


CASES: dict[str, tuple[Callable[[Bench], str], str]] = {
    "bucket-not-empty": (bucket_not_empty, "The bucket you tried to delete is not empty"),
    "vpc-missing": (vpc_missing, "The vpc ID 'vpc-00000000000000000' does not exist"),
    "database-protected": (database_protected, "Cannot delete protected DB Instance"),
    "secret-name-taken": (secret_name_taken, "already scheduled for deletion"),
    "security-group-in-use": (security_group_in_use, "has a dependent object"),
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
def test_refused(bench: Bench, name: str) -> None:
    case, words = CASES[name]
    assert words in case(bench)


def test_a_stack_keeps_its_role_and_needs_it_to_go(bench: Bench) -> None:
    role, cloudformation = role_of(bench, "cloudformation.amazonaws.com"), "cloudformation"
    stacks, iam = bench.client(cloudformation), bench.client("iam")
    made = planned(bench, role)
    assert "RoleARN" not in bench.stack("s")
    stacks.execute_change_set(ChangeSetName=made["Id"])
    assert bench.settled("s") == ("CREATE_COMPLETE", [])
    assert bench.stack("s")["RoleARN"] == role
    iam.delete_role(RoleName=cloudformation)
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        stacks.delete_stack(StackName="s")
    role_of(bench, "cloudformation.amazonaws.com")
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    assert bench.up("s", {"Topic": {"Type": "AWS::SNS::Topic"}})[0] == "CREATE_COMPLETE"
    assert "RoleARN" not in bench.stack("s")


def test_a_stack_in_review_stays_the_same_stack(bench: Bench) -> None:
    stacks = bench.client("cloudformation")
    given = {
        "StackName": "s",
        "ChangeSetType": "CREATE",
        "TemplateBody": json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    }
    first = stacks.create_change_set(ChangeSetName="one", **given)
    second = stacks.create_change_set(ChangeSetName="two", **given)
    assert first["StackId"] == second["StackId"] == bench.stack("s")["StackId"]
    with pytest.raises(ClientError):
        stacks.create_change_set(ChangeSetName="three", **{**given, "TemplateBody": "[]"})
    assert bench.stack("s")["StackStatus"] == "REVIEW_IN_PROGRESS"
    stacks.execute_change_set(ChangeSetName=second["Id"])
    assert bench.settled(first["StackId"]) == ("CREATE_COMPLETE", [])


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
def test_malformed_properties(bench: Bench, kind: str, properties: dict, words: str) -> None:
    status, reasons = bench.up("s", {"Thing": {"Type": kind, "Properties": properties}})
    assert status == "ROLLBACK_COMPLETE"
    assert reasons[0].startswith("Properties validation failed for resource Thing with message:")
    assert words in reasons[0]


def test_texts_stand_for_numbers_and_booleans(bench: Bench) -> None:
    queue = {"DelaySeconds": "5", "SqsManagedSseEnabled": "true"}
    resources = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": queue}}
    assert bench.up("s", resources) == ("CREATE_COMPLETE", [])


def test_a_protected_database_leaves_a_tagged_snapshot(bench: Bench) -> None:
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
    assert bench.up("s", {"Database": database}) == ("CREATE_COMPLETE", [])
    assert bench.down("s") == ("DELETE_COMPLETE", [])
    [snapshot] = bench.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert snapshot["TagList"] == [{"Key": "solarrally:site", "Value": "x"}]


def test_every_type_of_the_blueprints_has_its_schema() -> None:
    without = {"AWS::CloudFormation::WaitConditionHandle"}  # the registry has none
    found: set[str] = set()
    for template in BLUEPRINTS.glob("*/template.yaml"):
        found |= set(re.findall(r"Type: (AWS::\w+::\w+)\s*$", template.read_text(), re.MULTILINE))
    missing = {kind for kind in found - without if schema(kind) is None}
    assert not missing, f"run make resource TYPE={min(missing)}"
    assert len(found) > 50
