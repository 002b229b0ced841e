"""solarrally chargers add|simulate|watch."""

import argparse
import asyncio
import json

from websockets.exceptions import WebSocketException

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.publisher import simulate
from solarrally_tui.chargers.watch import Watched, watch
from solarrally_tui.commands.shared.terminal import explain, run_with_door, say, show
from solarrally_tui.deployed import viewer_login
from solarrally_tui.deployed.record import names
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.provisioning.engine.outcome import Exit


def run(options: argparse.Namespace) -> int:
    """Run one of the charger actions."""
    try:
        if options.action == "simulate":
            return _simulate(options)
        work = _add if options.action == "add" else _watch
        return run_with_door(options, lambda door: work(options, door))
    except ChargerError as error:
        explain(error.plain)
        return Exit.REFUSED


async def _site(options: argparse.Namespace, door: Door) -> DeployedSite | None:
    """Find the site that is meant: the one named, or the only one there is."""
    known = (options.site,) if options.site else await names(door)
    if len(known) == 1:
        return await DeployedSite.open(door, known[0])
    found = f"It has {', '.join(known)}." if known else "It has none yet: deploy one first."
    say(f"Name the site with --site. This account has {len(known)} sites. {found}")
    return None


async def _add(options: argparse.Namespace, door: Door) -> int:
    site = await _site(options, door)
    if site is None:
        return Exit.USAGE
    charger = await add(options.name, site, options.to, replace=options.replace)
    show(f"Charger {charger.name} is registered. Its files are in {options.to}.")
    say("The private key exists only there. Copy the folder to the charger, then delete it here.")
    return Exit.OK


def _simulate(options: argparse.Namespace) -> int:
    try:
        counts = asyncio.run(
            simulate(options.folders, interval=options.interval, count=options.count)
        )
    except KeyboardInterrupt:
        return Exit.OK
    told = {"acknowledged": counts.acknowledged, "by_charger": dict(counts.by_charger)}
    show(json.dumps(told) if options.json else f"{counts.acknowledged} messages acknowledged.")
    return Exit.OK


async def _watch(options: argparse.Namespace, door: Door) -> int:
    site = await _site(options, door)
    if site is None:
        return Exit.USAGE
    edge = await site.stacks.outputs("edge")
    address = edge.get("DistributionDomainName", "")
    if not address:
        say(f"The site {site.name} has no address yet. Deploy it first.")
        return Exit.FAILED
    headers = await viewer_login.headers(site.door, edge)
    try:
        seen = await watch(
            address,
            headers=headers,
            name=site.site.domain.name,
            seconds=options.seconds,
            until=options.until,
            listening=lambda: _listening(options, address),
        )
    except (OSError, WebSocketException) as error:
        say(f"The site's live channel at {address} does not answer: {error}")
        say("Look at its health with: solarrally status " + site.name)
        return Exit.FAILED
    show(_counted(options, seen))
    return Exit.OK


def _listening(options: argparse.Namespace, address: str) -> None:
    if options.json:
        show(json.dumps({"listening": address}))
    else:
        say(f"Listening on wss://{address}/ws/live for {options.seconds:.0f} s.")


def _counted(options: argparse.Namespace, seen: Watched) -> str:
    if options.json:
        return json.dumps({"total": seen.total, "by_charger": dict(seen.by_charger)})
    each = ", ".join(f"{name} {count}" for name, count in sorted(seen.by_charger.items()))
    return f"{seen.total} messages{': ' + each if each else ''}."
