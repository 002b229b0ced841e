"""The exported modules against the stacks: the same resources, with the same values."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.blueprints.catalogue import blueprint
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import read
from solarrally_tui.terraform.hcl import document
from solarrally_tui.terraform.modules import Module, module
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.provider import Schema, schema
from solarrally_tui.terraform.types.model import Row
from solarrally_tui.terraform.types.table import LEFT_OUT, TABLE
from tests.blueprints.blueprint_setup import OPTIONS, PSEUDO, example
from tests.stacks.facts_setup import FACTS
from tests.terraform.hcl_reader import Block, Unknown, evaluated

STACKS = [item.id for item in CATALOGUE]


@cache
def rendered(stack: str) -> tuple[Module, str]:
    made = module(blueprint(stack))
    return made, "\n".join(document(blocks) for blocks in made.files.values())


@pytest.mark.parametrize("stack", STACKS)
def test_every_argument_is_one_that_the_provider_has(stack: str) -> None:
    for _, block in rendered(stack)[0].resources:
        kind = block.labels[0]
        if kind.startswith("aws_"):
            check(block, schema(kind), kind)


def check(block: Any, known: Schema, where: str) -> None:
    for name in block.arguments:
        own = where.count("/") == 0 and name in ("count", "depends_on")
        assert own or name in known.arguments, f"{where}: {name}"
    for inner in block.blocks:
        name, inside = (inner.labels[0], inner.blocks[0]) if inner.labels else (inner.type, inner)
        if name == "lifecycle" or known.arguments.get(name) == "any":
            continue
        assert name in known.blocks, f"{where}: {name}"
        check(inside, known.blocks[name], f"{where}/{name}")


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_what_others_read_of_a_resource_is_what_the_provider_gives(row: Row) -> None:
    kind, _, ref = row.ref.rpartition(".")
    assert ref in schema(kind or row.terraform).readable
    read = {name.partition(":")[0] for name in row.attributes.values()}
    assert read <= schema(row.terraform).readable


# --- The same values ------------------------------------------------------------------------------


def leaves(node: Any) -> Iterator[str]:
    """Every value in a structure, as text. JSON in text is looked into."""
    if isinstance(node, Mapping):
        for below in node.values():
            yield from leaves(below)
    elif isinstance(node, list):
        for item in node:
            yield from leaves(item)
    elif isinstance(node, Unknown):
        yield f"<@{str(node).split('.')[-2]}>"
    elif isinstance(node, str) and node[:1] in ("{", "["):
        try:
            yield from leaves(json.loads(node, strict=False))
        except ValueError:
            yield shown(node)
    elif node is not None:
        yield shown(node)


def shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return re.sub(r"<(?:\w+\.)+?(\w+)\.\w+>(:\*)?", r"<@\1>", text)


def plain(node: Any) -> Any:
    """A resolved property with its references as the name of what they refer to."""
    if isinstance(node, Mapping):
        if set(node) == {"Ref"}:
            return Unknown(f"x.{snake(node['Ref'])}.ref")
        if set(node) == {"Fn::GetAtt"}:
            return Unknown(f"x.{snake(node['Fn::GetAtt'][0])}.attribute")
        if set(node) == {"Fn::Base64"}:
            return base64.b64encode(node["Fn::Base64"].encode()).decode()
        if set(node) == {"Fn::Sub"}:
            return re.sub(
                r"\$\{(!?)(\w[^}]*)\}",
                lambda found: (
                    f"${{{found[2]}}}" if found[1] else f"<@{snake(found[2].partition('.')[0])}>"
                ),
                node["Fn::Sub"],
            )
        return {name: plain(below) for name, below in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else node


def of_block(block: Block) -> Iterator[str]:
    for name, value in block.arguments.items():
        if name not in ("count", "depends_on"):
            yield from leaves(value)
    for inner in block.blocks:
        if inner.type != "lifecycle":
            yield from of_block(inner)


ONLY_STACKS: dict[str, str] = {
    # Words that Terraform says by the name of an argument or a block.
    "AWS::Budgets::Budget": "EMAIL",
    "AWS::CertificateManager::Certificate": r"charging\.example\.com",
    "AWS::CloudFront::Distribution": r"|\{\{resolve:secretsmanager:"
    r"(?:balancer\.OriginSecretArn|functions\.ApiOriginSecretArn)\}\}",
    "AWS::CloudWatch::Alarm": "LoadBalancer|TargetGroup|DBInstanceIdentifier|ClusterName"
    "|ServiceName|HealthCheckId|Currency|FunctionName|QueueName|ApiId",
    "AWS::DynamoDB::Table": "HASH|KMS",
    "AWS::ECS::Service": r"network\.AssignPublicIp|COUNT|3",
    "AWS::EC2::FlowLog": "VPC",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "path-pattern|http-header"
    r"|\{\{resolve:secretsmanager:<@origin_secret>\}\}",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": r"idle_timeout\..*|routing\..*|access_logs\..*"
    "|internal|internet-facing",
    "AWS::ElasticLoadBalancingV2::TargetGroup": r"deregistration_delay\..*",
    "AWS::IoT::TopicRule": "false",  # RuleDisabled, which is enabled there
    "AWS::KinesisFirehose::DeliveryStream": "DirectPut",
    # The code in the template is in the archive, which is no resource.
    "AWS::Lambda::Function": r"import (?:.|\n)*",
    "AWS::RDS::DBInstance": r"\{\{resolve:secretsmanager:<@db_secret>:SecretString:password\}\}",
    # How a value is generated is said to the generator, which is no resource.
    "AWS::SecretsManager::Secret": r"true|password|\d\d|viewer|solarrally",
}
ONLY_TERRAFORM: dict[str, str] = {
    # Lambda is always called so.
    "AWS::ApiGatewayV2::Integration": "POST",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "<@scalable_target>",
    "AWS::CertificateManager::Certificate": "<@domain_validation_options>|300|true",
    "AWS::CloudFront::Distribution": "GET|HEAD|none|80",
    "AWS::EC2::SecurityGroup": "0",
    "AWS::ECS::Service": "false",
    "AWS::ElasticLoadBalancingV2::ListenerRule": "<@origin_secret>",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "true|false",
    "AWS::IoT::TopicRule": "true",
    "AWS::KinesisFirehose::DeliveryStream": "extended_s3",
    "AWS::RDS::DBInstance": "false|1|<@secret_string>|solarrally-.*-final",
    "AWS::RDS::DBParameterGroup": r"immediate|rds\.force_ssl|log_.*",
    "AWS::Route53::RecordSet": "false",
    "AWS::SecretsManager::Secret": "1|<.*>|.*<.*>.*",
}
"""By type, as an expression of values: what only one of both has. docs/export.md explains them."""


CHOICES = OPTIONS | {"functions": {"size": {"shape": "functions"}}}


@pytest.mark.parametrize("tier", ["small", "large"])
@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES)
def test_modules_have_what_the_stacks_have(choice: dict[str, Any], tier: str) -> None:
    site, outputs = example(tier, choice), {}
    for item in of_shape(site.size.shape):
        template = read(item.template())
        given = parameters(item.id, site, FACTS, {name: outputs[name] for name in item.needs})
        resolved = resolve(template, given, PSEUDO)
        outputs[item.id] = {name: f"{item.id}.{name}" for name in resolved["Outputs"]}
        compare(item.id, resolved["Resources"], variables(template["Parameters"], given))


def variables(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The variables of a module, of the types that the module declares."""
    values: dict[str, Any] = {"stack_id": PSEUDO["AWS::StackId"], "names": {}, "is_adopted": False}
    for name, parameter in declared.items():
        text = given.get(name, str(parameter.get("Default", "")))
        values[snake(name)] = (
            number(text)
            if parameter["Type"] == "Number"
            else text.split(",")
            if parameter["Type"].startswith("List<")
            else text
        )
    return values


def number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:  # an output, which only an apply knows
        return text
    return int(value) if value.is_integer() else value


def compare(stack: str, resources: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    made, text = rendered(stack)
    data = {
        "aws_region": {"current": {"region": PSEUDO["AWS::Region"]}},
        "aws_caller_identity": {"current": {"account_id": PSEUDO["AWS::AccountId"]}},
        "aws_partition": {
            "current": {
                "partition": PSEUDO["AWS::Partition"],
                "dns_suffix": PSEUDO["AWS::URLSuffix"],
            }
        },
        "aws_ssm_parameter": {"nat_image_id": {"insecure_value": given.get("nat_image_id")}},
    }
    there = {b.labels: b for b in evaluated(text, given, data) if b.type == "resource"}
    groups: dict[str, list[Block]] = {}
    for logical, block in made.resources:
        if block.labels in there:
            groups.setdefault(logical, []).append(there[block.labels])
    kept = {name for name, declared in resources.items() if declared["Type"] not in LEFT_OUT}
    assert groups.keys() == kept
    for logical in kept:
        compare_values(resources[logical], logical, groups[logical])


def compare_values(declared: Mapping[str, Any], logical: str, blocks: list[Block]) -> None:
    kind = declared["Type"]
    wanted = Counter(leaves(plain(declared.get("Properties", {}))))
    has = Counter(value for block in blocks for value in of_block(block))
    own = f"<@{snake(logical)}>"
    name = "|solarrally-.*" if TABLE[kind].named else ""
    tagged = "|Name" if kind.startswith("AWS::EC2::") else ""
    only_stack = re.compile(ONLY_STACKS.get(kind, "-") + tagged)
    only_terraform = re.compile(f"{ONLY_TERRAFORM.get(kind, '-')}|{own}{name}")
    lost = [value for value in wanted - has if not only_stack.fullmatch(value)]
    new = [value for value in has - wanted if not only_terraform.fullmatch(value)]
    assert (lost, new) == ([], []), f"{logical} of {kind}"
