"""What stands before the application: certificates with their DNS records, and CloudFront."""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.case import Case
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.subject import OutOfReachError

CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"


async def certificates(case: Case) -> AsyncIterator[Evidence]:
    """Tell the state of the site's certificates, and the DNS records that they wait for."""
    if not case.subject.site.has_domain:
        raise OutOfReachError("The site has no domain of its own, so it needs no certificate.")
    for stack in ("global", "app"):
        if case.stack(stack):
            for arn in await case.things(stack, CERTIFICATE):
                if arn.startswith("arn:"):
                    async for each in _certificate(case, stack, arn):
                        yield each


async def _certificate(case: Case, stack: str, arn: str) -> AsyncIterator[Evidence]:
    region = case.region(stack)
    try:
        answer, asked = await case.call("acm", "describe_certificate", region, CertificateArn=arn)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return
        raise
    told = answer["Certificate"]
    link = case.link("certificate", region, id=arn.rpartition("/")[2])
    yield asked.saw(
        "certificate", _words(told), resource=told["DomainName"], type=CERTIFICATE,
        state=told["Status"], good=told["Status"] == "ISSUED", link=link,
        time=told.get("CreatedAt"), facts={"record": _record(told)},
    )  # fmt: skip


def _words(told: dict[str, Any]) -> str:
    reason = told.get("FailureReason", "")
    return f"Status: {told['Status']}" + (f", FailureReason: {reason}" if reason else "")


def _record(told: dict[str, Any]) -> str:
    """Return the first DNS record that is still waited for, as name, type and value."""
    for each in told.get("DomainValidationOptions", ()):
        record = each.get("ResourceRecord")
        if record and each.get("ValidationStatus") != "SUCCESS":
            return f"{record['Name']} {record['Type']} {record['Value']}"
    return ""


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
        yield gone.saw("distribution", error.message, resource=identifier, type=DISTRIBUTION,
                       state="deleted", link=link)  # fmt: skip
        return
    told = answer["Distribution"]
    enabled = bool(told["DistributionConfig"]["Enabled"])
    state = told["Status"] if enabled else "Disabled"
    yield asked.saw(
        "distribution", f"Status: {told['Status']}, Enabled: {str(enabled).lower()}",
        resource=identifier, type=DISTRIBUTION, state=state, good=state == "Deployed", link=link,
        time=told.get("LastModifiedTime"),
    )  # fmt: skip
