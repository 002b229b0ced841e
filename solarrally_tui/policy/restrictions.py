"""Conditions on actions that no pattern of names limits to one site.

Of AWS's condition keys only those are used that its reference lists for the action (Service
Authorization Reference). A tag is demanded where it certainly counts by then: not of actions that
a handler may call before it has given a new resource its tags.
"""

from collections.abc import Mapping
from typing import Any, Final

from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import SITE_TAG

Condition = Mapping[str, Mapping[str, Any]]


def _actions(named: Mapping[str, str]) -> frozenset[str]:
    return frozenset(
        f"{service}:{name}" for service, names in named.items() for name in names.split()
    )


OWN: Final = _actions(
    {
        "acm": "DeleteCertificate RemoveTagsFromCertificate UpdateCertificateOptions",
        "cloudfront": "CreateInvalidation DeleteDistribution DeleteVpcOrigin UpdateDistribution "
        "UpdateVpcOrigin",
        "ec2": "DeleteFlowLogs DeleteInternetGateway DeleteNatGateway DeleteRoute DeleteRouteTable "
        "DeleteSecurityGroup DeleteSubnet DeleteVpc DeleteVpcEndpoints DetachInternetGateway "
        "DisassociateRouteTable ModifyInstanceMaintenanceOptions ModifyInstanceMetadataOptions "
        "ModifyVpcEndpoint ReleaseAddress ReplaceRoute StopInstances TerminateInstances "
        "UnmonitorInstances",
        "elasticloadbalancing": "DeleteLoadBalancer DeleteTargetGroup DeregisterTargets "
        "ModifyTargetGroup RegisterTargets SetIpAddressType SetSubnets",
        "kms": "DisableKey DisableKeyRotation EnableKey PutKeyPolicy ScheduleKeyDeletion "
        "UntagResource UpdateKeyDescription",
    }
)
"""Actions only on what bears the site's tag."""

NOT_ANOTHERS: Final = _actions(
    {
        "acm": "AddTagsToCertificate",
        "apigateway": "DELETE PATCH PUT",
        "application-autoscaling": "DeleteScalingPolicy DeregisterScalableTarget PutScalingPolicy "
        "RegisterScalableTarget TagResource UntagResource",
        "backup": "CreateBackupSelection DeleteBackupPlan DeleteBackupSelection "
        "DeleteRecoveryPoint TagResource UntagResource UpdateBackupPlan",
        "budgets": "ModifyBudget TagResource UntagResource",
        "cloudfront": "DeleteKeyValueStore TagResource UntagResource UpdateKeyValueStore",
        "ec2": "AssociateAddress AssociateRouteTable AttachInternetGateway "
        "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateFlowLogs "
        "CreateNatGateway CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet "
        "CreateTags CreateVpcEndpoint DeleteTags DisassociateAddress ModifyInstanceAttribute "
        "ModifyInstanceCreditSpecification ModifyInstancePlacement ModifyPrivateDnsNameOptions "
        "ModifySubnetAttribute ModifyVpcAttribute MonitorInstances ReplaceRouteTableAssociation "
        "RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances StartInstances "
        "UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress",
        "elasticloadbalancing": "AddTags CreateListener CreateLoadBalancer CreateRule "
        "CreateTargetGroup DeleteListener DeleteRule ModifyListener ModifyListenerAttributes "
        "ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroupAttributes RemoveTags "
        "SetRulePriorities SetSecurityGroups",
        "kms": "EnableKeyRotation TagResource",
        "lambda": "CreateEventSourceMapping DeleteEventSourceMapping UpdateEventSourceMapping",
        "rds": "DeleteDBInstanceAutomatedBackup",
    }
)
"""Actions on nothing that bears another site's tag; what bears none may be new."""

BOUND: Final = _actions(
    {
        "iam": "AttachRolePolicy CreateRole PutRolePermissionsBoundary PutRolePolicy "
        "UpdateAssumeRolePolicy"
    }
)
"""Actions only on roles with the permissions boundary."""

UNBINDING: Final = "iam:DeleteRolePermissionsBoundary"
"""The action that a policy with a boundary leaves out."""

THROUGH_SERVICES: Final = _actions(
    {"kms": "CreateGrant Decrypt Encrypt GenerateDataKey RetireGrant RevokeGrant"}
)
"""Uses of a key that services make in the name of the caller, and nobody makes directly."""

KEYED: Final = ("backup", "dynamodb", "lambda", "rds", "secretsmanager", "sns")
"""Services whose resources a key of the account encrypts."""

RECORD_TYPES: Final = ("A", "AAAA", "CNAME")
"""Types of DNS records that the blueprints and Certificate Manager create."""


def condition(action: str, scope: Scope) -> Condition:
    """Return the condition of an action, empty for none."""
    if action in OWN:
        return tagged(scope)
    if action in NOT_ANOTHERS and scope.site:
        return {"StringEqualsIfExists": {f"aws:ResourceTag/{SITE_TAG}": [scope.site]}}
    if action in BOUND and scope.boundary:
        return bound(scope)
    if action in THROUGH_SERVICES:
        return through(KEYED)
    if action == "route53:ChangeResourceRecordSets":
        key = "route53:ChangeResourceRecordSetsRecordTypes"
        return {"ForAllValues:StringEquals": {key: list(RECORD_TYPES)}}
    return {}


def tagged(scope: Scope) -> Condition:
    """Require the site's tag."""
    test = "StringEquals" if scope.site else "StringLike"
    return {test: {f"aws:ResourceTag/{SITE_TAG}": [scope.site or "*"]}}


def bound(scope: Scope) -> Condition:
    """Require the permissions boundary of the role that is created or changed."""
    return {"StringEquals": {"iam:PermissionsBoundary": [scope.boundary]}}


def through(services: tuple[str, ...]) -> Condition:
    """Require that one of some services uses the key for the caller."""
    return {"StringLike": {"kms:ViaService": [f"{name}.*.amazonaws.com*" for name in services]}}
