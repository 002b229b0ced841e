"""The certificates of a site as ACM has them now, and the records that prove the name to it."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, stack_name

ISSUED: Final = "ISSUED"
PENDING: Final = "PENDING_VALIDATION"
_STATUSES: Final = (PENDING, ISSUED, "FAILED", "VALIDATION_TIMED_OUT")
_TYPE: Final = "AWS::CertificateManager::Certificate"
_NOT_YET: Final = frozenset({Kind.NOT_FOUND, Kind.INVALID})

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CAA_ERROR": "A CAA record of the domain forbids Amazon to issue certificates. Add a CAA "
        'record 0 issue "amazon.com" where the others are, or remove them.',
        "ADDITIONAL_VERIFICATION_REQUIRED": "Amazon wants to check this domain by hand first. "
        "Ask AWS Support for it.",
        "DOMAIN_NOT_ALLOWED": "Amazon refuses this domain, mostly because it is listed as unsafe. "
        "Ask AWS Support, or use another domain.",
        "INVALID_PUBLIC_DOMAIN": "This is not a public domain name. Check its spelling.",
        "DOMAIN_VALIDATION_DENIED": "The owner of the domain has refused the certificate.",
        "NO_AVAILABLE_CONTACTS": "There is nobody whom Amazon could ask by e-mail.",
        "VALIDATION_TIMED_OUT": "The record was not seen for 72 hours, and AWS has given up. "
        "Set the record, then run deploy again.",
        "OTHER": "Amazon gives no reason. Run deploy again; if it happens again, ask AWS Support.",
    }
)
"""What ACM's FailureReason (API reference, CertificateDetail) means, and what to do then."""


@dataclass(frozen=True, slots=True)
class PendingCertificate:
    """One certificate: its state in ACM's words, and why it failed in ours.

    records is empty in the first seconds, before ACM has worked them out.
    """

    domain: str
    region: str
    arn: str
    status: str
    reason: str = ""
    records: tuple[DnsRecord, ...] = ()

    @property
    def is_issued(self) -> bool:
        """Whether it can be used."""
        return self.status == ISSUED


async def pending(door: Door, site: Site) -> tuple[PendingCertificate, ...]:
    """Return those of the site's certificates that are not issued. Raises AwsError."""
    return tuple(each for each in await certificates(door, site) if not each.is_issued)


async def certificates(door: Door, site: Site) -> tuple[PendingCertificate, ...]:
    """Return every certificate for the site's present domain, in CloudFront's Region first.

    Both are there only while `global` and `app` have asked for them. Raises AwsError.
    """
    if not site.domain.name:
        return ()
    places = {GLOBAL_REGION: ["global"]}
    places.setdefault(site.region, []).append("app")
    found = await asyncio.gather(
        *(_in_region(door, site, region, stacks) for region, stacks in places.items())
    )
    return tuple(each for some in found for each in some)


def records_of(found: Iterable[PendingCertificate]) -> tuple[DnsRecord, ...]:
    """Return the records of certificates, each once: ACM asks for the same one in every Region."""
    return tuple(dict.fromkeys(record for each in found for record in each.records))


def explanation(reason: str) -> str:
    """Return what a failure reason of ACM, alone or within a longer text, means; else ''."""
    return next((words for code, words in REASONS.items() if re.search(rf"\b{code}\b", reason)), "")


async def _in_region(
    door: Door, site: Site, region: str, stacks: Iterable[str]
) -> list[PendingCertificate]:
    ours, listed = await asyncio.gather(
        asyncio.gather(*(in_stack(door, stack_name(site.name, id_), region) for id_ in stacks)),
        tagged(door, site.name, region, site.domain.name),
    )
    arns = dict.fromkeys([*(arn for some in ours for arn in some), *listed])
    told = await asyncio.gather(*(_described(door, arn, region) for arn in arns))
    return [each for each in told if each and each.domain == site.domain.name]


async def in_stack(door: Door, stack: str, region: str) -> list[str]:
    """Return the certificates that a stack knows already: CloudFormation tells them late."""
    try:
        told = await door.pages(
            "cloudformation",
            "list_stack_resources",
            "StackResourceSummaries",
            region,
            StackName=stack,
        )
    except AwsError as error:
        if error.kind in _NOT_YET:
            return []
        raise
    ids = [str(r.get("PhysicalResourceId", "")) for r in told if r["ResourceType"] == _TYPE]
    return [id_ for id_ in ids if id_.startswith("arn:")]


async def tagged(
    door: Door, site: str, region: str, domain: str = "", statuses: Iterable[str] = _STATUSES
) -> list[str]:
    """Return the ARNs of certificates that carry a site's tag, of one domain or of any.

    Raises AwsError.
    """
    told = await door.pages(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        region,
        CertificateStatuses=list(statuses),
    )
    fitting = (each for each in told if not domain or each["DomainName"] == domain)
    arns = [str(each["CertificateArn"]) for each in fitting]
    tags = await asyncio.gather(*(_tags(door, arn, region) for arn in arns))
    return [arn for arn, its in zip(arns, tags, strict=True) if its.get(SITE_TAG) == site]


async def _tags(door: Door, arn: str, region: str) -> dict[str, str]:
    try:
        told = await door.call("acm", "list_tags_for_certificate", region, CertificateArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return {}
        raise
    return {tag["Key"]: tag.get("Value", "") for tag in told.get("Tags", ())}


async def _described(door: Door, arn: str, region: str) -> PendingCertificate | None:
    try:
        told = await door.call("acm", "describe_certificate", region, CertificateArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    return read(told["Certificate"], region)


def read(detail: Mapping[str, Any], region: str) -> PendingCertificate:
    """Return a certificate from ACM's CertificateDetail."""
    options = detail.get("DomainValidationOptions") or ()
    records = (option["ResourceRecord"] for option in options if option.get("ResourceRecord"))
    status = str(detail["Status"])
    failure = str(detail.get("FailureReason") or status)
    return PendingCertificate(
        str(detail["DomainName"]),
        region,
        str(detail["CertificateArn"]),
        status,
        "" if status in {ISSUED, PENDING} else REASONS.get(failure, failure),
        tuple(DnsRecord.from_aws(each["Name"], each["Type"], each["Value"]) for each in records),
    )
