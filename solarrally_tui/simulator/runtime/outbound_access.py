"""Whether a task or function in a subnet reaches the Internet: its route table decides.

The subnet is one of the account and the Region of the request scope.

A route to an Internet gateway counts, because tasks in such subnets have a public address here.
"""

from typing import Final

from ministack.services import ec2

from solarrally_tui.simulator.pins import Record, private

_endpoints = private(ec2, "_vpc_endpoints")
_nat_gateways = private(ec2, "_nat_gateways")
_route_tables = private(ec2, "_route_tables")
_servers = private(ec2, "_instances")
_subnets = private(ec2, "_subnets")

NO_ACCESS: Final = (
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull "
    "registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. "
    "Check your task network configuration."
)
"""ECS's words (ECS developer guide, ResourceInitializationError task errors)."""

_EVERYWHERE: Final = "0.0.0.0/0"


def reaches_internet(subnet: str, *, public: bool = True) -> bool:
    """Return whether a subnet has a default route that works. Unknown subnets have one.

    public: whether it has a public address, without which an Internet gateway passes nothing on.
    """
    return not _vpc(subnet) or any(
        _works(route, public=public)
        for route in (table_of(subnet) or {}).get("Routes", ())
        if route.get("DestinationCidrBlock") == _EVERYWHERE
    )


def table_of(subnet: str) -> Record | None:
    """Return the route table of a subnet: its own, else the main one of its VPC."""
    tables = [table for table in _route_tables.values() if table["VpcId"] == _vpc(subnet)]
    own = [table for table in tables if _is_for(table, subnet)]
    main = [table for table in tables if any(a.get("Main") for a in table["Associations"])]
    return next(iter(own or main), None)


def reaches_registry(subnet: str) -> bool:
    """Return whether tasks can start: by the Internet, or by an interface endpoint for ECR."""
    network = _vpc(subnet)
    return reaches_internet(subnet) or any(
        endpoint["VpcId"] == network and endpoint["ServiceName"].endswith(".ecr.api")
        for endpoint in _endpoints.values()
    )


def _vpc(subnet: str) -> str:
    record: Record = _subnets.get(subnet, {})
    return str(record.get("VpcId", ""))


def _is_for(table: Record, subnet: str) -> bool:
    return any(association.get("SubnetId") == subnet for association in table["Associations"])


def _works(route: Record, *, public: bool) -> bool:
    if gateway := route.get("NatGatewayId"):
        return bool(_nat_gateways.get(gateway, {}).get("State", "deleted") != "deleted")
    if server := route.get("InstanceId"):
        return bool(_servers.get(server, {}).get("State", {}).get("Name") == "running")
    return public
