"""What CloudFormation's resource types need, without what our templates never use."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
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
    "kinesis": ("AWS::Kinesis::", "No table streams its changes."),
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


@dataclass(frozen=True, slots=True)
class Unused:
    """Actions that the handlers of a type call only for some of its properties."""

    type_: str
    properties: tuple[str, ...]
    """None of them may be set in a template. Empty where no property leads to the actions."""
    actions: frozenset[str]


def _unused(type_: str, properties: str, service: str, names: str) -> Unused:
    actions = frozenset(f"{service}:{name}" for name in names.split())
    return Unused(type_, tuple(properties.split()), actions)


UNUSED: Final = (
    _unused(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "ScheduledActions",
        "application-autoscaling",
        "DeleteScheduledAction PutScheduledAction",
    ),
    _unused(
        "AWS::CloudFront::Distribution",
        "ConnectionMode TenantConfig Staging",
        "cloudfront",
        "CreateConnectionGroup UpdateDistributionWithStagingConfig",
    ),
    _unused(
        "AWS::DynamoDB::Table",
        "ImportSourceSpecification",
        "dynamodb",
        "BatchWriteItem DeleteItem DescribeImport GetItem ImportTable PutItem Query Scan "
        "UpdateItem",
    ),
    _unused(
        "AWS::DynamoDB::Table",
        "KinesisStreamSpecification",
        "dynamodb",
        "DisableKinesisStreamingDestination EnableKinesisStreamingDestination "
        "UpdateKinesisStreamingDestination",
    ),
    _unused(
        "AWS::DynamoDB::Table",
        "ResourcePolicy",
        "dynamodb",
        "DeleteResourcePolicy PutResourcePolicy",
    ),
    _unused(
        "AWS::DynamoDB::Table",
        "",
        "dynamodb",
        "AssociateTableReplica CreateTableReplica",
    ),
    _unused("AWS::EC2::EIP", "TransferAddress", "ec2", "AcceptAddressTransfer"),
    _unused(
        "AWS::EC2::Instance",
        "IamInstanceProfile",
        "ec2",
        "AssociateIamInstanceProfile DisassociateIamInstanceProfile "
        "ReplaceIamInstanceProfileAssociation",
    ),
    _unused("AWS::EC2::Instance", "Volumes", "ec2", "AttachVolume DetachVolume"),
    _unused(
        "AWS::EC2::NatGateway",
        "SecondaryAllocationIds SecondaryPrivateIpAddressCount SecondaryPrivateIpAddresses "
        "AvailabilityZoneAddresses",
        "ec2",
        "AssignPrivateNatGatewayAddress AssociateNatGatewayAddress "
        "DisassociateNatGatewayAddress UnassignPrivateNatGatewayAddress",
    ),
    _unused(
        "AWS::EC2::Subnet",
        "Ipv6CidrBlock Ipv6CidrBlocks Ipv6IpamPoolId",
        "ec2",
        "AssociateSubnetCidrBlock DisassociateSubnetCidrBlock",
    ),
    _unused("AWS::EC2::VPC", "InstanceTenancy", "ec2", "ModifyVpcTenancy"),
    _unused("AWS::EC2::VPC", "VpcEncryptionControl", "ec2", "CreateVpcEncryptionControl"),
    _unused(
        "AWS::EC2::VPCGatewayAttachment", "VpnGatewayId", "ec2", "AttachVpnGateway DetachVpnGateway"
    ),
    # They change a setting of the whole account, which is none of a stack's.
    _unused("AWS::ECS::Cluster", "", "ecs", "PutAccountSetting PutAccountSettingDefault"),
    _unused(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Ipv4IpamPoolId MinimumLoadBalancerCapacity",
        "elasticloadbalancing",
        "ModifyCapacityReservation ModifyIpPools",
    ),
    _unused(
        "AWS::IoT::ThingGroup",
        "QueryString",
        "iot",
        "CreateDynamicThingGroup DeleteDynamicThingGroup UpdateDynamicThingGroup",
    ),
    _unused("AWS::Lambda::Function", "CapacityProviderConfig", "lambda", "PassCapacityProvider"),
    _unused(
        "AWS::Lambda::Function",
        "CodeSigningConfigArn",
        "lambda",
        "DeleteFunctionCodeSigningConfig GetCodeSigningConfig PutFunctionCodeSigningConfig",
    ),
    _unused("AWS::Lambda::Function", "Layers", "lambda", "GetLayerVersion"),
    _unused(
        "AWS::Logs::LogGroup",
        "ResourcePolicyDocument",
        "logs",
        "DeleteResourcePolicy PutResourcePolicy",
    ),
    _unused(
        "AWS::RDS::DBInstance",
        "AssociatedRoles",
        "rds",
        "AddRoleToDBInstance RemoveRoleFromDBInstance",
    ),
    _unused(
        "AWS::RDS::DBInstance",
        "SourceDBInstanceIdentifier SourceDBClusterIdentifier",
        "rds",
        "CreateDBInstanceReadReplica PromoteReadReplica",
    ),
    _unused("AWS::S3::Bucket", "AccessControl", "s3", "PutBucketAcl PutObjectAcl"),
    _unused(
        "AWS::S3::Bucket",
        "MetadataConfiguration MetadataTableConfiguration",
        "s3",
        "CreateBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration "
        "UpdateBucketMetadataInventoryTableConfiguration "
        "UpdateBucketMetadataJournalTableConfiguration",
    ),
    _unused("AWS::S3::Bucket", "ReplicationConfiguration", "s3", "PutReplicationConfiguration"),
    _unused(
        "AWS::S3::Bucket", "WebsiteConfiguration", "s3", "DeleteBucketWebsite PutBucketWebsite"
    ),
    _unused(
        "AWS::SecretsManager::Secret",
        "ReplicaRegions",
        "secretsmanager",
        "RemoveRegionsFromReplication ReplicateSecretToRegions",
    ),
)
"""What handlers call only for properties that no template sets, where it reaches far: beyond the
stack's own resources, or to people outside the account."""


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
    skipped, unused = left_out(), unused_actions()
    return frozenset(
        action
        for type_ in types
        for operation in OPERATIONS
        for action in handlers(type_).get(operation, ())
        if action.partition(":")[0] not in skipped and action not in unused
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


@cache
def unused_actions() -> frozenset[str]:
    """Return the actions of UNUSED whose properties still no template sets."""
    used = {
        (body["Type"], name)
        for _, body in blueprint_needs.resources()
        for name in _keys(body.get("Properties", {}))
    }
    return frozenset(
        action
        for one in UNUSED
        for action in one.actions
        if not any((one.type_, name) in used for name in one.properties)
    )


def _keys(node: Any) -> Iterator[str]:
    """Yield every key of a template's properties, however deep."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)
