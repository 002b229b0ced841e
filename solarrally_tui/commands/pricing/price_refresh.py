"""Refreshes the prices of a Region, with a progress line, and prints what changed and what not."""

import sys
from collections import defaultdict
from collections.abc import Iterable

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.computer.folders import exists
from solarrally_tui.pricing.price_book.download import DownloadError, Fetcher, client
from solarrally_tui.pricing.price_book.price_query import PriceQuery
from solarrally_tui.pricing.price_book.refresh import BASE, Refresher, RefreshReport, UnlistedPrice
from solarrally_tui.pricing.price_book.store import book_file, cache_folder, current_data, save
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.text.table import wrap

_BAR = 24
_LISTED = 12
_NAMED = 2


async def refresh(
    region: str, base: str = BASE, profile: str | None = None, keys: Keys | None = None
) -> int:
    """Refresh one Region from the price list at base; return the exit status."""
    bar = _Bar()
    async with client() as http:
        fetcher = Fetcher(http, base, cache_folder(), bar.show)
        refresher = Refresher(current_data(), region, fetcher)
        door = await _door(profile, keys)
        if door:
            refresher.query = PriceQuery(door)
        try:
            data = await refresher.run()
        except DownloadError as error:
            bar.clear()
            say(f"AWS's price list cannot be reached: {error}. The prices stay as they were.")
            return Exit.OUT_OF_SIGHT
        finally:
            if door:
                await door.close()
    bar.clear()
    report = refresher.report
    _print_report(report, region)
    if not report.read:
        say("Nothing could be refreshed. The prices stay as they were.")
        return Exit.FAILED
    # save() moves a book that exists aside.
    before = " The previous price book is in the same folder." if exists(book_file()) else ""
    say(f"Saved in {save(data)}.{before}")
    return Exit.REFUSED if report.refused else Exit.OK


async def _door(profile: str | None, keys: Keys | None) -> Door | None:
    """Return a door where there are credentials that work; AWS's price query needs some."""
    try:
        door = await Door.open("us-east-1", profile, keys=keys, read_only=True)
    except AwsError:
        return None
    try:
        await door.identity()
    except AwsError:
        await door.close()
        return None
    return door


def _print_report(report: RefreshReport, region: str) -> None:
    say(f"{report.read} prices for {region}: {report.same} unchanged, {len(report.changed)} new.")
    for words in report.changed[:_LISTED]:
        say(f"  {words}")
    if len(report.changed) > _LISTED:
        say(f"  and {len(report.changed) - _LISTED} more.")
    _print_unlisted(report.unlisted)
    for title, prices in (
        ("Refused, the old price stays", report.refused),
        ("Not looked up", report.skipped),
    ):
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        for price in prices:
            reasons[price.reason].append(f"{price.item} ({price.service}, {price.place})")
        for reason, items in reasons.items():
            say(f"{title}: {reason}.")
            for item in items:
                say(f"  {item}")


def _print_unlisted(unlisted: Iterable[UnlistedPrice]) -> None:
    """Name the prices that no refresh reads, with their dates: they are as old as before."""
    services: defaultdict[str, list[UnlistedPrice]] = defaultdict(list)
    for price in unlisted:
        services[price.service].append(price)
    if services:
        say("Not refreshed, because AWS's price list files do not have them:")
    for service, prices in sorted(services.items()):
        dates = sorted(price.date for price in prices)
        when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
        names = list(dict.fromkeys(price.item for price in prices))
        text = f"{service}, of {when}: {enumerated(names, _NAMED)}"
        for line in wrap(text, "  ", "    "):
            say(line)


class _Bar:
    """A progress line on standard error, where that is a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def show(self, name: str, received: int, total: int | None) -> None:
        """Draw how much of a file was received."""
        if not self._live:
            return
        code = name.removeprefix("/offers/v1.0/aws/").partition("/")[0]
        done = round(_BAR * received / total) if total else 0
        bar = f"{'█' * done}{'░' * (_BAR - done)} " if total else ""
        line = f"\r\033[K{code:<20} {bar}{received / 1e6:,.1f} MB"
        print(line, end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
