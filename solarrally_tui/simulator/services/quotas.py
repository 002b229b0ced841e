"""Service Quotas: the quotas that a site can reach, with AWS's default values."""

from functools import partial

from solarrally_tui.simulator.iot.api_rates import A_SECOND, CODES
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

# Service code, quota code, name, default value, per account rather than per Region.
# Source: the "Service quotas" tables of each service's user guide.
_QUOTAS = (
    ("vpc", "L-F678F1CE", "VPCs per Region", 5.0, False),
    ("vpc", "L-A4707A72", "Internet gateways per Region", 5.0, False),
    ("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5.0, False),
    ("vpc", "L-407747CB", "Subnets per VPC", 200.0, False),
    ("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60.0, False),
    ("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5.0, False),
    ("ec2", "L-1216C47A", "Running On-Demand Standard instances", 5.0, False),
    ("fargate", "L-3032A538", "Fargate On-Demand vCPU resource count", 6.0, False),
    ("ecs", "L-21C621EB", "Clusters per account", 10000.0, False),
    ("rds", "L-7B6409FD", "DB instances", 40.0, False),
    ("rds", "L-7ADDB58A", "Total storage for all DB instances", 100000.0, False),
    ("rds", "L-272F1212", "Manual DB instance snapshots", 100.0, False),
    ("elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50.0, False),
    ("cloudfront", "L-24B04930", "Web distributions per AWS account", 500.0, True),
    ("acm", "L-F141DD1D", "ACM certificates", 2500.0, False),
    ("lambda", "L-B99A9384", "Concurrent executions", 1000.0, False),
    ("s3", "L-DC2B2D3D", "General purpose buckets", 10000.0, True),
    (
        "codebuild",
        "L-2DC20C30",
        "Concurrently running builds for Linux/Small environment",
        1.0,
        False,
    ),
    (
        "codebuild",
        "L-ACCF6C0D",
        "Concurrently running builds for ARM/Small environment",
        1.0,
        False,
    ),
    ("cloudformation", "L-0485CB21", "Stack count", 2000.0, False),
    ("iam", "L-FE177D64", "Roles per account", 1000.0, True),
    *(
        ("iotcore", code, f"{operation} API TPS", float(A_SECOND[operation]), False)
        for operation, code in CODES.items()
    ),
)


# What AWS measures of a quota in CloudWatch (Fargate developer guide, "Usage metrics").
_MEASURED = {
    "L-3032A538": {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {
            "Class": "Standard/OnDemand",
            "Resource": "vCPU",
            "Service": "Fargate",
            "Type": "Resource",
        },
        "MetricStatisticRecommendation": "Maximum",
    }
}


def applied(service: str, code: str) -> float:
    """Return the value of a quota that counts now. Raises StopIteration where there is none."""
    value = next(row[3] for row in _QUOTAS if row[:2] == (service, code))
    return CURRENT.scenario.quotas.get(code, value)


def _quota(caller: Caller, row: tuple[str, str, str, float, bool], *, applied: bool) -> Result:
    service, code, name, value, everywhere = row
    measured = {"UsageMetric": _MEASURED[code]} if code in _MEASURED else {}
    return measured | {
        "ServiceCode": service,
        "ServiceName": service,
        "QuotaArn": caller.arn("servicequotas", f"{service}/{code}"),
        "QuotaCode": code,
        "QuotaName": name,
        "Value": CURRENT.scenario.quotas.get(code, value) if applied else value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": everywhere,
    }


def _one(caller: Caller, given: Parameters, *, applied: bool) -> Result:
    wanted = (given["ServiceCode"], given["QuotaCode"])
    for row in _QUOTAS:
        if row[:2] == wanted:
            return {"Quota": _quota(caller, row, applied=applied)}
    message = "The request failed because the specified service quota does not exist."
    raise ApiError("NoSuchResourceException", message)


def _all(caller: Caller, given: Parameters, *, applied: bool) -> Result:
    wanted = given["ServiceCode"]
    return {"Quotas": [_quota(caller, r, applied=applied) for r in _QUOTAS if r[0] == wanted]}


operation("service-quotas", "GetServiceQuota")(partial(_one, applied=True))
operation("service-quotas", "GetAWSDefaultServiceQuota")(partial(_one, applied=False))
operation("service-quotas", "ListServiceQuotas")(partial(_all, applied=True))
operation("service-quotas", "ListAWSDefaultServiceQuotas")(partial(_all, applied=False))
