"""ARN patterns of the resources of a site, and why some have no narrow pattern."""

from collections.abc import Mapping
from typing import Final

GENERATED: Final[Mapping[str, tuple[str, int]]] = {
    "alarm": ("AWS::CloudWatch::Alarm", 255),
    "budget": ("AWS::Budgets::Budget", 100),
    "cluster": ("AWS::ECS::Cluster", 255),
    "composite": ("AWS::CloudWatch::CompositeAlarm", 255),
    "database": ("AWS::RDS::DBInstance", 63),
    "events": ("AWS::RDS::EventSubscription", 255),
    "log": ("AWS::Logs::LogGroup", 512),
    "parameters": ("AWS::RDS::DBParameterGroup", 255),
    "queue": ("AWS::SQS::Queue", 80),
    "repository": ("AWS::ECR::Repository", 256),
    "subnets": ("AWS::RDS::DBSubnetGroup", 255),
    "table": ("AWS::DynamoDB::Table", 255),
    "topic": ("AWS::SNS::Topic", 256),
}
"""Placeholders for names that CloudFormation generates: of resources of which type, with how many
characters at most. It would cut longer ones, and with them the name of the site; a test sees that
all fit."""

_FUNCTIONS: Final = tuple(
    f"lambda:*:{{account}}:function:{{exact}}-{name}"
    for name in ("api", "provisioning-check", "telemetry", "viewers")
)

PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "backup:backupVault": ("backup:*:{account}:backup-vault:{exact}-????????",),
    # Recovery points of databases: the backup plan selects nothing else.
    "backup:recoveryPoint": ("rds:*:{account}:snapshot:awsbackup:*",),
    # The template gives no name: another address replaces the budget. CloudFormation may leave the
    # stack out of the one that it generates.
    "budgets:budget": (
        "budgets::{account}:budget/Budget-*",
        "budgets::{account}:budget/{budget}",
    ),
    "cloudformation:stack": (
        "cloudformation:*:{account}:stack/{stack}/*",
        # IAM also checks the ARN of a change set; ours are named solarrally-HASH.
        "cloudformation:*:{account}:changeSet/solarrally-*",
    ),
    "cloudfront:function": ("cloudfront::{account}:function/{exact}-viewer-gate",),
    "cloudtrail:trail": ("cloudtrail:*:{account}:trail/{exact}",),
    "cloudwatch:alarm": (
        "cloudwatch:*:{account}:alarm:{alarm}",
        "cloudwatch:*:{account}:alarm:{composite}",
    ),
    "cloudwatch:dashboard": ("cloudwatch::{account}:dashboard/{exact}",),
    "codebuild:project": (
        "codebuild:*:{account}:project/{exact}-frontend",
        "codebuild:*:{account}:project/{exact}-image",
    ),
    "dynamodb:table": ("dynamodb:*:{account}:table/{table}",),
    "ecr:repository": ("ecr:*:{account}:repository/{repository}",),
    "ecs:cluster": ("ecs:*:{account}:cluster/{cluster}",),
    "ecs:service": ("ecs:*:{account}:service/{cluster}",),
    "ecs:service-deployment": ("ecs:*:{account}:service-deployment/{cluster}",),
    "ecs:task": ("ecs:*:{account}:task/{cluster}",),
    "ecs:task-definition": (
        "ecs:*:{account}:task-definition/{exact}-administrator:*",
        "ecs:*:{account}:task-definition/{exact}-app:*",
        "ecs:*:{account}:task-definition/{exact}-hub:*",
        "ecs:*:{account}:task-definition/{exact}-users:*",
    ),
    # Names of load balancers have 32 characters: CloudFormation cuts the stack's name to nine.
    "elasticloadbalancing:listener-rule/app": (
        "elasticloadbalancing:*:{account}:listener-rule/app/solarrall*",
    ),
    "elasticloadbalancing:listener/app": (
        "elasticloadbalancing:*:{account}:listener/app/solarrall*",
    ),
    "elasticloadbalancing:loadbalancer/app/": (
        "elasticloadbalancing:*:{account}:loadbalancer/app/solarrall*",
    ),
    "elasticloadbalancing:targetgroup": (
        "elasticloadbalancing:*:{account}:targetgroup/solarrall*",
    ),
    "firehose:deliverystream": ("firehose:*:{account}:deliverystream/{exact}-archive",),
    "iam:oidc-provider": ("iam::{account}:oidc-provider/token.actions.githubusercontent.com",),
    # Only the service role has managed policies of its own, and they have their own statements.
    "iam:policy": ("iam::{account}:policy/solarrally/{site}/*",),
    "iam:role": ("iam::{account}:role/solarrally/{site}/*",),
    "iot:cert": ("iot:*:{account}:cert/*",),
    "iot:client": ("iot:*:{account}:client/*",),
    # Its name ends with the host, and AWS adds an id.
    "iot:domainconfiguration": ("iot:*:{account}:domainconfiguration/{exact}--*",),
    "iot:dynamicthinggroup": (
        "iot:*:{account}:thinggroup/{exact}",
        "iot:*:{account}:thinggroup/{exact}_type_*",
    ),
    "iot:index": ("iot:*:{account}:index/AWS_Things",),
    "iot:job": ("iot:*:{account}:job/{exact}--*",),
    "iot:policy": (
        "iot:*:{account}:policy/{exact}-bridge",
        "iot:*:{account}:policy/{exact}-claim",
        "iot:*:{account}:policy/{exact}-device",
        "iot:*:{account}:policy/{exact}--migration-*",
    ),
    "iot:provisioningtemplate": ("iot:*:{account}:provisioningtemplate/{exact}",),
    "iot:rule": (
        "iot:*:{account}:rule/{underscored}_archive",
        "iot:*:{account}:rule/{underscored}_fault",
        "iot:*:{account}:rule/{underscored}_presence",
        "iot:*:{account}:rule/{underscored}_telemetry",
    ),
    "iot:thing": ("iot:*:{account}:thing/*",),
    "iot:thinggroup": (
        "iot:*:{account}:thinggroup/{exact}",
        # One for each type of charger. No name of a site has an underscore.
        "iot:*:{account}:thinggroup/{exact}_type_*",
    ),
    "iot:thingtype": ("iot:*:{account}:thingtype/{exact}-charger",),
    "lambda:function": _FUNCTIONS,
    "lambda:function alias": _FUNCTIONS,
    "lambda:function version": _FUNCTIONS,
    "logs:log-group": (
        "logs:*:{account}:log-group:{log}",
        "logs:*:{account}:log-group:/aws/codebuild/{exact}-frontend:*",
        "logs:*:{account}:log-group:/aws/codebuild/{exact}-image:*",
        "logs:*:{account}:log-group:/aws/ecs/containerinsights/{cluster}",
        "logs:*:{account}:log-group:/aws/rds/instance/{database}",
    ),
    "logs:log-stream": ("logs:*:{account}:log-group:{log}",),
    "rds:auto-backup": ("rds:*:{account}:auto-backup:*",),
    "rds:cluster": ("rds:*:{account}:cluster:{database}",),
    "rds:db": ("rds:*:{account}:db:{database}",),
    "rds:es": ("rds:*:{account}:es:{events}",),
    "rds:og": ("rds:*:{account}:og:default:*",),
    "rds:pg": ("rds:*:{account}:pg:{parameters}",),
    "rds:snapshot": ("rds:*:{account}:snapshot:{database}",),
    "rds:subgrp": ("rds:*:{account}:subgrp:{subnets}",),
    "route53:change": ("route53:::change/*",),
    "route53:hostedzone": ("route53:::hostedzone/{zone}",),
    # No name of a site has two hyphens in a row.
    "s3:bucket": ("s3:::{exact}--*",),
    "s3:object": ("s3:::{exact}--*",),
    # The template puts the site into the name: Secrets Manager would leave it out.
    "secretsmanager:Secret": ("secretsmanager:*:{account}:secret:solarrally/{site}/*",),
    "sns:topic": ("sns:*:{account}:{topic}",),
    "sqs:queue": ("sqs:*:{account}:{queue}",),
    "ssm:parameter": (
        "ssm:*:{account}:parameter/solarrally/*",
        # Public parameters, such as the newest machine image; only AWS can write them.
        "ssm:*::parameter/aws/service/*",
    ),
    "wafv2:managedruleset": ("wafv2:*:{account}:*/managedruleset/*",),
    "wafv2:webacl": ("wafv2:*:{account}:global/webacl/{exact}/*",),
}
"""What follows the partition in an ARN, for each kind of resource with a name that is known.

Where templates give names, they give the site's whole name. Names that would block another life of
the site end with eight characters of the stack's id. A star at the end of a generated name matches
the rest, including colons and slashes.
"""

_NINE_LETTERS: Final = "Names of load balancers keep only nine letters of a stack's name."
_SHARED: Final = "Every site reads the list of sites and what they share in the account."
WIDE: Final[Mapping[str, str]] = {
    "budgets:budget": "CloudFormation may name budgets after their logical id alone.",
    "backup:recoveryPoint": "AWS Backup names recovery points after its jobs.",
    "elasticloadbalancing:listener-rule/app": _NINE_LETTERS,
    "elasticloadbalancing:listener/app": _NINE_LETTERS,
    "elasticloadbalancing:loadbalancer/app/": _NINE_LETTERS,
    "elasticloadbalancing:targetgroup": _NINE_LETTERS,
    "iot:cert": "The id of a certificate is its fingerprint, and certificates have no tags.",
    "iot:client": "Chargers connect under their own names.",
    "iot:thing": "Chargers are named by the operator, and things have no tags.",
    "rds:auto-backup": "RDS generates ids for automatic backups.",
    "route53:hostedzone": "The operator chooses the hosted zone.",
    "ssm:parameter": _SHARED,
}
"""Why the pattern of a kind includes resources of other sites."""

_OWN_RECORDS: Final = (
    "ssm:*:{account}:parameter/solarrally/sites/{site}",
    "ssm:*:{account}:parameter/solarrally/made/*",
    "ssm:*:{account}:parameter/solarrally/runs/{site}",
    "ssm:*:{account}:parameter/solarrally/runs/{site}/last",
    "ssm:*:{account}:parameter/solarrally/evidence/{site}/*",
)
_TAGGED_IN_CLOUDFRONT: Final = (
    "cloudfront::{account}:distribution/*",
    "cloudfront::{account}:function/{exact}-viewer-gate",
    "cloudfront::{account}:key-value-store/*",
    "cloudfront::{account}:vpcorigin/*",
)
"""AWS's reference does not list functions and key value stores for tagging; their handlers tag."""

_APIS: Final = ("apigateway:*::/apis", "apigateway:*::/apis/*", "apigateway:*::/tags/*")
"""API Gateway's permissions are HTTP methods on paths, without an account. An API has an id."""

OF_ACTION: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"apigateway:{method}": _APIS for method in ("DELETE", "GET", "PATCH", "POST", "PUT")},
    "cloudfront:TagResource": _TAGGED_IN_CLOUDFRONT,
    "cloudfront:UntagResource": _TAGGED_IN_CLOUDFRONT,
    "rds:RestoreDBInstanceFromDBSnapshot": (
        "rds:*:{account}:db:{database}",
        "rds:*:{account}:og:default:*",
        "rds:*:{account}:pg:{parameters}",
        "rds:*:{account}:snapshot:{database}",
        # Those that RDS takes every day.
        "rds:*:{account}:snapshot:rds:{database}",
        "rds:*:{account}:subgrp:{subnets}",
    ),
    "ssm:AddTagsToResource": _OWN_RECORDS,
    "ssm:DeleteParameter": _OWN_RECORDS,
    "ssm:GetParameters": ("ssm:*::parameter/aws/service/*",),
    "ssm:PutParameter": _OWN_RECORDS,
}
"""Patterns of actions that need fewer resources than others about the same kind."""

NOT_OURS: Final = frozenset(
    {
        "cloudfront:connection-group",
        "dynamodb:import",
        "dynamodb:index",
        "dynamodb:stream",
        "ec2:ipam-pool",
        "ec2:vpc-encryption-control",
        "ec2:vpn-gateway",
        "ecs:container-instance",
        "elasticloadbalancing:listener-rule/net",
        "elasticloadbalancing:listener/gwy",
        "elasticloadbalancing:listener/net",
        "elasticloadbalancing:loadbalancer/gwy/",
        "elasticloadbalancing:loadbalancer/net/",
        "iot:billinggroup",
        "lambda:capacityProvider",
        "lambda:code signing config",
        "lambda:layerVersion",
        "ssm:association",
        "ssm:document",
    }
)
"""Kinds that IAM lists as alternatives for an action, and that no blueprint creates."""

INCIDENTAL: Final = frozenset({"ec2:network-interface", "ec2:security-group-rule"})
"""Kinds that actions touch, although no action is about them alone."""

NOTHING_NARROWER: Final = "AWS does not allow these actions to be limited to a resource."

_OWN_IDS: Final = "{} generates ids for its resources, which no pattern can tell apart."
UNNAMED: Final[Mapping[str, str]] = {
    service: _OWN_IDS.format(title)
    for service, title in {
        "acm": "Certificate Manager",
        "application-autoscaling": "Application Auto Scaling",
        "backup": "AWS Backup",
        "billing": "Billing",
        "ce": "Cost Explorer",
        "cloudfront": "CloudFront",
        "cloudfront-keyvaluestore": "CloudFront",
        "ec2": "Amazon EC2",
        "kms": "AWS KMS",
        "lambda": "AWS Lambda",
        "route53": "Route 53",
        "servicediscovery": "AWS Cloud Map",
    }.items()
}

_COMPOSITE: Final = "For composite alarms, CloudWatch accepts these only without a limit."
_WITHOUT_A_NAME: Final = (
    "Application Auto Scaling tests this permission with a request that names no alarm."
)
_ENDPOINTS_ZONE: Final = "The hosted zone of an interface endpoint belongs to AWS."
_NAMESPACE_ZONE: Final = "AWS Cloud Map creates the hosted zone of the hub's namespace itself."
_FARGATE: Final = "AWS limits this by container instance, and Fargate has none."
_DISPUTED: Final = "Versions of AWS's reference disagree on whether these can be limited."
_LISTING: Final = "They are also called without a name, to list everything."
_OWN: Final = "The operator simulates their own user or role, which can have any name."
_BEFORE: Final = "The account is checked before anything of the site exists."
_OTHERS_TRAILS: Final = "Trails of others count, because AWS charges for all but the first."
_GIVEN_IMAGE: Final = "The operator chooses the repository of a given image."
EVERYWHERE: Final[Mapping[str, str]] = {
    "account:GetRegionOptStatus": _BEFORE,
    "cloudformation:DescribeStacks": _LISTING,
    "cloudtrail:GetEventSelectors": _OTHERS_TRAILS,
    "cloudwatch:DeleteAlarms": _COMPOSITE,
    "cloudwatch:DescribeAlarms": _COMPOSITE,
    "cloudwatch:PutCompositeAlarm": _COMPOSITE,
    "cloudwatch:PutMetricAlarm": _WITHOUT_A_NAME,
    "ecr:BatchGetImage": _GIVEN_IMAGE,
    "ecr:GetDownloadUrlForLayer": _GIVEN_IMAGE,
    "ecs:ListTasks": _FARGATE,
    "iam:SimulatePrincipalPolicy": _OWN,
    "iot:AttachThingPrincipal": _DISPUTED,
    "iot:DetachThingPrincipal": _DISPUTED,
    "iot:ListPrincipalThings": _DISPUTED,
    "iot:ListThingPrincipals": _DISPUTED,
    "rds:DescribeDBClusterSnapshots": _LISTING,
    "rds:DescribeDBInstanceAutomatedBackups": _LISTING,
    "rds:DescribeDBInstances": _LISTING,
    "rds:DescribeDBSnapshots": _LISTING,
    "route53:AssociateVPCWithHostedZone": _ENDPOINTS_ZONE,
    "route53:GetHostedZone": _NAMESPACE_ZONE,
    "servicequotas:GetServiceQuota": _BEFORE,
}
"""Actions that could be limited, but would then not do what is needed, with the reason.

The one about composite alarms is from the CloudWatch API reference (PutCompositeAlarm), the one
about Application Auto Scaling from its user guide ("Permission validation for API calls")."""
