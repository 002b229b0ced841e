"""Refusals because a quota is used up."""

from typing import Final

from solarrally_tui.findings.reasons.reason import Reason

_HIGHER: Final = "Request a quota increase in the Service Quotas console{}, then run deploy again."
_USED: Final = "AWS limits how many an account may have. All that runs in the account counts."

_LIMIT: Final = (
    r"(?<!time )(?<!memory )(?<!size )(?<!rate )(?<!length )(?<!connection )\b(?:quota|limit)s?\b"
)

QUOTAS: Final = (
    Reason(
        id="limit",
        kind="limit",
        words=(
            r"\balready has (?:the maximum (?:number )?(?:of )?)?\d+ (?:multi-region )?trails?\b",
            r"MaximumNumberOfTrailsExceeded\w*",
            r"(?:cannot|can't) (?:have|create) more than \d+ (?:subscription filters|trails)",
            r"maximum (?:number )?(?:of )?(?:\d+ )?(?:trails|resource policies)\b",
            r"(?:maximum|max) (?:policy|template|message|document) size\b.{0,60}exceed",
            (
                r"already has (?:the maximum (?:number )?(?:of )?)?\d+ "
                r"(?:resource policies|policies|versions|rules|monitors|subscriptions)\b"
            ),
        ),
        what="A fixed limit of AWS is reached, which stopped {resource}.",
        why="AWS does not raise this limit. A Region has at most five trails, for example.",
        next="Delete one that nobody needs, or switch this off in the site file. For the trail, "
        "set governance.trail = false.",
        source="CloudTrail user guide, Quotas in AWS CloudTrail",
    ),
    Reason(
        id="quota-vcpu",
        kind="quota",
        words=(
            r"limit on the number of (?:vCPUs|tasks)",
            r"CPU configuration is above your limit",
            r"vCPU.{0,60}(?:quota|limit)",
            r"(?:quota|limit).{0,60}vCPU",
        ),
        what="The account's quota of processors (Fargate vCPUs) is used up. {resource} could not "
        "start.",
        why=_USED,
        next=_HIGHER.format(" (Fargate, L-3032A538)"),
        source="ECS developer guide, API failure reasons; Service Quotas, AWS Fargate",
        quota=("fargate", "L-3032A538"),
    ),
    Reason(
        id="quota-addresses",
        kind="quota",
        words=(r"maximum number of addresses", r"AddressLimitExceeded"),
        what="The account has no Elastic IP address left for {resource}.",
        why=_USED,
        next="Release unused addresses, or request a quota increase in the Service Quotas console "
        "(EC2, L-0263D0A3), then run deploy again.",
        source="EC2 API reference, error codes: AddressLimitExceeded",
        quota=("ec2", "L-0263D0A3"),
    ),
    Reason(
        id="quota-vpcs",
        kind="quota",
        words=(r"maximum number of VPCs", r"VpcLimitExceeded"),
        what="The Region's quota of VPCs is used up.",
        why=_USED,
        next="Delete an unused VPC, or request a quota increase in the Service Quotas console "
        "(VPC, L-F678F1CE), then run deploy again.",
        source="EC2 API reference, error codes: VpcLimitExceeded",
        quota=("vpc", "L-F678F1CE"),
    ),
    Reason(
        id="quota-databases",
        kind="quota",
        words=(r"InstanceQuotaExceeded", r"more than \d+ DB instances"),
        what="The account's quota of DB instances is used up.",
        why=_USED,
        next=_HIGHER.format(" (RDS, L-7B6409FD)"),
        source="RDS API reference, CreateDBInstance: InstanceQuotaExceeded",
        quota=("rds", "L-7B6409FD"),
    ),
    Reason(
        id="quota",
        kind="quota",
        words=(
            r"(?:Limit|Quota)(?:Is)?Exceeded",
            rf"(?:exceed(?:s|ed|ing)?|reach(?:ed|es)?|over|above|hit)\b[^.]{{0,70}}{_LIMIT}",
            rf"{_LIMIT}[^.]{{0,80}}(?:exceeded|reached|used up)",
            r"maximum number of [^.]{1,80}(?:reached|exceeded|allowed)",
            r"(?:reached|exceeded|at) (?:the|its|your) maximum number of",
            r"can(?:'t|not| not) (?:have|create) more than [1-9]\d*",
            r"attempted to create more \w+ than allowed",
            r"requested more \w+(?: \w+)? .{0,30}than your current",
            r"TooMany(?!Requests)[A-Z]\w+",
            r"would exceed the (?:maximum|limit|quota)",
            r"exceed the allowed number of",
            r"quota allows for \d+ more",
        ),
        what="An AWS quota is used up, which stopped {resource}.",
        why=_USED,
        next=_HIGHER.format(""),
        source="Service Quotas user guide",
    ),
)
