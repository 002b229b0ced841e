"""What is in front of the application: certificates with their DNS records, and CloudFront."""

from collections.abc import AsyncIterator
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.domains.certificates import certificates as certificates_of
from solarrally_tui.domains.certificates import pending
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.domains.proof_check import check_proofs
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.site.names import GLOBAL_REGION

CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"


async def certificates(case: Case) -> AsyncIterator[Evidence]:
    """Yield the state of the site's certificates, and the DNS records that they wait for."""
    site = case.observed.site
    if not site.has_domain:
        raise NotNeededError
    for certificate in await certificates_of(case.door, site):
        call = ApiCall(
            "acm", "describe_certificate", certificate.region, {"CertificateArn": certificate.arn}
        )
        yield call.evidence(
            "certificate",
            f"Status: {certificate.status}. {certificate.reason}",
            resource=certificate.domain,
            type=CERTIFICATE,
            state=certificate.status,
            good=certificate.is_issued,
            link=case.link(
                "certificate", certificate.region, id=certificate.arn.rpartition("/")[2]
            ),
            facts={"record": in_words(certificate.records), "reason": certificate.reason},
        )


async def proofs(case: Case) -> AsyncIterator[Evidence]:
    """Yield what DNS has in place of the records that certificates wait for."""
    site = case.observed.site
    if not site.has_domain:
        raise NotNeededError
    waiting = await pending(case.door, site)
    for finding in await check_proofs(Dns.of_environment(), waiting):
        yield Evidence(
            "dns-proof",
            f"{finding.line} {finding.fix}".strip(),
            "DNS",
            site.domain.name,
            type=finding.title,
            state=finding.severity.value,
            good=finding.severity is Severity.OK,
        )


async def distribution(case: Case) -> AsyncIterator[Evidence]:
    """Yield whether CloudFront has deployed its configuration to all edge locations."""
    identifier = await case.resource_id("edge", DISTRIBUTION, output="DistributionId")
    region = case.region("edge")
    common = {
        "resource": identifier,
        "type": DISTRIBUTION,
        "link": case.link("distribution", GLOBAL_REGION, id=identifier),
    }
    try:
        response, call = await case.call("cloudfront", "get_distribution", region, Id=identifier)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        call = ApiCall(error.service, error.operation, region, {"Id": identifier})
        yield call.evidence("distribution", error.message, state="deleted", **common)
        return
    details = response["Distribution"]
    enabled = bool(details["DistributionConfig"]["Enabled"])
    state = details["Status"] if enabled else "Disabled"
    yield call.evidence(
        "distribution",
        f"Status: {details['Status']}, Enabled: {str(enabled).lower()}",
        state=state,
        good=state == "Deployed",
        time=details.get("LastModifiedTime"),
        **common,
    )
