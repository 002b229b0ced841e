"""Import blocks, by which Terraform takes over what a deployed site has instead of making it again.

The form of each id is that of the page of its resource in the provider's documentation, section
Import.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import Template
from solarrally_tui.terraform.hcl import Block, Expression
from solarrally_tui.terraform.modules import Module
from solarrally_tui.terraform.types.table import TABLE


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack as it is deployed: its parameters, and the physical ids by logical id."""

    id: str
    parameters: Mapping[str, str]
    physical_ids: Mapping[str, str]
    pseudo: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A resource that is deployed: its physical id, and its properties with all that is known."""

    physical: str
    properties: Mapping[str, Any]
    block: Block
    stack: DeployedStack

    def known(self, name: str) -> str:
        """Return a property, with a reference replaced by the id of what it refers to."""
        node = self.properties[name]
        if isinstance(node, list):
            (node,) = node
        if isinstance(node, Mapping):
            logical = node.get("Ref") or node["Fn::GetAtt"][0]
            return self.stack.physical_ids[logical]
        return str(node)

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN in the Region and account of the stack."""
        read = self.stack.pseudo
        where = f"{read['AWS::Region']}:{read['AWS::AccountId']}"
        return f"arn:{read['AWS::Partition']}:{service}:{where}:{rest}"


def _last(separator: str) -> Callable[[_Found], str]:
    return lambda found: found.physical.rpartition(separator)[2]


def _policy_of_role(found: _Found) -> str | None:
    name = found.block.arguments["name"]
    kept = {policy["PolicyName"] for policy in found.properties.get("Policies", ())}
    return f"{found.physical}:{name}" if name in kept else None


def _attachment(found: _Found) -> str:
    at = int(found.block.labels[1].rpartition("_")[2]) - 1
    return f"{found.physical}/{found.properties['ManagedPolicyArns'][at]}"


def _scaling_policy(found: _Found) -> str:
    """Read the target out of the ARN: ...:resource/ecs/service/CLUSTER/SERVICE:policyName/NAME."""
    target, _, name = found.physical.partition(":resource/")[2].partition(":policyName/")
    return f"{target}/ecs:service:DesiredCount/{name}"


def _scalable_target(found: _Found) -> str:
    resource, dimension, namespace = found.physical.split("|")
    return f"{namespace}/{resource}/{dimension}"


def _web_acl(found: _Found) -> str:
    name, identifier, scope = found.physical.split("|")
    return f"{identifier}/{name}/{scope}"


def _record(found: _Found) -> str | None:
    if "Type" not in found.properties:  # the proof of a certificate, which overwrites itself
        return None
    zone, name = found.known("HostedZoneId"), found.known("Name")
    return f"{zone}_{name}_{found.properties['Type']}"


def _physical(found: _Found) -> str:
    return found.physical


def _not(_found: _Found) -> None:
    return None


_IDS: Final[Mapping[str, Callable[[_Found], str | None]]] = {
    "aws_internet_gateway_attachment": lambda f: (
        f"{f.known('InternetGatewayId')}:{f.known('VpcId')}"
    ),
    "aws_route": lambda f: f"{f.known('RouteTableId')}_{f.properties['DestinationCidrBlock']}",
    "aws_route_table_association": lambda f: f"{f.known('SubnetId')}/{f.known('RouteTableId')}",
    # It keeps its value: a new version would be a new password.
    "aws_secretsmanager_secret_version": _not,
    # They cannot be imported, and making them changes nothing.
    "aws_acm_certificate_validation": _not,
    # Only RDS knows its id. README.md says how to find it.
    "aws_db_instance_automated_backups_replication": _not,
    "aws_cloudwatch_log_metric_filter": lambda f: f"{f.known('LogGroupName')}:{f.physical}",
    "aws_iam_role_policy": _policy_of_role,
    "aws_iam_role_policy_attachment": _attachment,
    "aws_lambda_permission": lambda f: f"{f.known('FunctionName')}/{f.physical}",
    "aws_ecs_service": lambda f: f.physical.partition(":service/")[2],
    "aws_appautoscaling_target": _scalable_target,
    "aws_appautoscaling_policy": _scaling_policy,
    "aws_route53_record": _record,
    "aws_wafv2_web_acl": _web_acl,
    "aws_backup_selection": lambda f: "|".join(f.physical.split("_", 1)),
    "aws_budgets_budget": lambda f: f"{f.stack.pseudo['AWS::AccountId']}:{f.physical}",
    "aws_cloudtrail": lambda f: f.arn("cloudtrail", f"trail/{f.physical}"),
    "aws_kinesis_firehose_delivery_stream": lambda f: f.arn(
        "firehose", f"deliverystream/{f.physical}"
    ),
    "aws_sns_topic_policy": lambda f: f.known("Topics"),
    "aws_cloudfront_function": _last("/"),
    "aws_service_discovery_private_dns_namespace": lambda f: f"{f.physical}:{f.known('Vpc')}",
}
"""By type, where the id is not the physical id of CloudFormation; None where it has no import."""

_NAMES: Final[Mapping[str, Callable[[str], str]]] = {
    "aws_lb": lambda arn: arn.split("/")[-2],
    "aws_lb_target_group": lambda arn: arn.split("/")[-2],
    "aws_sns_topic": lambda arn: arn.rpartition(":")[2],
    "aws_ecs_service": lambda arn: arn.rpartition("/")[2],
}


def imports(module: Module, template: Template, stack: DeployedStack) -> Iterator[Block]:
    """Yield an import block for each resource of a module that the stack has."""
    resolved = resolve(template, stack.parameters, stack.pseudo)["Resources"]
    for logical, block in module.resources:
        if not stack.physical_ids.get(logical) or logical not in resolved:
            continue
        kind, name = block.labels
        properties = resolved[logical].get("Properties", {})
        found = _Found(stack.physical_ids[logical], properties, block, stack)
        index = "[0]" if "count" in block.arguments else ""
        to = Expression(f"module.{module.id}.{kind}.{name}{index}")
        if kind == "aws_eip":
            yield from _address(found, to, f"{module.id}_{name}")
        elif identifier := _IDS.get(kind, _physical)(found):
            yield Block("import", (), {"to": to, "id": identifier})


def _address(found: _Found, to: Expression, name: str) -> Iterator[Block]:
    """CloudFormation knows an address by its number, and Terraform by its allocation."""
    yield Block("data", ("aws_eip", name), {"public_ip": found.physical})
    yield Block("import", (), {"to": to, "id": Expression(f"data.aws_eip.{name}.id")})


def names(template: Template, stack: DeployedStack) -> dict[str, str]:
    """Return the names that CloudFormation chose, by logical id."""
    chosen = {}
    for logical, declared in template["Resources"].items():
        row, physical = TABLE.get(declared["Type"]), stack.physical_ids.get(logical)
        if row and row.named and physical and row.named not in row.ignored:
            chosen[logical] = _NAMES.get(row.terraform, str)(physical)
    return chosen
