"""Checks from outside: the page, the application's own health, the live link, the certificate."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from solarrally_tui.aws import viewing
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.trust import https_context
from solarrally_tui.health.probes_iot import bridge
from solarrally_tui.health.report import Finding, Verdict, fail, ok, unknown, warn
from solarrally_tui.health.subject import Stack, Subject
from solarrally_tui.site.names import GLOBAL_REGION

_LIMIT: Final = 10.0
_SOON_DAYS: Final = 30
_NOT_LISTED: Final = "The address of this computer is not among access.addresses."


async def page(subject: Subject) -> Finding:
    """The dashboard page is served, or asks who comes where we may not know the password."""
    url = subject.output("edge", "Url").rstrip("/")
    headers = await _viewer(subject)
    answer = await _get(f"{url}/", headers)
    if isinstance(answer, Finding):
        return answer
    if answer.status_code == httpx.codes.UNAUTHORIZED and not headers:
        return ok(f"{url}/ asks for its password, which these credentials are not allowed to read.")
    if answer.status_code == httpx.codes.FORBIDDEN and _by_address(subject):
        return unknown(_NOT_LISTED)
    kind = answer.headers.get("content-type", "")
    if answer.status_code != 200:
        return fail(f"{url}/ answers with status {answer.status_code}.")
    return ok(f"{url}/ is served.") if "html" in kind else fail(f"{url}/ is not a page: {kind}.")


async def application(subject: Subject) -> Finding:
    """The application answers and is connected to its broker.

    Where the bridge's certificate is the cause of a lost link, that check tells it, not this one.
    """
    url = f"{subject.output('edge', 'Url').rstrip('/')}/health"
    answer = await _get(url)
    if isinstance(answer, Finding):
        return answer
    if answer.status_code != 200:
        return fail(f"{url} answers with status {answer.status_code}.")
    told = _json(answer)
    if "mqtt_connected" not in told:
        return fail(f"{url} is not answered by the application.")
    if told["mqtt_connected"] is True:
        return ok("The application answers and has its MQTT connection.")
    if (await bridge(subject)).state is Verdict.FAIL:
        return ok("The application answers. Its MQTT link waits for the bridge's certificate.")
    return fail("The application runs, but has no connection to its MQTT broker.")


async def live(subject: Subject) -> Finding:
    """The live telemetry link opens. Messages are not needed: there may be no charger."""
    url = f"{subject.output('edge', 'Url').rstrip('/')}/ws/live".replace("https://", "wss://")
    headers = await _viewer(subject)
    try:
        async with connect(
            url, ssl=https_context(), open_timeout=_LIMIT, additional_headers=headers
        ):
            return ok(f"{url} opens.")
    except InvalidStatus as error:
        status = error.response.status_code
        if status == httpx.codes.UNAUTHORIZED and not headers:
            return unknown(
                f"{url} asks for its password, which these credentials are not allowed to read."
            )
        if status == httpx.codes.FORBIDDEN and _by_address(subject):
            return unknown(_NOT_LISTED)
        return fail(f"{url} does not open: {_words(error)}")
    except (OSError, TimeoutError, InvalidHandshake) as error:
        return fail(f"{url} does not open: {_words(error)}")


async def _viewer(subject: Subject) -> dict[str, str]:
    """Return what signs us in at the dashboard; nothing where we may not read the password."""
    found = subject.stacks["edge"]
    outputs = found.outputs if isinstance(found, Stack) else {}
    try:
        return await viewing.headers(subject.door, outputs)
    except AwsError as error:
        if error.kind is Kind.DENIED:
            return {}
        raise


def _by_address(subject: Subject) -> bool:
    return subject.site.access.viewing == "addresses"


async def strangers(subject: Subject) -> Finding:
    """Who comes without the password sees neither the page nor live telemetry."""
    url = subject.output("edge", "Url").rstrip("/")
    for path in ("/", "/ws/live"):
        answer = await _get(f"{url}{path}")
        if isinstance(answer, Finding):
            return unknown(answer.detail)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return warn(f"{url}{path} lets nobody in: the password is not set up yet.")
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return fail(f"{url}{path} does not ask for the password: {answer.status_code}.")
    return ok("Strangers are asked for the password.")


async def certificate(subject: Subject) -> Finding:
    """The certificate of the site's own address is issued and does not end soon."""
    arn = subject.output("global", "CertificateArn")
    try:
        answer = await subject.door.call(
            "acm", "describe_certificate", GLOBAL_REGION, CertificateArn=arn
        )
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            return fail("The certificate was deleted.")
        raise
    return judge_certificate(answer["Certificate"], datetime.now(UTC))


def judge_certificate(told: dict[str, Any], now: datetime) -> Finding:
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


async def _get(
    url: str, headers: Mapping[str, str] = MappingProxyType({})
) -> httpx.Response | Finding:
    try:
        async with httpx.AsyncClient(verify=https_context(), timeout=_LIMIT) as client:
            return await client.get(url, headers=dict(headers))
    except httpx.TransportError as error:
        return fail(f"{url} does not answer: {_words(error)}")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
