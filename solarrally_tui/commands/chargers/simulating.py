"""solarrally chargers simulate."""

import argparse
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.chargers.simulation_lines import ended, live, progress, span
from solarrally_tui.commands.chargers.site_options import add_site_option, on_site
from solarrally_tui.commands.shared.options import AddAction, SiteOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import (
    confirm,
    say,
    show,
    show_json,
    show_result,
    start_page,
)
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.chargers.publisher import Rhythm
    from solarrally_tui.chargers.simulated_load import Fleet, Limits, Page, Run
    from solarrally_tui.chargers.simulation.figures import Figures
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.site.model import Site

_KINDS: Final = ("day", "night", "faults", "radio", "clock", "bad", "mixed")
_MOST: Final = 5000
_LINES_SECONDS: Final = 10.0
"""How often figures are printed where there is no terminal."""
_HELP: Final = """\
Chargers: folders that add wrote, or --chargers N test chargers, which are registered for the run
and removed after it. --clean removes those that a killed run left.

With faults, most sessions end in one; with radio, connections break; with clock, clocks are wrong;
bad sends messages that the application rejects; mixed is a fleet of all.

On AWS a run that may cost more than 0.10 USD asks first, and none costs more than --spend.
exit status: 0 done, 5 refused, 6 AWS IoT refused a charger"""


@dataclass(frozen=True, slots=True)
class SimulateOptions(SiteOptions):
    """What simulate takes."""

    folders: list[Path]
    chargers: int
    clean: bool
    like: str
    interval: float
    count: int | None
    seconds: float | None
    seed: str
    seen: bool
    spend: Decimal
    yes: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    simulating = add_action("simulate", "Publish realistic telemetry as chargers.")
    simulating.epilog = _HELP
    simulating.add_argument(
        "folders", type=Path, nargs="*", metavar="FOLDER", help="folder that add wrote"
    )
    simulating.add_argument(
        "--chargers",
        type=_chargers,
        default=0,
        metavar="N",
        help=f"use N test chargers instead, at most {_MOST}",
    )
    simulating.add_argument(
        "--clean", action="store_true", help="remove test chargers that a killed run left"
    )
    simulating.add_argument(
        "--like",
        choices=_KINDS,
        default="day",
        metavar="KIND",
        help="what they are like: day (the default), night, faults, radio, clock, bad, mixed",
    )
    simulating.add_argument(
        "--interval",
        type=_seconds,
        default=5.0,
        metavar="SECONDS",
        help="time between two messages of a charger; the default is 5",
    )
    simulating.add_argument(
        "--count", type=int, metavar="N", help="messages per charger; without it, no end"
    )
    simulating.add_argument("--seconds", type=_seconds, metavar="N", help="how long at most")
    simulating.add_argument(
        "--seed", default="", metavar="TEXT", help="repeat the messages of the run with this seed"
    )
    simulating.add_argument(
        "--seen",
        action="store_true",
        help="also count at the page, as with --chargers; needs credentials",
    )
    simulating.add_argument(
        "--spend",
        type=_usd,
        default=Decimal(1),
        metavar="USD",
        help="what a run on AWS may cost at most; the default is 1.00",
    )
    simulating.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    add_site_option(simulating)
    add_json(simulating)
    carry_out(
        simulating,
        _simulate,
        SimulateOptions,
        example="solarrally chargers simulate chargers/evse-1 --interval 2 --count 30\n"
        "solarrally chargers simulate --chargers 200 --like mixed --seconds 60",
    )


def _chargers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {_MOST}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return seconds


def _usd(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text} is not an amount in USD such as 2.50")
    return amount


def _simulate(options: SimulateOptions) -> int:
    import asyncio

    if options.chargers and options.folders:
        say("Name folders or --chargers N, not both.")
        return Exit.USAGE
    if options.chargers or options.clean:
        return on_site(_with_test_chargers, options)
    if not options.folders:
        say("Name the folders of chargers, or use test chargers with --chargers N.")
        return Exit.USAGE
    if options.seen:
        return on_site(_with_folders, options)
    return asyncio.run(_with_folders(options, None))


async def _with_folders(options: SimulateOptions, site: "DeployedSite | None") -> int:
    import asyncio

    from solarrally_tui.account.iot_endpoints import iot_endpoint
    from solarrally_tui.chargers.publisher import resolve
    from solarrally_tui.chargers.simulated_load import Fleet, page_of
    from solarrally_tui.chargers.simulation.cost import unknown_site

    rhythm = _rhythm(options)
    fleet = Fleet(await asyncio.to_thread(resolve, options.folders))
    first = fleet.chargers[0]
    known = site.site if site else unknown_site(first.region)
    host = (await iot_endpoint(site.door)).host if site else first.endpoint
    allowed = _allow(options, len(fleet.chargers), host, known)
    if isinstance(allowed, Exit):
        return allowed
    page = await page_of(site) if site else None
    run = await _carry_out(options, fleet, rhythm, allowed, page)
    return _show(run, rhythm, options)


async def _with_test_chargers(options: SimulateOptions, site: "DeployedSite") -> int:
    from solarrally_tui.account.iot_endpoints import iot_endpoint
    from solarrally_tui.chargers.simulated_load import Fleet, page_of
    from solarrally_tui.chargers.simulation import registration

    if options.clean:
        removed = await registration.remove(site, _counting("Removed", 0))
        show(f"{removed} test chargers of {site.name} removed.")
        if not options.chargers:
            return show_result({"removed": removed}, Exit.OK) if options.json else Exit.OK
    rhythm, count = _rhythm(options), options.chargers
    endpoint = await iot_endpoint(site.door)
    allowed = _allow(options, count, endpoint.host, site.site)
    if isinstance(allowed, Exit):
        return allowed
    page = await page_of(site)
    await registration.ensure_none(site)
    say(f"Registering {count} test chargers in {site.name}.")
    try:
        registered = await registration.register(site, count, _counting("Registered", count))
        fleet = Fleet(registered.chargers, registered.tls)
        run = await _carry_out(options, fleet, rhythm, allowed, page)
    finally:
        again = f"solarrally chargers simulate --clean --site {site.name}"
        say(f"Removing the test chargers. If you interrupt this, remove them with: {again}")
        await registration.remove(site, _counting("Removed", count))
        say("The test chargers are removed.")
    return _show(run, rhythm, options)


def _rhythm(options: SimulateOptions) -> "Rhythm":
    from solarrally_tui.chargers.publisher import Rhythm
    from solarrally_tui.chargers.simulation.profiles import Profile

    seed = options.seed or secrets.token_hex(3)
    return Rhythm(options.interval, options.count, Profile(options.like), seed)


def _allow(options: SimulateOptions, chargers: int, host: str, site: "Site") -> "Limits | Exit":
    """Say what a run on AWS costs, and ask where that is more than a little."""
    from solarrally_tui.chargers.simulated_load import Limits
    from solarrally_tui.chargers.simulation import cost
    from solarrally_tui.chargers.simulation.profiles import Profile, losses_of

    if not cost.is_billed(host):
        return Limits(options.seconds)
    limits = [options.seconds, options.count and options.count * options.interval]
    wanted = min((limit for limit in limits if limit), default=None)
    load = cost.Load(
        chargers,
        options.interval,
        registers=bool(options.chargers),
        losses=losses_of(Profile(options.like)),
    )
    try:
        offer = cost.offer(load, wanted, site, options.spend)
    except cost.UnknownCostError:
        say(f"The price book has no prices for {site.region}, so this run is not started.")
        say("Get them with: solarrally prices refresh")
        return Exit.REFUSED
    usd = f"{offer.usd:.2f} USD"
    if offer.is_too_dear:
        say(f"This run may cost {usd} on AWS, more than the {options.spend:.2f} USD of --spend.")
        say("Use fewer chargers, a longer interval or a shorter time, or raise --spend.")
        return Exit.REFUSED
    if wanted is None:
        say(f"It stops after {span(offer.seconds)}, when it may have cost {usd} on AWS.")
    else:
        say(f"This run costs at most {usd} on AWS.")
    if offer.usd > cost.SMALL and not options.yes and not confirm("Type yes to start it.", "yes"):
        return Exit.REFUSED
    return Limits(
        offer.seconds if wanted is None else options.seconds, load.messages(offer.seconds)
    )


async def _carry_out(
    options: SimulateOptions,
    fleet: "Fleet",
    rhythm: "Rhythm",
    limits: "Limits",
    page: "Page | None",
) -> "Run | None":
    """Run it, and show its figures meanwhile; return None, and say so, where the page is shut."""
    from websockets.exceptions import WebSocketException

    from solarrally_tui.chargers.simulated_load import run_load

    count = len(fleet.chargers)
    chargers = f"{count} charger{'s' if count > 1 else ''}"
    say(f"{chargers}, like {options.like}, seed {rhythm.seed}. Ctrl+C ends it.")
    showing = _Showing(options)
    try:
        return await run_load(fleet, rhythm, limits=limits, page=page, on_figures=showing.take)
    except (OSError, WebSocketException) as error:
        say(f"The site's live channel does not answer: {error}")
        say("Check the site with solarrally status. Without the page: leave out --seen.")
        return None


def _show(run: "Run | None", rhythm: "Rhythm", options: SimulateOptions) -> int:
    from solarrally_tui.chargers.simulation.figures import as_json

    if run is None:
        return Exit.FAILED
    status = Exit.FAILED if run.refusals else Exit.OK
    if options.json:
        figures = as_json(run.figures)
        told = {"by_charger": dict(run.by_charger), "refusals": dict(run.refusals)}
        return show_result({**figures, **told, "seed": rhythm.seed, "like": options.like}, status)
    for line in ended(run):
        show(line)
    return status


class _Showing:
    """Shows figures while a run is under way."""

    def __init__(self, options: SimulateOptions) -> None:
        self._as_json = options.json
        self._is_redrawn = not options.json and sys.stdout.isatty()
        self._last = 0.0

    def take(self, figures: "Figures") -> None:
        """Show them: redrawn at a terminal, else now and then."""
        if self._is_redrawn:
            start_page()
            for line in live(figures):
                show(line)
            return
        if figures.seconds - self._last < _LINES_SECONDS:
            return
        self._last = figures.seconds
        if self._as_json:
            from solarrally_tui.chargers.simulation.figures import as_json

            show_json({"type": "figures", **as_json(figures)})
        else:
            say(progress(figures))


def _counting(verb: str, count: int) -> Callable[[int], None]:
    """Return what says now and then how far a long work has come."""

    def report(done: int) -> None:
        if done % 500 == 0 and done != count:
            say(f"{verb} {done}{f' of {count}' if count else ''}.")

    return report
