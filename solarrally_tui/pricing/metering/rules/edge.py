"""Price rules for what goes in and out: chargers, CloudFront, firewall, NAT, addresses."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charges,
    PriceRule,
    Resource,
    UnpricedCharge,
    fixed,
    months,
    used,
)
from solarrally_tui.pricing.metering.rules.compute import IOT_MESSAGES, IOT_MINUTES, PUBLIC_IPV4
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
    "ap-northeast-1": "Japan",
    "ap-south-1": "India",
    "ap-southeast-1": "Hong Kong, Philippines, Asia Pacific",
    "ap-southeast-2": "Australia, New Zealand",
}
"""Where the viewers are assumed to be, by the site's Region. CloudFront bills by their location."""
_TELEMETRY: Final = "chargers and their interval"
_PAGES: Final = "open pages and chargers"
_VISITS: Final = "visits and scanners"


def _chargers(_: Resource, month: Usage) -> Charges:
    return (
        used("AWSIoT", IOT_MESSAGES, month.messages, _TELEMETRY),
        used("AWSIoT", IOT_MINUTES, month.charger_minutes, "chargers"),
    )


def _distribution(resource: Resource, month: Usage) -> Charges:
    place = _PLACES.get(resource.region) or _PLACES.get(resource.region.split("-")[0])
    if not place:
        reason = f"The price book has no CloudFront price for viewers near {resource.region}."
        return (UnpricedCharge("AmazonCloudFront", "Data transfer and requests", reason),)
    gb = month.viewer_gb + month.page_gb
    transfer = f"Data transfer out to internet - {place}"
    requests = f"HTTPS requests - {place} (first 10M HTTP/HTTPS per month free)"
    calls = month.assume.web_requests
    return (
        used(
            "AmazonCloudFront",
            f"{transfer} (pay-as-you-go; first 1 TB/month free account-wide)",
            gb,
            _PAGES,
            _FREE_GB,
        ),
        used("AmazonCloudFront", requests, calls, _VISITS, _FREE_REQUESTS),
    )


def _function(_: Resource, month: Usage) -> Charges:
    calls = month.assume.web_requests
    item = "CloudFront Functions invocations"
    return (used("AmazonCloudFront", item, calls, _VISITS, _FREE_CALLS),)


def _keys(_: Resource, month: Usage) -> Charges:
    item = "CloudFront KeyValueStore reads"
    return (used("AmazonCloudFront", item, month.assume.web_requests, _VISITS, _FREE_KEY_READS),)


def _vpc_origin(_: Resource, _month: Usage) -> Charges:
    reason = "AWS lists no price for VPC origins. It is not confirmed that they are free."
    return (UnpricedCharge("AmazonCloudFront", "VPC origin", reason, minor=True),)


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
        used("awswaf", names[2], month.assume.web_requests, _VISITS),
    )


def _nat(_: Resource, month: Usage) -> Charges:
    gb = month.assume.nat_gb_gateway + month.telemetry_gb * month.tasks
    return (
        fixed("AmazonEC2", "NAT gateway hour", month.assume.hours),
        used("AmazonEC2", "NAT gateway data processed", gb, "telemetry and image pulls"),
    )


def _address(_: Resource, month: Usage) -> Charges:
    return (fixed("AmazonVPC", PUBLIC_IPV4, month.assume.hours),)


def _endpoint(resource: Resource, month: Usage) -> Charges:
    if resource.properties.get("VpcEndpointType", "Gateway") == "Gateway":
        return ()
    zones = len(resource.properties.get("SubnetIds") or [1])
    return (
        fixed("AmazonVPC", "Interface VPC endpoint hour (per AZ/ENI)", month.assume.hours * zones),
        used(
            "AmazonVPC",
            "Interface VPC endpoint data processed",
            month.assume.nat_gb_gateway,
            "calls to AWS",
        ),
    )


EDGE: Final[Mapping[str, PriceRule]] = {
    "AWS::IoT::ThingType": _chargers,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudFront::Function": _function,
    "AWS::CloudFront::KeyValueStore": _keys,
    "AWS::CloudFront::VpcOrigin": _vpc_origin,
    "AWS::WAFv2::WebACL": _firewall,
    "AWS::EC2::NatGateway": _nat,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::VPCEndpoint": _endpoint,
}
