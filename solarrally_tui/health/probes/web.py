"""Checks from outside: the page, the application's own health, the live link."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import httpx
from websockets.exceptions import InvalidHandshake, InvalidStatus

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed import viewer_login
from solarrally_tui.deployed.site_http import Front
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.iot import bridge
from solarrally_tui.health.report import Observation, fail, ok, unknown, warn

_NOT_LISTED: Final = "The address of this computer is not among access.addresses."


async def page(observed: ObservedSite) -> Observation:
    """The dashboard page is served, or asks who comes where we may not know the password."""
    front, headers = front_of(observed), await _viewer(observed)
    url = front.url
    answer = await ask(front, "/", headers)
    if isinstance(answer, Observation):
        return answer
    if answer.status_code == httpx.codes.UNAUTHORIZED and not headers:
        return ok(f"{url}/ asks for its password, which these credentials are not allowed to read.")
    if answer.status_code == httpx.codes.FORBIDDEN and _by_address(observed):
        return unknown(_NOT_LISTED)
    kind = answer.headers.get("content-type", "")
    if answer.status_code != 200:
        return fail(f"{url}/ answers with status {answer.status_code}.")
    return ok(f"{url}/ is served.") if "html" in kind else fail(f"{url}/ is not a page: {kind}.")


async def application(observed: ObservedSite) -> Observation:
    """The application answers and is connected to its broker.

    Where the bridge's certificate is the cause of a lost link, that check tells it, not this one.
    """
    front = front_of(observed)
    url = f"{front.url}/health"
    answer = await ask(front, "/health")
    if isinstance(answer, Observation):
        return answer
    if answer.status_code != 200:
        return fail(f"{url} answers with status {answer.status_code}.")
    told = told_by(answer)
    if "mqtt_connected" not in told:
        return fail(f"{url} is not answered by the application.")
    if told["mqtt_connected"] is True:
        return ok("The application answers and has its MQTT connection.")
    if (await bridge(observed)).severity is Severity.FAIL:
        return ok("The application answers. Its MQTT link waits for the bridge's certificate.")
    return fail("The application runs, but has no connection to its MQTT broker.")


async def live(observed: ObservedSite) -> Observation:
    """The live telemetry link opens. Messages are not needed: there may be no charger."""
    front, headers = front_of(observed), await _viewer(observed)
    url = f"{front.url}/ws/live".replace("https://", "wss://")
    try:
        async with front.live(headers):
            return ok(f"{url} opens.")
    except InvalidStatus as error:
        status = error.response.status_code
        if status == httpx.codes.UNAUTHORIZED and not headers:
            return unknown(
                f"{url} asks for its password, which these credentials are not allowed to read."
            )
        if status == httpx.codes.FORBIDDEN and _by_address(observed):
            return unknown(_NOT_LISTED)
        return fail(f"{url} does not open: {_words(error)}")
    except (OSError, TimeoutError, InvalidHandshake) as error:
        return fail(f"{url} does not open: {_words(error)}")


async def _viewer(observed: ObservedSite) -> dict[str, str]:
    """Return what signs us in at the dashboard; nothing where we may not read the password."""
    edge = observed.stack("edge")
    outputs = edge.outputs if edge else {}
    try:
        return await viewer_login.headers(observed.door, outputs)
    except AwsError as error:
        if error.kind is Kind.DENIED:
            return {}
        raise


def _by_address(observed: ObservedSite) -> bool:
    return observed.site.access.viewing == "addresses"


async def strangers(observed: ObservedSite) -> Observation:
    """Who comes without the password sees neither the page nor live telemetry."""
    front = front_of(observed)
    url = front.url
    for path in ("/", "/ws/live"):
        answer = await ask(front, path)
        if isinstance(answer, Observation):
            return unknown(answer.line)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return warn(f"{url}{path} lets nobody in: the password is not set up yet.")
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return fail(f"{url}{path} does not ask for the password: {answer.status_code}.")
    return ok("Strangers are asked for the password.")


def front_of(observed: ObservedSite) -> Front:
    """Return where the site answers now, which may not be what its answers want."""
    names = ("DistributionDomainName", "Url")
    return Front.of({name: observed.output("edge", name) for name in names})


async def ask(
    front: Front, path: str, headers: Mapping[str, str] = MappingProxyType({})
) -> httpx.Response | Observation:
    """Ask for a path of the site; nobody answering is a finding."""
    try:
        return await front.get(path, headers)
    except httpx.TransportError as error:
        return fail(f"{front.url}{path} does not answer: {_words(error)}")


def told_by(answer: httpx.Response) -> dict[str, Any]:
    """Return the object that an answer holds, empty where it holds none."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
