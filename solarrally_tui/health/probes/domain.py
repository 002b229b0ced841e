"""Checks of a site's own domain: its certificate, and where DNS leads it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.domains import charger_host
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import address_record
from solarrally_tui.domains.proof_check import check_address
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.web import front_of, json_of, request
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn
from solarrally_tui.site.names import GLOBAL_REGION
from solarrally_tui.text.enumeration import counted

_SOON_DAYS: Final = 30
"""ACM renews 60 days before the end (ACM user guide, Managed certificate renewal)."""
_RENEWAL_STUCK: Final = frozenset({"FAILED", "PENDING_VALIDATION"})
"""RenewalStatus where ACM waits for the DNS record, or gave up (ACM API, RenewalSummary)."""


async def address(observed: ObservedSite) -> Observation:
    """Judge whether the site's domain leads to CloudFront. Never fails: the site serves anyway."""
    front = front_of(observed)
    if not front.name:
        return unknown("The site does not use its domain yet. Deploy it again to set it up.")
    pointing = await check_address(Dns.of_environment(), front.name, front.address)
    if pointing.severity is Severity.UNKNOWN:
        return unknown("DNS did not respond.")
    if pointing.severity is Severity.OK or await _answers(Front(front.name)):
        return ok(f"{front.name} leads to the site.")
    where = f"{front.name}{pointing.line.removeprefix('It')}"
    if observed.site.domain.is_external:
        record = address_record(front.name, front.address)
        return warn(f"{where} Create this DNS record where the domain is managed: {record}.")
    return warn(
        f"{where} Its hosted zone in Route 53 needs an alias to {front.address}, and the registrar "
        "needs the name servers of that zone."
    )


async def _answers(front: Front) -> bool:
    """Tell whether the application answers at the domain, whatever the records look like.

    A proxy or a flattened alias shows other addresses than CloudFront's and works all the same.
    """
    response = await request(front, "/health")
    return isinstance(response, httpx.Response) and "mqtt_connected" in json_of(response)


async def certificate(observed: ObservedSite) -> Observation:
    """Judge whether the certificate of the site's domain is issued and does not expire soon."""
    arn = observed.output("global", "CertificateArn")
    return await _certificate(observed, arn, GLOBAL_REGION)


async def leads_chargers(observed: ObservedSite) -> Observation:
    """Judge whether the chargers' host leads to AWS IoT here, with a certificate that is valid.

    Never fails for what DNS says: AWS's own host serves anyway.
    """
    host = observed.site.domain.charger_host
    arn = observed.output("iot", "ChargerCertificateArn")
    certified, endpoint = await asyncio.gather(
        _certificate(observed, arn, observed.deployed.region), iot_endpoint(observed.door)
    )
    if certified.severity is not Severity.OK:
        return certified
    target = endpoint.address
    leads = await charger_host.check(Dns.of_environment(), host, target)
    if leads.severity is Severity.UNKNOWN:
        return unknown("DNS did not respond.")
    if leads.severity is Severity.OK:
        return replace(certified, line=f"{host} leads to AWS IoT. {certified.line}")
    record = charger_host.record(host, target)
    where = "where the domain is managed" if observed.site.domain.is_external else "in Route 53"
    return warn(f"{host}{leads.line.removeprefix('It')} Its DNS record {where} is: {record}.")


async def _certificate(observed: ObservedSite, arn: str, region: str) -> Observation:
    response = await observed.door.find("acm", "describe_certificate", region, CertificateArn=arn)
    if response is None:
        return fail("The certificate was deleted.")
    return judge_certificate(response["Certificate"], datetime.now(UTC))


def judge_certificate(detail: dict[str, Any], now: datetime) -> Observation:
    """Judge a certificate by ACM's CertificateDetail."""
    name, status = detail["DomainName"], detail["Status"]
    if status == "PENDING_VALIDATION":
        return warn(f"The certificate for {name} is waiting for its DNS record.")
    if status != "ISSUED":
        return fail(f"The certificate for {name} is {status}.")
    if not detail.get("NotAfter"):
        return ok(f"The certificate for {name} is issued.")
    days = (detail["NotAfter"] - now).days
    left = Figure("certificate", "Certificate", float(days), "days", limit=float(_SOON_DAYS))
    if days < 0:
        return fail(f"The certificate for {name} has expired.", left)
    if days < _SOON_DAYS:
        return warn(
            f"The certificate for {name} expires in {counted(days, 'day')}. "
            "ACM has not renewed it.",
            left,
        )
    line = f"The certificate for {name} is valid for {counted(days, 'day')}."
    renewal = (detail.get("RenewalSummary") or {}).get("RenewalStatus", "")
    if renewal in _RENEWAL_STUCK:
        return warn(
            f"{line} ACM tried to renew it: {renewal}. Its DNS record must stay where the domain "
            "is managed.",
            left,
        )
    return ok(f"{line} ACM renews it: {renewal}." if renewal else line, left)
