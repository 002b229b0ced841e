"""What a function in a VPC reaches: AWS's services by NAT or by an endpoint, else nothing.

A function has no public address, so a route to an Internet gateway leads nowhere (AWS Lambda
developer guide, "Enable internet access for VPC-connected Lambda functions"). A call to a service
that it does not reach gets no answer; the function times out.
"""

from collections.abc import Mapping
from typing import Any, Final

from ministack.services import ec2

from solarrally_tui.simulator.pins import Record, private
from solarrally_tui.simulator.runtime import outbound_access

_endpoints = private(ec2, "_vpc_endpoints")
_subnets = private(ec2, "_subnets")

_GATEWAYS: Final = frozenset({"dynamodb", "s3"})
"""Services whose endpoints of type Gateway are routes of a subnet's table."""
_NAMES: Final[Mapping[str, str]] = {"apigatewaymanagementapi": "execute-api"}
"""The name in that of an endpoint, where it differs from boto3's."""


def reaches(config: Mapping[str, Any], service: str) -> bool:
    """Return whether a function reaches a service, by boto3's name, from all of its subnets."""
    subnets = (config.get("VpcConfig") or {}).get("SubnetIds") or ()
    return all(_leads(str(subnet), _NAMES.get(service, service)) for subnet in subnets)


def _leads(subnet: str, service: str) -> bool:
    vpc = _subnets.get(subnet, {}).get("VpcId")
    return outbound_access.reaches_internet(subnet, public=False) or any(
        _serves(endpoint, service, subnet)
        for endpoint in _endpoints.values()
        if endpoint["VpcId"] == vpc
    )


def _serves(endpoint: Record, service: str, subnet: str) -> bool:
    if endpoint["ServiceName"].rpartition(".")[2] != service:
        return False
    if endpoint.get("VpcEndpointType") == "Gateway" and service in _GATEWAYS:
        table = outbound_access.table_of(subnet) or {}
        return table.get("RouteTableId") in (endpoint.get("RouteTableIds") or ())
    return bool(endpoint.get("PrivateDnsEnabled"))
