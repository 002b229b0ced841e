"""solarrally chargers add|simulate|watch|check."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from solarrally_tui.commands.shared.options import CommonOptions, add_actions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import explain, say, show, show_json, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import fit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.chargers.watch import Watched
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class SiteOptions(CommonOptions):
    """What actions take that work on a site."""

    site: str | None


_Options = TypeVar("_Options", bound=SiteOptions)


@dataclass(frozen=True, slots=True)
class AddOptions(SiteOptions):
    """What add takes."""

    name: str
    to: Path
    replace: bool


@dataclass(frozen=True, slots=True)
class SimulateOptions(CommonOptions):
    """What simulate takes."""

    folders: list[Path]
    interval: float
    count: int | None
    json: bool


@dataclass(frozen=True, slots=True)
class WatchOptions(SiteOptions):
    """What watch takes."""

    seconds: float
    until: int | None
    json: bool


@dataclass(frozen=True, slots=True)
class CheckOptions(CommonOptions):
    """What check takes."""

    file: str
    json: bool


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    adding = add_action("add", "Register a charger and write its files.")
    adding.add_argument("name", metavar="NAME", help="name of the charger")
    adding.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for the charger's files"
    )
    adding.add_argument("--replace", action="store_true", help="issue a new certificate")
    _add_site(adding)
    carry_out(adding, partial(_on_site, _add), AddOptions)
    simulating = add_action("simulate", "Publish realistic telemetry as chargers.")
    simulating.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="folder that add wrote"
    )
    simulating.add_argument(
        "--interval",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="time between two messages of a charger; the default is 5",
    )
    simulating.add_argument(
        "--count", type=int, metavar="N", help="messages per charger; without it, no end"
    )
    add_json(simulating)
    carry_out(simulating, _simulate, SimulateOptions)
    watching = add_action("watch", "Count telemetry as the dashboard receives it.")
    watching.add_argument(
        "--seconds", type=float, default=60.0, metavar="N", help="how long; the default is 60"
    )
    watching.add_argument("--until", type=int, metavar="N", help="stop after N messages")
    _add_site(watching)
    add_json(watching)
    carry_out(watching, partial(_on_site, _watch), WatchOptions)
    checking = add_action("check", "Say whether the application accepts a message of a charger.")
    checking.epilog = "exit status: 0 accepted, 11 rejected, 2 not readable"
    checking.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help="the message; - or none: standard input",
    )
    add_json(checking)
    carry_out(checking, _check, CheckOptions)


def _add_site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--site", metavar="SITE", help="needed if the account has several sites")


def _on_site(work: "Callable[[_Options, DeployedSite], Awaitable[int]]", options: _Options) -> int:
    """Do the work on the site that was named, or on the only one of the account."""
    from solarrally_tui.commands.shared.door import run_with_door
    from solarrally_tui.deployed.record import names
    from solarrally_tui.deployed.site import DeployedSite

    async def open_and_work(door: "Door") -> int:
        known = (options.site,) if options.site else await names(door)
        if len(known) == 1:
            return await work(options, await DeployedSite.open(door, known[0]))
        if known:
            say(f"This account has several sites: {', '.join(known)}. Name one with --site.")
        else:
            say("This account has no site yet. Deploy one first.")
        return Exit.USAGE

    return run_with_door(options, open_and_work)


async def _add(options: AddOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.onboarding import add as register

    charger = await register(options.name, site, options.to, replace=options.replace)
    show(fit(f"Charger {charger.name} is registered. Its files are in {options.to}."))
    say("The private key exists only there. Copy the folder to the charger, then delete it here.")
    return Exit.OK


def _simulate(options: SimulateOptions) -> int:
    import asyncio

    from solarrally_tui.chargers.publisher import simulate

    publishing = simulate(options.folders, interval=options.interval, count=options.count)
    try:
        counts = asyncio.run(publishing)
    except KeyboardInterrupt:
        return Exit.OK
    result = {"acknowledged": counts.acknowledged, "by_charger": dict(counts.by_charger)}
    if options.json:
        return show_result(result, Exit.OK)
    show(f"{counts.acknowledged} messages acknowledged.")
    return Exit.OK


def _check(options: CheckOptions) -> int:
    from solarrally_tui.chargers.message import check

    try:
        payload = (
            sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        )
    except OSError as error:
        say(f"{options.file} cannot be read: {error.strerror}.")
        return Exit.USAGE
    verdict = check(payload.strip())
    status = Exit.OK if verdict.is_valid else Exit.FAIL
    if options.json:
        result = {
            "valid": verdict.is_valid,
            "flaws": [{"field": flaw.field, "what": flaw.what} for flaw in verdict.flaws],
            "dropped": list(verdict.dropped),
        }
        return show_result(result, status)
    show("The application accepts it." if verdict.is_valid else "The application rejects it.")
    for flaw in verdict.flaws:
        show(fit(f"  {flaw}"))
    if verdict.dropped:
        show(fit(f"  It leaves out keys that it does not know: {', '.join(verdict.dropped)}."))
    return status


async def _watch(options: WatchOptions, site: "DeployedSite") -> int:
    from websockets.exceptions import InvalidStatus, WebSocketException

    from solarrally_tui.chargers.watch import watch
    from solarrally_tui.computer.proxies import proxy_for, through
    from solarrally_tui.deployed import viewer_login

    edge = await site.stacks.outputs("edge")
    address = edge.get("DistributionDomainName", "")
    if not address:
        say(f"The site {site.name} has no address yet. Deploy it first.")
        return Exit.FAILED

    headers = await viewer_login.headers(site.door, edge)

    def listening() -> None:
        if options.json:
            show_json({"listening": address})
        else:
            say(f"Listening on wss://{address}/ws/live for {options.seconds:.0f} s.")

    try:
        seen = await watch(
            address,
            headers=headers,
            name=site.site.domain.name,
            seconds=options.seconds,
            until=options.until,
            listening=listening,
        )
    except (OSError, ImportError, WebSocketException) as error:
        proxy = proxy_for(f"https://{address}")
        if proxy and not isinstance(error, InvalidStatus):
            explain(through(proxy, str(error)))
            return Exit.OUT_OF_SIGHT
        say(f"The site's live channel at {address} does not answer: {error}")
        say(f"Check its health with: solarrally status {site.name}")
        return Exit.FAILED
    if options.json:
        counted = {"total": seen.total, "by_charger": dict(seen.by_charger)}
        return show_result(counted, Exit.OK)
    show(_counted(seen))
    return Exit.OK


def _counted(seen: "Watched") -> str:
    counts = ", ".join(f"{name} {count}" for name, count in sorted(seen.by_charger.items()))
    return f"{seen.total} messages{': ' + counts if counts else ''}."
