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
from solarrally_tui.deployed.record import Record, names, read
from solarrally_tui.deployed.stack import find
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.names import stack_name


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


async def _record(options: argparse.Namespace, door: Door) -> Record | None:
    """Find the site that is meant: the one named, or the only one there is."""
    known = (options.site,) if options.site else await names(door)
    if len(known) == 1:
        return await read(door, known[0])
    found = f"It has {', '.join(known)}." if known else "It has none yet: deploy one first."
    say(f"Name the site with --site. This account has {len(known)} sites. {found}")
    return None


async def _add(options: argparse.Namespace, door: Door) -> int:
    record = await _record(options, door)
    if record is None:
        return Exit.USAGE
    regional = door.with_region(record.site.region)
    charger = await add(options.name, record, regional, options.to, replace=options.replace)
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
    record = await _record(options, door)
    if record is None:
        return Exit.USAGE
    regional = door.with_region(record.site.region)
    edge = await find(regional, stack_name(record.site.name, "edge"), regional.region)
    address = edge.outputs.get("DistributionDomainName", "") if edge else ""
    if not address:
        say(f"The site {record.site.name} has no address yet. Deploy it first.")
        return Exit.FAILED
    headers = await viewer_login.headers(regional, edge.outputs) if edge else {}
    try:
        seen = await watch(
            address,
            headers=headers,
            name=record.site.domain.name,
            seconds=options.seconds,
            until=options.until,
            listening=lambda: _listening(options, address),
        )
    except (OSError, WebSocketException) as error:
        say(f"The site's live channel at {address} does not answer: {error}")
        say("Look at its health with: solarrally status " + record.site.name)
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
