"""What AWS's words about a failure mean and what to do: one table for deploying and diagnosing."""

import re
from dataclasses import dataclass
from typing import Final

AGAIN: Final = "Fix the cause, then run the same command again. It continues where it stopped."
_HIGHER: Final = "Ask for a higher quota in the Service Quotas console{}, then run deploy again."


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of failure.

    Attributes:
        id: never changes; scripts rely on it.
        pattern: what AWS's words look like.
        what: what happened, for people, of {resource} and {stack}, and of {who} and {action}
            where AWS refused somebody something.
        next: what to do.
        source: where the words are from.
    """

    id: str
    pattern: str
    what: str
    next: str
    source: str


_IAM: Final = "IAM user guide, Troubleshoot access denied error messages"

REASONS: Final = (
    Reason(
        "denied-scp",
        r"(?i)service control policy",
        "A policy of the organization forbids {action}. It stopped {resource}.",
        "Ask whoever runs the AWS Organization: no policy of this account can allow it.",
        _IAM,
    ),
    Reason(
        "denied-boundary",
        r"(?i)permissions boundary",
        "A permissions boundary does not allow {action}. It stopped {resource}.",
        "Have the boundary widened by this action. It caps whatever other policies allow.",
        _IAM,
    ),
    Reason(
        "role-unusable",
        r"(?i)is invalid or cannot be assumed",
        "CloudFormation cannot work with its role on {stack}.",
        "CloudFormation's role is missing, or trusts others. Run the same command to repair it.",
        "CloudFormation user guide, AWS CloudFormation service role",
    ),
    Reason(
        "role-too-new",
        r"(?i)service.?linked role",
        "A service-linked role was not known yet when {resource} needed it.",
        "The role was made a moment ago and is not known everywhere yet. Run the same command "
        "again.",
        "github.com/aws/containers-roadmap issue 2614",
    ),
    Reason(
        "quota-vcpu",
        r"(?i)limit on the number of (?:vCPUs|tasks)|CPU configuration is above your limit"
        r"|vCPU.{0,60}(?:quota|limit)|(?:quota|limit).{0,60}vCPU",
        "The account's quota of Fargate vCPUs is used up. {resource} could not start.",
        _HIGHER.format(" (Fargate, L-3032A538)"),
        "ECS developer guide, API failure reasons; Service Quotas, AWS Fargate",
    ),
    Reason(
        "quota-addresses",
        r"(?i)maximum number of addresses|AddressLimitExceeded",
        "The account has no Elastic IP address left for {resource}.",
        "Release addresses that nobody uses, or ask for a higher quota in the Service Quotas "
        "console (EC2, L-0263D0A3), then run deploy again.",
        "EC2 API reference, error codes: AddressLimitExceeded",
    ),
    Reason(
        "quota-vpcs",
        r"(?i)maximum number of VPCs|VpcLimitExceeded",
        "The Region has no room for another VPC.",
        "Delete a VPC that nobody uses, or ask for a higher quota in the Service Quotas console "
        "(VPC, L-F678F1CE), then run deploy again.",
        "EC2 API reference, error codes: VpcLimitExceeded",
    ),
    Reason(
        "quota-databases",
        r"(?i)InstanceQuotaExceeded|more than \d+ DB instances",
        "The account may not have another database instance.",
        _HIGHER.format(" (RDS, L-7B6409FD)"),
        "RDS API reference, CreateDBInstance: InstanceQuotaExceeded",
    ),
    Reason(
        "quota",
        r"(?i)quota|limit.?exceeded|maximum number of|exceeded your",
        "An AWS quota is used up. It stopped {resource}.",
        _HIGHER.format(""),
        "Service Quotas user guide",
    ),
    Reason(
        "denied",
        r"(?i)not authorized|access ?denied|unauthorized",
        "A permission is missing: {who} may not do {action}. It stopped {resource}.",
        "These credentials lack a permission that the words above name. Add it, then run again.",
        _IAM,
    ),
    Reason(
        "no-capacity",
        r"(?i)insufficient ?(?:db)?instance ?capacity|InsufficientDBInstanceCapacity"
        r"|(?:not enough|insufficient) capacity|with sufficient capacity|capacity is unavailable",
        "AWS is out of capacity for {resource} in this Region or zone.",
        "AWS has none of these to give right now. Try again later or choose another database "
        "class.",
        "RDS user guide, Amazon RDS insufficient DB instance capacity; ECS, API failure reasons",
    ),
    Reason(
        "name-taken",
        r"(?i)already exists|scheduled for deletion|AlreadyOwnedByYou|bucket name is not available",
        "Something with the name that {resource} needs is there already.",
        "Something with this name is there already. Remove it, or choose another site name.",
        "CloudFormation user guide, troubleshooting: resource already exists",
    ),
    Reason(
        "image-not-pulled",
        r"(?i)CannotPull\w*|image.{0,40}not.?found|manifest unknown",
        "The image of a container cannot be pulled.",
        "The image cannot be pulled. Run again to rebuild it; check the task's way out to ECR.",
        "ECS developer guide, CannotPullContainer task errors",
    ),
    Reason(
        "not-stable",
        r"(?i)circuit breaker|failed to stabilize|did not stabilize",
        "The tasks of {resource} do not stay up, so AWS took the deployment back.",
        "The tasks do not stay up. Read the application's log group, then run again.",
        "ECS developer guide, deployment circuit breaker",
    ),
    Reason(
        "not-deletable",
        r"(?i)is not empty|has a dependent object|deletion protection|cannot be deleted"
        r"|cannot delete",
        "{resource} cannot be deleted while something still uses or protects it.",
        "Remove what the words above name, then run destroy again. It continues where it stopped.",
        "CloudFormation user guide, troubleshooting: delete stack fails",
    ),
)
"""The first that matches counts."""


_REFUSED: Final = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
)
_API: Final = re.compile(r"API: (?P<action>[\w-]+:\w+)")
"""With this CloudFormation's older handlers begin, which name nobody."""


def refused(words: str) -> tuple[str, str]:
    """Return who was refused which action, where AWS names them; words for anybody else."""
    if found := _REFUSED.search(words):
        return found["who"], found["action"]
    api = _API.search(words)
    return "the caller", api["action"] if api else "what was asked"


def reason_of(words: str) -> Reason | None:
    """Return what AWS's words name; None where no known reason is among them."""
    return next((reason for reason in REASONS if re.search(reason.pattern, words)), None)


def next_step(words: str) -> str:
    """Return what to do about AWS's words."""
    found = reason_of(words)
    return found.next if found else AGAIN
