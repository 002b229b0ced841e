"""Addresses of the AWS console: where a person sees, or deletes, what a program names. Pure.

They follow AWS's own: a Region's console has the Region before the domain, and every partition has
a domain of its own (AWS Management Console getting started guide; IAM user guide, partitions).
"""

from types import MappingProxyType
from typing import Final
from urllib.parse import quote

_DOMAINS: Final = MappingProxyType(
    {
        "aws": "console.aws.amazon.com",
        "aws-cn": "console.amazonaws.cn",
        "aws-us-gov": "console.amazonaws-us-gov.com",
        "aws-eusc": "console.amazonaws-eusc.eu",
    }
)
_PARTITIONS: Final = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))

_PAGES: Final = MappingProxyType(
    {
        "stack": "cloudformation/home?region={region}#/stacks/events?stackId={id}",
        "service": "ecs/v2/clusters/{cluster}/services/{id}/health?region={region}",
        "function": "lambda/home?region={region}#/functions/{id}",
        "queue": "sqs/v3/home?region={region}#/queues/{id}",
        "task": "ecs/v2/clusters/{cluster}/tasks/{id}/configuration?region={region}",
        "target-group": "ec2/home?region={region}#TargetGroup:targetGroupArn={id}",
        "database": "rds/home?region={region}#database:id={id};is-cluster=false;tab=logs-events",
        "build": "codesuite/codebuild/{account}/projects/{project}/build/{id}/?region={region}",
        "certificate": "acm/home?region={region}#/certificates/{id}",
        "distribution": "cloudfront/v4/home#/distributions/{id}",
        "alarm": "cloudwatch/home?region={region}#alarmsV2:alarm/{id}",
        "topic": "sns/v3/home?region={region}#/topic/{id}",
        "quota": "servicequotas/home/services/{service}/quotas/{id}?region={region}",
        "trail-event": "cloudtrailv2/home?region={region}#/events/{id}",
        "iot": "iot/home?region={region}#/certificatehub",
        "log": "cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"
        "/log-events/{id}",
        "log-group": "cloudwatch/home?region={region}#logsV2:log-groups/log-group/{id}",
        "bucket": "s3/buckets/{id}?region={region}",
        "elastic-ip": "vpcconsole/home?region={region}#ElasticIpDetails:AllocationId={id}",
        "load-balancer": "ec2/home?region={region}#LoadBalancer:loadBalancerArn={id}",
        "nat-gateway": "vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}",
        "records": "route53/v2/hostedzones#ListRecordSets/{id}",
        "repositories": "ecr/private-registry/repositories?region={region}",
        "secrets": "secretsmanager/listsecrets?region={region}",
        "security-group": "ec2/home?region={region}#SecurityGroup:groupId={id}",
        "snapshot": "rds/home?region={region}#db-snapshot:engine=postgres;id={id}",
        "subnet": "vpcconsole/home?region={region}#SubnetDetails:subnetId={id}",
        "tagged": "resource-groups/tag-editor/find-resources?region={region}",
        "vpc": "vpcconsole/home?region={region}#VpcDetails:VpcId={id}",
        "vpc-endpoint": "vpcconsole/home?region={region}#EndpointDetails:vpcEndpointId={id}",
    }
)
_DOLLARED: Final = frozenset({"log", "log-group"})
"""Pages that need their values encoded twice, with $ for the percent sign."""


def partition_of(region: str) -> str:
    """Return the partition that a Region belongs to."""
    return next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")


def console(page: str, region: str, **values: str) -> str:
    """Return the console's address of a resource. Pages are the keys of the table above."""
    domain = _DOMAINS[partition_of(region)]
    host = f"{region}.{domain}" if partition_of(region) in {"aws", "aws-eusc"} else domain
    encode = _twice if page in _DOLLARED else _once
    encoded = {name: encode(value) for name, value in values.items()}
    return f"https://{host}/{_PAGES[page].format(region=region, **encoded)}"


def _once(value: str) -> str:
    return quote(value, safe="")


def _twice(value: str) -> str:
    return quote(quote(value, safe=""), safe="").replace("%", "$")
