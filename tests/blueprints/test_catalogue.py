"""The catalogue's graph, and what every template owes to whoever reads or deploys it."""

import json
import re
from pathlib import Path

import pytest

from solarrally_tui.blueprints import CATALOGUE, Blueprint, blueprint, of_shape
from solarrally_tui.site.tiers import Shape
from solarrally_tui.stacks.template import read, short

IDS = [item.id for item in CATALOGUE]
# What holds data or secrets: CloudFormation must be told what happens to it.
STATEFUL = {
    "AWS::S3::Bucket",
    "AWS::RDS::DBInstance",
    "AWS::SecretsManager::Secret",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::SQS::Queue",
    "AWS::Logs::LogGroup",
    "AWS::KMS::Key",
    "AWS::Backup::BackupVault",
}
# Kept when a stack is deleted; everything else that holds data goes with it.
KEPT = {
    ("data", "Database"): "Snapshot",
    ("trail", "AuditBucket"): "RetainExceptOnCreate",
    ("governance", "BackupVault"): "RetainExceptOnCreate",
    ("iot", "ArchiveBucket"): "RetainExceptOnCreate",
}
every_blueprint = pytest.mark.parametrize("item", CATALOGUE, ids=IDS)


def test_the_stacks_are_in_an_order_that_deploys() -> None:
    assert set(IDS) == {
        "bootstrap",
        "global",
        "network",
        "balancer",
        "data",
        "iot",
        "build",
        "app",
        "functions",
        "edge",
        "observe",
        "governance",
        "budget",
        "trail",
    }
    for shape in Shape:
        ids = [item.id for item in of_shape(shape)]
        for position, item in enumerate(of_shape(shape)):
            assert set(item.needs) <= set(ids[:position]), item.id


def test_a_site_has_either_functions_or_a_load_balancer() -> None:
    tasks, functions = ({item.id for item in of_shape(shape)} for shape in Shape)
    assert tasks ^ functions == {"balancer", "functions"}
    assert tasks | functions == set(IDS)


def test_only_what_cloudfront_and_billing_need_is_bound_to_us_east_1() -> None:
    assert {item.id for item in CATALOGUE if item.region == "us-east-1"} == {"global", "budget"}


def test_an_unknown_stack_is_refused() -> None:
    with pytest.raises(KeyError, match="cellar"):
        blueprint("cellar")


@every_blueprint
def test_a_template_can_be_sent_inline(item: Blueprint) -> None:
    sent = short(item.template())
    assert len(sent.encode()) <= 51_200
    assert read(sent) == read(item.template())
    assert len(read(item.template())["Parameters"]) <= 40


@every_blueprint
def test_the_description_carries_the_version(item: Blueprint) -> None:
    stamp = rf"\(solarrally-blueprint {item.id} v\d+\.\d+\.\d+\)$"
    assert re.search(stamp, read(item.template())["Description"])


@every_blueprint
def test_every_parameter_has_a_label_a_group_a_description_and_a_constraint(
    item: Blueprint,
) -> None:
    template = read(item.template())
    form = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in form["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])
    assert set(form["ParameterLabels"]) == set(template["Parameters"])
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"], name
        typed = parameter["Type"] not in ("String", "Number")
        assert typed or parameter.get("ConstraintDescription"), name


@every_blueprint
def test_every_output_is_described(item: Blueprint) -> None:
    for name, output in read(item.template()).get("Outputs", {}).items():
        assert output.get("Description"), name


@every_blueprint
def test_logical_ids_are_pascal_case(item: Blueprint) -> None:
    for name in read(item.template())["Resources"]:
        assert re.fullmatch(r"([A-Z][a-z0-9]*)+", name)


@every_blueprint
def test_conditions_are_named_as_questions(item: Blueprint) -> None:
    for name in read(item.template()).get("Conditions", {}):
        assert re.match(r"(Has|Is)[A-Z]", name)


@every_blueprint
def test_stateful_resources_say_what_happens_to_them(item: Blueprint) -> None:
    for name, resource in read(item.template())["Resources"].items():
        if resource["Type"] in STATEFUL:
            assert resource.get("UpdateReplacePolicy"), name
            assert resource.get("DeletionPolicy") == KEPT.get((item.id, name), "Delete"), name


@every_blueprint
def test_no_arn_names_a_partition_or_an_account(item: Blueprint) -> None:
    text = item.template()
    assert not re.search(r"arn:aws[a-z-]*:", text)
    assert not re.search(r"\b\d{12}\b", text)


@every_blueprint
def test_security_group_rules_are_described_and_closed(item: Blueprint) -> None:
    for name, resource in read(item.template())["Resources"].items():
        properties = resource.get("Properties", {})
        rules = [*properties.get("SecurityGroupIngress", [])]
        rules += [properties] if resource["Type"] == "AWS::EC2::SecurityGroupIngress" else []
        outgoing = properties.get("SecurityGroupEgress", [])
        assert all(rule["Description"] for rule in [*rules, *outgoing]), name
        outside = [rule for rule in rules if "CidrIp" in rule or "CidrIpv6" in rule]
        assert all(rule["CidrIp"] == {"Ref": "VpcCidr"} for rule in outside), name
        if resource["Type"] == "AWS::EC2::SecurityGroup":
            assert outgoing, f"{name}: EC2 would add a rule that allows everything"


@every_blueprint
def test_no_template_sets_tags_that_vary(item: Blueprint) -> None:
    """CloudFront refuses even a new tag on a VPC origin in use."""
    for name, resource in read(item.template())["Resources"].items():
        for tag in resource.get("Properties", {}).get("Tags", []):
            assert tag["Key"] == "Name", name
            assert "Version" not in json.dumps(tag), name


def test_no_logical_id_was_renamed_or_given_to_another_type() -> None:
    """A renamed resource is deleted and made again. logical_ids.txt only ever grows."""
    recorded = set((Path(__file__).parent / "logical_ids.txt").read_text().splitlines())
    written = {
        f"{item.id} {name} {resource['Type']}"
        for item in CATALOGUE
        for name, resource in read(item.template())["Resources"].items()
    }
    assert not written - recorded, "run make generated"
    assert written == recorded, "CloudFormation would delete what is no longer there"
