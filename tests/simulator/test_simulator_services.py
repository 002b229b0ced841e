"""Services and operations that MiniStack lacks, called with boto3."""

import pytest
from botocore.exceptions import ClientError

from tests.simulator.simulator_setup import IsolatedAccount


def test_quotas(aws: IsolatedAccount) -> None:
    quotas = aws.client("service-quotas")
    quota = quotas.get_aws_default_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]
    assert (quota["QuotaName"], quota["Value"]) == ("VPCs per Region", 5.0)
    assert len(quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]) > 1
    with pytest.raises(quotas.exceptions.NoSuchResourceException):
        quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-0")


def test_costs(aws: IsolatedAccount) -> None:
    period = {"Start": "2026-11-01", "End": "2026-11-22"}
    usage = aws.client("ce").get_cost_and_usage(
        TimePeriod=period, Granularity="MONTHLY", Metrics=["UnblendedCost"]
    )
    assert usage["ResultsByTime"][0]["Total"]["UnblendedCost"]["Amount"] == "0"
    plan = aws.client("freetier").get_account_plan_state()
    assert (plan["accountPlanType"], plan["accountPlanStatus"]) == ("PAID", "ACTIVE")


def test_one_monitor_of_services_an_account(aws: IsolatedAccount) -> None:
    ce = aws.client("ce")
    monitor = {"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    ce.create_anomaly_monitor(AnomalyMonitor=monitor)
    with pytest.raises(ce.exceptions.LimitExceededException):
        ce.create_anomaly_monitor(AnomalyMonitor=monitor)


def test_engine_versions_are_current(aws: IsolatedAccount) -> None:
    rds = aws.client("rds")
    found = rds.describe_db_engine_versions(Engine="postgres", EngineVersion="17")
    versions = [v["EngineVersion"] for v in found["DBEngineVersions"]]
    assert versions[0] == "17.4"
    assert "17.10" in versions
    options = rds.describe_orderable_db_instance_options(
        Engine="postgres", EngineVersion="17.5", DBInstanceClass="db.t4g.micro"
    )["OrderableDBInstanceOptions"]
    assert [o["DBInstanceClass"] for o in options] == ["db.t4g.micro"]
    assert not rds.describe_orderable_db_instance_options(Engine="postgres", EngineVersion="17.99")[
        "OrderableDBInstanceOptions"
    ]


def test_a_service_linked_role_is_made_once(aws: IsolatedAccount) -> None:
    iam = aws.client("iam")
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert role["RoleName"] == "AWSServiceRoleForECS"
    assert iam.get_role(RoleName="AWSServiceRoleForECS")["Role"]["Path"].startswith("/aws-service")
    with pytest.raises(iam.exceptions.InvalidInputException, match="has been taken"):
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")


def test_logging_is_not_configured_at_first(aws: IsolatedAccount) -> None:
    iot = aws.client("iot")
    with pytest.raises(iot.exceptions.NotConfiguredException):
        iot.get_v2_logging_options()
    iot.set_v2_logging_options(roleArn="arn:aws:iam::1:role/r", defaultLogLevel="ERROR")
    assert iot.get_v2_logging_options()["defaultLogLevel"] == "ERROR"


def test_fleet_indexing(aws: IsolatedAccount) -> None:
    iot = aws.client("iot")
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "REGISTRY"})
    found = iot.get_indexing_configuration()["thingIndexingConfiguration"]
    assert found["thingIndexingMode"] == "REGISTRY"


def test_the_prefix_list_of_cloudfront(aws: IsolatedAccount) -> None:
    name = "com.amazonaws.global.cloudfront.origin-facing"
    found = aws.client("ec2").describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [name]}]
    )["PrefixLists"]
    assert [p["PrefixListName"] for p in found] == [name]


def test_a_version_of_a_secret_never_changes(aws: IsolatedAccount) -> None:
    secrets, once = aws.client("secretsmanager"), "0123456789" * 4
    secrets.create_secret(Name="n", SecretString="first")
    for _ in range(2):
        secrets.put_secret_value(SecretId="n", SecretString="x", ClientRequestToken=once)
    with pytest.raises(secrets.exceptions.ResourceExistsException, match="existing version"):
        secrets.put_secret_value(SecretId="n", SecretString="y", ClientRequestToken=once)
    assert secrets.get_secret_value(SecretId="n")["SecretString"] == "x"


def test_a_missing_image_is_named(aws: IsolatedAccount) -> None:
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="repo")
    with pytest.raises(ClientError, match="ImageNotFoundException"):
        ecr.describe_images(repositoryName="repo", imageIds=[{"imageTag": "t"}])
