"""What AWS's words about a failure mean, and what to do. One table for deploy and diagnose."""

import re
from dataclasses import dataclass
from typing import Final

AGAIN: Final = "Fix the cause, then run the same command again. It continues where it stopped."
_HIGHER: Final = "Request a quota increase in the Service Quotas console{}, then run deploy again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One kind of failure."""

    id: str
    """Never changes; scripts rely on it."""
    pattern: str
    """Matches AWS's words."""
    what: str
    """What happened, as a sentence with {resource} and {stack}, and with {who} and {action} where
    AWS denied a permission."""
    next: str
    """What to do."""
    source: str
    """Where AWS documents these words."""


_IAM: Final = "IAM user guide, Troubleshoot access denied error messages"

REASONS: Final = (
    Reason(
        id="denied-scp",
        pattern=r"(?i)service control policy",
        what="A policy of your organization denies {action}, which stopped {resource}.",
        next="Ask the administrators of your organization: no policy in this account can allow it.",
        source=_IAM,
    ),
    Reason(
        id="denied-boundary",
        pattern=r"(?i)permissions boundary",
        what="A permissions boundary does not allow {action}, which stopped {resource}.",
        next="Have this action added to the boundary. It limits what all other policies allow.",
        source=_IAM,
    ),
    Reason(
        id="role-unusable",
        pattern=r"(?i)is invalid or cannot be assumed",
        what="CloudFormation cannot use its service role on {stack}.",
        next="CloudFormation's role is missing or does not trust it. The same command repairs it.",
        source="CloudFormation user guide, AWS CloudFormation service role",
    ),
    Reason(
        id="role-too-new",
        pattern=r"(?i)service.?linked role",
        what="A service-linked role was not available yet when {resource} needed it.",
        next="AWS created the role a moment ago and does not know it everywhere yet. Run the same "
        "command again.",
        source="github.com/aws/containers-roadmap issue 2614",
    ),
    Reason(
        id="quota-vcpu",
        pattern=r"(?i)limit on the number of (?:vCPUs|tasks)|CPU configuration is above your limit"
        r"|vCPU.{0,60}(?:quota|limit)|(?:quota|limit).{0,60}vCPU",
        what="The account's quota of Fargate vCPUs is used up. {resource} could not start.",
        next=_HIGHER.format(" (Fargate, L-3032A538)"),
        source="ECS developer guide, API failure reasons; Service Quotas, AWS Fargate",
    ),
    Reason(
        id="quota-addresses",
        pattern=r"(?i)maximum number of addresses|AddressLimitExceeded",
        what="The account has no Elastic IP address left for {resource}.",
        next="Release unused addresses, or request a quota increase in the Service Quotas console "
        "(EC2, L-0263D0A3), then run deploy again.",
        source="EC2 API reference, error codes: AddressLimitExceeded",
    ),
    Reason(
        id="quota-vpcs",
        pattern=r"(?i)maximum number of VPCs|VpcLimitExceeded",
        what="The Region's quota of VPCs is used up.",
        next="Delete an unused VPC, or request a quota increase in the Service Quotas console "
        "(VPC, L-F678F1CE), then run deploy again.",
        source="EC2 API reference, error codes: VpcLimitExceeded",
    ),
    Reason(
        id="quota-databases",
        pattern=r"(?i)InstanceQuotaExceeded|more than \d+ DB instances",
        what="The account's quota of DB instances is used up.",
        next=_HIGHER.format(" (RDS, L-7B6409FD)"),
        source="RDS API reference, CreateDBInstance: InstanceQuotaExceeded",
    ),
    Reason(
        id="quota",
        pattern=r"(?i)quota|limit.?exceeded|maximum number of|exceeded your",
        what="An AWS quota is used up, which stopped {resource}.",
        next=_HIGHER.format(""),
        source="Service Quotas user guide",
    ),
    Reason(
        id="denied",
        pattern=r"(?i)not authorized|access ?denied|unauthorized",
        what="A permission is missing: {who} may not perform {action}, which stopped {resource}.",
        next="AWS's words name the missing permission. Add it, then run the same command again.",
        source=_IAM,
    ),
    Reason(
        id="no-capacity",
        pattern=r"(?i)insufficient ?(?:db)?instance ?capacity|InsufficientDBInstanceCapacity"
        r"|(?:not enough|insufficient) capacity|with sufficient capacity|capacity is unavailable",
        what="AWS has no capacity for {resource} in this Region or Availability Zone.",
        next="Try again later, or choose another database class.",
        source="RDS user guide, Amazon RDS insufficient DB instance capacity; ECS developer guide, "
        "API failure reasons",
    ),
    Reason(
        id="name-taken",
        pattern=r"(?i)already exists|scheduled for deletion|AlreadyOwnedByYou"
        r"|bucket name is not available",
        what="The name that {resource} needs is already in use.",
        next="Delete what already has this name, or choose another site name.",
        source="CloudFormation user guide, troubleshooting: resource already exists",
    ),
    Reason(
        id="image-not-pulled",
        pattern=r"(?i)CannotPull\w*|image.{0,40}not.?found|manifest unknown",
        what="A container image cannot be pulled.",
        next="Run the same command to rebuild the image. Check the tasks' outbound access to ECR.",
        source="ECS developer guide, CannotPullContainer task errors",
    ),
    Reason(
        id="not-stable",
        pattern=r"(?i)circuit breaker|failed to stabilize|did not stabilize",
        what="The tasks of {resource} do not stay healthy, so AWS rolled the deployment back.",
        next="Read the application's log group for the reason, then run deploy again.",
        source="ECS developer guide, deployment circuit breaker",
    ),
    Reason(
        id="not-deletable",
        pattern=r"(?i)is not empty|has a dependent object|deletion protection|cannot be deleted"
        r"|cannot delete",
        what="{resource} cannot be deleted while something still uses or protects it.",
        next="Remove what AWS's words name, then run destroy again. It continues where it stopped.",
        source="CloudFormation user guide, troubleshooting: delete stack fails",
    ),
)
"""The first that matches counts."""


_REFUSED: Final = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
)
_API: Final = re.compile(r"API: (?P<action>[\w-]+:\w+)")
"""How messages of CloudFormation's older handlers begin, which name no caller."""


def refused(words: str) -> tuple[str, str]:
    """Return who was denied which action, as AWS names them; else general words for both."""
    if named := _REFUSED.search(words):
        return named["who"], named["action"]
    api = _API.search(words)
    return "the caller", api["action"] if api else "this action"


def reason_of(words: str) -> Reason | None:
    """Return the known reason that AWS's words match; None without."""
    return next((reason for reason in REASONS if re.search(reason.pattern, words)), None)


def next_step(words: str) -> str:
    """Return what to do about AWS's words."""
    reason = reason_of(words)
    return reason.next if reason else AGAIN
