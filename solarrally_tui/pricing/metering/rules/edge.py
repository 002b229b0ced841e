"""Price rules for what goes in and out: CloudFront, firewall, NAT, addresses, endpoints."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charge,
    Charges,
    Free,
    PriceRule,
    Resource,
    UnpricedCharge,
    charged,
    fixed,
    months,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.rules.price_names import BETWEEN_ZONES, PUBLIC_IPV4
from solarrally_tui.pricing.metering.usage import Usage

_FREE_GB: Final = Allowance("1 TB from CloudFront to the Internet", Decimal(1024))
_FREE_REQUESTS: Final = Allowance("10 million requests to CloudFront", Decimal(10_000_000))
_FREE_CALLS: Final = Allowance("2 million CloudFront function calls", Decimal(2_000_000))
_FREE_KEY_READS: Final = Allowance("2 million CloudFront key reads", Decimal(2_000_000))
_PLACES: Final[Mapping[str, str]] = {
    "us": "US, Mexico, Canada",
    "ca": "US, Mexico, Canada",
    "eu": "Europe, Israel",
    "sa": "South America",
    "mx": "US, Mexico, Canada",
    "il": "Europe, Israel",
    "af": "South Africa, Kenya, Middle East",
    "me": "South Africa, Kenya, Middle East",
    "ap": "Hong Kong, Philippines, Asia Pacific",
    "ap-northeast-1": "Japan",
    "ap-northeast-3": "Japan",
    "ap-south-1": "India",
    "ap-south-2": "India",
    "ap-southeast-2": "Australia, New Zealand",
    "ap-southeast-4": "Australia, New Zealand",
    "ap-southeast-6": "Australia, New Zealand",
}
"""Where the viewers are assumed to be, by the site's Region or how its name begins.

CloudFront bills by their location.
"""
_WAY_OUT: Final = "telemetry and calls to AWS"
_PAGES: Final = "open pages and chargers"
_VISITS: Final = "visits, scanners and health checks"


def _distribution(resource: Resource, month: Usage) -> Charges:
    place = _PLACES.get(resource.region) or _PLACES.get(resource.region.split("-")[0])
    if not place:
        reason = f"The price book has no CloudFront price for viewers near {resource.region}."
        return (UnpricedCharge("AmazonCloudFront", "Data transfer and requests", reason),)
    gb = month.viewer_gb + month.page_gb
    transfer = f"Data transfer out to internet - {place}"
    requests = f"HTTPS requests - {place} (first 10M HTTP/HTTPS per month free)"
    return (
        used(
            "AmazonCloudFront",
            f"{transfer} (pay-as-you-go; first 1 TB/month free account-wide)",
            gb,
            _PAGES,
            _FREE_GB,
        ),
        used("AmazonCloudFront", requests, month.requests, _VISITS, _FREE_REQUESTS),
    )


def _function(_: Resource, month: Usage) -> Charges:
    item = "CloudFront Functions invocations"
    return (used("AmazonCloudFront", item, month.requests, _VISITS, _FREE_CALLS),)


def _keys(_: Resource, month: Usage) -> Charges:
    item = "CloudFront KeyValueStore reads"
    return (used("AmazonCloudFront", item, month.requests, _VISITS, _FREE_KEY_READS),)


def _firewall(resource: Resource, month: Usage) -> Charges:
    count = len(resource.properties.get("Rules") or [])
    names = (
        "Web ACL, CloudFront scope (Global-WebACLV2)",
        "Rule, CloudFront scope (Global-RuleV2)",
        "Requests, CloudFront scope (Global-RequestV2)",
    )
    if resource.properties.get("Scope") != "CLOUDFRONT":
        names = (
            "Web ACL (WAFv2 regional)",
            "Rule or managed rule group",
            "Requests inspected (up to 1,500 WCU)",
        )
    return (
        fixed("awswaf", names[0], months()),
        fixed("awswaf", names[1], months(count)),
        used("awswaf", names[2], month.requests, _VISITS),
    )


def _nat(resource: Resource, month: Usage) -> Charges:
    gateways = len(_of_type(resource, "AWS::EC2::NatGateway"))
    gb = _through_nat(resource, month) * (Decimal(1) / gateways)
    return charged(
        fixed("AmazonEC2", "NAT gateway hour", month.assume.hours),
        used("AmazonEC2", "NAT gateway data processed", gb, _WAY_OUT),
        *_to_other_zones(resource, gb),
    )


def _server(resource: Resource, month: Usage) -> Charges:
    """The NAT instance, by the hour, and its disk."""
    kind = resource.properties["InstanceType"]
    (disk,) = resource.properties["BlockDeviceMappings"]
    size = Range.exactly(str(disk["Ebs"]["VolumeSize"]))
    name = f"EC2 {kind} Linux on-demand (NAT instance candidate)"
    return charged(
        fixed("AmazonEC2", name, month.assume.hours),
        fixed("AmazonEC2", "EBS gp3 storage (NAT instance root disk)", size),
        *_to_other_zones(resource, _through_nat(resource, month)),
    )


def _through_nat(resource: Resource, month: Usage) -> Range:
    """Return GB of all tasks together: a byte crosses one of several gateways, not each."""
    if _interface_endpoints(resource):
        return month.iot_telemetry_gb
    return month.iot_telemetry_gb + _calls_to_aws(month)


def _to_other_zones(resource: Resource, gb: Range) -> Iterator[Charge]:
    """Yield the traffic of tasks in other zones than the one way out, billed in each direction."""
    ways = len(_of_type(resource, "AWS::EC2::NatGateway")) or 1
    zones = sum(name.startswith("PrivateSubnet") for name in _of_type(resource, "AWS::EC2::Subnet"))
    if ways < zones:
        elsewhere = Decimal(zones - ways) / zones
        yield used("AWSDataTransfer", BETWEEN_ZONES, gb * elsewhere * 2, _WAY_OUT)


def _calls_to_aws(month: Usage) -> Range:
    return month.containers * month.assume.aws_gb_task


def _of_type(resource: Resource, wanted: str) -> list[str]:
    """Return the logical ids of a type in the same template."""
    return [name for name, body in resource.siblings.items() if body["Type"] == wanted]


def _interface_endpoints(resource: Resource) -> int:
    return sum(
        resource.siblings[name]["Properties"].get("VpcEndpointType") == "Interface"
        for name in _of_type(resource, "AWS::EC2::VPCEndpoint")
    )


def _address(_: Resource, month: Usage) -> Charges:
    return (fixed("AmazonVPC", PUBLIC_IPV4, month.assume.hours),)


def _endpoint(resource: Resource, month: Usage) -> Charges | Free:
    if resource.properties.get("VpcEndpointType", "Gateway") == "Gateway":
        return Free("Gateway endpoints are free.")
    zones = len(resource.properties.get("SubnetIds") or [1])
    gb = _calls_to_aws(month) * (Decimal(1) / _interface_endpoints(resource))
    return (
        fixed("AmazonVPC", "Interface VPC endpoint hour (per AZ/ENI)", month.assume.hours * zones),
        used("AmazonVPC", "Interface VPC endpoint data processed", gb, "calls to AWS"),
    )


EDGE: Final[Mapping[str, PriceRule]] = {
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudFront::Function": _function,
    "AWS::CloudFront::KeyValueStore": _keys,
    "AWS::WAFv2::WebACL": _firewall,
    "AWS::EC2::NatGateway": _nat,
    "AWS::EC2::Instance": _server,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::VPCEndpoint": _endpoint,
}
