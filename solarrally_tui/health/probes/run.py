"""Check of the run that works on a site: who, since when, whether it lives, how the last ended."""

import asyncio
from typing import Final

from solarrally_tui.deployed import run_lock
from solarrally_tui.deployed.run_lock import LastRun
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, ok, warn
from solarrally_tui.text.sentences import sentences

_MINUTE = 60.0
_NOTHING_BROKEN: Final = frozenset({0, 5, 7})
"""Exit statuses: ok, refused, and waiting for a person, which checks of their own follow."""


async def run(observed: ObservedSite) -> Observation:
    """Judge whether a run is under way, whether it still lives, and how the last one ended."""
    door, site = observed.door, observed.deployed.name
    now, ended = await asyncio.gather(run_lock.find(door, site), run_lock.last(door, site))
    if now is None:
        return _idle(ended)
    age = _age(now.seconds)
    if now.is_dead:
        again = "Deploy again" if now.run.command == "deploy" else "Run the same command again"
        return warn(
            f"It stopped without ending: {now.run.in_words}. Last sign of life: {age} ago. "
            f"{again}: it continues."
        )
    return ok(f"Under way: {now.run.in_words}. Last sign of life: {age} ago.")


def _idle(last: LastRun | None) -> Observation:
    if last is None:
        return ok("No change is under way.")
    if last.exit_code in _NOTHING_BROKEN:
        said = sentences(last.summary)[0]  # What follows is advice for the person who ran it.
        return ok(f"No change is under way. The last one ended {last.ended}: {said}")
    return warn(f"The last change did not end well, {last.ended}: {last.summary}")


def _age(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(seconds, 0):.0f} s"
    minutes = seconds / _MINUTE
    return f"{minutes:.0f} min" if minutes < _MINUTE else f"{minutes / _MINUTE:.0f} h"
