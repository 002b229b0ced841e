"""Checks from outside: the page, the application's own health, the password."""

import asyncio
import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import httpx

from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.computer import https
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, not_from_here, ok, unknown, warn
from solarrally_tui.site.tiers import Shape

_SIGN_IN: Final = "sign-in"
_SIGN_IN_SECONDS: Final = 3600.0
NOT_LISTED: Final = "This computer's address is not in access.addresses."
NO_PASSWORD: Final = "asks for its password, which these credentials are not allowed to read."  # noqa: S105 a text


async def page(observed: ObservedSite) -> Observation:
    """Judge whether the dashboard page is served.

    A request for the password is fine where our credentials are not allowed to read it.
    """
    front, headers = front_of(observed), await viewer_headers(observed)
    response = await request(front, "/", headers)
    if not isinstance(response, Observation) and _is_refused(response) and headers:
        # The password may have been changed since it was read.
        observed.memo.forget(_SIGN_IN)
        headers = await viewer_headers(observed)
        response = await request(front, "/", headers)
    if isinstance(response, Observation):
        return response
    if _is_refused(response) and not headers:
        return ok(f"{front.url}/ {NO_PASSWORD}")
    if response.status_code == httpx.codes.FORBIDDEN and is_by_address(observed):
        return unknown(NOT_LISTED)
    if response.status_code != httpx.codes.OK:
        return fail(f"{front.url}/ returns status {response.status_code}.")
    kind = response.headers.get("content-type", "")
    if "html" not in kind:
        return fail(f"{front.url}/ is not a page: {kind}.")
    return ok(f"{front.url}/ is served.")


async def application(observed: ObservedSite) -> Observation:
    """Judge whether the application answers and is connected to the broker in its own task.

    That broker is beside it and stays up without AWS IoT: this says nothing about telemetry.
    """
    front = front_of(observed)
    url = f"{front.url}/health"
    response = await request(front, "/health")
    if isinstance(response, Observation):
        return response
    if response.status_code != httpx.codes.OK:
        return fail(f"{url} returns status {response.status_code}.")
    milliseconds = response.elapsed.total_seconds() * 1000
    took = Figure("answer_time", "Answer time from here", milliseconds, "ms")
    health = json_of(response)
    if "mqtt_connected" not in health:
        return fail(f"{url} is not answered by the application.")
    if observed.site.size.shape is Shape.FUNCTIONS:
        # Messages come by the queue, so a function has no broker to be connected to.
        return ok("The application answers, as a function.", took)
    if health["mqtt_connected"] is True:
        return ok("The application answers. It is connected to the broker in its task.", took)
    return fail("The application runs, but has no connection to the MQTT broker in its task.")


async def strangers(observed: ObservedSite) -> Observation:
    """Judge whether visitors without the password see neither the page nor live telemetry."""
    front, paths = front_of(observed), ("/", "/ws/live")
    responses = await asyncio.gather(*(request(front, path) for path in paths))
    for path, response in zip(paths, responses, strict=True):
        if isinstance(response, Observation):
            return unknown(response.line)
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return warn(f"{front.url}{path} lets nobody in: the password is not set up yet.")
        if response.status_code != httpx.codes.UNAUTHORIZED:
            status = response.status_code
            return fail(f"{front.url}{path} does not ask for the password: status {status}.")
    return ok("Visitors are asked for the password.")


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
        if plain := https.in_the_way(error, f"https://{front.place}"):
            return not_from_here(plain)
        return fail(f"{front.url}{path} does not respond: {words(error)}")


def json_of(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object of a response, or an empty one where it holds none."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def viewer_headers(observed: ObservedSite) -> dict[str, str]:
    """Return what signs us in at the dashboard; nothing where we may not read the password."""
    edge = observed.stack("edge")
    read = partial(viewer_login.headers, observed.door, edge.outputs if edge else {})
    with tolerate(Kind.DENIED):
        # AWS bills every reading of a secret, and of the key that it is encrypted with.
        return await observed.memo.kept(_SIGN_IN, read, _SIGN_IN_SECONDS)
    return {}


def _is_refused(response: httpx.Response) -> bool:
    return response.status_code == httpx.codes.UNAUTHORIZED


def is_by_address(observed: ObservedSite) -> bool:
    """Tell whether viewers are let in by their addresses."""
    return observed.site.access.viewing == "addresses"


def words(error: Exception) -> str:
    """Return what an error says, or its name where it says nothing; without numbers of errors."""
    return _NUMBER.sub("", str(error)) or type(error).__name__


_NUMBER: Final = re.compile(r"\[Errno -?\d+\] ")
"""How Python begins what the operating system says."""
