"""The last look after a teardown: what AWS still lists of the site, by tag and by name.

What is found here is listed with where it is deleted, and not deleted: no stack held it, so nothing
but a tag or a name says whose it is. A log group is deleted once a person chooses it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.console import console
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.pricing.price_book.book import UnknownPriceError
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.provisioning.engine.outcome import Kept
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, stack_name

_FREE: Final = frozenset({"ecs:task-definition", "ecs:cluster", "kms:key", "cloudformation:stack"})
"""What AWS keeps listing after its deletion, for hours or for ever, and does not charge: inactive
clusters and task definitions, keys that wait for their deletion."""

_PROOF: Final = ".acm-validations.aws."
"""How the value of the DNS record ends that proved a domain to Certificate Manager."""

_OF_REGION: Final = {"AWSIotLogsV2": "log of AWS IoT", "RDSOSMetrics": "log of enhanced monitoring"}
"""Log groups that AWS creates for a whole Region, without an end of their logs."""

_PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ec2:elastic-ip": "elastic-ip",
        "ec2:natgateway": "nat-gateway",
        "ec2:security-group": "security-group",
        "ec2:subnet": "subnet",
        "ec2:vpc": "vpc",
        "ec2:vpc-endpoint": "vpc-endpoint",
        "ecr:repository": "repositories",
        "rds:db": "database",
        "s3:bucket": "bucket",
        "secretsmanager:secret": "secrets",
    }
)
"""Pages of the console where what a tag finds is deleted, by service and type of its ARN."""

_PAGES_BY_ARN: Final[Mapping[str, str]] = MappingProxyType(
    {"elasticloadbalancing:loadbalancer": "load-balancer", "sns:topic": "topic"}
)
"""Pages whose address has the whole ARN."""


_BYTES_PER_GB: Final = 1024**3
_HOURS: Final = 730
_MONTHLY: Final[Mapping[str, tuple[str, str, int]]] = MappingProxyType(
    {
        "ec2:elastic-ip": ("AmazonVPC", "Public IPv4 idle", _HOURS),
        "ec2:natgateway": ("AmazonEC2", "NAT gateway hour", _HOURS),
        "ec2:vpc-endpoint": ("AmazonVPC", "Interface VPC endpoint hour (per AZ/ENI)", _HOURS),
        "elasticloadbalancing:loadbalancer": ("AWSELB", "ALB hour", _HOURS),
        "secretsmanager:secret": ("AWSSecretsManager", "Secret", 1),
        "wafv2:global": ("awswaf", "Web ACL (WAFv2 regional)", 1),
    }
)
"""What a thing costs that nobody uses: service and item of the price book, and how many a month."""

_NO_CHARGE: Final = frozenset(
    {
        "ec2:internet-gateway",
        "ec2:route-table",
        "ec2:security-group",
        "ec2:subnet",
        "ec2:vpc",
        "iam:role",
        "sns:topic",
    }
)


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a site only while its stacks exist."""

    domain: str = ""
    hosted_zone: str = ""
    """Id of the Route 53 zone with its records; empty where DNS is elsewhere."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a sweep has found, and what it could not look up."""

    kept: tuple[Kept, ...]
    warnings: tuple[Plain, ...] = ()


async def before(stacks: SiteStacks) -> Before:
    """Return what a later sweep needs to know. Raises AwsError."""
    for stack_id in ("edge", "global", "app"):
        found = await stacks.find(stack_id)
        if found and found.parameters.get("DomainName"):
            known = found.parameters
            return Before(known["DomainName"], known.get("HostedZoneId", ""))
    return Before()


async def remaining(
    door: Door, site: str, was: Before, known: Collection[str], deleted: Collection[str]
) -> Found:
    """Return what AWS still lists of a site whose stacks are deleted.

    known: identifiers of what is listed already. deleted: physical ids of what its stacks held,
    which AWS may list for some hours. Raises AwsError.
    """
    tagged, warnings = await _tagged(door, site, {*known, *deleted})
    return Found(
        (
            *tagged,
            *await log_groups(door, site),
            *await _proofs(door, was),
        ),
        warnings,
    )


async def _tagged(
    door: Door, site: str, known: Collection[str]
) -> tuple[list[Kept], tuple[Plain, ...]]:
    filters = [{"Key": SITE_TAG, "Values": [site]}]
    arns: dict[str, str] = {}
    try:
        for region in dict.fromkeys((door.region, GLOBAL_REGION)):
            listed = await door.pages(
                "resourcegroupstaggingapi",
                "get_resources",
                "ResourceTagMappingList",
                region,
                TagFilters=filters,
            )
            arns |= {mapping["ResourceARN"]: region for mapping in listed}
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            raise
        return [], (_not_asked(error),)
    found = [named(arn, region) for arn, region in arns.items() if not _is_known(arn, known)]
    return [kept for kept in found if kept], ()


def _is_known(arn: str, known: Collection[str]) -> bool:
    """Whether an ARN is, or ends with, the id of something that is known."""
    return arn in known or any(arn.endswith((f":{id_}", f"/{id_}")) for id_ in known if id_)


def named(arn: str, region: str) -> Kept | None:
    """Return what an ARN names; None for what costs nothing and stays listed."""
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    type_, _, identifier = rest.replace("/", ":", 1).partition(":")
    if service == "s3" or (service == "sns" and not identifier):
        type_, identifier = ("bucket" if service == "s3" else "topic"), rest
    if f"{service}:{type_}" in _FREE:
        return None
    kind = f"{service}:{type_}"
    if kind in _PAGES_BY_ARN:
        page = console(_PAGES_BY_ARN[kind], region, id=arn)
    else:
        page = console(_PAGES.get(kind, "tagged"), region, id=identifier)
    return Kept(f"{type_} ({service})", arn, _price(kind, region), page)


def _price(kind: str, region: str) -> Decimal | None:
    """Return USD a month of something that nobody uses; None where the book has no price."""
    if kind in _NO_CHARGE:
        return Decimal(0)
    if kind not in _MONTHLY:
        return None
    service, item, count = _MONTHLY[kind]
    try:
        one = book().price(region, service, item).amount
    except UnknownPriceError:
        return None
    return (one * count).quantize(Decimal("0.01"))


async def log_groups(door: Door, site: str) -> list[Kept]:
    """Return the log groups that no stack held: the site's, and after the last site the Region's.

    Raises AwsError.
    """
    return [*await _own_log_groups(door, site), *await _of_region(door, site)]


async def _own_log_groups(door: Door, site: str) -> list[Kept]:
    """Return log groups with a name that services derive from the names of the site's stacks.

    Those of a site garage-left begin as those of the site garage, and are not its own.
    """
    own = stack_name(site, "")
    longer = [name for name in await record.names(door) if name.startswith(f"{site}-")]
    others = [f"/{stack_name(name, '')}" for name in longer]
    prefixes = (f"/aws/rds/instance/{own}data-", f"/aws/codebuild/{own}", f"/aws/lambda/{own}")
    found = []
    for prefix in prefixes:
        groups = await door.pages(
            "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=prefix
        )
        found += [
            _log_group("log group", group, door.region)
            for group in groups
            if not any(other in group["logGroupName"] for other in others)
        ]
    return found


async def _of_region(door: Door, site: str) -> list[Kept]:
    """Return the log groups that AWS keeps for the Region, once no other site is in the account."""
    if await record.regions(door, without=site):
        return []
    found = []
    for name, what in _OF_REGION.items():
        groups = await door.pages(
            "logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name
        )
        found += [
            _log_group(f"{what}, of the whole Region", group, door.region)
            for group in groups
            if group["logGroupName"] == name
        ]
    return found


def _log_group(what: str, group: Mapping[str, Any], region: str) -> Kept:
    name = str(group["logGroupName"])
    page = console("log-group", region, id=name)
    return Kept(what, name, _kept_logs(group, region), page, alone=True)


def _kept_logs(group: Mapping[str, Any], region: str) -> Decimal | None:
    """Return USD a month of what a log group holds; None where AWS or the book does not say."""
    try:
        one = book().price(region, "AmazonCloudWatch", "Logs storage (compressed)").amount
    except UnknownPriceError:
        return None
    stored = group.get("storedBytes")
    return None if stored is None else (one * stored / _BYTES_PER_GB).quantize(Decimal("0.01"))


async def delete_log_group(door: Door, site: str, name: str) -> tuple[int, tuple[Plain, ...]]:
    """Delete a log group that a sweep has found; return whether it was there, and why it stays.

    The printed policy reaches the site's own, and not those of the whole Region. Raises AwsError.
    """
    found = [kept for kept in await log_groups(door, site) if kept.identifier == name]
    for group in found:
        try:
            await door.find("logs", "delete_log_group", logGroupName=name)
        except AwsError as error:
            if error.kind is not Kind.DENIED:
                raise
            return 0, (_may_not(group, error),)
    return len(found), ()


def _may_not(group: Kept, error: AwsError) -> Plain:
    return Plain(
        what=f"The {group.what} {group.identifier} stays.",
        why="These credentials may not delete it.",
        next=f"With others, in the AWS console: {group.console}",
        detail=str(error),
    )


async def _proofs(door: Door, was: Before) -> list[Kept]:
    """Return the DNS records that proved the domain: CloudFormation leaves them in Route 53."""
    if not (was.domain and was.hosted_zone):
        return []
    zone = was.hosted_zone.removeprefix("/hostedzone/")
    records = await _records(door, zone)
    return [
        Kept(
            "DNS record that proved the domain, unless another certificate needs it",
            str(one["Name"]).rstrip("."),
            Decimal(0),
            console("records", GLOBAL_REGION, id=zone),
        )
        for one in records
        if one["Type"] == "CNAME" and _proves(one, was.domain)
    ]


async def _records(door: Door, zone: str) -> list[dict[str, Any]]:
    found = await door.find("route53", "list_resource_record_sets", HostedZoneId=zone)
    return list(found["ResourceRecordSets"]) if found else []


def _proves(one: Mapping[str, Any], domain: str) -> bool:
    values = [value["Value"].rstrip(".") + "." for value in one.get("ResourceRecords", ())]
    is_of_domain = str(one["Name"]).rstrip(".").endswith(f".{domain}")
    return is_of_domain and any(value.endswith(_PROOF) for value in values)


def _not_asked(error: AwsError) -> Plain:
    return Plain(
        what="AWS was not asked what it still lists with the site's tag.",
        why="These credentials may not call tag:GetResources, which the policy that solarrally "
        "policy deploy prints allows.",
        next="See AWS Resource Groups, Tag Editor, in the console.",
        detail=str(error),
    )
