"""EC2: elastic IPs, NAT gateways and instances, single security group rules, flow logs."""

from typing import Any

from ministack.services import ssm

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import (
    Properties,
    ReturnValues,
    Update,
    pick,
    resource,
)

_PUBLIC_AMI_PARAMETERS = private(ssm, "_PUBLIC_AMI_PARAMETERS")


def _tags(kind: str, properties: Properties) -> Properties:
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def _retag(identifier: str, old: Properties, new: Properties) -> None:
    removed = {t["Key"] for t in old.get("Tags", [])} - {t["Key"] for t in new.get("Tags", [])}
    if removed:
        api("ec2").delete_tags(Resources=[identifier], Tags=[{"Key": key} for key in removed])
    if new.get("Tags"):
        api("ec2").create_tags(Resources=[identifier], Tags=new["Tags"])


def _retagging(attribute: str) -> Update:
    """Return an update for a type of which only the tags can change in place."""

    def update(identifier: str, old: Properties, new: Properties, _stack: str) -> ReturnValues:
        _retag(identifier, old, new)
        return identifier, {attribute: identifier}

    return update


def _create_address(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    address = api("ec2").allocate_address(Domain="vpc", **_tags("elastic-ip", properties))
    _associate(address["AllocationId"], properties)
    return address["PublicIp"], pick(address, "AllocationId", "PublicIp")


def _associate(allocation: str, properties: Properties) -> None:
    if instance := properties.get("InstanceId"):
        api("ec2").associate_address(AllocationId=allocation, InstanceId=instance)


def _address(public_ip: str) -> Properties:
    addresses: list[Properties] = api("ec2").describe_addresses()["Addresses"]
    return next((a for a in addresses if a["PublicIp"] == public_ip), {})


def _update_address(public_ip: str, old: Properties, new: Properties, _stack: str) -> ReturnValues:
    address = _address(public_ip)
    _retag(address["AllocationId"], old, new)
    _associate(address["AllocationId"], new)
    return public_ip, pick(address, "AllocationId", "PublicIp")


def _delete_address(public_ip: str, _properties: Properties) -> None:
    if address := _address(public_ip):
        if address.get("AssociationId"):
            api("ec2").disassociate_address(AssociationId=address["AssociationId"])
        api("ec2").release_address(AllocationId=address["AllocationId"])


resource(
    "AWS::EC2::EIP",
    create=_create_address,
    update=_update_address,
    delete=_delete_address,
    tags="Tags",
)


_IMAGES = "/aws/service/ami-amazon-linux-latest/"
_ARM64 = "al2023-ami-minimal-kernel-default-arm64"
_X86_64 = "al2023-ami-kernel-default-x86_64"
# NAT instances run the ARM64 image, and MiniStack knows only the other one.
_PUBLIC_AMI_PARAMETERS[_IMAGES + _ARM64] = _PUBLIC_AMI_PARAMETERS[_IMAGES + _X86_64]


def _create_instance(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    names = ("ImageId", "InstanceType", "SubnetId", "SecurityGroupIds", "UserData")
    [instance] = api("ec2").run_instances(
        MinCount=1, MaxCount=1, **pick(properties, *names), **_tags("instance", properties)
    )["Instances"]
    return instance["InstanceId"], pick(instance, "PrivateIp", "InstanceId")


resource(
    "AWS::EC2::Instance",
    create=_create_instance,
    delete=lambda identifier, _: api("ec2").terminate_instances(InstanceIds=[identifier]),
    tags="Tags",
)


def _create_nat(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    given = pick(properties, "SubnetId", "AllocationId", "ConnectivityType")
    gateway = api("ec2").create_nat_gateway(**given, **_tags("natgateway", properties))
    identifier = gateway["NatGateway"]["NatGatewayId"]
    return identifier, {"NatGatewayId": identifier}


resource(
    "AWS::EC2::NatGateway",
    create=_create_nat,
    update=_retagging("NatGatewayId"),
    delete=lambda identifier, _: api("ec2").delete_nat_gateway(NatGatewayId=identifier),
    tags="Tags",
)


def _permission(properties: Properties) -> Properties:
    rule: dict[str, Any] = {"IpProtocol": str(properties["IpProtocol"])}
    rule |= {k: int(v) for k, v in pick(properties, "FromPort", "ToPort").items()}
    description = pick(properties, "Description")
    group = properties.get("SourceSecurityGroupId") or properties.get("DestinationSecurityGroupId")
    prefix = properties.get("SourcePrefixListId") or properties.get("DestinationPrefixListId")
    if properties.get("CidrIp"):
        rule["IpRanges"] = [{"CidrIp": properties["CidrIp"]} | description]
    if group:
        rule["UserIdGroupPairs"] = [{"GroupId": group} | description]
    if prefix:
        rule["PrefixListIds"] = [{"PrefixListId": prefix} | description]
    return rule


def _security_group_rule(direction: str) -> None:
    def call(verb: str, properties: Properties) -> Any:
        method = getattr(api("ec2"), f"{verb}_security_group_{direction}")
        return method(GroupId=properties["GroupId"], IpPermissions=[_permission(properties)])

    def create(_id: str, properties: Properties, _stack: str) -> ReturnValues:
        rules = call("authorize", properties)["SecurityGroupRules"]
        identifier = rules[0]["SecurityGroupRuleId"]
        return identifier, {"Id": identifier}

    resource(
        f"AWS::EC2::SecurityGroup{direction.capitalize()}",
        create=create,
        delete=lambda _id, properties: call("revoke", properties),
    )


_security_group_rule("ingress")
_security_group_rule("egress")


def _create_flow_log(_id: str, properties: Properties, _stack: str) -> ReturnValues:
    given = pick(
        properties,
        "ResourceType",
        "TrafficType",
        "LogGroupName",
        "LogDestination",
        "LogDestinationType",
        "DeliverLogsPermissionArn",
        "MaxAggregationInterval",
    )
    [identifier] = api("ec2").create_flow_logs(ResourceIds=[properties["ResourceId"]], **given)[
        "FlowLogIds"
    ]
    if properties.get("Tags"):  # MiniStack knows another name of the kind in a request's tags
        api("ec2").create_tags(Resources=[identifier], Tags=properties["Tags"])
    return identifier, {"Id": identifier}


resource(
    "AWS::EC2::FlowLog",
    create=_create_flow_log,
    update=_retagging("Id"),
    delete=lambda identifier, _: api("ec2").delete_flow_logs(FlowLogIds=[identifier]),
    tags="Tags",
)
