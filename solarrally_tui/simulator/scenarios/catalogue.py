"""The scenarios by name.

Words are those of public reports: GitHub threads are named as owner/repository#number.
"""

from typing import Final

from solarrally_tui.simulator.scenarios.model import AccountScenario, Given, Refusal
from solarrally_tui.simulator.scenarios.regions import OPT_IN

_UPGRADE: Final = "To remove all limitations, upgrade your account plan."
_NOT_VERIFIED: Final = (
    "Your account must be verified before you can add new CloudFront resources. To verify your "
    "account, please contact AWS Support (https://console.aws.amazon.com/support/home#/) and "
    "include this error message."
)
_NO_BALANCERS: Final = (
    "This AWS account currently does not support creating load balancers. For more information, "
    "please contact AWS Support."
)
_TOO_MANY_DAYS: Final = (
    "The specified backup retention period exceeds the maximum available to free tier customers. "
    f"{_UPGRADE}"
)
_TOO_LARGE: Final = f"This instance size isn't available with free plan accounts. {_UPGRADE}"
_DATABASE_CALLS: Final = (
    "rds.CreateDBInstance",
    "rds.ModifyDBInstance",
    "rds.RestoreDBInstanceFromDBSnapshot",
)
_SCP: Final = (
    "User: arn:aws:sts::{account}:assumed-role/deployer/session is not authorized to perform: "
    "wafv2:CreateWebACL on resource: arn:aws:wafv2:us-east-1:{account}:global/webacl/*/* with an "
    "explicit deny in a service control policy"
)


def _handler(words: str, service: str, code: str, status: int = 400) -> str:
    """Return a refusal as CloudFormation's resource handlers put it."""
    call = f"Service: {service}, Status Code: {status}, Request ID: 0"
    return (
        f'Resource handler returned message: "{words} ({call})" '
        f"(RequestToken: 0, HandlerErrorCode: {code})"
    )


def _days(given: Given) -> bool:
    return int(given.get("BackupRetentionPeriod") or 0) > 1


def _large(given: Given) -> bool:
    name = str(given.get("DBInstanceClass") or "")
    return bool(name) and not name.endswith(".micro")


def _one_zone(given: Given) -> bool:
    return str(given.get("MultiAZ", "false")).lower() != "true"


_COST_EXPLORER: Final = Refusal(
    calls=("ce.*",),
    code="AccessDeniedException",
    message="User not enabled for cost explorer access",
    source="hashicorp/terraform-provider-aws#37636; ServiceLens/aws-cost-explorer-report#15",
)

NEW_ACCOUNT: Final = AccountScenario(
    id="new-account",
    quotas={"L-3032A538": 0.0, "L-2DC20C30": 0.0, "L-ACCF6C0D": 0.0, "L-B99A9384": 10.0},
    refusals=(
        Refusal(
            calls=("codebuild.StartBuild",),
            code="AccountLimitExceededException",
            message="Cannot have more than 0 builds in queue for the account",
            source="awslabs/landing-zone-accelerator-on-aws#1013; rebuy-de/aws-nuke#1209",
        ),
        Refusal(
            calls=("cloudfront.CreateDistribution", "cloudfront.CreateDistributionWithTags"),
            code="AccessDenied",
            status=403,
            message=_NOT_VERIFIED,
            kinds=("AWS::CloudFront::Distribution",),
            in_stack='Resource handler returned message: "Access denied for operation '
            f"'AWS::CloudFront::Distribution: {_NOT_VERIFIED} (Service: CloudFront, Status Code: "
            "403, Request ID: 0) (SDK Attempt Count: 1)'.\" (RequestToken: 0, HandlerErrorCode: "
            "AccessDenied)",
            source="aws-samples/aws-cdk-examples#279; aws-solutions/workload-discovery-on-aws#12",
        ),
        Refusal(
            calls=("elbv2.CreateLoadBalancer",),
            code="OperationNotPermitted",
            message=_NO_BALANCERS,
            kinds=("AWS::ElasticLoadBalancingV2::LoadBalancer",),
            in_stack=_handler(_NO_BALANCERS, "ElasticLoadBalancingV2", "InvalidRequest"),
            source="Elastic Load Balancing API reference, CreateLoadBalancer: "
            "OperationNotPermitted. The sentence is from memory; no public thread was found.",
        ),
        _COST_EXPLORER,
    ),
)

FREE_PLAN: Final = AccountScenario(
    id="free-plan",
    free_plan=True,
    refusals=(
        Refusal(
            calls=_DATABASE_CALLS,
            code="FreeTierRestrictionError",
            message=_TOO_MANY_DAYS,
            kinds=("AWS::RDS::DBInstance",),
            in_stack=_handler(_TOO_MANY_DAYS, "Rds", "InvalidRequest"),
            when=_days,
            source="yc-software/qm#352",
        ),
        Refusal(
            calls=_DATABASE_CALLS,
            code="FreeTierRestrictionError",
            message=_TOO_LARGE,
            kinds=("AWS::RDS::DBInstance",),
            in_stack=_handler(_TOO_LARGE, "Rds", "InvalidRequest"),
            when=_large,
            source="yc-software/qm#352",
        ),
    ),
)

ORGANISATION_MEMBER: Final = AccountScenario(
    id="organization-member",
    member=True,
    refusals=(
        Refusal(
            calls=("wafv2.CreateWebACL",),
            code="AccessDeniedException",
            message=_SCP,
            kinds=("AWS::WAFv2::WebACL",),
            in_stack=_handler(_SCP, "Wafv2", "AccessDenied"),
            source="IAM user guide, Troubleshoot access denied error messages: access denied due "
            "to service control policies, explicit denial",
        ),
        Refusal(
            message="",
            kinds=("AWS::RDS::DBInstance",),
            in_stack="The following hook(s) failed: [AWSControlTower::Guard::Hook]",
            when=_one_zone,
            source="AWS Control Tower controls reference, CT.RDS.PR.1 (multiple Availability "
            "Zones); aws/aws-cdk#21674 (the words)",
        ),
        _COST_EXPLORER,
    ),
)

REGION_OFF: Final = AccountScenario(id="region-off", regions_off=OPT_IN)

RAISED_QUOTAS: Final = AccountScenario(
    id="raised-quotas",
    quotas=dict.fromkeys(
        (
            "L-F678F1CE",
            "L-A4707A72",
            "L-FE5A380F",
            "L-0263D0A3",
            "L-3032A538",
            "L-7B6409FD",
            "L-53DA6B97",
            "L-2DC20C30",
            "L-ACCF6C0D",
        ),
        1000.0,
    ),
)
"""An account with room for many sites: the tests share one."""

ORDINARY: Final = AccountScenario(id="ordinary")
"""An aged account on the paid plan with every Region enabled: what the simulator is without a
scenario."""

BY_ID: Final = {
    scenario.id: scenario
    for scenario in (
        ORDINARY,
        NEW_ACCOUNT,
        FREE_PLAN,
        ORGANISATION_MEMBER,
        REGION_OFF,
        RAISED_QUOTAS,
    )
}
NAMES: Final = tuple(name for name in BY_ID if name != ORDINARY.id)
"""What `--scenario` takes."""
