"""ECS and its scaling."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, Into
from solarrally_tui.terraform.hcl import Block, Expression
from solarrally_tui.terraform.names import camel
from solarrally_tui.terraform.scope import Scope
from solarrally_tui.terraform.types.model import Resource, Row

_AS_GIVEN: Final = frozenset({"Options", "DockerLabels"})
"""Properties of a container whose keys are the operator's own."""


def container(node: Any) -> Any:
    """Return definitions of containers with the keys that ECS's own API has."""
    if isinstance(node, list):
        return [container(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if set(node) == {"Fn::If"}:
        condition, *sides = node["Fn::If"]
        return {"Fn::If": [condition, *(container(side) for side in sides)]}
    if len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::")):
        return node
    return {
        camel(name): below if name in _AS_GIVEN else container(below)
        for name, below in node.items()
    }


def _containers(scope: Scope, node: Any) -> Body:
    return Body({"container_definitions": scope.policy(container(node))})


def _cluster(scope: Scope, node: Any) -> Body:
    return Body({"cluster": scope.value({"Fn::GetAtt": [node["Ref"], "Arn"]})})


def _strategy(scope: Scope, resource: Resource) -> Iterator[Block]:
    arguments = {
        "cluster_name": resource.refers("aws_ecs_cluster", "name"),
        "capacity_providers": scope.value(resource.properties["CapacityProviders"]),
    }
    yield resource.block("aws_ecs_cluster_capacity_providers", arguments)


def _deploys(scope: Scope, node: Any) -> Body:
    nonce = scope.value(node["ForceNewDeploymentNonce"])
    return Body({"force_new_deployment": True, "triggers": {"nonce": nonce}})


def _public(scope: Scope, node: Any) -> Body:
    return Body({"assign_public_ip": Expression(f'{scope.text(node)} == "ENABLED"')})


def _scaled(scope: Scope, node: Any) -> Body:
    target = scope.targets[node["Ref"]].address
    names = ("resource_id", "scalable_dimension", "service_namespace")
    return Body({name: Expression(f"{target}.{name}") for name in names})


def _volumes(scope: Scope, node: Any) -> Body:
    return Body({}, [Block("volume", (), {"name": scope.value(item["Name"])}) for item in node])


ROWS: Final = {
    "AWS::ECS::Cluster": Row(
        "aws_ecs_cluster",
        {"ClusterSettings": "setting", "CapacityProviders": None},
        ref="name",
        attributes={"Arn": "arn"},
        named="name",
        default_name="solarrally-{site}",
        more=_strategy,
        beside=("aws_ecs_cluster_capacity_providers",),
    ),
    "AWS::ECS::TaskDefinition": Row(
        "aws_ecs_task_definition",
        {"ContainerDefinitions": _containers, "Volumes": _volumes},
        ref="arn",
    ),
    "AWS::ECS::Service": Row(
        "aws_ecs_service",
        {
            "Cluster": _cluster,
            "LoadBalancers": "load_balancer",
            "NetworkConfiguration": Into(
                "network_configuration",
                {"AwsvpcConfiguration": Flat({"AssignPublicIp": _public})},
            ),
            "DeploymentConfiguration": Flat(
                {
                    "MaximumPercent": "deployment_maximum_percent",
                    "MinimumHealthyPercent": "deployment_minimum_healthy_percent",
                    # Terraform has no threshold: ECS takes its own, three of a small service.
                    "DeploymentCircuitBreaker": Into(
                        "deployment_circuit_breaker", {"ThresholdConfiguration": None}
                    ),
                }
            ),
            "ForceNewDeployment": _deploys,
            "ServiceRegistries": Into("service_registries"),
        },
        attributes={"Name": "name"},
        named="name",
        default_name="solarrally-{site}-{lower}",
        # The scalable target decides it.
        ignored=("desired_count",),
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Row("aws_appautoscaling_target"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Row(
        "aws_appautoscaling_policy", {"PolicyName": "name", "ScalingTargetId": _scaled}
    ),
}
