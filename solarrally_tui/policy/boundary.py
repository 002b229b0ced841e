"""The permissions boundary of a site: the most that any of its roles can do, whoever widens them.

IAM allows a role only what its policies and its boundary both allow. Whoever deploys the site may
write the policies of CloudFormation's role, and CloudFormation those of the site's roles. The
boundary keeps all of them to the site, and none of them can change it.

It has to fit into one policy, so it is wider than the policies that it bounds: any action on what
has the site's name or tag, and more or less what they need on everything else.
"""

from dataclasses import replace
from typing import Final

from solarrally_tui.account.deployer_role import PATH, boundary_name, role_name
from solarrally_tui.account.shared.iot_settings import LOG_ROLE
from solarrally_tui.policy import arn_patterns, restrictions
from solarrally_tui.policy.document import Policy, Statement
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.names import SITE_TAG

_BY_NAME: Final = (
    "apigateway:*::/*",
    "budgets::*:budget/Budget-*",
    "budgets::*:budget/{exact}-*",
    "cloudformation:*:*:changeSet/solarrally-*",
    "cloudformation:*:*:stack/{exact}-*",
    "cloudtrail:*:*:trail/{exact}",
    "codebuild:*:*:project/{exact}-*",
    "dynamodb:*:*:table/{exact}-*",
    "ecr:*:*:repository/{exact}-*",
    # Clusters, services, tasks and their definitions.
    "ecs:*:*:*/{exact}-*",
    # Of any API: its id shows no site, but its tag does.
    "execute-api:*",
    "firehose:*:*:deliverystream/{exact}-*",
    # Policies, templates, types and groups, jobs.
    "iot:*:*:*/{exact}",
    "iot:*:*:*/{exact}-*",
    "iot:*:*:*/{exact}_*",
    "iot:*:*:cert/*",
    "iot:*:*:client/*",
    "iot:*:*:index/*",
    "iot:*:*:rule/{underscored}_*",
    "iot:*:*:thing/*",
    "iot:*:*:topic/$aws/things/*",
    # Of any site: the chargers of a recovered one keep the topics that they had.
    "iot:*:*:topic/solarrally/*",
    "lambda:*:*:event-source-mapping:*",
    "lambda:*:*:function:{exact}-*",
    "logs:*:*:log-group:*{exact}-*",
    "logs:*:*:log-group:AWSIotLogs*",
    "logs:*:*:log-group:RDSOS*",
    "rds:*:*:auto-backup:*",
    "rds:*:*:og:default:*",
    "rds:*:*:snapshot:awsbackup:*",
    # Databases, their snapshots, groups of parameters and of subnets, subscriptions.
    "rds:*:*:*:{exact}-*",
    "s3:::{exact}--*",
    "secretsmanager:*:*:secret:solarrally/{site}/*",
    "sns:*:*:{exact}-*",
    "sqs:*:*:{exact}-*",
    "ssm:*:*:parameter/solarrally/*",
    "ssm:*::parameter/aws/service/*",
    "wafv2:*:*:*/managedruleset/*",
    "wafv2:*:*:global/webacl/{exact}/*",
)
"""Resources with the site's name, and those of AWS IoT whose names show no site. Names of other
sites that begin alike are in some patterns; their tag keeps them out."""

_BY_TAG: Final = ("acm", "cloudfront", "ec2", "elasticloadbalancing", "kms")
"""Services whose resources have ids instead of names."""


def _actions(**named: str) -> tuple[str, ...]:
    return tuple(
        f"{service.replace('_', '-')}:{action}"
        for service, actions in named.items()
        for action in actions.split()
    )


_ANYWHERE: Final = _actions(
    account="Get*",
    acm="Add* Desc* Get* List* Req*",
    application_autoscaling="*",
    autoscaling="Desc*",
    backup="*",
    backup_storage="*",
    billing="Get*",
    ce="*Anomaly* Get* List*",
    cloudformation="DescribeStacks ListStacks",
    cloudfront="*AccessControl *agResource Create* Desc* *Function Get* *HeadersPolicy "
    "*KeyValueStore List*",
    cloudfront_keyvaluestore="*",
    cloudtrail="Desc* Get* Lookup*",
    cloudwatch="*",
    ec2="AllocateAddress AssignP* AssociateA* AssociateRouteT* AttachI* Authorize* CreateFlow* "
    "CreateInt* CreateN* CreateRoute* CreateSec* CreateSub* CreateTags CreateVpc* DeleteNet* "
    "DeleteSec* Desc* DisassociateA* ModifyPriv* ModifySub* ModifyVpcA* ReplaceRouteT* RevokeSec* "
    "RunI* UnassignP* UpdateSec*",
    ecr="Batch* Get*",
    ecs="Deregister* Desc* List* StopServiceD*",
    elasticloadbalancing="*Tags Create* Desc* *Listener* Modify*Attributes *Rule* SetSec*",
    freetier="*",
    iam="GetRole List* Simulate*",
    iot="CreateCert* Desc* Get* *Logging* List* *Index* RegisterCert* *ThingPrincipal",
    kms="CreateKey Desc* EnableKeyR* Get* List* Tag*",
    # "lambda" is a word of Python.
    **{"lambda": "CreateEv*"},
    logs="*Delivery *Index* Desc*",
    organizations="Desc*",
    pricing="*",
    rds="*AutomatedBackup* Desc* *FromDBSnapshot",
    route53="*",
    s3="ListAll*",
    secretsmanager="GetRandom* ListSecrets",
    servicediscovery="*",
    servicequotas="Get*",
    sns="*Attributes Unsubscribe",
    tag="Get*",
    sts="GetC*",
)
"""What AWS limits to nothing, and what comes before a resource has its tag."""

_OF_OTHERS: Final = _actions(
    acm="Describe* List*",
    cloudtrail="Get*",
    ecr="Batch* Get*",
    rds="*FromDBSnapshot Describe*",
    ssm="Get*",
)
"""What a site does with other sites' resources: it looks at them, takes over a snapshot and runs an
image."""


def arn(scope: Scope) -> str:
    """Return the ARN of a site's boundary."""
    return scope.arn(f"iam::{{account}}:policy{PATH}{boundary_name(scope.site)}")


def policy(scope: Scope) -> Policy:
    """Return the boundary of one site, a policy within IAM's limit.

    scope: with site and account, because conditions compare the boundary's own ARN.
    """
    bound = replace(scope, boundary=arn(scope))
    return Policy(boundary_name(scope.site), (*_of_site(bound), *_of_iam(bound), *_denied(bound)))


def _of_site(scope: Scope) -> list[Statement]:
    anywhere = replace(scope, partition="*")
    named = tuple(arn for rest in _BY_NAME for arn in anywhere.arns(rest))
    return [
        Statement("Name", ("*",), named),
        Statement(
            "Tag",
            tuple(f"{service}:*" for service in _BY_TAG),
            ("*",),
            "The tag limits them.",
            restrictions.tagged(scope),
        ),
        Statement("Anywhere", _ANYWHERE, ("*",), arn_patterns.NOTHING_NARROWER),
        Statement(
            "Keys",
            _actions(kms="*Grant *crypt GenerateDataKey"),
            ("*",),
            arn_patterns.UNNAMED["kms"],
            {"Null": {"kms:ViaService": "false"}},
        ),
    ]


def _of_iam(scope: Scope) -> list[Statement]:
    return [
        Statement(
            "Roles",
            _actions(
                iam="DeleteRole DeleteRolePolicy Detach* GetRolePolicy PassRole *agRole UpdateRole*"
            ),
            _iam(
                f"role/{scope.service_role}",
                f"role/{LOG_ROLE}",
                f"role{PATH}{scope.site}/*",
            ),
        ),
        Statement(
            "Bound",
            _actions(iam="AttachRolePolicy CreateRole PutRole* UpdateAssume*"),
            ("*",),
            "The boundary limits them.",
            restrictions.bound(scope),
        ),
        Statement(
            "Policies",
            _actions(iam="*Policy *PolicyVersion*"),
            _iam(f"policy/{scope.service_role}-*"),
        ),
        Statement(
            "Linked",
            _actions(iam="CreateServiceLinkedRole *OpenIDConnectProvider"),
            _iam(
                "role/aws-service-role/*",
                "oidc-provider/token.actions.githubusercontent.com",
            ),
        ),
    ]


def _iam(*names: str) -> tuple[str, ...]:
    """Return ARNs of IAM, whose actions are about the account of their caller anyway."""
    return tuple(f"arn:*:iam::*:{name}" for name in names)


def _denied(scope: Scope) -> list[Statement]:
    tag = f"aws:ResourceTag/{SITE_TAG}"
    return [
        Statement(
            "OtherSites",
            _OF_OTHERS,
            ("*",),
            "Names may begin alike, and tags can be changed.",
            {"StringNotEquals": {tag: scope.site}, "Null": {tag: "false"}},
            effect="Deny",
            all_but=True,
        ),
        Statement(
            "Never",
            _actions(iam="Delete*Boundary", sts="AssumeRole"),
            ("*",),
            "No role may leave its boundary, nor become another role.",
            effect="Deny",
        ),
        Statement(
            "NeverThese",
            _actions(iam="Get* List* Simulate*"),
            _iam(
                f"policy{PATH}{boundary_name(scope.site)}",
                f"role{PATH}{role_name(scope.site)}",
            ),
            effect="Deny",
            all_but=True,
        ),
    ]
