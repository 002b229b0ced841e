"""solarrally chargers list."""

import argparse
import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import (
    AddAction,
    ReadingOptions,
    add_json,
    add_role,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from solarrally_tui.aws.call_log import CallLog
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.deployed.site import DeployedSite

_STATES = ("failing", "silent", "offline", "never", "connected", "expiring", "revoked")
_LISTENS = 15.0
"""Seconds that we listen at most where nobody says for how long."""
_ASKED_ABOUT = frozenset({"search_index", "get_statistics"})


@dataclass(frozen=True, slots=True)
class ListOptions(ReadingOptions):
    """What list takes."""

    query: str
    state: str
    listen: float | None
    csv: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the action."""
    listing = add_action("list", "List the chargers of a site, what needs attention first.")
    listing.epilog = (
        "AWS bills each page of 100 chargers as one query of the fleet index, 0.05 USD per 10,000."
    )
    listing.add_argument(
        "--query",
        metavar="TEXT",
        default="",
        help="words in the name of the charger, or a state, such as failing",
    )
    listing.add_argument(
        "--state",
        choices=_STATES,
        default="all",
        metavar="STATE",
        help=f"only chargers in this state: {', '.join(_STATES)}",
    )
    add_listening(listing)
    listing.add_argument("--csv", action="store_true", help="print the result as CSV")
    add_site(listing)
    add_role(listing)
    add_json(listing)
    carry_out(
        listing,
        partial(on_site, _list),
        ListOptions,
        example="solarrally chargers list --state failing\n"
        'solarrally chargers list --query "offline barn" --listen 0\n'
        "solarrally chargers list --site barn --csv > chargers.csv",
    )


def add_listening(parser: argparse.ArgumentParser) -> None:
    """Add how long to listen at the page."""
    parser.add_argument(
        "--listen",
        type=float,
        metavar="SECONDS",
        help="how long to listen at the page for power and status; 0 not at all; the default is "
        f"the interval of the chargers, {_LISTENS:.0f} at most",
    )


async def _list(options: ListOptions, site: "DeployedSite") -> int:
    from solarrally_tui.aws.call_log import counted
    from solarrally_tui.chargers.fleet.reading import Reading
    from solarrally_tui.chargers.fleet.records import record, table
    from solarrally_tui.chargers.fleet.search import Among, Search
    from solarrally_tui.chargers.fleet.sight import look

    search = Search.of(options.query, Among(options.state))
    with counted() as log:
        sight = await look(site)
        reading = Reading(site, search, sight)
        await listened(reading.until(None), site, sight, options.listen)
    found = sorted(
        (charger for charger in reading.found if search.has(charger, sight)),
        key=lambda charger: (charger.state(sight).rank, charger.name),
    )
    if options.json:
        listed = [record(charger, sight) for charger in found]
        result = {"chargers": listed, "unseen": sight.unseen, "cost_usd": round(_cost(log), 6)}
        return show_result(result, Exit.OK)
    if options.csv:
        show(table(found, sight))
    elif found:
        show(_lines(found, sight))
    say(_summary(found, sight, search.impossible))
    for what, why in sight.unseen.items():
        say(f"The {what} could not be asked: {why}")
    queries = sum(call.operation in _ASKED_ABOUT for call in log.calls)
    say(f"Queries of the fleet index: {queries}. AWS bills about {_cost(log):.5f} USD for them.")
    return Exit.OK


async def listened(
    work: "Awaitable[None]", site: "DeployedSite", sight: "Sight", seconds: float | None
) -> None:
    """Do some work while listening at the page, and listen for as long as was asked for."""
    from datetime import UTC, datetime

    from solarrally_tui.chargers.fleet.sight import follow

    if seconds is None:
        seconds = min(site.site.size.interval_seconds + 2.0, _LISTENS)
    if seconds <= 0:
        await work
    else:
        say(f"Listening at the page for {seconds:.0f} s.")
        following = asyncio.create_task(follow(site, sight))
        try:
            await asyncio.gather(work, asyncio.sleep(seconds))
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
    sight.now = datetime.now(UTC)


def _lines(found: "Sequence[Charger]", sight: "Sight") -> str:
    """Return the chargers in columns; a column in which nothing is known of any is left out."""
    from solarrally_tui.chargers.fleet.charger import NOT_REPORTED
    from solarrally_tui.chargers.fleet.words import HEADINGS, cells
    from solarrally_tui.text.table import columns

    rows = []
    for charger in found:
        name, state, *rest = cells(charger, sight)
        rows.append((name, charger.state(sight).line(state), *rest))
    known = [
        index
        for index in range(len(HEADINGS))
        if any(row[index] not in {"", NOT_REPORTED} for row in rows)
    ]
    align = "".join("<<<><<<"[index] for index in known)
    shown = [[row[index] for index in known] for row in (HEADINGS, *rows)]
    return "\n".join(columns(shown, align=align, flexible=1))


def _summary(found: "Sequence[Charger]", sight: "Sight", impossible: str) -> str:
    if impossible:
        return f"No charger's name can contain {impossible}: letters, digits, - and _ only."
    if not found:
        return "No charger was found."
    counts = Counter(charger.state(sight).word for charger in found)
    total = counted(len(found), "charger")
    return f"{total}: {', '.join(f'{count} {word}' for word, count in counts.items())}."


def _cost(log: "CallLog") -> float:
    from solarrally_tui.health.billed_calls import cost

    return cost(log.calls)
