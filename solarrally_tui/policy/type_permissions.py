"""What CloudFormation's resource types need, without what our templates never use."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from solarrally_tui.policy import blueprint_needs
from solarrally_tui.policy.authorization import document

OPERATIONS: Final = ("create", "read", "update", "delete")
"""What stacks do. Listing is for CloudFormation's console and imports only."""

LEFT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "acm-pca": ("AWS::ACMPCA::", "No certificate comes from a private authority."),
    "cognito-idp": ("AWS::Cognito::", "No listener signs people in with Cognito."),
    "docdb-elastic": ("AWS::DocDBElastic::", "No secret is for a DocumentDB cluster."),
    "elasticfilesystem": ("AWS::EFS::", "No function mounts a file system."),
    "firehose": ("AWS::KinesisFirehose::", "No log group delivers through Firehose."),
    "kms": ("AWS::KMS::", "The policy of an AWS managed key admits the account's own principals."),
    "lambda": ("AWS::Lambda::", "No scalable target is a Lambda function."),
    "organizations": ("AWS::Organizations::", "The trail records this account only."),
    "redshift": ("AWS::Redshift::", "No secret is for a Redshift cluster."),
    "redshift-serverless": ("AWS::RedshiftServerless::", "No secret is for Redshift."),
    "route53-recovery-control-config": (
        "AWS::Route53RecoveryControl::",
        "No health check follows a routing control.",
    ),
    "s3tables": ("AWS::S3Tables::", "No bucket keeps tables of metadata."),
    "ssm": ("AWS::SSM::", "No instance is associated with a document of Systems Manager."),
    "sts": ("AWS::STS::", "CloudFront assumes its own role; CloudFormation does not."),
    "vpce": ("AWS::VPCE::", "No endpoint leads to another Region."),
    "vpc-lattice": ("AWS::VpcLattice::", "No endpoint leads to a service network."),
}
"""Services that a handler calls only for properties that no template sets.

By IAM prefix: which types would need the service, and the reason that no template does."""


class UnknownTypeError(LookupError):
    """The data file has no permissions of a resource type."""


def handlers(type_: str) -> dict[str, list[str]]:
    """Return the IAM actions of each operation of a type. Raises UnknownTypeError."""
    known: dict[str, Any] = document("permissions.json")["types"]
    if type_ not in known:
        raise UnknownTypeError(
            f"{type_} is not in policy/permissions.json. Run make resource TYPE={type_}."
        )
    handlers: dict[str, list[str]] = known[type_]
    return handlers


def needed(types: Iterable[str]) -> frozenset[str]:
    """Return the IAM actions with which stacks of these types are created, updated and deleted."""
    skipped = left_out()
    return frozenset(
        action
        for type_ in types
        for operation in OPERATIONS
        for action in handlers(type_).get(operation, ())
        if action.partition(":")[0] not in skipped
    )


def left_out() -> frozenset[str]:
    """Return the services of LEFT_OUT that still no blueprint needs."""
    ours = blueprint_needs.types()
    absent = {
        service
        for service, (prefix, _) in LEFT_OUT.items()
        if not any(type_.startswith(prefix) for type_ in ours)
    }
    return frozenset(absent - {"kms"} if blueprint_needs.uses_own_keys() else absent)
