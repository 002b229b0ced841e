"""How long AWS takes for a resource, in seconds: the table, and a stack's critical path.

MiniStack works on one resource after the other, AWS in parallel. So that a stack takes as long as
on AWS, each resource ends at the moment at which it would end there: its own duration after the
last one that it depends on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT = (4.0, 2.0, 2.0)

# Create, update, delete. Create and update are averages that the tool rain carries for its
# forecasts. Delete is our estimate, since rain has none, and so is everything about cost anomalies,
# event subscriptions and VPC origins.
DURATIONS: Mapping[str, tuple[float, float, float]] = {
    "AWS::ApiGatewayV2::Api": (2, 2, 1),
    "AWS::ApplicationAutoScaling::ScalableTarget": (2, 2, 2),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (2, 2, 2),
    "AWS::Budgets::Budget": (1, 1, 1),
    "AWS::CertificateManager::Certificate": (0, 2, 5),  # then waits, see certificates.py
    "AWS::CloudFront::Distribution": (266, 164, 240),
    "AWS::CloudFront::Function": (5, 5, 2),
    "AWS::CloudFront::OriginAccessControl": (2, 2, 2),
    "AWS::CloudFront::VpcOrigin": (240, 240, 120),
    "AWS::CloudTrail::Trail": (5, 5, 3),
    "AWS::CloudWatch::Alarm": (2, 2, 1),
    "AWS::CodeBuild::Project": (4, 4, 2),
    "AWS::EC2::EIP": (17, 5, 5),
    "AWS::EC2::InternetGateway": (17, 5, 5),
    "AWS::EC2::NatGateway": (106, 5, 60),
    "AWS::EC2::Route": (2, 2, 2),
    "AWS::EC2::RouteTable": (12, 2, 2),
    "AWS::EC2::SecurityGroup": (6, 4, 4),
    "AWS::EC2::Subnet": (4, 2, 2),
    "AWS::EC2::VPC": (12, 2, 4),
    "AWS::EC2::VPCEndpoint": (47, 20, 30),
    "AWS::EC2::VPCGatewayAttachment": (12, 2, 6),
    "AWS::ECR::Repository": (1, 1, 1),
    "AWS::ECS::Cluster": (5, 3, 5),
    "AWS::ECS::Service": (119, 71, 60),
    "AWS::ECS::TaskDefinition": (4, 2, 2),
    "AWS::ElasticLoadBalancingV2::Listener": (2, 2, 2),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (116, 2, 20),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (18, 6, 2),
    "AWS::IAM::ManagedPolicy": (17, 5, 2),
    "AWS::IAM::Policy": (17, 5, 2),
    "AWS::IAM::Role": (12, 4, 3),
    "AWS::IAM::RolePolicy": (32, 5, 2),
    "AWS::IoT::DomainConfiguration": (2, 2, 10),
    "AWS::IoT::Policy": (1, 1, 1),
    "AWS::IoT::ThingGroup": (1, 1, 1),
    "AWS::IoT::ThingType": (1, 1, 1),
    "AWS::IoT::TopicRule": (2, 2, 1),
    "AWS::KMS::Key": (122, 5, 2),
    "AWS::Logs::LogGroup": (1, 1, 1),
    "AWS::RDS::DBInstance": (595, 171, 240),
    "AWS::RDS::DBParameterGroup": (4, 4, 2),
    "AWS::RDS::DBSubnetGroup": (2, 2, 1),
    "AWS::Route53::HostedZone": (71, 5, 35),
    "AWS::Route53::RecordSet": (20, 20, 20),
    "AWS::S3::Bucket": (30, 5, 5),
    "AWS::S3::BucketPolicy": (12, 5, 2),
    "AWS::SNS::Subscription": (2, 2, 2),
    "AWS::SNS::Topic": (4, 2, 2),
    "AWS::SQS::Queue": (72, 5, 60),
    "AWS::SecretsManager::RotationSchedule": (17, 5, 2),
    "AWS::SecretsManager::Secret": (1, 1, 1),
    "AWS::WAFv2::WebACL": (7, 5, 3),
    "AWS::WAFv2::WebACLAssociation": (5, 5, 2),
}


def duration(kind: str, verb: str) -> float:
    """Return the seconds that AWS takes to `create`, `update` or `delete` a resource of a type."""
    return DURATIONS.get(kind, DEFAULT)[("create", "update", "delete").index(verb)]


@dataclass(slots=True)
class StackTimeline:
    """When each resource of a stack ends, in seconds after the operation started."""

    created: dict[str, float]
    """Seconds until the resource is created."""
    deleted: dict[str, float]
    """Seconds until it is deleted, when the whole stack is."""
    began: dict[str, float] = field(default_factory=dict)
    """The simulated moments at which creating and deleting began, by verb."""

    def ends(self, verb: str) -> dict[str, float]:
        """Return when each resource ends, for `create` or `delete`."""
        return {"create": self.created, "delete": self.deleted}[verb]


def timeline(kinds: Mapping[str, str], needs: Mapping[str, set[str]]) -> StackTimeline:
    """Find the critical path.

    `kinds` has the type of each logical id, `needs` what it depends on, which must not be circular.
    """
    needed_by: dict[str, set[str]] = {name: set() for name in kinds}
    for name, dependencies in needs.items():
        for dependency in dependencies:
            needed_by[dependency].add(name)
    return StackTimeline(_ends(kinds, needs, "create"), _ends(kinds, needed_by, "delete"))


def _ends(kinds: Mapping[str, str], after: Mapping[str, set[str]], verb: str) -> dict[str, float]:
    ends: dict[str, float] = {}

    def end(name: str) -> float:
        if name not in ends:
            start = max((end(other) for other in after[name]), default=0.0)
            ends[name] = start + duration(kinds[name], verb)
        return ends[name]

    for name in kinds:
        end(name)
    return ends
