"""What a change of each type of resource means for a person. One table; the rest is general."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from solarrally_tui.provisioning.change.plan import Effect, Weight


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource in plain words, under AWS's own name for it."""

    one: str
    many: str = ""
    """Its plural, where it is not regular."""
    holds: bool = False
    """Whether it holds data that nobody can create again. Losing it is then a danger."""
    replaced: Effect | None = None
    removed: Effect | None = None
    changed: Effect | None = None
    properties: Mapping[str, Effect] = field(default_factory=dict)
    """What the change of one property in place means."""
    keeps: frozenset[str] = frozenset()
    """Properties that CloudFormation calls conditional, and that never replace this type alone."""

    @property
    def plural(self) -> str:
        """The word for several."""
        if self.many:
            return self.many
        regular = not self.one.endswith("y") or self.one[-2] in "aeiou"
        return f"{self.one}s" if regular else f"{self.one[:-1]}ies"


def _danger(text: str) -> Effect:
    return Effect(Weight.DANGER, text)


def _pause(text: str) -> Effect:
    return Effect(Weight.PAUSE, text)


def _quiet(text: str) -> Effect:
    return Effect(Weight.QUIET, text)


_ONE_BY_ONE: Final = _quiet("Replaces the tasks one after the other, without interruption.")
_LOST_LOG: Final = _danger("This deletes the log group {id} with everything in it.")
_OTHER_ADDRESS: Final = _pause("The dashboard gets another address. The present one stops working.")
_OTHER_ROUTE: Final = _quiet("Tasks reach the Internet another way.")

_DATABASE: Final = ResourceType(
    "database",
    holds=True,
    replaced=_danger(
        "This replaces your database: its data would be lost unless restored from a snapshot."
    ),
    removed=_danger("This deletes your database with all its data."),
    changed=_quiet("Changes settings of the database, without interruption."),
    properties=MappingProxyType(
        {
            "DBInstanceClass": _pause(
                "Restarts the database with another instance class. That takes a few minutes."
            ),
            "EngineVersion": _pause(
                "Upgrades and restarts the database. That takes several minutes."
            ),
            "DBParameterGroupName": _pause(
                "Gives the database another parameter group, which may restart it."
            ),
            "MultiAZ": _quiet("Adds or removes the standby database, without interruption."),
            "AllocatedStorage": _quiet("Gives the database more storage, without interruption."),
            "BackupRetentionPeriod": _quiet(
                "Changes how long backups are kept, without interruption."
            ),
            "DeletionProtection": _quiet("Turns the database's deletion protection on or off."),
            "MasterUserPassword": _quiet("Gives the database another password."),
        }
    ),
    keeps=frozenset(
        {
            "AutoMinorVersionUpgrade",
            "BackupRetentionPeriod",
            "DBParameterGroupName",
            "MultiAZ",
            "PreferredMaintenanceWindow",
        }
    ),
)

_STATEFUL: Final = {
    "AWS::RDS::DBInstance": _DATABASE,
    "AWS::S3::Bucket": ResourceType(
        "bucket",
        holds=True,
        replaced=_danger(
            "This replaces the bucket {id}: the files in it are not copied to the new one."
        ),
        removed=_danger("This deletes the bucket {id} and the files in it."),
    ),
    "AWS::KMS::Key": ResourceType(
        "KMS key",
        holds=True,
        replaced=_danger(
            "This replaces the KMS key: what it encrypted becomes unreadable once AWS has deleted "
            "the key."
        ),
        removed=_danger("This deletes the KMS key: what it encrypted becomes unreadable."),
    ),
    "AWS::SecretsManager::Secret": ResourceType(
        "secret",
        holds=True,
        replaced=_danger("This replaces the secret {id}: the password or key in it is lost."),
        removed=_danger("This deletes the secret {id} with the password or key in it."),
    ),
    "AWS::Logs::LogGroup": ResourceType(
        "log group",
        holds=True,
        replaced=_LOST_LOG,
        removed=_LOST_LOG,
        properties=MappingProxyType(
            {"RetentionInDays": _quiet("Changes how long its logs are kept.")}
        ),
    ),
    "AWS::EC2::VPC": ResourceType(
        "VPC",
        holds=True,
        replaced=_danger(
            "This replaces the VPC. The database and the tasks are in it and would have to be "
            "created again."
        ),
        removed=_danger("This deletes the VPC with everything in it."),
    ),
    "AWS::Backup::BackupVault": ResourceType(
        "backup vault",
        holds=True,
        replaced=_danger(
            "This replaces the backup vault: the backups in it are not copied to the new one."
        ),
        removed=_danger("This deletes the backup vault and the backups in it."),
    ),
    "AWS::IoT::DomainConfiguration": ResourceType(
        "host for chargers",
        replaced=_pause(
            "This replaces the host of your chargers. Those that connect to the old one cannot any "
            "more."
        ),
        removed=_pause(
            "This deletes the host of your chargers. Those that connect to it cannot any more; "
            "AWS's own host stays."
        ),
    ),
    "AWS::IoT::ThingGroup": ResourceType(
        "thing group",
        holds=True,
        replaced=_danger("This replaces the thing group of your chargers: the new one is empty."),
        removed=_danger("This deletes the thing group of your chargers."),
    ),
    "AWS::IoT::ThingType": ResourceType(
        "thing type",
        holds=True,
        replaced=_danger("This replaces the thing type of your chargers: they keep the old one."),
        removed=_danger("This deletes the thing type of your chargers."),
    ),
}

_SERVING: Final = {
    "AWS::ECS::Service": ResourceType(
        "ECS service",
        replaced=_pause("Recreates the ECS service. The dashboard is down for a few minutes."),
        removed=_pause("Deletes the ECS service. The dashboard stops working."),
        changed=_quiet("Changes how tasks run, without interruption."),
        properties=MappingProxyType(
            dict.fromkeys(
                (
                    "TaskDefinition",
                    "NetworkConfiguration",
                    "CapacityProviderStrategy",
                    "LaunchType",
                    "PlatformVersion",
                ),
                _ONE_BY_ONE,
            )
        ),
    ),
    "AWS::ECS::TaskDefinition": ResourceType("task definition", replaced=_ONE_BY_ONE),
    "AWS::ECS::Cluster": ResourceType(
        "ECS cluster",
        replaced=_pause(
            "Moves the tasks to a new ECS cluster. The dashboard is down for a few minutes."
        ),
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ResourceType(
        "load balancer",
        replaced=_pause("Recreates the load balancer. The dashboard is down for a few minutes."),
        removed=_pause("Deletes the load balancer. The dashboard cannot be reached without one."),
        changed=_quiet("Changes settings of the load balancer, without interruption."),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ResourceType(
        "target group",
        replaced=_pause("Recreates the target group. The dashboard may be down for a minute."),
    ),
    "AWS::ElasticLoadBalancingV2::Listener": ResourceType(
        "listener",
        replaced=_pause("Recreates the listener of the load balancer. That takes a few seconds."),
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ResourceType("listener rule"),
    "AWS::CloudFront::Distribution": ResourceType(
        "CloudFront distribution",
        replaced=_OTHER_ADDRESS,
        removed=_OTHER_ADDRESS,
        changed=_quiet(
            "Updates the CloudFront distribution. That takes a few minutes, without interruption."
        ),
    ),
    "AWS::CloudFront::VpcOrigin": ResourceType(
        "VPC origin",
        replaced=_pause(
            "Recreates the VPC origin, through which CloudFront reaches the load balancer. That "
            "takes about ten minutes."
        ),
    ),
    "AWS::CloudFront::KeyValueStore": ResourceType("key value store"),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": ResourceType(
        "Cloud Map namespace",
        replaced=_pause("Gives the hub another name. Viewers see no fresh figures for a minute."),
        removed=_quiet("Deletes the name under which the tasks found the hub."),
    ),
    "AWS::ServiceDiscovery::Service": ResourceType(
        "Cloud Map service",
        replaced=_pause("Gives the hub another name. Viewers see no fresh figures for a minute."),
        removed=_quiet("Deletes the name under which the tasks found the hub."),
    ),
    "AWS::CloudFront::Function": ResourceType("CloudFront function"),
    "AWS::CloudFront::OriginAccessControl": ResourceType("origin access control"),
    "AWS::CloudFront::ResponseHeadersPolicy": ResourceType("response headers policy"),
    "AWS::CertificateManager::Certificate": ResourceType(
        "certificate",
        replaced=_quiet("Requests a new certificate. It may need a DNS record from you."),
    ),
    "AWS::Route53::RecordSet": ResourceType(
        "DNS record",
        replaced=_pause("Changes the site's name in DNS."),
        removed=_pause("Removes the site's name from DNS."),
    ),
    "AWS::Route53::HealthCheck": ResourceType("health check"),
    "AWS::WAFv2::WebACL": ResourceType(
        "web ACL",
        removed=_quiet("Deletes the firewall. The dashboard works without it."),
        changed=_quiet("Changes rules of the firewall, without interruption."),
    ),
    "AWS::Lambda::Function": ResourceType(
        "Lambda function",
        replaced=_pause("Recreates the function. What it answers or shows stops for a minute."),
        removed=_pause("Deletes the function."),
        changed=_quiet("Changes the function. Calls that are under way end with the old one."),
    ),
    "AWS::ApiGatewayV2::Api": ResourceType(
        "API",
        replaced=_pause(
            "Recreates the API, which gets another address. The dashboard shows nothing new until "
            "CloudFront has it."
        ),
        removed=_pause("Deletes the API. The dashboard cannot reach the application without one."),
    ),
    "AWS::DynamoDB::Table": ResourceType(
        "DynamoDB table",
        replaced=_quiet("Recreates the table. The next messages and viewers fill it again."),
        removed=_quiet("Deletes the table. The next messages and viewers fill a new one."),
    ),
    "AWS::SQS::Queue": ResourceType(
        "queue",
        replaced=_quiet("Recreates the queue. Messages that wait in it are lost."),
        removed=_quiet("Deletes the queue, with the messages that wait in it."),
    ),
    "AWS::SNS::Topic": ResourceType("SNS topic"),
    "AWS::SNS::Subscription": ResourceType(
        "SNS subscription",
        replaced=_pause(
            "Sends alerts to another address. It gets an e-mail and has to confirm that."
        ),
        removed=_pause("Stops sending alerts to this address."),
    ),
    "AWS::EC2::NatGateway": ResourceType(
        "NAT gateway",
        replaced=_pause("Tasks cannot reach the Internet for about two minutes."),
        removed=_OTHER_ROUTE,
    ),
    "AWS::EC2::EIP": ResourceType(
        "Elastic IP address",
        "Elastic IP addresses",
        replaced=_pause("Changes the public address of the tasks."),
        removed=_quiet("Releases a public address."),
    ),
    "AWS::EC2::Instance": ResourceType(
        "NAT instance",
        replaced=_pause("Tasks cannot reach the Internet for a few minutes."),
        removed=_OTHER_ROUTE,
    ),
    "AWS::EC2::Subnet": ResourceType(
        "subnet",
        replaced=_pause("Recreates a subnet. AWS refuses that while something is in it."),
        removed=_quiet("Deletes a subnet. AWS refuses that while something is in it."),
    ),
    "AWS::RDS::DBSubnetGroup": ResourceType("DB subnet group"),
    "AWS::RDS::DBParameterGroup": ResourceType(
        "DB parameter group",
        replaced=_pause("Gives the database new parameters, which may restart it."),
    ),
    "AWS::ECR::Repository": ResourceType(
        "ECR repository",
        replaced=_quiet("The images are rebuilt. That takes about ten minutes."),
        removed=_quiet("Deletes the images in the repository. They can be rebuilt."),
    ),
    "AWS::KinesisFirehose::DeliveryStream": ResourceType(
        "Firehose stream",
        replaced=_pause("About a minute of telemetry may be missing from the archive."),
        removed=_quiet("Stops archiving telemetry. The existing archive stays."),
    ),
}

_SMALL: Final = {
    "AWS::ApiGatewayV2::Integration": "API integration",
    "AWS::ApiGatewayV2::Route": "API route",
    "AWS::ApiGatewayV2::Stage": "API stage",
    "AWS::ApplicationAutoScaling::ScalableTarget": "scalable target",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "scaling policy",
    "AWS::Backup::BackupPlan": "backup plan",
    "AWS::Backup::BackupSelection": "backup selection",
    "AWS::Budgets::Budget": "budget",
    "AWS::CloudFormation::WaitConditionHandle": "wait condition handle",
    "AWS::CloudTrail::Trail": "trail",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "composite alarm",
    "AWS::CloudWatch::Dashboard": "CloudWatch dashboard",
    "AWS::CodeBuild::Project": "build project",
    "AWS::EC2::FlowLog": "flow log",
    "AWS::EC2::InternetGateway": "Internet gateway",
    "AWS::EC2::Route": "route",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::SecurityGroupEgress": "security group rule",
    "AWS::EC2::SecurityGroupIngress": "security group rule",
    "AWS::EC2::SubnetRouteTableAssociation": "route table association",
    "AWS::EC2::VPCEndpoint": "VPC endpoint",
    "AWS::EC2::VPCGatewayAttachment": "gateway attachment",
    "AWS::IAM::ManagedPolicy": "managed policy",
    "AWS::IAM::Policy": "inline policy",
    "AWS::IAM::Role": "IAM role",
    "AWS::IoT::Policy": "IoT policy",
    "AWS::IoT::ProvisioningTemplate": "provisioning template",
    "AWS::IoT::TopicRule": "IoT rule",
    "AWS::Lambda::EventSourceMapping": "event source",
    "AWS::Lambda::Permission": "Lambda permission",
    "AWS::Logs::MetricFilter": "metric filter",
    "AWS::RDS::EventSubscription": "RDS event subscription",
    "AWS::S3::BucketPolicy": "bucket policy",
    "AWS::SNS::TopicPolicy": "topic policy",
    "AWS::SecretsManager::SecretTargetAttachment": "secret attachment",
}

RESOURCE_TYPES: Final[Mapping[str, ResourceType]] = MappingProxyType(
    _STATEFUL | _SERVING | {kind: ResourceType(one) for kind, one in _SMALL.items()}
)
"""Every type of resource in the blueprints, those that matter most first."""

PROPERTIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AllocatedStorage": "GiB of storage",
        "BackupRetentionPeriod": "days of backups",
        "DBInstanceClass": "class",
        "DeletionProtection": "protected from deletion",
        "EngineVersion": "version",
        "MaxAllocatedStorage": "GiB at most",
        "MaxCapacity": "tasks at most",
        "MinCapacity": "tasks at least",
        "MultiAZ": "standby",
        "RetentionInDays": "days",
    }
)
"""Properties in plain words, those whose values tell a person something."""

RECREATED: Final = frozenset({"HubSecret", "OriginSecret"})
"""Logical ids of resources that hold nothing of anybody: AWS or the engine creates their content
again at any time."""


def in_words(type_: str) -> str:
    """Return what people call a type of resource; AWS's own name where this version has no word."""
    return RESOURCE_TYPES.get(type_, ResourceType(type_)).one
