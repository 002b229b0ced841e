"""Permissions that neither a handler nor a call names, but that a deployment needs all the same."""

from collections.abc import Iterable, Mapping
from typing import Final

PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 the name of an action
SERVICE_LINKED: Final = "iam:CreateServiceLinkedRole"
SECRET_VALUE: Final = "secretsmanager:GetSecretValue"  # noqa: S105 the name of an action

KEY_OF_SECRETS: Final = ("kms:Decrypt", "kms:GenerateDataKey")
"""What writing and reading a secret needs of the customer's key that encrypts it."""

_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
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
"""What CloudFormation looks up to check a parameter of an AWS-specific type."""

PLAIN_PARAMETERS: Final = frozenset({"String", "Number", "CommaDelimitedList"})

LINKED_SERVICES: Final[Mapping[str, str]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "ecs.application-autoscaling.amazonaws.com",
    "AWS::Backup::BackupSelection": "backup.amazonaws.com",
    "AWS::CloudFront::VpcOrigin": "vpcorigin.cloudfront.amazonaws.com",
    "AWS::CloudTrail::Trail": "cloudtrail.amazonaws.com",
    "AWS::EC2::FlowLog": "delivery.logs.amazonaws.com",
    "AWS::ECS::Cluster": "ecs.amazonaws.com",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing.amazonaws.com",
    "AWS::RDS::DBInstance": "rds.amazonaws.com",
    "AWS::RDS::DBParameterGroup": "rds.amazonaws.com",
    "AWS::RDS::DBSubnetGroup": "rds.amazonaws.com",
    "AWS::RDS::EventSubscription": "rds.amazonaws.com",
}
"""Whose service-linked role a resource type makes when the account has none yet."""


_HANDED_TO: Final[Mapping[str, str]] = {"monitoring.rds.amazonaws.com": "rds.amazonaws.com"}
"""Who takes a role that another service then uses."""


def for_parameters(types: Iterable[str]) -> frozenset[str]:
    """Return what checking parameters of these types needs. Raises KeyError for an unknown one."""
    asked = (_PARAMETERS[type_] for type_ in types if type_ not in PLAIN_PARAMETERS)
    return frozenset(action for actions in asked for action in actions)


def passed_to(trusted: Iterable[str]) -> tuple[str, ...]:
    """Return the services that roles are handed to, from those that the roles trust."""
    return tuple(sorted({*trusted} | {_HANDED_TO[each] for each in trusted if each in _HANDED_TO}))


def linked_services(types: Iterable[str]) -> tuple[str, ...]:
    """Return the services whose linked roles stacks of these types may have to make."""
    return tuple(sorted({LINKED_SERVICES[type_] for type_ in types if type_ in LINKED_SERVICES}))


def all_actions() -> frozenset[str]:
    """Return every action that this module may add to a policy."""
    looked = {action for actions in _PARAMETERS.values() for action in actions}
    return frozenset(looked | {PASS_ROLE, SERVICE_LINKED, SECRET_VALUE, *KEY_OF_SECRETS})
