"""Permissions that a deployment needs although no handler and no call names them."""

from collections.abc import Iterable, Mapping
from typing import Final

PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 the name of an action
SERVICE_LINKED: Final = "iam:CreateServiceLinkedRole"
SECRET_VALUE: Final = "secretsmanager:GetSecretValue"  # noqa: S105 the name of an action

KEY_OF_SECRETS: Final = ("kms:Decrypt", "kms:GenerateDataKey")
"""Actions on the customer managed key with which a secret is encrypted."""

PARAMETER_LOOKUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::EC2::AvailabilityZone::Name": ("ec2:DescribeAvailabilityZones",),
    "AWS::EC2::Image::Id": ("ec2:DescribeImages",),
    "AWS::EC2::SecurityGroup::Id": ("ec2:DescribeSecurityGroups",),
    "AWS::EC2::Subnet::Id": ("ec2:DescribeSubnets",),
    "AWS::EC2::VPC::Id": ("ec2:DescribeVpcs",),
    "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>": (
        "ec2:DescribeImages",
        "ssm:GetParameters",
    ),
    "AWS::Route53::HostedZone::Id": ("route53:GetHostedZone", "route53:ListHostedZones"),
}
"""Actions with which CloudFormation checks a parameter of an AWS-specific type."""

DEPENDENT_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # An interface endpoint with private DNS brings a hosted zone of AWS's (Service Authorization
    # Reference, dependent actions of ec2:CreateVpcEndpoint). Its schema does not list this.
    "AWS::EC2::VPCEndpoint": ("route53:AssociateVPCWithHostedZone",),
    # Who creates a function of an image must be able to read it (Lambda guide, ECR permissions).
    "AWS::Lambda::Function": ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
}
"""Actions that a service checks beside those in the schema of a resource type."""

RESTORE: Final = "rds:RestoreDBInstanceFromDBSnapshot"
"""The action with which a new site takes over the database of another one."""

BY_HAND: Final = ("iot:CreateProvisioningClaim",)
"""Actions of the operator that docs/blueprints.md describes, and that the engine never calls."""

PLAIN_PARAMETERS: Final = frozenset({"String", "Number", "CommaDelimitedList"})

LINKED_SERVICES: Final[Mapping[str, str]] = {
    "AWS::ApiGatewayV2::Api": "ops.apigateway.amazonaws.com",
    "AWS::ApplicationAutoScaling::ScalableTarget": "ecs.application-autoscaling.amazonaws.com",
    "AWS::Backup::BackupSelection": "backup.amazonaws.com",
    "AWS::CloudFront::VpcOrigin": "vpcorigin.cloudfront.amazonaws.com",
    "AWS::CloudTrail::Trail": "cloudtrail.amazonaws.com",
    "AWS::DynamoDB::Table": "replication.dynamodb.amazonaws.com",
    "AWS::EC2::FlowLog": "delivery.logs.amazonaws.com",
    "AWS::ECS::Cluster": "ecs.amazonaws.com",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing.amazonaws.com",
    "AWS::RDS::DBInstance": "rds.amazonaws.com",
    "AWS::RDS::DBParameterGroup": "rds.amazonaws.com",
    "AWS::RDS::DBSubnetGroup": "rds.amazonaws.com",
    "AWS::RDS::EventSubscription": "rds.amazonaws.com",
}
"""Services whose service-linked role a resource type creates if the account has none yet."""

_PASSED_TO: Final[Mapping[str, str]] = {"monitoring.rds.amazonaws.com": "rds.amazonaws.com"}
"""Services that are passed a role for another service, by the one that the role trusts."""


def for_parameters(types: Iterable[str]) -> frozenset[str]:
    """Return what checking parameters of these types needs. Raises KeyError for an unknown one."""
    lookups = (PARAMETER_LOOKUPS[type_] for type_ in types if type_ not in PLAIN_PARAMETERS)
    return frozenset(action for actions in lookups for action in actions)


def dependent(types: Iterable[str]) -> frozenset[str]:
    """Return what services check beside what the schemas of these types list."""
    return frozenset(action for type_ in types for action in DEPENDENT_ACTIONS.get(type_, ()))


def passed_to(trusted: Iterable[str]) -> tuple[str, ...]:
    """Return the services that roles are passed to, from those that the roles trust."""
    return tuple(sorted({*trusted} | {_PASSED_TO[name] for name in trusted if name in _PASSED_TO}))


def linked_services(types: Iterable[str]) -> tuple[str, ...]:
    """Return the services whose service-linked roles these types may have to create."""
    return tuple(sorted({LINKED_SERVICES[type_] for type_ in types if type_ in LINKED_SERVICES}))


def all_actions() -> frozenset[str]:
    """Return every action that this module may add to a policy."""
    lookups = {action for actions in PARAMETER_LOOKUPS.values() for action in actions}
    dependents = dependent(DEPENDENT_ACTIONS)
    return frozenset(
        lookups | dependents | {PASS_ROLE, SERVICE_LINKED, SECRET_VALUE, *KEY_OF_SECRETS, *BY_HAND}
    )
