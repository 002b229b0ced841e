"""The certificates of a site as ACM has them now, and the DNS records that prove its name."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, tolerate
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, STANDBY_TAG

ISSUED: Final = "ISSUED"
PENDING: Final = "PENDING_VALIDATION"
_STATUSES: Final = (PENDING, ISSUED, "FAILED", "VALIDATION_TIMED_OUT")
_TYPE: Final = "AWS::CertificateManager::Certificate"
_NOT_YET: Final = frozenset({Kind.NOT_FOUND, Kind.INVALID})

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CAA_ERROR": "A CAA record of the domain forbids Amazon to issue certificates. Add the CAA "
        'record 0 issue "amazon.com" beside the existing ones, or remove those.',
        "ADDITIONAL_VERIFICATION_REQUIRED": "Amazon has to review this domain first. "
        "Contact AWS Support.",
        "DOMAIN_NOT_ALLOWED": "Amazon refuses this domain, usually because it is listed as unsafe. "
        "Contact AWS Support, or use another domain.",
        "INVALID_PUBLIC_DOMAIN": "This is not a public domain name. Check its spelling.",
        "DOMAIN_VALIDATION_DENIED": "The owner of the domain refused the certificate.",
        "NO_AVAILABLE_CONTACTS": "Amazon found no e-mail address of the domain's owner.",
        "VALIDATION_TIMED_OUT": "AWS did not see the DNS record in time and gave up. "
        "Create the record, then run deploy again.",
        "OTHER": "Amazon gives no reason. Run deploy again. If that fails too, ask AWS Support.",
    }
)
"""What ACM's FailureReason (API reference, CertificateDetail) means, and what to do."""


@dataclass(frozen=True, slots=True)
class PendingCertificate:
    """One certificate: its status in ACM's words, and why it failed in ours.

    records is empty in the first seconds, before ACM has generated them.
    """

    domain: str
    region: str
    arn: str
    status: str
    reason: str = ""
    records: tuple[DnsRecord, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether it may still be issued."""
        return self.status == PENDING

    @property
    def is_issued(self) -> bool:
        """Whether it can be used."""
        return self.status == ISSUED


async def pending(door: Door, site: Site) -> tuple[PendingCertificate, ...]:
    """Return those of the site's certificates that are not issued. Raises AwsError."""
    return tuple(
        certificate for certificate in await certificates(door, site) if not certificate.is_issued
    )


async def certificates(door: Door, site: Site) -> tuple[PendingCertificate, ...]:
    """Return every certificate for the site's present names, in CloudFront's Region first.

    They exist only once `global`, `balancer` and `iot` have requested them. Raises AwsError.
    """
    if not site.domain.names:
        return ()
    places = {GLOBAL_REGION: ["global"]}
    places.setdefault(site.region, []).extend(("balancer", "iot"))
    by_region = await asyncio.gather(
        *(_in_region(door, site, region, stacks) for region, stacks in places.items())
    )
    return tuple(certificate for listed in by_region for certificate in listed)


def records_of(certificates: Iterable[PendingCertificate]) -> tuple[DnsRecord, ...]:
    """Return the records of certificates, each once: ACM wants the same one in every Region."""
    return tuple(
        dict.fromkeys(record for certificate in certificates for record in certificate.records)
    )


def explanation(reason: str) -> str:
    """Return what a failure reason of ACM means, alone or within a longer text; else ''."""
    return next((words for code, words in REASONS.items() if re.search(rf"\b{code}\b", reason)), "")


async def _in_region(
    door: Door, site: Site, region: str, stacks: Iterable[str]
) -> list[PendingCertificate]:
    # CloudFormation lists a certificate only once its stack has it, so the tag is searched too.
    names = site.domain.names
    in_stacks, listed = await asyncio.gather(
        asyncio.gather(*(in_stack(SiteStacks.of(site, door), id_) for id_ in stacks)),
        asyncio.gather(*(tagged(door, site.name, region, name) for name in names)),
    )
    arns = dict.fromkeys(arn for some in (*in_stacks, *listed) for arn in some)
    all_ = await asyncio.gather(*(described(door, arn, region) for arn in arns))
    return [found for found in all_ if found and found.domain in names]


async def in_stack(stacks: SiteStacks, stack_id: str) -> list[str]:
    """Return the certificates that CloudFormation lists in a stack; none without the stack."""
    with tolerate(*_NOT_YET):
        ids = await stacks.resource_ids(stack_id, _TYPE)
        return [id_ for id_ in ids if id_.startswith("arn:")]
    return []


async def tagged(
    door: Door,
    site: str,
    region: str,
    domain: str = "",
    statuses: Iterable[str] = _STATUSES,
    *,
    key: str = SITE_TAG,
) -> list[str]:
    """Return the ARNs of certificates that have a site's tag, of one domain or of any.

    key: of the tag. What is on standby for a recovery is found only by its own. Raises AwsError.
    """
    summaries = await door.pages(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        region,
        CertificateStatuses=list(statuses),
    )
    arns = [
        str(summary["CertificateArn"])
        for summary in summaries
        if not domain or summary["DomainName"] == domain
    ]
    tags = await asyncio.gather(*(_tags(door, arn, region) for arn in arns), return_exceptions=True)
    refusals = [its for its in tags if isinstance(its, BaseException)]
    # A policy may hide certificates of others. Where it hides all, nothing is known of ours.
    for error in refusals:
        if len(refusals) == len(arns) or not _is_denied(error):
            raise error
    return [
        arn
        for arn, its in zip(arns, tags, strict=True)
        if isinstance(its, dict)
        and its.get(key) == site
        and key == (STANDBY_TAG if STANDBY_TAG in its else SITE_TAG)
    ]


def _is_denied(error: BaseException) -> bool:
    return isinstance(error, AwsError) and error.kind is Kind.DENIED


async def _tags(door: Door, arn: str, region: str) -> dict[str, str]:
    response = await door.find("acm", "list_tags_for_certificate", region, CertificateArn=arn)
    return {tag["Key"]: tag.get("Value", "") for tag in (response or {}).get("Tags", ())}


async def described(door: Door, arn: str, region: str) -> PendingCertificate | None:
    """Return a certificate as it is now, or None where there is none. Raises AwsError."""
    response = await door.find("acm", "describe_certificate", region, CertificateArn=arn)
    return read(response["Certificate"], region) if response else None


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
