"""What stands before the application: certificates with their DNS records, and CloudFront."""

from collections.abc import AsyncIterator
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.domains.certificates import certificates as found_certificates
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError

CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"


async def certificates(case: Case) -> AsyncIterator[Evidence]:
    """Tell the state of the site's certificates, and the DNS records that they wait for."""
    if not case.observed.site.has_domain:
        raise NotNeededError
    for each in await found_certificates(case.door, case.observed.site):
        asked = Asked("acm", "describe_certificate", each.region, {"CertificateArn": each.arn})
        yield asked.saw(
            "certificate",
            f"Status: {each.status}. {each.reason}",
            resource=each.domain,
            type=CERTIFICATE,
            state=each.status,
            good=each.is_issued,
            link=case.link("certificate", each.region, id=each.arn.rpartition("/")[2]),
            facts={"record": in_words(each.records), "reason": each.reason},
        )


async def distribution(case: Case) -> AsyncIterator[Evidence]:
    """Tell whether CloudFront has taken its configuration to all places."""
    edge = case.stack("edge")
    identifier = (edge.outputs if edge else {}).get("DistributionId")
    identifier = identifier or await case.thing("edge", DISTRIBUTION)
    region = case.region("edge")
    link = case.link("distribution", "us-east-1", id=identifier)
    try:
        answer, asked = await case.call("cloudfront", "get_distribution", region, Id=identifier)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        gone = Asked("cloudfront", "get_distribution", region, {"Id": identifier})
        yield gone.saw(
            "distribution",
            error.message,
            resource=identifier,
            type=DISTRIBUTION,
            state="deleted",
            link=link,
        )
        return
    told = answer["Distribution"]
    enabled = bool(told["DistributionConfig"]["Enabled"])
    state = told["Status"] if enabled else "Disabled"
    yield asked.saw(
        "distribution",
        f"Status: {told['Status']}, Enabled: {str(enabled).lower()}",
        resource=identifier,
        type=DISTRIBUTION,
        state=state,
        good=state == "Deployed",
        link=link,
        time=told.get("LastModifiedTime"),
    )
