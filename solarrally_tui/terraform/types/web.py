"""CloudFront, the firewall, load balancers, certificates and names."""

from collections.abc import Iterator
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Flat, Into
from solarrally_tui.terraform.hcl import Block, Expression, inline
from solarrally_tui.terraform.scope import Scope, UnsupportedError
from solarrally_tui.terraform.types.model import Resource, Row

_METRICS: Final = Into(
    "visibility_config", {"CloudWatchMetricsEnabled": "cloudwatch_metrics_enabled"}
)
_BEHAVIOR: Final = {
    "FunctionAssociations": Into("function_association", {"FunctionARN": "function_arn"})
}
_CACHED: Final = {"cached_methods": ["GET", "HEAD"]}
_BALANCER: Final = {
    "idle_timeout.timeout_seconds": "idle_timeout",
    "routing.http.drop_invalid_header_fields.enabled": "drop_invalid_header_fields",
}
_ACCESS_LOGS: Final = "access_logs.s3."
_DRAINING: Final = "deregistration_delay.timeout_seconds"


def _is_internal(scope: Scope, node: Any) -> Body:
    return Body({"internal": Expression(f'({scope.text(node)}) == "internal"')})


def _balancer_attributes(scope: Scope, node: Any) -> Body:
    made, logs = Body(), {}
    for item in node:
        key, value = item["Key"], scope.value(item["Value"])
        if key.startswith(_ACCESS_LOGS):
            logs[key.removeprefix(_ACCESS_LOGS)] = value
        elif key in _BALANCER:
            made.arguments[_BALANCER[key]] = value
        else:
            raise UnsupportedError(f"attribute {key} of a load balancer")
    made.blocks.append(Block("access_logs", (), logs))
    return made


def _target_attributes(scope: Scope, node: Any) -> Body:
    (item,) = node
    if item["Key"] != _DRAINING:
        raise UnsupportedError(f"attribute {item['Key']} of a target group")
    return Body({"deregistration_delay": scope.value(item["Value"])})


_HEALTH: Final = {
    "HealthCheckPath": "path",
    "HealthCheckIntervalSeconds": "interval",
    "HealthCheckTimeoutSeconds": "timeout",
    "HealthyThresholdCount": "healthy_threshold",
    "UnhealthyThresholdCount": "unhealthy_threshold",
}


def _health_check(scope: Scope, resource: Resource) -> Body:
    given = resource.properties
    check = {name: scope.value(given[key]) for key, name in _HEALTH.items() if key in given}
    if "Matcher" in given:
        check["matcher"] = scope.value(given["Matcher"]["HttpCode"])
    return Body({}, [Block("health_check", (), check)])


def _certificate_of(scope: Scope, node: Any) -> Body:
    (item,) = node
    return Body({"certificate_arn": scope.value(item["CertificateArn"])})


def _proof(scope: Scope, resource: Resource) -> Iterator[Block]:
    """The record that proves the domain, where its zone is in Route 53, and the wait for it."""
    options = resource.properties.get("DomainValidationOptions")
    records: list[Block] = []
    if options:
        condition, (option,), _nothing = options["Fn::If"]
        proof = (
            f"tolist({resource.refers('aws_acm_certificate', 'domain_validation_options').text})"
        )
        records.append(
            resource.block(
                "aws_route53_record",
                {
                    "zone_id": scope.value(option["HostedZoneId"]),
                    "name": Expression(f"{proof}[0].resource_record_name"),
                    "type": Expression(f"{proof}[0].resource_record_type"),
                    "records": [Expression(f"{proof}[0].resource_record_value")],
                    "ttl": 300,
                    "allow_overwrite": True,
                },
                suffix="_proof",
                when=scope.condition(condition),
            )
        )
    yield from records
    waits = {"certificate_arn": resource.refers("aws_acm_certificate", "arn")}
    if records:
        address = f"aws_route53_record.{resource.name}_proof"
        waits["depends_on"] = Expression(inline([Expression(address)]))
    yield resource.block("aws_acm_certificate_validation", waits)


def _protocols(scope: Scope, node: Any) -> Body:
    listed = {"items": scope.value(node), "quantity": len(node)}
    return Body({}, [Block("origin_ssl_protocols", (), listed)])


def _stores(scope: Scope, node: Any) -> Body:
    return Body(
        {"key_value_store_associations": [scope.value(item["KeyValueStoreARN"]) for item in node]}
    )


ROWS: Final = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Row(
        "aws_lb",
        {
            "Type": "load_balancer_type",
            "Scheme": _is_internal,
            "LoadBalancerAttributes": _balancer_attributes,
        },
        ref="arn",
        attributes={"DNSName": "dns_name", "LoadBalancerFullName": "arn_suffix"},
        named="name",
        default_name="solarrally-{site}",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Row(
        "aws_lb_target_group",
        {
            **dict.fromkeys((*_HEALTH, "Matcher")),
            "TargetGroupAttributes": _target_attributes,
        },
        ref="arn",
        attributes={"TargetGroupFullName": "arn_suffix"},
        named="name",
        default_name="solarrally-{site}",
        derived=_health_check,
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Row(
        "aws_lb_listener",
        {
            "Certificates": _certificate_of,
            "DefaultActions": Into("default_action", {"FixedResponseConfig": "fixed_response"}),
        },
        ref="arn",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Row(
        "aws_lb_listener_rule",
        {
            "Actions": "action",
            "Conditions": Into(
                "condition",
                {
                    "Field": None,
                    "PathPatternConfig": "path_pattern",
                    "HttpHeaderConfig": "http_header",
                },
            ),
        },
    ),
    "AWS::CertificateManager::Certificate": Row(
        "aws_acm_certificate",
        {"DomainValidationOptions": None},
        ref="aws_acm_certificate_validation.certificate_arn",
        more=_proof,
        beside=("aws_acm_certificate_validation", "aws_route53_record"),
        lifecycle={"create_before_destroy": True},
    ),
    "AWS::Route53::RecordSet": Row(
        "aws_route53_record",
        {
            "HostedZoneId": "zone_id",
            "AliasTarget": Into(
                "alias",
                {"DNSName": "name", "HostedZoneId": "zone_id"},
                {"evaluate_target_health": False},
            ),
        },
    ),
    "AWS::Route53::HealthCheck": Row(
        "aws_route53_health_check",
        {
            "HealthCheckConfig": Flat({"FullyQualifiedDomainName": "fqdn"}),
            "HealthCheckTags": "tags",
        },
        attributes={"HealthCheckId": "id"},
    ),
    "AWS::WAFv2::WebACL": Row(
        "aws_wafv2_web_acl",
        {
            "VisibilityConfig": _METRICS,
            "Rules": Into("rule", {"VisibilityConfig": _METRICS}),
        },
        attributes={"Arn": "arn"},
    ),
    "AWS::CloudFront::OriginAccessControl": Row(
        "aws_cloudfront_origin_access_control",
        {"OriginAccessControlConfig": Flat()},
        attributes={"Id": "id"},
    ),
    "AWS::CloudFront::KeyValueStore": Row(
        "aws_cloudfront_key_value_store", attributes={"Arn": "arn"}
    ),
    "AWS::CloudFront::Function": Row(
        "aws_cloudfront_function",
        {
            "FunctionCode": "code",
            "AutoPublish": "publish",
            "FunctionConfig": Flat({"KeyValueStoreAssociations": _stores}),
        },
        attributes={"FunctionARN": "arn"},
    ),
    "AWS::CloudFront::ResponseHeadersPolicy": Row(
        "aws_cloudfront_response_headers_policy", {"ResponseHeadersPolicyConfig": Flat()}
    ),
    "AWS::CloudFront::VpcOrigin": Row(
        "aws_cloudfront_vpc_origin",
        {
            "VpcOriginEndpointConfig": Into(
                "vpc_origin_endpoint_config", {"OriginSSLProtocols": _protocols}
            )
        },
        attributes={"Id": "id"},
    ),
    "AWS::CloudFront::Distribution": Row(
        "aws_cloudfront_distribution",
        {
            "DistributionConfig": Flat(
                {
                    "IPV6Enabled": "is_ipv6_enabled",
                    "DefaultCacheBehavior": Into("default_cache_behavior", _BEHAVIOR, _CACHED),
                    "ViewerCertificate": Into(
                        "viewer_certificate",
                        {"CloudFrontDefaultCertificate": "cloudfront_default_certificate"},
                    ),
                    "CacheBehaviors": Into("ordered_cache_behavior", _BEHAVIOR, _CACHED),
                    "Origins": Into(
                        "origin",
                        {
                            "Id": "origin_id",
                            # Empty beside an origin access control.
                            "S3OriginConfig": None,
                            "CustomOriginConfig": Into(
                                "custom_origin_config", fixed={"http_port": 80}
                            ),
                            "OriginCustomHeaders": Into(
                                "custom_header", {"HeaderName": "name", "HeaderValue": "value"}
                            ),
                        },
                    ),
                }
            )
        },
        attributes={"DomainName": "domain_name"},
        fixed=Body(
            {},
            [
                Block(
                    "restrictions",
                    (),
                    {},
                    [Block("geo_restriction", (), {"restriction_type": "none"})],
                )
            ],
        ),
    ),
}
