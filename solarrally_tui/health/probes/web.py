"""Checks from outside: the page, the application's own health, the live link."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import httpx
from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, ProxyError

from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.computer import https, proxies
from solarrally_tui.deployed import viewer_login
from solarrally_tui.deployed.site_http import Front
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.probes.iot import bridge
from solarrally_tui.health.report import Observation, fail, not_from_here, ok, unknown, warn

_NOT_LISTED: Final = "This computer's address is not in access.addresses."
_NO_PASSWORD: Final = "asks for its password, which these credentials are not allowed to read."  # noqa: S105 a text


async def page(observed: ObservedSite) -> Observation:
    """Judge whether the dashboard page is served.

    A request for the password is fine where our credentials are not allowed to read it.
    """
    front, headers = front_of(observed), await _viewer_headers(observed)
    response = await request(front, "/", headers)
    if isinstance(response, Observation):
        return response
    if response.status_code == httpx.codes.UNAUTHORIZED and not headers:
        return ok(f"{front.url}/ {_NO_PASSWORD}")
    if response.status_code == httpx.codes.FORBIDDEN and _is_by_address(observed):
        return unknown(_NOT_LISTED)
    if response.status_code != httpx.codes.OK:
        return fail(f"{front.url}/ returns status {response.status_code}.")
    kind = response.headers.get("content-type", "")
    if "html" not in kind:
        return fail(f"{front.url}/ is not a page: {kind}.")
    return ok(f"{front.url}/ is served.")


async def application(observed: ObservedSite) -> Observation:
    """Judge whether the application answers and is connected to its MQTT broker.

    Where the bridge's certificate is the cause of a lost connection, that check reports it, not
    this one.
    """
    front = front_of(observed)
    url = f"{front.url}/health"
    response = await request(front, "/health")
    if isinstance(response, Observation):
        return response
    if response.status_code != httpx.codes.OK:
        return fail(f"{url} returns status {response.status_code}.")
    health = json_of(response)
    if "mqtt_connected" not in health:
        return fail(f"{url} is not answered by the application.")
    if health["mqtt_connected"] is True:
        return ok("The application answers and has its MQTT connection.")
    if (await bridge(observed)).severity is Severity.FAIL:
        return ok("The application answers. Its MQTT connection waits for the bridge certificate.")
    return fail("The application runs, but has no connection to its MQTT broker.")


async def live(observed: ObservedSite) -> Observation:
    """Judge whether the live telemetry link opens. Messages are not needed: no charger may send."""
    front, headers = front_of(observed), await _viewer_headers(observed)
    url = f"{front.url}/ws/live".replace("https://", "wss://")
    try:
        async with front.live(headers):
            return ok(f"{url} opens.")
    except InvalidStatus as error:
        status = error.response.status_code
        if status == httpx.codes.UNAUTHORIZED and not headers:
            return unknown(f"{url} {_NO_PASSWORD}")
        if status == httpx.codes.FORBIDDEN and _is_by_address(observed):
            return unknown(_NOT_LISTED)
        return fail(f"{url} does not open: {_words(error)}")
    except (InvalidProxy, ProxyError, ImportError) as error:  # no package for SOCKS
        proxy = proxies.proxy_for(front.url)
        line = _words(error)
        return not_from_here(proxies.through(proxy, line)) if proxy else unknown(line)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        if plain := https.in_the_way(error, front.url):
            return not_from_here(plain)
        return fail(f"{url} does not open: {_words(error)}")


async def strangers(observed: ObservedSite) -> Observation:
    """Judge whether visitors without the password see neither the page nor live telemetry."""
    front = front_of(observed)
    for path in ("/", "/ws/live"):
        response = await request(front, path)
        if isinstance(response, Observation):
            return unknown(response.line)
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return warn(f"{front.url}{path} lets nobody in: the password is not set up yet.")
        if response.status_code != httpx.codes.UNAUTHORIZED:
            status = response.status_code
            return fail(f"{front.url}{path} does not ask for the password: status {status}.")
    return ok("Visitors without the password are asked for it.")


def front_of(observed: ObservedSite) -> Front:
    """Return where the site answers now, which may differ from what its answers want."""
    names = ("DistributionDomainName", "Url")
    return Front.of({name: observed.output("edge", name) for name in names})


async def request(
    front: Front, path: str, headers: Mapping[str, str] = MappingProxyType({})
) -> httpx.Response | Observation:
    """Request a path of the site; no response is an observation, too."""
    try:
        return await front.get(path, headers)
    except httpx.TransportError as error:
        if plain := https.in_the_way(error, f"https://{front.address}"):
            return not_from_here(plain)
        return fail(f"{front.url}{path} does not respond: {_words(error)}")


def json_of(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a response, or an empty one where it holds none."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _viewer_headers(observed: ObservedSite) -> dict[str, str]:
    """Return what signs us in at the dashboard; nothing where we may not read the password."""
    edge = observed.stack("edge")
    with tolerate(Kind.DENIED):
        return await viewer_login.headers(observed.door, edge.outputs if edge else {})
    return {}


def _is_by_address(observed: ObservedSite) -> bool:
    return observed.site.access.viewing == "addresses"


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
