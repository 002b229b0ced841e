"""Check of the run that works on a site: who, since when, and whether it still lives."""

import asyncio

from solarrally_tui.deployed import run_lock
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, ok, warn

_MINUTE = 60.0


async def run(observed: ObservedSite) -> Observation:
    """Judge whether a run is under way, and has not stopped without ending."""
    door, site = observed.door, observed.deployed.name
    now, ended = await asyncio.gather(run_lock.find(door, site), run_lock.last(door, site))
    if now is None:
        then = f" The last one ended {ended.ended}: {ended.summary}" if ended else ""
        return ok(f"No change is under way.{then}")
    age = _age(now.seconds)
    if now.is_dead:
        return warn(
            f"It stopped without ending: {now.run.title}. Last sign of life: {age} ago. Run the "
            "same command again: it continues."
        )
    return ok(f"Under way: {now.run.title}. Last sign of life: {age} ago.")


def _age(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(seconds, 0):.0f} s"
    minutes = seconds / _MINUTE
    return f"{minutes:.0f} min" if minutes < _MINUTE else f"{minutes / _MINUTE:.0f} h"
