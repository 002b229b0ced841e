"""Resource types without a charge of their own, each with the reason."""

from collections.abc import Mapping
from typing import Final

_NETWORK: Final = "Networking inside a VPC is free."
_ROUTE: Final = "Routes and route tables are free."
_ACCESS: Final = "IAM is free."
_SETTING: Final = "A setting of another resource."
_OF_API: Final = "Billed with its API, by request and message."
_PART: Final = "Billed with its load balancer."
_SCALING: Final = "Scaling is free; its policies count their alarms."
_REGISTRY: Final = "The registry has no monthly charge, and its operations are a few a day."

FREE: Final[Mapping[str, str]] = {
    "AWS::Backup::BackupSelection": _SETTING,
    "AWS::Backup::BackupVault": "Its backups are counted with the plan that creates them.",
    "AWS::IoT::ProvisioningTemplate": _REGISTRY,
    "AWS::ApiGatewayV2::Integration": _OF_API,
    "AWS::ApiGatewayV2::Route": _OF_API,
    "AWS::ApiGatewayV2::Stage": _OF_API,
    "AWS::Lambda::EventSourceMapping": "Its polls are counted with the queue that it reads.",
    "AWS::Lambda::Permission": _SETTING,
    "AWS::SQS::QueuePolicy": _SETTING,
    "AWS::ApplicationAutoScaling::ScalableTarget": _SCALING,
    "AWS::Budgets::Budget": "Budgets without actions are free.",
    "AWS::CE::AnomalyMonitor": "Cost anomaly detection is free.",
    "AWS::CE::AnomalySubscription": "Cost anomaly detection is free.",
    "AWS::CertificateManager::Certificate": "Public certificates for AWS services are free.",
    "AWS::CloudFormation::WaitConditionHandle": "CloudFormation's own types are free.",
    "AWS::CloudFront::CachePolicy": _SETTING,
    "AWS::CloudFront::OriginAccessControl": _SETTING,
    "AWS::CloudFront::OriginRequestPolicy": _SETTING,
    "AWS::CloudFront::ResponseHeadersPolicy": _SETTING,
    # AWS Best Practices for DDoS Resiliency, "Protecting your origin (BP1, BP5)".
    "AWS::CloudFront::VpcOrigin": "AWS says that VPC origins have no additional cost.",
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::NetworkAcl": _NETWORK,
    "AWS::EC2::NetworkAclEntry": _NETWORK,
    "AWS::EC2::Route": _ROUTE,
    "AWS::EC2::RouteTable": _ROUTE,
    "AWS::EC2::SecurityGroup": _NETWORK,
    "AWS::EC2::SecurityGroupEgress": _NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NETWORK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetNetworkAclAssociation": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _ROUTE,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::ElasticLoadBalancingV2::Listener": _PART,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _PART,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _PART,
    "AWS::Events::Rule": "Events of AWS services are free.",
    "AWS::IAM::InstanceProfile": _ACCESS,
    "AWS::IAM::ManagedPolicy": _ACCESS,
    "AWS::IAM::OIDCProvider": _ACCESS,
    "AWS::IAM::Policy": _ACCESS,
    "AWS::IAM::Role": _ACCESS,
    # AWS IoT Core's pricing page bills connections and messages, whichever host they come by.
    "AWS::IoT::DomainConfiguration": "AWS IoT has no charge for a host of one's own.",
    "AWS::IoT::Policy": _REGISTRY,
    "AWS::IoT::ThingGroup": _REGISTRY,
    "AWS::KMS::Alias": _SETTING,
    "AWS::RDS::DBParameterGroup": _SETTING,
    "AWS::RDS::DBSubnetGroup": _SETTING,
    "AWS::RDS::EventSubscription": "RDS events are free.",
    "AWS::Route53::RecordSet": "Queries for aliases of CloudFront are free.",
    "AWS::Route53::RecordSetGroup": "Queries for aliases of CloudFront are free.",
    "AWS::S3::BucketPolicy": _SETTING,
    "AWS::SNS::Subscription": "The first 1,000 e-mails a month are free.",
    "AWS::SNS::Topic": "The first million messages a month are free.",
    "AWS::SNS::TopicPolicy": _SETTING,
    "AWS::SSM::Parameter": "Standard parameters are free.",
    # ECS developer guide, service discovery: the hosted zone is billed, with its namespace.
    "AWS::ServiceDiscovery::Service": "Tasks that ECS registers are billed with their namespace.",
    "AWS::SecretsManager::ResourcePolicy": _SETTING,
    "AWS::SecretsManager::SecretTargetAttachment": _SETTING,
}
