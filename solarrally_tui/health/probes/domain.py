"""Checks of a site's own name: its certificate, and where DNS leads it."""

from datetime import UTC, datetime
from typing import Any, Final

import httpx

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.site_http import Front
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import address_record
from solarrally_tui.domains.proof_check import points
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.web import ask, front_of, told_by
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn
from solarrally_tui.site.names import GLOBAL_REGION

_SOON_DAYS: Final = 30


async def address(observed: ObservedSite) -> Observation:
    """The site's own name leads to CloudFront. The site serves without that, so it never fails."""
    front = front_of(observed)
    if not front.name:
        return unknown("The site does not have its name yet. Deploy gives it the name.")
    told = await points(Dns.of_environment(), front.name, front.address)
    if told.severity is Severity.UNKNOWN:
        return unknown("No answer from DNS.")
    if told.severity is Severity.OK or await _answers(Front(front.name)):
        return ok(f"{front.name} leads to the site.")
    where = f"{front.name}{told.line.removeprefix('It')}"
    if observed.site.domain.is_external:
        return warn(f"{where} Where its DNS is, set: {address_record(front.name, front.address)}.")
    return warn(
        f"{where} Its zone in Route 53 needs an alias to {front.address}, and the registrar the "
        "zone's name servers."
    )


async def _answers(front: Front) -> bool:
    """Tell whether the application answers: what other addresses in DNS come to."""
    answer = await ask(front, "/health")
    return isinstance(answer, httpx.Response) and "mqtt_connected" in told_by(answer)


async def certificate(observed: ObservedSite) -> Observation:
    """The certificate of the site's own address is issued and does not end soon."""
    arn = observed.output("global", "CertificateArn")
    try:
        answer = await observed.door.call(
            "acm", "describe_certificate", GLOBAL_REGION, CertificateArn=arn
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return fail("The certificate was deleted.")
        raise
    return judge_certificate(answer["Certificate"], datetime.now(UTC))


def judge_certificate(told: dict[str, Any], now: datetime) -> Observation:
    """Judge what ACM tells about a certificate."""
    name, status = told["DomainName"], told["Status"]
    if status == "PENDING_VALIDATION":
        return warn(f"The certificate for {name} waits for its DNS record.")
    if status != "ISSUED":
        return fail(f"The certificate for {name} is {status}.")
    days = (told["NotAfter"] - now).days if told.get("NotAfter") else None
    if days is None:
        return ok(f"The certificate for {name} is issued.")
    if days < 0:
        return fail(f"The certificate for {name} has expired.")
    if days < _SOON_DAYS:
        return warn(f"The certificate for {name} ends in {days} days. ACM did not renew it.")
    return ok(f"The certificate for {name} is valid for {days} days.")
