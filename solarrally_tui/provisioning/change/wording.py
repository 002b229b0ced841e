"""What a change of each type of resource means for a person. One table; the rest is general."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

PAUSES: Final = "▲"
"""Begins a sentence about something that does not answer for a while, or gets another name."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A type of resource in plain words."""

    one: str
    many: str = ""
    """Its plural, where it is not regular."""
    holds: bool = False
    """Whether it holds data that nobody can make again."""
    replaced: str = ""
    removed: str = ""
    changed: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    """What the change of one property in place means."""
    keeps: frozenset[str] = frozenset()
    """Properties that CloudFormation calls conditional, and that never replace this type alone."""

    @property
    def plural(self) -> str:
        """The word for several."""
        if self.many:
            return self.many
        return f"{self.one[:-1]}ies" if self.one.endswith("cy") else f"{self.one}s"


_ONE_BY_ONE: Final = "Servers are replaced one after the other, no interruption."
_LOST_LOG: Final = "This deletes the log {id} with everything in it."
_AGAIN_ADDRESS: Final = "▲ The dashboard gets another address. The one in use stops working."

_DATABASE: Final = Thing(
    "database",
    holds=True,
    replaced="This replaces your database: its data would be lost unless restored from a snapshot.",
    removed="This removes your database with all its data.",
    changed="Changes settings of the database, no interruption.",
    properties=MappingProxyType(
        {
            "DBInstanceClass": "▲ Restarts the database on another size, a few minutes.",
            "EngineVersion": "▲ Upgrades and restarts the database, several minutes.",
            "DBParameterGroupName": "▲ Gives the database other parameters, which may restart it.",
            "MultiAZ": "Adds or removes the standby of the database, no interruption.",
            "AllocatedStorage": "Gives the database more storage, no interruption.",
            "BackupRetentionPeriod": "Changes how long backups are kept, no interruption.",
            "DeletionProtection": "Switches the database's protection against deletion.",
            "MasterUserPassword": "Gives the database another password.",
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
    "AWS::S3::Bucket": Thing(
        "bucket",
        holds=True,
        replaced="This replaces the bucket {id}: the files in it are not carried over.",
        removed="This removes the bucket {id} and the files in it.",
    ),
    "AWS::KMS::Key": Thing(
        "encryption key",
        holds=True,
        replaced="This replaces the encryption key: what it has encrypted becomes unreadable "
        "once AWS has deleted it.",
        removed="This removes the encryption key: what it has encrypted becomes unreadable.",
    ),
    "AWS::SecretsManager::Secret": Thing(
        "secret",
        holds=True,
        replaced="This replaces the secret {id}: the password or key in it is lost.",
        removed="This removes the secret {id} with the password or key in it.",
    ),
    "AWS::Logs::LogGroup": Thing(
        "log",
        holds=True,
        replaced=_LOST_LOG,
        removed=_LOST_LOG,
        properties=MappingProxyType({"RetentionInDays": "Changes how long the log {id} is kept."}),
    ),
    "AWS::EC2::VPC": Thing(
        "private network",
        holds=True,
        replaced="This replaces the whole network. Database and servers stand in it and would "
        "have to be made again.",
        removed="This removes the whole network with everything that stands in it.",
    ),
    "AWS::Backup::BackupVault": Thing(
        "backup vault",
        holds=True,
        replaced="This replaces the backup vault: the backups in it are not carried over.",
        removed="This removes the backup vault and the backups in it.",
    ),
    "AWS::IoT::ThingGroup": Thing(
        "group of chargers",
        "groups of chargers",
        holds=True,
        replaced="This replaces the group of your chargers: none of them is in the new one.",
        removed="This removes the group of your chargers.",
    ),
    "AWS::IoT::ThingType": Thing(
        "type of charger",
        "types of charger",
        holds=True,
        replaced="This replaces the type of your chargers: they keep the old one.",
        removed="This removes the type of your chargers.",
    ),
}

_SERVING: Final = {
    "AWS::ECS::Service": Thing(
        "group of servers",
        "groups of servers",
        replaced="▲ Makes the group of servers anew. The dashboard is away for some minutes.",
        removed="▲ Removes the servers. The dashboard stops.",
        changed="Changes how servers run, no interruption.",
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
    "AWS::ECS::TaskDefinition": Thing(
        "description of a server", "descriptions of a server", replaced=_ONE_BY_ONE
    ),
    "AWS::ECS::Cluster": Thing(
        "cluster",
        replaced="▲ Moves the servers to a new cluster. The dashboard is away for some minutes.",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Thing(
        "load balancer",
        replaced="▲ Makes the load balancer anew. The dashboard is away for some minutes.",
        removed="▲ Removes the load balancer. The dashboard cannot be reached without one.",
        changed="Changes settings of the load balancer, no interruption.",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Thing(
        "list of servers",
        "lists of servers",
        replaced="▲ Makes the list of servers anew. The dashboard may be away for a minute.",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Thing(
        "listener", replaced="▲ Makes the listener of the load balancer anew, some seconds."
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Thing("listener rule"),
    "AWS::CloudFront::Distribution": Thing(
        "web delivery",
        "web deliveries",
        replaced=_AGAIN_ADDRESS,
        removed=_AGAIN_ADDRESS,
        changed="Changes the web delivery everywhere, some minutes, no interruption.",
    ),
    "AWS::CloudFront::VpcOrigin": Thing(
        "way into the network",
        "ways into the network",
        replaced="▲ Makes the way from the web into the network anew, about ten minutes.",
    ),
    "AWS::CloudFront::KeyValueStore": Thing("store of viewers", "stores of viewers"),
    "AWS::CloudFront::Function": Thing("check of viewers", "checks of viewers"),
    "AWS::CloudFront::OriginAccessControl": Thing("origin access rule"),
    "AWS::CloudFront::ResponseHeadersPolicy": Thing("header policy"),
    "AWS::CertificateManager::Certificate": Thing(
        "certificate", replaced="A new certificate is asked for. It may need a DNS record of you."
    ),
    "AWS::Route53::RecordSet": Thing(
        "DNS record",
        replaced="▲ The site's name in DNS changes.",
        removed="▲ The site's name leaves DNS.",
    ),
    "AWS::Route53::HealthCheck": Thing("check from outside", "checks from outside"),
    "AWS::WAFv2::WebACL": Thing(
        "firewall",
        removed="The firewall goes. The dashboard serves without it.",
        changed="Changes rules of the firewall, no interruption.",
    ),
    "AWS::SNS::Topic": Thing("alert channel"),
    "AWS::SNS::Subscription": Thing(
        "alert subscription",
        replaced="▲ Alerts go to another address. It gets an e-mail and has to confirm.",
        removed="▲ Alerts no longer go to this address.",
    ),
    "AWS::EC2::NatGateway": Thing(
        "NAT gateway",
        replaced="▲ Servers cannot reach the Internet for about two minutes.",
        removed="Servers take another way to the Internet.",
    ),
    "AWS::EC2::EIP": Thing(
        "public address",
        "public addresses",
        replaced="▲ The servers' public address changes.",
        removed="A public address is given back.",
    ),
    "AWS::EC2::Instance": Thing(
        "NAT instance",
        replaced="▲ Servers cannot reach the Internet for some minutes.",
        removed="Servers take another way to the Internet.",
    ),
    "AWS::EC2::Subnet": Thing(
        "part of the network",
        "parts of the network",
        replaced="▲ Makes a part of the network anew. AWS refuses while something stands in it.",
        removed="Removes a part of the network. AWS refuses while something stands in it.",
    ),
    "AWS::RDS::DBSubnetGroup": Thing("database subnet group"),
    "AWS::RDS::DBParameterGroup": Thing(
        "set of database parameters",
        "sets of database parameters",
        replaced="▲ The database gets new parameters and may restart.",
    ),
    "AWS::ECR::Repository": Thing(
        "image registry",
        "image registries",
        replaced="The images are built again, about ten minutes.",
        removed="The images in the registry go. They can be built again.",
    ),
    "AWS::KinesisFirehose::DeliveryStream": Thing(
        "telemetry archive stream",
        replaced="▲ Telemetry of about a minute may be missing from the archive.",
        removed="No more telemetry is archived. What is there stays.",
    ),
}

_SMALL: Final = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "scaling range",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "scaling rule",
    "AWS::Backup::BackupPlan": "backup plan",
    "AWS::Backup::BackupSelection": "backup selection",
    "AWS::Budgets::Budget": "budget",
    "AWS::CloudFormation::WaitConditionHandle": "marker",
    "AWS::CloudTrail::Trail": "audit trail",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "combined alarm",
    "AWS::CloudWatch::Dashboard": "chart page",
    "AWS::CodeBuild::Project": "build project",
    "AWS::EC2::FlowLog": "network log setting",
    "AWS::EC2::InternetGateway": "Internet gateway",
    "AWS::EC2::Route": "route",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::SecurityGroupEgress": "security rule",
    "AWS::EC2::SecurityGroupIngress": "security rule",
    "AWS::EC2::SubnetRouteTableAssociation": "route assignment",
    "AWS::EC2::VPCEndpoint": "private endpoint",
    "AWS::EC2::VPCGatewayAttachment": "gateway attachment",
    "AWS::IAM::ManagedPolicy": "managed policy",
    "AWS::IAM::Policy": "role policy",
    "AWS::IAM::Role": "role",
    "AWS::IoT::Policy": "charger policy",
    "AWS::IoT::ProvisioningTemplate": "charger registration",
    "AWS::IoT::TopicRule": "message rule",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::Permission": "function permission",
    "AWS::Logs::MetricFilter": "log filter",
    "AWS::RDS::EventSubscription": "database event",
    "AWS::S3::BucketPolicy": "bucket policy",
    "AWS::SNS::TopicPolicy": "alert policy",
    "AWS::SecretsManager::SecretTargetAttachment": "secret attachment",
}

THINGS: Final[Mapping[str, Thing]] = MappingProxyType(
    _STATEFUL | _SERVING | {kind: Thing(one) for kind, one in _SMALL.items()}
)
"""Every type of resource that a blueprint makes, those that matter most first."""

MADE_AGAIN: Final = frozenset({"OriginSecret"})
"""Logical ids of resources that hold nothing of anybody: the engine makes their content again."""
