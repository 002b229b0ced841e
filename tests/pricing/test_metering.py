"""Nothing is left out of the estimate without a reason, and no assumption breaks it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.pricing.breakdown import part_of, rows
from solarrally_tui.pricing.estimate import RULES, Estimate, charges, estimate
from solarrally_tui.pricing.explain import _ITEMS, LONGEST_NAME, name, what
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.charge import Charge, Free, Resource, UnpricedCharge
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.resources import beside_stacks, resources
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from tests.pricing.test_bills import PLANS, of_tier, site_of

FLEET = from_answers(
    to_answers(of_tier("medium", devices={"fleet_provisioning": True, "fault_alarm": True}))
    | {"governance": {"github_repository": "owner/name", "trail": False}}
)
FUNCTIONS = [of_tier(tier, size={"shape": "functions"}) for tier in ("small", "large")]
SITES = [
    *map(site_of, PLANS.values()),
    *map(of_tier, ("small", "medium", "large")),
    FLEET,
    *FUNCTIONS,
]
NAMED = frozenset({"Name", "Description", "Tags", "Comment", "VpcId", "KmsKeyId"})
NOT_BILLED: Mapping[str, str] = {
    "AWS::ApiGatewayV2::Api": "RouteSelectionExpression",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "PolicyName PolicyType ScalingTargetId "
    "TargetTrackingScalingPolicyConfiguration",
    "AWS::CloudFront::Distribution": "DistributionConfig",
    "AWS::CloudFront::Function": "AutoPublish FunctionCode FunctionConfig",
    "AWS::CloudTrail::Trail": "EnableLogFileValidation IncludeGlobalServiceEvents IsLogging "
    "IsMultiRegionTrail S3BucketName TrailName",
    "AWS::CloudWatch::Alarm": "AlarmActions AlarmDescription ComparisonOperator DatapointsToAlarm "
    "Dimensions EvaluationPeriods MetricName Namespace OKActions Statistic Threshold "
    "TreatMissingData",
    "AWS::CloudWatch::CompositeAlarm": "AlarmActions AlarmDescription AlarmRule OKActions",
    "AWS::CloudWatch::Dashboard": "DashboardBody DashboardName",
    "AWS::CodeBuild::Project": "Artifacts Cache LogsConfig QueuedTimeoutInMinutes ServiceRole "
    "Source TimeoutInMinutes",
    "AWS::DynamoDB::Table": "AttributeDefinitions KeySchema SSESpecification "
    "TimeToLiveSpecification",
    "AWS::EC2::EIP": "Domain InstanceId",
    "AWS::EC2::FlowLog": "LogDestination LogDestinationType MaxAggregationInterval ResourceId "
    "ResourceType TrafficType",
    "AWS::EC2::Instance": "CreditSpecification ImageId MetadataOptions SecurityGroupIds "
    "SourceDestCheck SubnetId UserData",
    "AWS::EC2::NatGateway": "AllocationId SubnetId",
    "AWS::EC2::VPCEndpoint": "PrivateDnsEnabled RouteTableIds SecurityGroupIds ServiceName",
    "AWS::ECR::Repository": "EmptyOnDelete EncryptionConfiguration ImageScanningConfiguration "
    "ImageTagMutability LifecyclePolicy RepositoryPolicyText",
    "AWS::ECS::Cluster": "CapacityProviders",
    "AWS::ECS::Service": "Cluster DeploymentConfiguration EnableECSManagedTags "
    "EnableExecuteCommand ForceNewDeployment HealthCheckGracePeriodSeconds LoadBalancers "
    "PropagateTags",
    # Cpu, Memory and RuntimePlatform are read by the rule of the service.
    "AWS::ECS::TaskDefinition": "Cpu ExecutionRoleArn Family Memory NetworkMode "
    "RequiresCompatibilities RuntimePlatform TaskRoleArn Volumes",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "IpAddressType LoadBalancerAttributes "
    "SecurityGroups Type",
    "AWS::IoT::ThingType": "ThingTypeName ThingTypeProperties",
    "AWS::IoT::TopicRule": "RuleName",
    "AWS::KMS::Key": "KeyPolicy PendingWindowInDays",
    # ExtendedS3DestinationConfiguration is read by the rule of its bucket.
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName DeliveryStreamType "
    "ExtendedS3DestinationConfiguration",
    # AWS bills reserved concurrency and memory in the same way, and a disk above 512 MB apart.
    "AWS::Lambda::Function": "Code Environment FunctionName Handler ImageConfig KmsKeyArn "
    "LoggingConfig PackageType Role Runtime Timeout VpcConfig",
    "AWS::Logs::MetricFilter": "FilterPattern LogGroupName",
    # Insights in standard mode are free for 7 days. Backups are free up to the storage's size.
    "AWS::RDS::DBInstance": "AutoMinorVersionUpgrade AutomaticBackupReplicationKmsKeyId "
    "AutomaticBackupReplicationRetentionPeriod BackupRetentionPeriod CACertificateIdentifier "
    "CopyTagsToSnapshot DBName DBParameterGroupName DBSubnetGroupName DatabaseInsightsMode "
    "DeleteAutomatedBackups DeletionProtection EnablePerformanceInsights Engine "
    "EngineLifecycleSupport EngineVersion MasterUserPassword MasterUsername MaxAllocatedStorage "
    "MonitoringRoleArn PerformanceInsightsRetentionPeriod Port PreferredBackupWindow "
    "PreferredMaintenanceWindow PubliclyAccessible StorageEncrypted StorageType "
    "VPCSecurityGroups",
    "AWS::Route53::HealthCheck": "HealthCheckTags",
    # Encryption with SQS's own keys is free.
    "AWS::SQS::Queue": "MessageRetentionPeriod SqsManagedSseEnabled VisibilityTimeout",
    "AWS::S3::Bucket": "BucketEncryption BucketName LoggingConfiguration OwnershipControls "
    "PublicAccessBlockConfiguration VersioningConfiguration",
    "AWS::SecretsManager::Secret": "GenerateSecretString",
    "AWS::WAFv2::WebACL": "DefaultAction VisibilityConfig",
}
"""Properties of resources with a price that change nothing about it, as the templates set them."""


class Watched(dict[str, Any]):
    """Properties that remember which of them were read."""

    def __init__(self, values: Mapping[str, Any], read: set[str]) -> None:
        super().__init__(values)
        self._read = read

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._read.add(name)
        return super().get(name, default)


def everything() -> Iterator[tuple[Site, Resource]]:
    for site in SITES:
        for resource in (*resources(site), *beside_stacks(site)):
            yield site, resource


def test_every_resource_has_charges_or_a_reason() -> None:
    """A rule that finds nothing to charge fails here; mypy refuses one that returns nothing."""
    for site, resource in everything():
        found = charges(resource, usage(site, DEFAULTS))
        if isinstance(found, Free):
            assert found.reason.endswith("."), resource
        else:
            assert found, resource
            assert all(
                one.driver or one.kind == "fixed" for one in found if isinstance(one, Charge)
            )


def test_every_property_of_what_has_a_price_is_read_or_known_to_be_free() -> None:
    """Copies of backups in another Region were a property, and cost nothing without a word."""
    ignored: defaultdict[str, set[str]] = defaultdict(set)
    read: defaultdict[str, set[str]] = defaultdict(set)
    for site, resource in everything():
        if resource.type in RULES:
            ignored[resource.type] |= resource.properties.keys()
            seen = Watched(resource.properties, read[resource.type])
            charges(replace(resource, properties=seen), usage(site, DEFAULTS))
    for kind, names in ignored.items():
        known = set(NOT_BILLED.get(kind, "").split())
        assert names - read[kind] - NAMED == known, kind


def test_every_line_has_words_for_people() -> None:
    for site in SITES:
        cost = estimate(site)
        for row in rows(cost.lines):
            assert what(row), f"add {row.item} to _ITEMS in pricing/explain.py"
        named = {line.service for line in (*cost.lines, *cost.unknown)}
        assert named <= SERVICES.keys(), "add them to pricing/service_names.py"
    assert all(len(service.name) <= 21 for service in SERVICES.values())


def test_no_two_lines_of_a_site_have_the_same_name_in_the_same_part() -> None:
    for site in SITES:
        cost = estimate(site)
        listed = [
            *((name(row), row.place) for row in rows(cost.lines, part_of)),
            *((name(gap), "") for gap in cost.unknown),
        ]
        assert [each for each, count in Counter(listed).items() if count > 1] == []
        for row in rows(cost.lines):
            assert row.is_allowance or (name(row) != row.item and len(name(row)) <= LONGEST_NAME)


def test_no_explanation_is_of_something_else() -> None:
    """An item is explained by how it begins, so a shorter beginning must come later."""
    begins = list(_ITEMS)
    for place, beginning in enumerate(begins):
        assert not any(beginning.startswith(earlier) for earlier in begins[:place])


def rule(sql: str, **action: Any) -> Resource:
    payload = {"Sql": sql, "Actions": [action]}
    return Resource(
        "iot", "One", "AWS::IoT::TopicRule", "us-east-1", {"TopicRulePayload": payload}, {}
    )


HEARD = "SELECT * FROM 'solarrally/one/evse/+/telemetry'"


@pytest.mark.parametrize(
    "unforeseen",
    [
        rule("SELECT * FROM 'elsewhere/#'", Firehose={}),
        rule(HEARD, Lambda={"FunctionArn": "arn"}),
        rule(HEARD.replace("*", "aws_lambda('arn', *) AS x"), Firehose={}),
    ],
    ids=["topic", "action", "function"],
)
def test_a_rule_that_nobody_foresaw_is_unknown_and_not_free(unforeseen: Resource) -> None:
    found = charges(unforeseen, usage(of_tier("small"), DEFAULTS))
    assert isinstance(found, tuple)
    assert any(isinstance(one, UnpricedCharge) and not one.minor for one in found)


def test_who_comes_and_goes_is_billed_by_the_million() -> None:
    """Rule 0.15, registry 1.25, shadow 1.25, index 2.25, and twice 0.15 to pass it on.

    Then 1.00 for the message to the tasks, and 1.00 for each of the three tasks.
    """
    site = of_tier("large", size={"chargers": 1000, "interval_seconds": 15})
    poor = DEFAULTS.replaced({"connection_events": "50"})
    more = estimate(site, poor).expected - estimate(site, NOBODY_LEAVES).expected
    events = 1000 * 50 * Decimal(730) / 24 / 10**6
    assert float(more) == pytest.approx(float(events * Decimal("9.20")), rel=1e-4)


NOBODY_LEAVES = DEFAULTS.replaced({"connection_events": "0"})


def lines(cost: Estimate, item: str) -> list[Decimal]:
    return [line.quantity for line in cost.lines if line.item == item]


def test_gateways_share_the_traffic_of_the_tasks() -> None:
    """Telemetry of all tasks was counted on each gateway: 24.49 too much on three of them."""
    item = "NAT gateway data processed"
    two, three = (estimate(of_tier("large", size={"zones": zones})) for zones in (2, 3))
    assert (len(lines(two, item)), len(lines(three, item))) == (2, 3)
    assert float(sum(lines(two, item))) == pytest.approx(float(sum(lines(three, item))))


def test_endpoints_share_the_calls_of_the_tasks_and_take_them_from_nat() -> None:
    with_endpoints = estimate(of_tier("large", size={"interface_endpoints": True}))
    assert sum(lines(with_endpoints, "Interface VPC endpoint data processed")) == 9
    plain = estimate(of_tier("large"))
    item = "NAT gateway data processed"
    assert float(sum(lines(plain, item)) - sum(lines(with_endpoints, item))) == pytest.approx(9)


def test_what_is_expected_does_not_depend_on_what_could_be() -> None:
    """A log that could grow took the free gigabytes away from what is expected."""
    site = of_tier("medium")
    noisy = replace(DEFAULTS, log_gb_other=replace(DEFAULTS.log_gb_other, high=Decimal(900)))
    assert estimate(site, noisy).expected == estimate(site).expected
    assert estimate(site, noisy).low == estimate(site).low
    for case in ("low", "expected", "high"):
        value = str(getattr(DEFAULTS.log_gb_other, case))
        certain = estimate(site, DEFAULTS.replaced({"log_gb_other": value}))
        logs = [line for line in certain.lines if line.item == "5 GB of log ingestion"]
        assert sum(line.quantity for line in logs) >= -5


def test_a_check_from_outside_is_between_what_aws_asks_for_its_own_and_for_others() -> None:
    checked = from_answers(
        to_answers(of_tier("small")) | {"alerts": {"email": "a@b.cd", "health_check": True}}
    )
    cost = estimate(checked)
    found = [line for line in cost.lines if line.service == "AmazonRoute53"]
    assert sum(line.low for line in found) == 1
    assert (
        sum(line.monthly for line in found) == sum(line.high for line in found) == Decimal("2.75")
    )
    requests = estimate(of_tier("small"))
    item = "Requests, CloudFront scope (Global-RequestV2)"
    assert lines(cost, item)[0] - lines(requests, item)[0] == Decimal("1.314")


def test_the_rotation_of_the_key_comes_later() -> None:
    cost = estimate(of_tier("small"))
    assert [(later.after_months, later.monthly) for later in cost.later] == [(12, 1), (24, 1)]
    assert cost.over(12) == cost.expected * 12
    assert cost.over(36) == cost.expected * 36 + 24 + 12


NUMBERS = st.one_of(
    st.sampled_from(
        ["0", "1", "-1", "1e400", "1e-400", "nan", "inf", "", ",", "7", "0.5", "999999"]
    ),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.lists(st.decimals(0, 1000, places=2), min_size=3, max_size=3).map(
        lambda values: ",".join(map(str, sorted(values)))
    ),
    st.text(max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([entry.name for entry in fields(DEFAULTS)]), NUMBERS)
def test_an_assumption_is_refused_in_words_or_gives_a_bill(name: str, text: str) -> None:
    try:
        assume = DEFAULTS.replaced({name: text})
    except ValueError:
        with pytest.raises(ValueError, match=f"^{name} must be "):
            DEFAULTS.replaced({name: text})
        return
    cost = estimate(of_tier("large"), assume)
    assert 0 < cost.low <= cost.expected <= cost.high
    assert all(line.low <= line.high or line.is_allowance for line in cost.lines)


def test_jobs_and_settings_are_billed_only_where_there_are_some() -> None:
    chosen = of_tier("large")
    chargers = chosen.size.chargers

    def items(**month: str) -> dict[str, float]:
        chosen_month = replace(DEFAULTS, **{k: Range.of(0, v, v) for k, v in month.items()})
        lines = estimate(chosen, chosen_month).lines
        found: dict[str, float] = defaultdict(float)
        for line in lines:
            if line.service == "AWSIoT":
                found[line.item] += float(line.monthly)
        return found

    without, jobs, changed = items(), items(jobs="2"), items(setting_changes="10")
    action = "Remote actions (jobs)"
    assert action not in without
    assert jobs[action] == pytest.approx(chargers * 2 * 0.003)
    operations = "Device Shadow + Registry operations (1 KB metering)"
    more = changed[operations] - without[operations]
    assert more == pytest.approx(chargers * 10 * 2 * 1.25e-6)
