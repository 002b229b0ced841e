"""Kinds of accounts by name: what AWS refuses in each, as a client and a stack meet it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from solarrally_tui.simulator.child import Account
from solarrally_tui.simulator.scenarios import regions
from solarrally_tui.simulator.scenarios.catalogue import BY_ID, NAMES
from solarrally_tui.site import regions as site_regions
from tests.simulator.simulator_setup import IsolatedAccount, control

Choose = Callable[[str], None]


@pytest.fixture
def choose(account: Account) -> Iterator[Choose]:
    def scenario(name: str) -> None:
        assert control(account, "POST", "scenario", {"scenario": name})[1]["scenario"] == name

    yield scenario
    control(account, "DELETE", "scenario")


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_every_refusal_has_a_source() -> None:
    for scenario in BY_ID.values():
        for refusal in scenario.refusals:
            assert refusal.source
            assert refusal.message or refusal.in_stack
            assert refusal.calls or refusal.kinds


def test_an_unknown_scenario_is_refused_with_those_that_exist(account: Account) -> None:
    status, told = control(account, "POST", "scenario", {"scenario": "rich"})
    assert status == 400
    assert all(name in told["error"] for name in NAMES)


def test_a_new_account_gets_no_builds_no_balancers_and_no_distributions(
    aws: IsolatedAccount, choose: Choose
) -> None:
    choose("new-account")
    code, words = refused(aws.client("codebuild").start_build, projectName="any")
    assert (code, words) == (
        "AccountLimitExceededException",
        "Cannot have more than 0 builds in queue for the account",
    )
    code, words = refused(aws.client("elbv2").create_load_balancer, Name="any")
    assert "does not support creating load balancers" in words
    assert refused(aws.client("ce").get_anomaly_monitors)[0] == "AccessDeniedException"
    vcpus = aws.client("service-quotas").get_service_quota(
        ServiceCode="fargate", QuotaCode="L-3032A538"
    )
    assert vcpus["Quota"]["Value"] == 0.0
    status, reasons = aws.create_stack(
        "unverified",
        {
            "Distribution": {
                "Type": "AWS::CloudFront::Distribution",
                "Properties": {
                    "DistributionConfig": {
                        "Enabled": True,
                        "DefaultCacheBehavior": {
                            "TargetOriginId": "o",
                            "ViewerProtocolPolicy": "allow-all",
                        },
                        "Origins": [{"Id": "o", "DomainName": "a.example.com"}],
                    }
                },
            }
        },
    )
    assert status.startswith("ROLLBACK")
    assert any("Your account must be verified" in reason for reason in reasons)
    assert any("HandlerErrorCode: AccessDenied" in reason for reason in reasons)


def test_a_free_plan_refuses_by_what_is_asked_for(aws: IsolatedAccount, choose: Choose) -> None:
    choose("free-plan")
    assert aws.client("freetier").get_account_plan_state()["accountPlanType"] == "FREE"
    rds = aws.client("rds")
    asked = {
        "DBInstanceIdentifier": "free",
        "Engine": "postgres",
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "someone",
        "MasterUserPassword": "not-a-secret",
    }
    code, words = refused(rds.create_db_instance, **asked, BackupRetentionPeriod=7)
    assert code == "FreeTierRestrictionError"
    assert "backup retention period exceeds" in words
    large = asked | {"DBInstanceClass": "db.t4g.small", "BackupRetentionPeriod": 1}
    assert "free plan accounts" in refused(rds.create_db_instance, **large)[1]
    rds.create_db_instance(**asked, BackupRetentionPeriod=1)


def test_a_region_that_is_off_knows_nobody_in_the_words_of_each_protocol(
    aws: IsolatedAccount, choose: Choose
) -> None:
    choose("region-off")
    off = "eu-south-1"
    status = aws.client("account").get_region_opt_status(RegionName=off)
    assert status["RegionOptStatus"] == "DISABLED"
    for service, operation, code in (
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("ssm", "describe_parameters", "UnrecognizedClientException"),
        ("iot", "list_things", "UnrecognizedClientException"),
    ):
        assert refused(getattr(aws.client(service, off), operation))[0] == code
    regions = aws.client("ec2").describe_regions()["Regions"]
    assert off not in {region["RegionName"] for region in regions}
    assert len(aws.client("ec2").describe_availability_zones()["AvailabilityZones"]) == 6


def test_a_member_of_an_organization_is_told_who_pays(aws: IsolatedAccount, choose: Choose) -> None:
    organizations = aws.client("organizations")
    assert refused(organizations.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    choose("organization-member")
    assert organizations.describe_organization()["Organization"]["MasterAccountId"]
    assert refused(aws.client("freetier").get_account_plan_state)[0] == "ResourceNotFoundException"


def test_the_accounts_regions_are_those_that_a_site_may_be_in() -> None:
    # The account imports nothing of ours, so that it cannot agree with our mistakes.
    assert regions.ALWAYS_ON == site_regions.ALWAYS_ENABLED
    assert regions.OPT_IN == site_regions.OPT_IN
    assert not regions.ALWAYS_ON & regions.OPT_IN
