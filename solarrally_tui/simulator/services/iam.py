"""IAM: service-linked roles, under AWS's names for them."""

import datetime as dt
import json
import uuid

from ministack.services import iam

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_roles = private(iam, "_roles")

# Role names by service. Source: "AWS services that work with IAM" and each service's guide.
_NAMES = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "cloudfront.amazonaws.com": "AWSServiceRoleForCloudFrontVPCOrigin",
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    ),
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "rds.amazonaws.com": "AWSServiceRoleForRDS",
    "vpcorigin.cloudfront.amazonaws.com": "AWSServiceRoleForCloudFrontVPCOrigin",
    "wafv2.amazonaws.com": "AWSServiceRoleForWAFV2Logging",
}


@operation("iam", "CreateServiceLinkedRole")
def create(caller: Caller, given: Parameters) -> Result:
    """Create the role of a service, once in an account."""
    service = given["AWSServiceName"]
    default = "AWSServiceRoleFor" + "".join(p.title() for p in service.split(".")[0].split("-"))
    name = _NAMES.get(service, default)
    if name in _roles:
        raise ApiError(
            "InvalidInput",
            f"Service role name {name} has been taken in this account, "
            "please try a different suffix.",
        )
    path = f"/aws-service-role/{service}/"
    role = {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{caller.account}:role{path}{name}",
        "RoleId": f"AROA{uuid.uuid4().hex[:16].upper()}",
        "CreateDate": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Path": path,
        "AssumeRolePolicyDocument": _trust(service),
        "Description": given.get("Description", ""),
        "MaxSessionDuration": 3600,
        "AttachedPolicies": [],
        "InlinePolicies": {},
        "Tags": [],
    }
    _roles[name] = role
    return {"Role": role}


def _trust(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
