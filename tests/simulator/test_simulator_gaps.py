"""What AWS does after a failure, a replacement or a deletion, and MiniStack does not."""

import pytest

from tests.simulator.refusal_setup import (
    DATABASE,
    VPC,
    at_speed,
    create_database,
    of_type,
    physical,
    refused_call,
    subnet,
)
from tests.simulator.simulator_setup import IsolatedAccount, until

FAILS = of_type("AWS::Logs::LogGroup", RetentionInDays=8)
"""CloudWatch Logs knows no such retention."""

TYPE = "AWS::RDS::DBInstance"


def listed(aws: IsolatedAccount) -> dict[str, str]:
    found = aws.client("cloudformation").list_stack_resources(StackName="s")
    return {r["LogicalResourceId"]: r["ResourceStatus"] for r in found["StackResourceSummaries"]}


def test_a_failed_rollback_keeps_what_it_could_not_delete(aws: IsolatedAccount) -> None:
    database = of_type(TYPE, **DATABASE, DeletionProtection=True)
    resources = {"Database": database, "Log": FAILS | {"DependsOn": "Database"}}
    status, _ = aws.create_stack("s", resources)
    assert status == "ROLLBACK_FAILED"
    assert listed(aws)["Database"] == "DELETE_FAILED"
    status, reasons = aws.delete_stack("s")
    assert status == "DELETE_FAILED"
    assert any("Cannot delete protected DB Instance" in reason for reason in reasons)
    name = physical(aws, "Database")
    aws.client("rds").modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
    assert aws.delete_stack("s")[0] == "DELETE_COMPLETE"
    assert aws.client("rds").describe_db_instances()["DBInstances"] == []


def test_a_replaced_database_leaves_the_snapshot_that_its_policy_names(
    aws: IsolatedAccount,
) -> None:
    first, second = (
        {"Database": of_type(TYPE, **DATABASE, DBName=name) | {"UpdateReplacePolicy": "Snapshot"}}
        for name in ("one", "two")
    )
    assert aws.create_stack("s", first) == ("CREATE_COMPLETE", [])
    before = physical(aws, "Database")
    assert aws.update_stack("s", second) == ("UPDATE_COMPLETE", [])
    (snapshot,) = aws.client("rds").describe_db_snapshots()["DBSnapshots"]
    assert snapshot["DBInstanceIdentifier"] == before != physical(aws, "Database")


def test_storage_never_shrinks_grows_by_a_tenth_and_then_waits(aws: IsolatedAccount) -> None:
    def sized(gib: int) -> tuple[str, list[str]]:
        given = DATABASE | {"AllocatedStorage": str(gib)}
        return aws.update_stack("s", {"Database": of_type(TYPE, **given)})

    assert aws.create_stack("s", {"Database": of_type(TYPE, **DATABASE)})[0] == "CREATE_COMPLETE"
    rds, name = aws.client("rds"), physical(aws, "Database")
    status, reasons = sized(20)
    words = "Invalid storage size for engine name postgres and storage type gp3: 20"
    assert (status, words in reasons[0]) == ("UPDATE_ROLLBACK_COMPLETE", True)
    given = {"DBInstanceIdentifier": name, "AllocatedStorage": 20, "ApplyImmediately": True}
    assert refused_call("InvalidParameterCombination", rds.modify_db_instance, **given) == words
    with at_speed(aws, "2000"):
        assert sized(52)[0] == "UPDATE_COMPLETE"
        assert rds.describe_db_instances()["DBInstances"][0]["AllocatedStorage"] == 55
        status, reasons = sized(80)
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "the previous storage change is being optimized" in reasons[0]


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("us-east-1", "Feature is not available in region us-east-1."),
        ("af-south-1", "Feature is not available in region us-east-1."),
        ("xx-nowhere-9", "Unable to execute HTTP request: rds.xx-nowhere-9.amazonaws.com"),
    ],
)
def test_backups_are_copied_to_another_region_that_exists(
    aws: IsolatedAccount, region: str, words: str
) -> None:
    copies = {
        "AutomaticBackupReplicationRegion": region,
        "AutomaticBackupReplicationRetentionPeriod": 7,
    }
    status, reasons = aws.create_stack("s", {"Database": of_type(TYPE, **DATABASE, **copies)})
    assert status == "ROLLBACK_COMPLETE"
    assert words in reasons[0]


def test_a_stack_waits_36_hours_for_a_certificate(aws: IsolatedAccount) -> None:
    certificate = of_type(
        "AWS::CertificateManager::Certificate",
        DomainName="waiting.example.com",
        ValidationMethod="DNS",
    )
    with at_speed(aws, "200000"):
        status, reasons = aws.create_stack("s", {"Certificate": certificate})
    assert status == "ROLLBACK_COMPLETE"
    assert "Resource timed out waiting for completion" in reasons[0]


def test_cloudfront_occupies_the_vpc_of_a_vpc_origin(aws: IsolatedAccount) -> None:
    assert aws.create_stack("s", {"Vpc": VPC, "Subnet": subnet()})[0] == "CREATE_COMPLETE"
    ec2, cloudfront, vpc = aws.client("ec2"), aws.client("cloudfront"), physical(aws, "Vpc")
    used = physical(aws, "Subnet")
    created = aws.client("elbv2").create_load_balancer(Name="l", Subnets=[used], Scheme="internal")
    balancer = created["LoadBalancers"][0]["LoadBalancerArn"]
    endpoint = {
        "Name": "o",
        "Arn": balancer,
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "http-only",
    }
    origin = cloudfront.create_vpc_origin(VpcOriginEndpointConfig=endpoint)
    filters = [{"Name": "group-name", "Values": ["CloudFront-VPCOrigins-Service-SG"]}]
    groups = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    (group,) = [found["GroupId"] for found in groups if found["VpcId"] == vpc]
    refused_call("DependencyViolation", ec2.delete_security_group, GroupId=group)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"][0]["SubnetId"] == used

    identifier = origin["VpcOrigin"]["Id"]
    tag = cloudfront.get_vpc_origin(Id=identifier)["ETag"]
    cloudfront.delete_vpc_origin(Id=identifier, IfMatch=tag)
    aws.client("elbv2").delete_load_balancer(LoadBalancerArn=balancer)
    until(lambda: not ec2.describe_network_interfaces()["NetworkInterfaces"])
    # The group is nobody's: it stays, and the VPC with it.
    assert aws.delete_stack("s")[0] == "DELETE_FAILED"
    ec2.delete_security_group(GroupId=group)
    assert aws.delete_stack("s")[0] == "DELETE_COMPLETE"


def test_a_restored_database_has_the_administrator_of_its_snapshot(aws: IsolatedAccount) -> None:
    create_database(aws)
    rds = aws.client("rds")
    rds.create_db_snapshot(DBSnapshotIdentifier="kept", DBInstanceIdentifier="used")
    given = {name: value for name, value in DATABASE.items() if name != "MasterUsername"}
    resources = {"Database": of_type(TYPE, **given, DBSnapshotIdentifier="kept")}
    assert aws.create_stack("s", resources) == ("CREATE_COMPLETE", [])
    response = rds.describe_db_instances(DBInstanceIdentifier=physical(aws, "Database"))
    assert response["DBInstances"][0]["MasterUsername"] == "u"
    # Once restored, the snapshot may go.
    rds.delete_db_snapshot(DBSnapshotIdentifier="kept")
    larger = {
        "Database": of_type(TYPE, **given | {"AllocatedStorage": "60"}, DBSnapshotIdentifier="kept")
    }
    assert aws.update_stack("s", larger) == ("UPDATE_COMPLETE", [])
