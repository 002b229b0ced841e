"""Refusals for which the account itself is the reason. No permission changes them."""

from typing import Final

from solarrally_tui.findings.reasons.reason import About, Reason

UPGRADE: Final = (
    "Upgrade to the paid plan: console, Billing and Cost Management, Upgrade plan. You keep your "
    "remaining credits."
)
"""The console's way to the paid plan."""

_ACTIVATE: Final = (
    "In the console, open Billing, Payment preferences, and complete the payment method. "
    "Confirm the telephone number if AWS asks for it. Wait for the e-mail that says that the "
    "account is ready, up to 24 hours. "
)
VERIFY: Final = (
    "In the console, open Support, Create case, Account and billing, and ask AWS to verify the "
    "account."
)
"""The console's way to a case that has a new account verified."""
_CASE: Final = f"{VERIFY} Give these words. The case is free. "

ACCOUNT: Final = (
    Reason(
        id="account-blocked",
        kind="account-blocked",
        words=(
            (
                r"account(?: \d{12})? (?:is|was|has been)(?: currently| temporarily)? "
                r"(?:blocked|suspended|closed|terminated|deactivated|disabled|on hold)\b"
            ),
            r"not recognized as a valid account",
            r"AccountSuspended\w*",
            r"\bBlocked: ",
            r"AllAccessDisabled",
            r"All access to this (?:object|bucket|account) has been disabled",
        ),
        what="AWS has blocked this account.",
        why="AWS blocks accounts with an open bill, an incomplete verification or a suspected "
        "misuse. No permission changes that.",
        next="Sign in to the console as the root user, read the messages under Billing and in the "
        "account's e-mail, and open an Account and billing support case with these words.",
        source="github.com/openshift/hive, install log rules: AWSAccountIsBlocked",
        about=About.ACCOUNT,
    ),
    Reason(
        id="account-not-active",
        kind="account-not-active",
        words=(
            r"needs a subscription for the service",
            r"SubscriptionRequired\w*",
            r"OptInRequired\w*(?!.{0,120}Marketplace)",
            (
                r"\b(?:you|account)\b.{0,40}\bnot (?:yet )?subscribed to "
                r"(?!.{0,40}(?:topic|queue|product))"
            ),
            r"account\b.{0,30}\bnot in (?:an? )?active (?:state|status)",
            r"Account(?:Is)?Not(?:Active|Activated)\w*",
            r"\bnot (?:currently |yet )?signed up\b",
            r"sign-?up is almost complete",
            r"NotSignedUp",
            r"must sign up before you can use",
            r"account (?:is|has) not(?: yet)?(?: been)?(?: fully)? activated",
            r"account(?: \d{12})? is (?:not(?: yet)? active|inactive|pending activation)",
            r"InactiveAccount\w*",
            r"\bAccountProblem\b",
            r"problem with your AWS account",
            r"INVALID_PAYMENT_INSTRUMENT",
            r"valid payment (?:method|instrument)",
        ),
        what="AWS has not activated this account for the service yet.",
        why="A new account can use services only after its payment method and telephone number "
        "are confirmed. No permission changes that.",
        next=_ACTIVATE + "Then run the same command again.",
        source="github.com/serverless/serverless issue 1415; AWS re:Post, activate a new account",
        about=About.ACCOUNT,
    ),
    Reason(
        id="region-off",
        kind="region-off",
        words=(
            r"RegionDisabled\w*",
            r"STS is not activated in this region",
            r"\bregion\b.{0,60}\b(?:is not|isn't|not|has not been) (?:enabled|opted|activated)",
            r"\bregion\b.{0,40}\bis (?:disabled|switched off)",
            r"not (?:enabled|opted)[ -]?(?:in)? (?:for|to|in) (?:the |this )?region",
            r"RegionSwitchedOff",
        ),
        what="This Region is switched off in the account.",
        why="Regions that AWS opened after March 2019 are off until somebody switches them on.",
        next="In the console, open Account, AWS Regions, and enable the Region. That takes some "
        "minutes, at times hours. Or choose another Region in the site file.",
        source="Account management guide, Enable or disable AWS Regions in your account",
        about=About.ACCOUNT,
    ),
    Reason(
        id="cost-explorer-closed",
        kind="organisation-payer",
        words=(
            r"not enabled for cost explorer",
            r"cost explorer (?:is not|has not been|isn't) (?:yet )?(?:enabled|activated)",
        ),
        what="Cost Explorer has never been opened in this account.",
        why="AWS prepares it when somebody opens it, and no call of AWS does that. In an "
        "organization, the management account also decides whether members may use it.",
        next="Open Cost Explorer once in the console (Billing and Cost Management). A day later, "
        "the next deployment uses it. In an organization, the management account opens it first.",
        source="Cost management guide, Enabling Cost Explorer; "
        "github.com/hashicorp/terraform-provider-aws issue 37636",
        about=About.ACCOUNT,
    ),
    Reason(
        id="organization-payer",
        kind="organisation-payer",
        words=(
            r"\blinked account\b",
            r"\b(?:the payer|payer account)\b",
            r"at the payer account level",
            (
                r"(?:must|needs?(?: to)?|have to) be (?:signed in (?:to|as) |in )?(?:the|an?) "
                r"(?:organi[sz]ation'?s? )?(?:management|master|payer) account"
            ),
            r"consolidated billing",
            r"only (?:the |an? )?(?:organi[sz]ation'?s? )?(?:management|master|payer) account",
            (
                r"(?:can|may|must) only be .{0,60}(?:by|from|in|with) (?:the|a|an|your) "
                r"(?:organi[sz]ation'?s? )?(?:management|master|payer) account"
            ),
        ),
        what="AWS keeps this cost feature to the account that pays for the organization.",
        why="In an organization the management account decides whether members may use Cost "
        "Explorer, budgets and cost tags.",
        next="Ask the administrators of the management account to allow it for linked accounts. "
        "The next deployment then uses it.",
        source="Cost management guide, Controlling access to Cost Explorer",
        about=About.ACCOUNT,
    ),
    Reason(
        id="free-plan",
        kind="free-plan",
        words=(
            r"FreeTierRestriction\w*",
            r"\bfree[ -]tier (?:customers?|accounts?|users?)\b",
            r"\bfree[ -]plan accounts?\b",
            r"not eligible for (?:the )?free tier",
            r"upgrade your (?:AWS )?account(?: plan)?\b",
            r"\bon the (?:AWS )?free (?:account )?plan\b",
            r"(?:upgrade to|requires?) (?:a|the) paid (?:account )?plan",
            (
                r"(?:not|isn't|aren't|n't) (?:available|supported|included|allowed|permitted)"
                r".{0,60}\bfree (?:account )?(?:plan|tier)\b"
            ),
            r"\b(?:account|you) (?:is|are) (?:on|using) the free (?:account )?plan",
        ),
        what="The account is on AWS's Free plan, which does not allow this.",
        why="The Free plan allows backups of one day, the smallest database classes, and not "
        "every service.",
        next=UPGRADE,
        source="github.com/yc-software/qm issue 352; AWS Free Tier, Free plan",
        about=About.ACCOUNT,
    ),
    Reason(
        id="no-builds",
        kind="account-not-verified",
        words=(r"more than 0 (?:\w+ ){0,2}builds?\b",),
        what="AWS has not released builds for this account yet: its quota of CodeBuild is 0.",
        why="AWS keeps it at 0 in new accounts until it has verified them, whatever Service "
        "Quotas shows.",
        next=f"{_CASE}Once AWS has answered, run the same command again.",
        source="github.com/aws-ia/terraform-aws-control_tower_account_factory issue 100; "
        "github.com/awslabs/aws-secure-environment-accelerator issue 982",
        about=About.ACCOUNT,
    ),
    Reason(
        id="account-not-verified",
        kind="account-not-verified",
        words=(
            r"account must be verified",
            r"\bverify your (?:AWS )?account\b",
            (
                r"\baccount is (?:currently )?(?:being verified|pending verification|under review"
                r"|not(?: yet)? verified)"
            ),
            r"account (?:has|have) not(?: yet)? been verified",
            r"until your account is verified",
            r"PendingVerification",
            r"(?:verifying your|verification of your) account",
            r"\baccount verification\b",
            r"request for accessing resources in this region is being validated",
            r"account (?:currently )?does not (?:currently )?support creating",
            (
                r"account is not (?:currently )?(?:allowed|permitted|able) to create "
                r"(?:load balancers|distributions|instances)"
            ),
        ),
        what="AWS must verify this account before it may create this.",
        why="AWS holds some services back in new accounts until it has checked them. Nothing in "
        "the permissions or the answers is wrong.",
        next=f"{_CASE}Once AWS has answered, run the same command again.",
        source="github.com/aws-samples/aws-cdk-examples issue 279; "
        "github.com/hashicorp/terraform-provider-aws issue 36663",
        about=About.ACCOUNT,
    ),
    Reason(
        id="zero-quota",
        kind="account-not-verified",
        words=(
            (
                r"\b(?:limit|quota|maximum)(?: \w+){0,4}(?: (?:of|is|to|at)|:)"
                r"\s*0(?:\.0)?(?![\d.,]*\d)"
                r"(?! (?:day|byte|second))"
            ),
            r"\bmore than 0 (?!day|byte|second)\w+",
        ),
        what="AWS has not released this service for the account yet: its quota is 0.",
        why="New accounts start with some quotas at 0 until AWS has verified them.",
        next=f"{_CASE}Once AWS has answered, run the same command again.",
        source="EC2 user guide, InstanceLimitExceeded and VcpuLimitExceeded; "
        "github.com/rebuy-de/aws-nuke issue 1209",
        about=About.ACCOUNT,
    ),
)
