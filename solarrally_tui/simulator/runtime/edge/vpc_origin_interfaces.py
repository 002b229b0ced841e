"""What CloudFront makes in the VPC of a VPC origin: interfaces, and a security group for them.

The group stays when the last origin is deleted, and the interfaces linger for a while
(CloudFront developer guide, "Restrict access with VPC origins"; github.com/ekristen/aws-nuke issue
615). Neither belongs to a stack, so that both keep the VPC from being deleted.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, set_request_region
from ministack.services import alb, cloudfront, ec2

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, replace

_balancers = private(alb, "_lbs")
_groups = private(ec2, "_security_groups")
_interfaces = private(ec2, "_network_interfaces")
_new_group_id = private(ec2, "_new_sg_id")
_subnets = private(ec2, "_subnets")
_tags = private(ec2, "_tags")
_vpc_origins = private(cloudfront, "_vpc_origins")

GROUP_NAME: Final = "CloudFront-VPCOrigins-Service-SG"
# Simulated seconds that interfaces outlive their origin: our estimate.
_LINGER_SECONDS = 120.0

Handler = Callable[..., Any]


class VpcOriginInterfaces:
    """Makes and removes them together with MiniStack's VPC origins."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def install(self) -> None:
        """Put this around MiniStack's VPC origins. Call once."""
        replace(cloudfront, "_create_vpc_origin", self._creating)
        replace(cloudfront, "_delete_vpc_origin", self._deleting)

    def _creating(self, create: Handler) -> Handler:
        def created(*arguments: Any) -> Any:
            before = set(_vpc_origins.keys())
            response = create(*arguments)
            for identifier in set(_vpc_origins.keys()) - before:
                _connect(_vpc_origins[identifier])
            return response

        return created

    def _deleting(self, delete: Handler) -> Handler:
        def deleted(identifier: str, *rest: Any) -> Any:
            origin = _vpc_origins.get(identifier)
            response = delete(identifier, *rest)
            if origin is not None and identifier not in _vpc_origins:
                region = _region(origin)
                spawn_background(self._disconnect, identifier, region, thread_name="interfaces")
            return response

        return deleted

    def _disconnect(self, origin: str, region: str) -> None:
        self._clock.sleep_sync(_LINGER_SECONDS)
        with _in_region(region):
            ours = [i for i, body in _interfaces.items() if body["Description"] == _title(origin)]
            for interface in ours:
                _interfaces.pop(interface, None)


def _connect(origin: Record) -> None:
    """Add an interface in every subnet of the origin's load balancer."""
    with _in_region(_region(origin)):
        balancer = _balancers.get(origin["VpcOriginEndpointConfig"]["Arn"])
        if balancer is None:
            return
        subnets = [_subnets[subnet] for subnet in balancer["Subnets"]]
        for number, subnet in enumerate(subnets):
            identifier = f"eni-{uuid.uuid4().hex[:17]}"
            _interfaces[identifier] = {
                "NetworkInterfaceId": identifier,
                "SubnetId": subnet["SubnetId"],
                "VpcId": subnet["VpcId"],
                "AvailabilityZone": subnet["AvailabilityZone"],
                "Description": _title(origin["Id"]),
                "OwnerId": get_account_id(),
                "Status": "in-use",
                "PrivateIpAddress": f"10.255.255.{number + 1}",
                "InterfaceType": "interface",
                "SourceDestCheck": True,
                "MacAddress": "02:00:00:00:00:01",
                "Groups": [{"GroupId": _group(subnet["VpcId"]), "GroupName": GROUP_NAME}],
                "Attachment": None,
            }


def _group(vpc: str) -> str:
    """Return the service's group in a VPC; one serves all origins there."""
    for identifier, group in _groups.items():
        if (group["GroupName"], group["VpcId"]) == (GROUP_NAME, vpc):
            return str(identifier)
    identifier = str(_new_group_id())
    _groups[identifier] = {
        "GroupId": identifier,
        "GroupName": GROUP_NAME,
        "Description": "Security group managed by CloudFront for VPC origins",
        "VpcId": vpc,
        "OwnerId": get_account_id(),
        "IpPermissions": [],
        "IpPermissionsEgress": [],
    }
    # CloudFront's own tag (CloudFront developer guide, "Restrict access with VPC origins").
    _tags[identifier] = [{"Key": "aws.cloudfront.vpcorigin", "Value": "enabled"}]
    return identifier


def _title(origin: str) -> str:
    return f"CloudFront VPC origin {origin}"


def _region(origin: Record) -> str:
    return str(origin["VpcOriginEndpointConfig"]["Arn"]).split(":")[3]


@contextmanager
def _in_region(region: str) -> Iterator[None]:
    before = get_region()
    set_request_region(region)
    try:
        yield
    finally:
        set_request_region(before)
