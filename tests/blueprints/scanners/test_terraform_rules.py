"""Rules that checkov knows for Terraform only and that the application's own Terraform fails.

One list: each rule is tested here over every option set, or excepted with its reason.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from solarrally_tui.blueprints import of_shape
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape
from tests.blueprints.blueprint_setup import OPTIONS, deployed, example
from tests.blueprints.option_sets import IDS, SETS, site

Stacks = dict[str, dict[str, Any]]
Rule = Callable[[Stacks, Site], bool]

TASK_GROUPS = ["balancer.TaskSecurityGroupId", "data.DbClientSecurityGroupId"]
FUNCTION_GROUPS = ["app.TaskSecurityGroupId", "data.DbClientSecurityGroupId"]
FUNCTION = "AWS::Lambda::Function"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"

EXCEPTED = {
    "CKV2_AWS_11": "Flow logs are billed by volume, so they are an option (size.flow_logs). With "
    "it the rule is met, which is tested here.",
    "CKV2_AWS_12": "CloudFormation cannot change the group that EC2 makes with a VPC. Nothing uses "
    "it: everything names a group of its own, which is tested here.",
    "CKV2_AWS_28": "The firewall stands at CloudFront, the only way to the load balancer, whose "
    "group admits CloudFront's addresses only, which is tested here.",
    "CKV2_AWS_57": "A new password reaches the tasks only when they start again. Rotation is a "
    "procedure that redeploys the service (docs/blueprints.md), not a clock.",
    "CKV_AWS_150": "A load balancer holds no data, CloudFormation makes another one, and the "
    "protection would stop the destruction of a site half-way.",
    "CKV_AWS_272": "Functions are inline in the template, where signing needs a zip file in a "
    "bucket, which then would have to be trusted instead; or an image by digest, which cannot be "
    "signed.",
    "CKV_AWS_338": "How long logs are kept is the operator's choice: small keeps 30 days, large a "
    "year. They hold addresses and e-mails of people.",
    "CKV_AWS_378": "The backend speaks plain HTTP, behind a security group that admits the load "
    "balancer only. TLS ends at the load balancer with a domain, at CloudFront without.",
    "CKV_AWS_50": "A function does one thing, and its log says how long it took. Traces would cost "
    "more than what they are of.",
}


def all_of(stacks: Stacks, kind: str) -> Iterator[dict[str, Any]]:
    for template in stacks.values():
        for body in template["Resources"].values():
            if body["Type"] == kind:
                yield body.get("Properties", {})


def the(stacks: Stacks, kind: str) -> dict[str, Any]:
    (found,) = all_of(stacks, kind)
    return found


def flow_logs(stacks: Stacks, chosen: Site) -> bool:
    logs = list(all_of(stacks, "AWS::EC2::FlowLog"))
    return [log["ResourceId"] for log in logs] == [{"Ref": "Vpc"}] * chosen.size.flow_logs


def own_groups(stacks: Stacks, chosen: Site) -> bool:
    if chosen.size.shape is Shape.FUNCTIONS:
        joined = [f["VpcConfig"] for f in all_of(stacks, FUNCTION) if "VpcConfig" in f]
        return [one["SecurityGroupIds"] for one in joined] == [FUNCTION_GROUPS]
    groups = [
        service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"]
        for service in all_of(stacks, "AWS::ECS::Service")
    ]
    # The application's tasks have theirs and the way to the database, the hub has one of its own.
    hub = [[{"Fn::GetAtt": ["HubSecurityGroup", "GroupId"]}]] * chosen.size.has_hub
    endpoints = [
        e for e in all_of(stacks, "AWS::EC2::VPCEndpoint") if e["VpcEndpointType"] == "Interface"
    ]
    return bool(
        sorted(groups, key=len) == [*hub, TASK_GROUPS]
        and the(stacks, "AWS::RDS::DBInstance")["VPCSecurityGroups"]
        and the(stacks, "AWS::ElasticLoadBalancingV2::LoadBalancer")["SecurityGroups"]
        and all(endpoint["SecurityGroupIds"] for endpoint in endpoints)
    )


def https(stacks: Stacks, chosen: Site) -> bool:
    """HTTPS for viewers; for the load balancer with a domain, plain HTTP inside the VPC only."""
    config = the(stacks, "AWS::CloudFront::Distribution")["DistributionConfig"]
    behaviours = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]
    for_viewers = all(
        b["ViewerProtocolPolicy"] in ("redirect-to-https", "https-only") for b in behaviours
    )
    if chosen.size.shape is Shape.FUNCTIONS:
        ways = [o.get("CustomOriginConfig") for o in config["Origins"]]
        spoken_to = [way["OriginProtocolPolicy"] for way in ways if way]
        return for_viewers and spoken_to == ["https-only", "https-only"]
    listeners = [each["Protocol"] for each in all_of(stacks, LISTENER)]
    inside = the(stacks, "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internal"
    spoken = stacks["balancer"]["Outputs"]["OriginProtocol"]["Value"]
    return (
        for_viewers
        and (inside or listeners == ["HTTPS"])
        and spoken == ("https-only" if chosen.has_domain else "http-only")
        and ("HTTPS" in listeners) is chosen.has_domain
    )


def firewall(stacks: Stacks, chosen: Site) -> bool:
    config = the(stacks, "AWS::CloudFront::Distribution")["DistributionConfig"]
    if chosen.size.shape is Shape.FUNCTIONS:
        locked = [o["Id"] for o in config["Origins"] if o.get("OriginCustomHeaders")]
        return ("WebACLId" in config) is (chosen.size.waf != "off") and locked == ["api", "live"]
    groups = stacks["balancer"]["Resources"]["LoadBalancerSecurityGroup"]["Properties"]
    ways_in = [
        set(rule) & {"SourcePrefixListId", "CidrIp", "SourceSecurityGroupId"}
        for rule in groups["SecurityGroupIngress"]
    ]
    return ("WebACLId" in config) is (chosen.size.waf != "off") and ways_in == [
        {"SourcePrefixListId"}
    ]


def query_logging(stacks: Stacks, _: Site) -> bool:
    given = the(stacks, "AWS::RDS::DBParameterGroup")["Parameters"]
    return bool(given["log_statement"] == "ddl" and int(given["log_min_duration_statement"]) > 0)


def database(name: str, wanted: Callable[[Any, Site], bool]) -> Rule:
    return lambda stacks, chosen: wanted(the(stacks, "AWS::RDS::DBInstance").get(name), chosen)


def no_public_addresses(stacks: Stacks, _: Site) -> bool:
    return not any(s["MapPublicIpOnLaunch"] for s in all_of(stacks, "AWS::EC2::Subnet"))


def no_exec(stacks: Stacks, chosen: Site) -> bool:
    services = list(all_of(stacks, "AWS::ECS::Service"))
    shells = [service["EnableExecuteCommand"] for service in services]
    serving = chosen.size.shape is Shape.TASKS
    return shells == [False] * (serving + chosen.size.has_hub)


def no_wide_egress(stacks: Stacks, _: Site) -> bool:
    groups = list(all_of(stacks, "AWS::EC2::SecurityGroup"))
    rules = [rule for group in groups for rule in group["SecurityGroupEgress"]]
    rules += all_of(stacks, "AWS::EC2::SecurityGroupEgress")
    return not any(r["IpProtocol"] == "-1" and r.get("CidrIp") == "0.0.0.0/0" for r in rules)


def statements(stacks: Stacks) -> Iterator[dict[str, Any]]:
    for role in all_of(stacks, "AWS::IAM::Role"):
        for policy in role.get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]


READING = ("Get", "Describe", "List", "BatchGet", "Lookup")


def constrained_writing(stacks: Stacks, _: Site) -> bool:
    wide = [s for s in statements(stacks) if s["Resource"] == "*" and "Condition" not in s]
    actions = [
        a for s in wide for a in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])
    ]
    return all(action.partition(":")[2].startswith(READING) for action in actions)


def pinned_zones(stacks: Stacks, chosen: Site) -> bool:
    zones = {subnet["AvailabilityZone"] for subnet in all_of(stacks, "AWS::EC2::Subnet")}
    return "Fn::GetAZs" not in json.dumps(stacks) and len(zones) == chosen.size.zones


def retention(stacks: Stacks, chosen: Site) -> bool:
    kept = {group["RetentionInDays"] for group in all_of(stacks, "AWS::Logs::LogGroup")}
    return {int(days) for days in kept} == {chosen.size.log_retention_days}


RULES: dict[str, Rule | None] = {
    "CKV2_AWS_11": flow_logs,
    "CKV2_AWS_12": own_groups,
    "CKV2_AWS_20": https,
    "CKV2_AWS_28": firewall,
    "CKV2_AWS_30": query_logging,
    "CKV2_AWS_57": None,
    "CKV2_AWS_60": database("CopyTagsToSnapshot", lambda value, _: value is True),
    "CKV_AWS_129": database(
        "EnableCloudwatchLogsExports", lambda value, site: bool(value) is site.size.database_logs
    ),
    "CKV_AWS_130": no_public_addresses,
    "CKV_AWS_150": None,
    "CKV_AWS_224": no_exec,
    "CKV_AWS_226": database("AutoMinorVersionUpgrade", lambda value, _: value is True),
    "CKV_AWS_272": None,
    "CKV_AWS_290": constrained_writing,
    "CKV_AWS_293": database("DeletionProtection", lambda value, _: value in (True, "true")),
    "CKV_AWS_338": retention,
    "CKV_AWS_353": database(
        "EnablePerformanceInsights", lambda value, site: value is site.size.database_insights
    ),
    "CKV_AWS_355": constrained_writing,
    "CKV_AWS_378": None,
    "CKV_AWS_382": no_wide_egress,
    "CKV_AWS_394": pinned_zones,
    "CKV_AWS_50": None,
}


def test_every_rule_is_tested_or_excepted() -> None:
    assert len(RULES) == 22
    assert {rule for rule, check in RULES.items() if check is None} <= EXCEPTED.keys()
    assert EXCEPTED.keys() <= RULES.keys()
    assert all(len(reason) > 60 for reason in EXCEPTED.values())


@pytest.mark.parametrize("picks", SETS, ids=IDS)
def test_the_rules_hold_in_every_option_set(picks: dict[str, int]) -> None:
    chosen = site(picks)
    stacks = deployed(chosen)
    assert [rule for rule, check in RULES.items() if check and not check(stacks, chosen)] == []


@pytest.mark.parametrize("choice", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("tier", ["small", "medium", "large"])
def test_the_rules_hold_in_every_tier(tier: str, choice: dict[str, Any]) -> None:
    chosen = example(tier, choice)
    stacks = deployed(chosen)
    assert set(stacks) == {item.id for item in of_shape(chosen.size.shape)}
    assert [rule for rule, check in RULES.items() if check and not check(stacks, chosen)] == []
