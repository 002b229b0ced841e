"""What AWS does not delete while something uses it, by a stack or by a call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ministack.services import alb, cloudfront, ec2, ecs, lambda_svc, rds

from solarrally_tui.simulator.pins import Record, private
from solarrally_tui.simulator.resources.registry import Properties, handler_error
from solarrally_tui.simulator.services.registry import Caller, Parameters, precondition
from solarrally_tui.simulator.stacks.refusals.rule import RefusalRule
from solarrally_tui.simulator.wire.responses import ApiError

_balancers = private(alb, "_lbs")
_databases = private(rds, "_instances")
_distributions = private(cloudfront, "_distributions")
_endpoints = private(ec2, "_vpc_endpoints")
_functions = private(lambda_svc, "_functions")
_gateways = private(ec2, "_internet_gateways")
_groups = private(ec2, "_security_groups")
_listeners = private(alb, "_listeners")
_listener_rules = private(alb, "_rules")
_interfaces = private(ec2, "_network_interfaces")
_nat_gateways = private(ec2, "_nat_gateways")
_route_tables = private(ec2, "_route_tables")
_services = private(ecs, "_services")
_servers = private(ec2, "_instances")
_subnets = private(ec2, "_subnets")
_tasks = private(ecs, "_tasks")

_EC2: Final = "EC2 API reference, error codes: DependencyViolation; the words and the code as in "


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A deletion that AWS refuses while something uses what is to be deleted."""

    name: str
    kind: str
    """The resource type."""
    service: str
    operation: str
    parameter: str
    """The parameter of the operation that names what is to be deleted."""
    code: str
    message: str
    """AWS's words, with {id}."""
    handler_code: str = "InvalidRequest"
    """CloudFormation's HandlerErrorCode for it."""
    status: int = 400
    source: str
    in_use: Callable[[str], bool]
    identify: Callable[[str], str] = str
    """From what Ref gives to what the operation takes."""

    def rule(self) -> RefusalRule:
        """Return the refusal for stacks."""
        return RefusalRule(
            name=self.name, when="delete", kinds=(self.kind,), source=self.source, check=self._stack
        )

    def declare(self) -> None:
        """Put the refusal before the call."""
        precondition(self.service, self.operation)(self._call)

    def _stack(self, _kind: str, physical_id: str, _properties: Properties) -> None:
        identifier = self.identify(physical_id)
        if self.in_use(identifier):
            service = self.service.capitalize()
            message = self.message.format(id=identifier)
            raise handler_error(message, self.handler_code, service=service, status=self.status)

    def _call(self, _caller: Caller, given: Parameters) -> None:
        identifier = str(given.get(self.parameter, ""))
        if self.in_use(identifier):
            raise ApiError(self.code, self.message.format(id=identifier), self.status)


def _subnet(subnet: str) -> bool:
    return subnet in set(_occupied_subnets())


def _occupied_subnets() -> Iterator[str]:
    """Yield the subnets in which something has a network interface."""
    yield from (subnet for balancer in _balancers.values() for subnet in balancer["Subnets"])
    yield from (g["SubnetId"] for g in _nat_gateways.values() if g["State"] != "deleted")
    yield from (s["SubnetId"] for s in _servers.values() if s["State"]["Name"] != "terminated")
    yield from (subnet for e in _endpoints.values() for subnet in e.get("SubnetIds") or ())
    yield from (interface["SubnetId"] for interface in _interfaces.values())
    yield from (t.get("_subnet", "") for t in _tasks.values() if t["lastStatus"] != "STOPPED")
    yield from (subnet for network in _networks() for subnet in network.get("SubnetIds") or ())
    for database in _databases.values():
        yield from _subnets_of_database(database)


def _subnets_of_database(database: Record) -> Iterator[str]:
    """Yield the subnet of the database's own zone. The standby's zone is not simulated."""
    for subnet in database["DBSubnetGroup"].get("Subnets", ()):
        identifier = subnet["SubnetIdentifier"]
        zone = _subnets.get(identifier, {}).get("AvailabilityZone")
        if zone == database["AvailabilityZone"]:
            yield identifier


def _networks() -> Iterator[Record]:
    """Yield the network of each function in a VPC.

    CloudFormation deletes a function only when its interfaces are gone, so none outlives it here.
    """
    yield from (f["config"].get("VpcConfig") or {} for f in _functions.values())


def _route_table(table: str) -> bool:
    associations = _route_tables.get(table, {}).get("Associations", ())
    return any(not association.get("Main") for association in associations)


def _security_group(group: str) -> bool:
    return group in set(_used_groups(group))


def _used_groups(own: str) -> Iterator[str]:
    """Yield the groups of everything, and those that rules of other groups than `own` name."""
    for database in _databases.values():
        yield from (g["VpcSecurityGroupId"] for g in database.get("VpcSecurityGroups", ()))
    for balancer in _balancers.values():
        yield from balancer.get("SecurityGroups", ())
    for network in _networks():
        yield from network.get("SecurityGroupIds") or ()
    for interface in _interfaces.values():
        yield from (group["GroupId"] for group in interface.get("Groups", ()))
    for group in _groups.values():
        if group["GroupId"] != own:
            for rule in (*group["IpPermissions"], *group["IpPermissionsEgress"]):
                yield from (
                    p["GroupId"] for p in rule.get("UserIdGroupPairs", ()) if "GroupId" in p
                )


def _vpc(vpc: str) -> bool:
    return (
        any(subnet["VpcId"] == vpc for subnet in _subnets.values())
        or any(g["VpcId"] == vpc and g["GroupName"] != "default" for g in _groups.values())
        or any(
            attachment.get("VpcId") == vpc
            for gateway in _gateways.values()
            for attachment in gateway.get("Attachments", ())
        )
    )


def _web_acl(identifier: str) -> bool:
    # CloudFront names the web ACL of a distribution by its ARN, which ends with the id.
    return bool(identifier) and _in_distributions(f"/{identifier}<")


def _function(name: str) -> bool:
    return _in_distributions(f":function/{name}<")


def _access_control(identifier: str) -> bool:
    return _in_distributions(f"OriginAccessControlId>{identifier}<")


def _in_distributions(text: str) -> bool:
    return any(text in record["config_xml"] for record in _distributions.values())


def _target_group(arn: str) -> bool:
    rules = (*_listeners.values(), *_listener_rules.values())
    return any(arn in str(rule.get("DefaultActions") or rule.get("Actions")) for rule in rules)


def _cluster(name: str) -> bool:
    end = f":cluster/{name.rpartition('/')[2]}"
    return any(
        service["clusterArn"].endswith(end) and service["status"] == "ACTIVE"
        for service in _services.values()
    )


def _subnet_group(name: str) -> bool:
    return any(d["DBSubnetGroup"]["DBSubnetGroupName"] == name for d in _databases.values())


def _parameter_group(name: str) -> bool:
    groups = (g for database in _databases.values() for g in database["DBParameterGroups"])
    return any(group["DBParameterGroupName"] == name for group in groups)


DELETIONS: Final = (
    Deletion(
        name="subnet-in-use",
        kind="AWS::EC2::Subnet",
        service="ec2",
        operation="DeleteSubnet",
        parameter="SubnetId",
        code="DependencyViolation",
        message="The subnet '{id}' has dependencies and cannot be deleted.",
        source=f"{_EC2}AWS re:Post, Resolve failed deletes of stacks with a VPC",
        in_use=_subnet,
    ),
    Deletion(
        name="route-table-in-use",
        kind="AWS::EC2::RouteTable",
        service="ec2",
        operation="DeleteRouteTable",
        parameter="RouteTableId",
        code="DependencyViolation",
        message="The routeTable '{id}' has dependencies and cannot be deleted.",
        source=f"{_EC2}DeleteRouteTable: you must disassociate it from subnets first",
        in_use=_route_table,
    ),
    Deletion(
        name="security-group-in-use",
        kind="AWS::EC2::SecurityGroup",
        service="ec2",
        operation="DeleteSecurityGroup",
        parameter="GroupId",
        code="DependencyViolation",
        message="resource {id} has a dependent object",
        source=f"{_EC2}github.com/aws-cloudformation/rain issue 459",
        in_use=_security_group,
    ),
    Deletion(
        name="vpc-in-use",
        kind="AWS::EC2::VPC",
        service="ec2",
        operation="DeleteVpc",
        parameter="VpcId",
        code="DependencyViolation",
        message="The vpc '{id}' has dependencies and cannot be deleted.",
        source=f"{_EC2}DeleteVpc",
        in_use=_vpc,
    ),
    Deletion(
        name="web-acl-in-use",
        kind="AWS::WAFv2::WebACL",
        service="wafv2",
        operation="DeleteWebACL",
        parameter="Id",
        code="WAFAssociatedItemException",
        message="AWS WAF couldn’t perform the operation because your resource is being used by "  # noqa: RUF001 (AWS's own apostrophes)
        "another resource or it’s associated with another resource.",  # noqa: RUF001
        source="WAFV2 API reference, DeleteWebACL; github.com/hashicorp/terraform-provider-aws "
        "issue 34719. The HandlerErrorCode is our assumption",
        in_use=_web_acl,
        identify=lambda physical_id: physical_id.split("|")[1],
    ),
    Deletion(
        name="function-in-use",
        kind="AWS::CloudFront::Function",
        service="cloudfront",
        operation="DeleteFunction",
        parameter="Name",
        code="FunctionInUse",
        message="Cannot delete the function because it's attached to one or more cache behaviors.",
        handler_code="ResourceConflict",
        status=409,
        source="CloudFront API reference, DeleteFunction: FunctionInUse",
        in_use=_function,
        identify=lambda arn: arn.rpartition("/")[2],
    ),
    Deletion(
        name="access-control-in-use",
        kind="AWS::CloudFront::OriginAccessControl",
        service="cloudfront",
        operation="DeleteOriginAccessControl",
        parameter="Id",
        code="OriginAccessControlInUse",
        message="Cannot delete the origin access control because it's in use by one or more "
        "distributions.",
        handler_code="ResourceConflict",
        status=409,
        source="CloudFront API reference, DeleteOriginAccessControl: OriginAccessControlInUse",
        in_use=_access_control,
    ),
    Deletion(
        name="target-group-in-use",
        kind="AWS::ElasticLoadBalancingV2::TargetGroup",
        service="elbv2",
        operation="DeleteTargetGroup",
        parameter="TargetGroupArn",
        code="ResourceInUse",
        message="Target group '{id}' is currently in use by a listener or a rule",
        source="Elastic Load Balancing API reference, DeleteTargetGroup: ResourceInUse. The "
        "HandlerErrorCode is our assumption",
        in_use=_target_group,
    ),
    Deletion(
        name="cluster-in-use",
        kind="AWS::ECS::Cluster",
        service="ecs",
        operation="DeleteCluster",
        parameter="cluster",
        code="ClusterContainsServicesException",
        message="The Cluster cannot be deleted while Services are active.",
        source="ECS API reference, DeleteCluster: ClusterContainsServicesException. The "
        "HandlerErrorCode is our assumption",
        in_use=_cluster,
    ),
    Deletion(
        name="subnet-group-in-use",
        kind="AWS::RDS::DBSubnetGroup",
        service="rds",
        operation="DeleteDBSubnetGroup",
        parameter="DBSubnetGroupName",
        code="InvalidDBSubnetGroupStateFault",
        message="Cannot delete the subnet group '{id}' because at least one database instance is "
        "still using it.",
        source="RDS API reference, DeleteDBSubnetGroup: InvalidDBSubnetGroupStateFault",
        in_use=_subnet_group,
    ),
    Deletion(
        name="parameter-group-in-use",
        kind="AWS::RDS::DBParameterGroup",
        service="rds",
        operation="DeleteDBParameterGroup",
        parameter="DBParameterGroupName",
        code="InvalidDBParameterGroupState",
        message="One or more database instances are still members of this parameter group {id}, "
        "so the group cannot be deleted",
        source="RDS API reference, DeleteDBParameterGroup: InvalidDBParameterGroupState",
        in_use=_parameter_group,
    ),
)
