"""EC2: networks, gateways, groups and the NAT instance."""

from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Into, Rules, Shape, body
from solarrally_tui.terraform.hcl import Block
from solarrally_tui.terraform.provider import schema
from solarrally_tui.terraform.scope import Scope
from solarrally_tui.terraform.types.model import Resource, Row

_RULE: Final = {
    "CidrIp": "cidr_ipv4",
    "GroupId": "security_group_id",
    "SourcePrefixListId": "prefix_list_id",
    "SourceSecurityGroupId": "referenced_security_group_id",
    "DestinationSecurityGroupId": "referenced_security_group_id",
}


_SIDES: Final = {
    "CidrIp": "cidr_blocks",
    "SourcePrefixListId": "prefix_list_ids",
    "SourceSecurityGroupId": "security_groups",
    "DestinationSecurityGroupId": "security_groups",
}
"""Who a rule inside a group is for. Terraform takes a list of each."""


def _listed(name: str) -> Shape:
    return lambda scope, node: Body({name: [scope.value(node)]})


_INSIDE: Final[Rules] = {
    "IpProtocol": "protocol",
    **{given: _listed(name) for given, name in _SIDES.items()},
}


def _rules(name: str) -> Shape:
    """Rules of a group. One for every protocol has ports all the same, of 0."""

    def shape(scope: Scope, node: Any) -> Body:
        group = schema("aws_security_group").blocks[name]
        made = [body(scope, {"FromPort": 0, "ToPort": 0} | rule, group, _INSIDE) for rule in node]
        return Body({}, [Block(name, (), rule.arguments) for rule in made])

    return shape


def _through_instance(scope: Scope, node: Any) -> Body:
    """A route through an instance goes through the instance's network interface."""
    return Body({"network_interface_id": scope.value(_interface(node))})


def _interface(node: Any) -> Any:
    if isinstance(node, Mapping):
        if set(node) == {"Ref"} and not str(node["Ref"]).startswith("AWS::"):
            return {"Fn::GetAtt": [node["Ref"], "PrimaryNetworkInterface"]}
        return {name: _interface(below) for name, below in node.items()}
    return [_interface(item) for item in node] if isinstance(node, list) else node


def _root_device(scope: Scope, node: Any) -> Body:
    (device,) = node
    made = body(scope, device["Ebs"], schema("aws_instance").blocks["root_block_device"], {})
    return Body({}, [Block("root_block_device", (), made.arguments)])


def _discovery(scope: Scope, resource: Resource) -> Body:
    """The namespace of a service is inside its records in Terraform."""
    made = body(
        scope,
        resource.properties["DnsConfig"] | {"NamespaceId": resource.properties["NamespaceId"]},
        schema("aws_service_discovery_service").blocks["dns_config"],
        {"DnsRecords": Into("dns_records", {"TTL": "ttl"})},
    )
    return Body({}, [Block("dns_config", (), made.arguments, made.blocks)])


ROWS: Final = {
    "AWS::EC2::VPC": Row("aws_vpc"),
    "AWS::EC2::InternetGateway": Row("aws_internet_gateway"),
    "AWS::EC2::VPCGatewayAttachment": Row("aws_internet_gateway_attachment"),
    "AWS::EC2::Subnet": Row("aws_subnet"),
    "AWS::EC2::RouteTable": Row("aws_route_table"),
    "AWS::EC2::Route": Row("aws_route", {"InstanceId": _through_instance}),
    "AWS::EC2::SubnetRouteTableAssociation": Row("aws_route_table_association"),
    "AWS::EC2::EIP": Row(
        "aws_eip", {"InstanceId": "instance"}, attributes={"AllocationId": "allocation_id"}
    ),
    "AWS::EC2::NatGateway": Row("aws_nat_gateway"),
    "AWS::EC2::SecurityGroup": Row(
        "aws_security_group",
        {
            "GroupDescription": "description",
            "SecurityGroupIngress": _rules("ingress"),
            "SecurityGroupEgress": _rules("egress"),
        },
        attributes={"GroupId": "id"},
        named="name",
        # A name cannot be changed, and an adopted group has one that only EC2 knows.
        ignored=("name",),
    ),
    "AWS::EC2::SecurityGroupIngress": Row("aws_vpc_security_group_ingress_rule", _RULE),
    "AWS::EC2::SecurityGroupEgress": Row("aws_vpc_security_group_egress_rule", _RULE),
    "AWS::EC2::Instance": Row(
        "aws_instance",
        {
            "ImageId": "ami",
            "SecurityGroupIds": "vpc_security_group_ids",
            "BlockDeviceMappings": _root_device,
            "UserData": "user_data_base64",
            "CreditSpecification": Into("credit_specification", {"CPUCredits": "cpu_credits"}),
        },
        attributes={"PrimaryNetworkInterface": "primary_network_interface_id"},
    ),
    "AWS::EC2::FlowLog": Row("aws_flow_log", {"ResourceType": None, "ResourceId": "vpc_id"}),
    "AWS::EC2::VPCEndpoint": Row("aws_vpc_endpoint"),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": Row(
        "aws_service_discovery_private_dns_namespace"
    ),
    "AWS::ServiceDiscovery::Service": Row(
        "aws_service_discovery_service",
        {"NamespaceId": None, "DnsConfig": None},
        attributes={"Arn": "arn"},
        derived=_discovery,
    ),
}
