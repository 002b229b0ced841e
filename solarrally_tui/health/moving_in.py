"""The checklist of a migration: each step judged from what the account shows, none ticked by hand.

So it is the same on every computer. What cannot be seen is unknown, never done.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.computer import https
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed import migration_policies
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.fleet_index import fleet
from solarrally_tui.deployed.moving_in import imported_dump
from solarrally_tui.deployed.moving_in.imported_dump import ImportedDump
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.probes.stacks import stacks

_MOST_REDIRECTS: Final = 5
_SECONDS: Final = 10.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class State(Signed):
    """How far a step is."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a migration."""

    id: str
    title: str
    state: State
    line: str
    """What was seen."""
    next: str = ""
    """The command for it; empty where it is done."""


@dataclass(frozen=True, slots=True)
class _Seen:
    state: State
    line: str


async def checklist(observed: ObservedSite, old_page: str = "") -> tuple[Step, ...]:
    """Judge every step. old_page: address of the old installation's page; empty for none."""
    name = observed.site.name
    asked: tuple[tuple[str, str, Callable[[], Awaitable[_Seen]], str], ...] = (
        ("site", "The site is up", lambda: _site(observed), f"solarrally status {name}"),
        ("dump", "The dump is imported", lambda: _dump(observed), f"solarrally import {name} DUMP"),
        ("users", "The users are there", lambda: _users(observed), f"solarrally users list {name}"),
        (
            "chargers",
            "The chargers have moved",
            lambda: _chargers(observed),
            f"solarrally chargers list --site {name}",
        ),
        (
            "bridge",
            "The old broker forwards no more",
            lambda: _bridge(observed),
            f"solarrally chargers migrate end --site {name}",
        ),
        (
            "page",
            "The old page leads here",
            lambda: _page(observed, old_page),
            f"solarrally migrate {name} --old-page {old_page or 'URL'}",
        ),
    )
    seen = await asyncio.gather(*(_looked(look) for _, _, look, _ in asked))
    return tuple(
        Step(id_, title, one.state, one.line, "" if one.state is State.DONE else command)
        for (id_, title, _, command), one in zip(asked, seen, strict=True)
    )


def moving(steps: Sequence[Step]) -> bool:
    """Whether anything of an old installation is seen: a dump that came, a broker that forwards."""
    states = {step.id: step.state for step in steps}
    return states["dump"] is not State.OPEN or states["bridge"] is not State.DONE


async def _looked(look: Callable[[], Awaitable[_Seen]]) -> _Seen:
    try:
        return await look()
    except AwsError as error:
        return _Seen(State.UNKNOWN, f"Not seen. {error.plain.what}")
    except (OutOfReachError, ComputerError) as error:
        return _Seen(State.UNKNOWN, f"Not seen. {error}")


async def _site(observed: ObservedSite) -> _Seen:
    seen = await stacks(observed)
    if seen.severity is Severity.OK:
        return _Seen(State.DONE, "All its stacks are deployed.")
    state = State.UNKNOWN if seen.severity is Severity.UNKNOWN else State.OPEN
    return _Seen(state, seen.line)


async def _imported(observed: ObservedSite) -> ImportedDump | None:
    bucket = observed.output("bootstrap", "ArtifactBucketName")
    return await imported_dump.read(observed.door, bucket)


async def _dump(observed: ObservedSite) -> _Seen:
    found = await _imported(observed)
    if found is None:
        return _Seen(State.OPEN, "No dump was imported.")
    return _Seen(State.DONE, f"The newest one went in on {found.at:%Y-%m-%d at %H:%M UTC}.")


async def _users(observed: ObservedSite) -> _Seen:
    found = await _imported(observed)
    if found is None:
        return _Seen(State.OPEN, "They come with the dump.")
    if "users" not in found.rows:
        return _Seen(State.UNKNOWN, "The import could not read how many there were.")
    before, after = found.rows["users"]
    if after > before or before > 1:
        return _Seen(State.DONE, f"{after} at the end of the import, {before} before it.")
    return _Seen(State.OPEN, "The import brought no user beside the administrator.")


async def _chargers(observed: ObservedSite) -> _Seen:
    counted = await fleet(observed.door, observed.site.name)
    if not counted.registered:
        return _Seen(State.OPEN, "None is registered.")
    state = State.DONE if counted.connected >= counted.registered else State.OPEN
    line = f"{counted.connected} of {counted.registered} registered are connected to AWS IoT now."
    return _Seen(state, line)


async def _bridge(observed: ObservedSite) -> _Seen:
    found = await migration_policies.find(observed.door, observed.site.name)
    if found:
        return _Seen(State.OPEN, "AWS IoT still takes messages of chargers from the old broker.")
    return _Seen(State.DONE, "AWS IoT takes nothing from an old broker.")


async def _page(observed: ObservedSite, old_page: str) -> _Seen:
    if not old_page:
        return _Seen(State.UNKNOWN, "Its address was not given.")
    wanted = _host(observed.output("edge", "Url"))
    if _host(old_page) == wanted:
        return _Seen(State.UNKNOWN, "That is the address of the site itself, not of the old page.")
    try:
        url = await _followed(old_page, wanted)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _Seen(State.UNKNOWN, f"{old_page} did not answer: {error or type(error).__name__}.")
    if _host(url) == wanted:
        return _Seen(State.DONE, f"{old_page} redirects to {url}.")
    if url == old_page:
        return _Seen(State.OPEN, f"{old_page} answers itself. It does not redirect.")
    return _Seen(State.OPEN, f"{old_page} redirects to {url}, not to {wanted}.")


async def _followed(url: str, wanted: str) -> str:
    """Return where redirects lead; the site itself is not asked. Raises httpx.HTTPError."""
    trusted = await asyncio.to_thread(https.authorities)
    async with https.client(verify=trusted, timeout=_SECONDS) as client:
        for _ in range(_MOST_REDIRECTS):
            async with client.stream("GET", url) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    return url
                url = urljoin(url, response.headers["location"])
            if _host(url) == wanted:
                return url
    return url


def _host(url: str) -> str:
    """Return which host an address names, with its port; the same for both of a dashboard."""
    return urlsplit(browsable(url)).netloc
