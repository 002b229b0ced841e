"""ARN patterns of the resources of a site, and why some have no narrow pattern."""

from collections.abc import Mapping
from typing import Final

PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "backup:backupVault": (
        "backup:*:{account}:backup-vault:{exact}",
        "backup:*:{account}:backup-vault:{name}",
    ),
    # Recovery points of databases: the backup plan selects nothing else.
    "backup:recoveryPoint": ("rds:*:{account}:snapshot:awsbackup:*",),
    "budgets:budget": ("budgets::{account}:budget/{name}",),
    "cloudformation:stack": (
        "cloudformation:*:{account}:stack/{stack}/*",
        # IAM also checks the ARN of a change set; ours are named solarrally-HASH.
        "cloudformation:*:{account}:changeSet/solarrally-*",
    ),
    "cloudfront:function": ("cloudfront::{account}:function/{name}",),
    "cloudtrail:trail": (
        "cloudtrail:*:{account}:trail/{exact}",
        "cloudtrail:*:{account}:trail/{name}",
    ),
    "cloudwatch:alarm": ("cloudwatch:*:{account}:alarm:{name}",),
    "cloudwatch:dashboard": ("cloudwatch::{account}:dashboard/{name}",),
    "codebuild:project": ("codebuild:*:{account}:project/{name}",),
    "ecr:repository": ("ecr:*:{account}:repository/{name}",),
    "ecs:cluster": ("ecs:*:{account}:cluster/{name}",),
    # IAM checks this kind when tasks are listed, on Fargate too.
    "ecs:container-instance": ("ecs:*:{account}:container-instance/{name}",),
    "ecs:service": ("ecs:*:{account}:service/{name}",),
    "ecs:service-deployment": ("ecs:*:{account}:service-deployment/{name}",),
    "ecs:task": ("ecs:*:{account}:task/{name}",),
    "ecs:task-definition": ("ecs:*:{account}:task-definition/solarrally*",),
    # Names of load balancers have 32 characters, of which the stack's name gets five or more.
    "elasticloadbalancing:listener-rule/app": (
        "elasticloadbalancing:*:{account}:listener-rule/app/solar*",
    ),
    "elasticloadbalancing:listener/app": ("elasticloadbalancing:*:{account}:listener/app/solar*",),
    "elasticloadbalancing:loadbalancer/app/": (
        "elasticloadbalancing:*:{account}:loadbalancer/app/solar*",
    ),
    "elasticloadbalancing:targetgroup": ("elasticloadbalancing:*:{account}:targetgroup/solar*",),
    "events:rule": ("events:*:{account}:rule/{name}",),
    "firehose:deliverystream": ("firehose:*:{account}:deliverystream/{name}",),
    "iam:instance-profile": ("iam::{account}:instance-profile/{name}",),
    "iam:oidc-provider": ("iam::{account}:oidc-provider/token.actions.githubusercontent.com",),
    "iam:policy": ("iam::{account}:policy/{name}",),
    "iam:role": ("iam::{account}:role/{name}",),
    "iot:cert": ("iot:*:{account}:cert/*",),
    "iot:dynamicthinggroup": ("iot:*:{account}:thinggroup/{exact}",),
    "iot:index": ("iot:*:{account}:index/AWS_Things",),
    "iot:policy": ("iot:*:{account}:policy/{name}",),
    "iot:provisioningtemplate": ("iot:*:{account}:provisioningtemplate/{exact}*",),
    # Names of rules cannot contain hyphens.
    "iot:rule": ("iot:*:{account}:rule/solarrally*",),
    "iot:thing": ("iot:*:{account}:thing/*",),
    "iot:thinggroup": ("iot:*:{account}:thinggroup/{exact}",),
    "iot:thingtype": ("iot:*:{account}:thingtype/{name}",),
    "lambda:function": ("lambda:*:{account}:function:{name}",),
    "lambda:function alias": ("lambda:*:{account}:function:{name}",),
    "lambda:function version": ("lambda:*:{account}:function:{name}",),
    "logs:log-group": (
        "logs:*:{account}:log-group:{name}",
        "logs:*:{account}:log-group:/aws/codebuild/{name}",
        "logs:*:{account}:log-group:/aws/ecs/containerinsights/{name}",
        "logs:*:{account}:log-group:/aws/kinesisfirehose/{name}",
        "logs:*:{account}:log-group:/aws/lambda/{name}",
        "logs:*:{account}:log-group:/aws/rds/instance/{name}",
        "logs:*:{account}:log-group:/solarrally/*",
        "logs:*:{account}:log-group:aws-waf-logs-solarrally*",
    ),
    "logs:log-stream": (
        "logs:*:{account}:log-group:{name}",
        "logs:*:{account}:log-group:/aws/codebuild/{name}",
    ),
    "rds:auto-backup": ("rds:*:{account}:auto-backup:*",),
    "rds:cluster": ("rds:*:{account}:cluster:{name}",),
    "rds:db": ("rds:*:{account}:db:{name}",),
    "rds:es": ("rds:*:{account}:es:{name}",),
    "rds:og": ("rds:*:{account}:og:default:*",),
    "rds:pg": ("rds:*:{account}:pg:{name}",),
    "rds:snapshot": ("rds:*:{account}:snapshot:{name}",),
    "rds:subgrp": ("rds:*:{account}:subgrp:{name}",),
    "route53:change": ("route53:::change/*",),
    "route53:hostedzone": ("route53:::hostedzone/*",),
    "s3:bucket": ("s3:::{name}",),
    "s3:object": ("s3:::{name}",),
    "secretsmanager:Secret": ("secretsmanager:*:{account}:secret:{name}",),
    "sns:topic": ("sns:*:{account}:{name}",),
    "sqs:queue": ("sqs:*:{account}:{name}",),
    "ssm:parameter": (
        "ssm:*:{account}:parameter/solarrally/*",
        # Public parameters, such as the newest machine image; only AWS can write them.
        "ssm:*::parameter/aws/service/*",
    ),
    "wafv2:managedruleset": ("wafv2:*:{account}:*/managedruleset/*",),
    "wafv2:webacl": ("wafv2:*:{account}:global/webacl/{name}",),
}
"""What follows the partition in an ARN, for each kind of resource with a name that is known.

Patterns end after the site's name: a star matches the rest, including colons and slashes.
"""

_BUILD_LOG: Final = "logs:*:{account}:log-group:/aws/codebuild/{logical}-*"
BY_LOGICAL_ID: Final[Mapping[str, tuple[str, str]]] = {
    "budgets:budget": ("AWS::Budgets::Budget", "budgets::{account}:budget/{logical}-*"),
    "cloudwatch:dashboard": (
        "AWS::CloudWatch::Dashboard",
        "cloudwatch::{account}:dashboard/{logical}-*",
    ),
    "codebuild:project": (
        "AWS::CodeBuild::Project",
        "codebuild:*:{account}:project/{logical}-*",
    ),
    "firehose:deliverystream": (
        "AWS::KinesisFirehose::DeliveryStream",
        "firehose:*:{account}:deliverystream/{logical}-*",
    ),
    "iot:rule": ("AWS::IoT::TopicRule", "iot:*:{account}:rule/{logical}*"),
    "logs:log-group": ("AWS::CodeBuild::Project", _BUILD_LOG),
    "logs:log-stream": ("AWS::CodeBuild::Project", _BUILD_LOG),
    "secretsmanager:Secret": (
        "AWS::SecretsManager::Secret",
        "secretsmanager:*:{account}:secret:{logical}-*",
    ),
    "wafv2:webacl": ("AWS::WAFv2::WebACL", "wafv2:*:{account}:global/webacl/{logical}-*"),
}
"""Kinds whose generated names can omit the stack and begin with the logical id."""

_BUILD_LOGS: Final = (
    "CodeBuild names log groups after projects, which are named alike in every site."
)
_FIVE_LETTERS: Final = "Names of load balancers keep only five letters of a stack's name."
WIDE: Final[Mapping[str, str]] = {
    "backup:recoveryPoint": "AWS Backup names recovery points after its jobs.",
    "elasticloadbalancing:listener-rule/app": _FIVE_LETTERS,
    "elasticloadbalancing:listener/app": _FIVE_LETTERS,
    "elasticloadbalancing:loadbalancer/app/": _FIVE_LETTERS,
    "elasticloadbalancing:targetgroup": _FIVE_LETTERS,
    "iot:cert": "The id of a certificate is its fingerprint.",
    "iot:thing": "Chargers are named by the operator.",
    "logs:log-group": _BUILD_LOGS,
    "logs:log-stream": _BUILD_LOGS,
    "route53:hostedzone": "The operator chooses the hosted zone.",
    "ssm:parameter": "Every site reads the list of sites and what they share in the account.",
}
"""Why the pattern of a kind includes resources of other sites."""

NOT_OURS: Final = frozenset(
    {
        "ec2:ipam-pool",
        "elasticloadbalancing:listener-rule/net",
        "elasticloadbalancing:listener/gwy",
        "elasticloadbalancing:listener/net",
        "elasticloadbalancing:loadbalancer/gwy/",
        "elasticloadbalancing:loadbalancer/net/",
        "iot:billinggroup",
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
    }.items()
}

_COMPOSITE: Final = "For composite alarms, CloudWatch accepts these only without a limit."
_WITHOUT_A_NAME: Final = (
    "Application Auto Scaling tests this permission with a request that names no alarm."
)
_ENDPOINTS_ZONE: Final = "The hosted zone of an interface endpoint belongs to AWS."
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
    "servicequotas:GetServiceQuota": _BEFORE,
}
"""Actions that could be limited, but would then not do what is needed, with the reason.

The one about composite alarms is from the CloudWatch API reference (PutCompositeAlarm), the one
about Application Auto Scaling from its user guide ("Permission validation for API calls")."""
