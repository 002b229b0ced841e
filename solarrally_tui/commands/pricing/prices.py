"""solarrally prices show and refresh."""

import argparse
import asyncio
import json
import os
import sys
import textwrap
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.commands.shared.terminal import explain, named_keys, say, show
from solarrally_tui.pricing.price_book.book import BUNDLED, Book
from solarrally_tui.pricing.price_book.price_list_items import known_regions
from solarrally_tui.pricing.price_book.refresh import BASE, Refresher, RefreshReport, UnlistedPrice
from solarrally_tui.pricing.price_book.store import book, book_file, problem
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.aws.keys import Keys

_BAR = 24
_LISTED = 12
_NAMED = 2


def run(options: argparse.Namespace) -> int:
    """Show the price book's age and sources, or refresh it."""
    if options.action == "show":
        show(_as_json(book()) if options.json else "\n".join(_shown(book())))
        return Exit.OK
    region = options.region or os.environ.get("AWS_REGION") or "us-east-1"
    if region not in known_regions():
        say(f"{region} cannot be refreshed. Known are: {', '.join(known_regions())}.")
        return Exit.USAGE
    try:
        keys = named_keys(options)
    except KeyringError as error:
        explain(error.plain)
        return Exit.CREDENTIALS
    try:
        return asyncio.run(refresh(region, profile=options.profile, keys=keys))
    except KeyboardInterrupt:
        say("Stopped. The prices stay as they were.")
        return Exit.FAILED


async def refresh(
    region: str, base: str = BASE, profile: str | None = None, keys: "Keys | None" = None
) -> int:
    """Refresh one Region from the price list at base, and tell what changed and what did not."""
    from solarrally_tui.pricing.price_book.download import DownloadError, Fetcher, client
    from solarrally_tui.pricing.price_book.store import cache_folder, current_data, save

    bar = _Bar()
    async with client() as http:
        fetcher = Fetcher(http, base, cache_folder(), bar.show)
        refresher = Refresher(current_data(), region, fetcher)
        door = await _door(profile, keys)
        if door:
            from solarrally_tui.pricing.price_book.price_query import PriceQuery

            refresher.query = PriceQuery(door)
        try:
            data = await refresher.run()
        except DownloadError as error:
            bar.clear()
            say(f"AWS's price list is out of reach: {error}. The prices stay as they were.")
            return Exit.OUT_OF_SIGHT
        finally:
            if door:
                await door.close()
    bar.clear()
    report = refresher.report
    _tell(report, region)
    if not report.read:
        say("Nothing could be refreshed. The prices stay as they were.")
        return Exit.FAILED
    before = " The book before it is beside it." if book_file().exists() else ""
    say(f"Kept in {save(data)}.{before}")
    return Exit.REFUSED if report.refused else Exit.OK


async def _door(profile: str | None, keys: "Keys | None") -> "Door | None":
    """Return a door where there are credentials that work, else nothing."""
    from solarrally_tui.aws.door import Door
    from solarrally_tui.aws.errors import AwsError

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


def _tell(report: RefreshReport, region: str) -> None:
    say(f"{report.read} prices for {region}: {report.same} as before, {len(report.changed)} new.")
    for words in report.changed[:_LISTED]:
        say(f"  {words}")
    if len(report.changed) > _LISTED:
        say(f"  and {len(report.changed) - _LISTED} more.")
    _tell_unlisted(report)
    for title, found in (
        ("Refused, the old price stays", report.refused),
        ("Not looked up", report.skipped),
    ):
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        for each in found:
            reasons[each.reason].append(f"{each.item} ({each.service}, {each.place})")
        for reason, items in reasons.items():
            say(f"{title}: {reason}.")
            for item in items:
                say(f"  {item}")


def _tell_unlisted(report: RefreshReport) -> None:
    """Name the prices that no refresh reads, with their dates: they are as old as before."""
    services: defaultdict[str, list[UnlistedPrice]] = defaultdict(list)
    for each in report.unlisted:
        services[each.service].append(each)
    if services:
        say("Not refreshed, because AWS's price list files do not have them:")
    for service, found in sorted(services.items()):
        dates = sorted(each.date for each in found)
        when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
        names = list(dict.fromkeys(each.item for each in found))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        text = f"{service}, of {when}: {', '.join(names[:_NAMED])}{more}"
        for line in textwrap.wrap(text, 78, subsequent_indent="  "):
            say(f"  {line}")


class _Bar:
    """A progress line on standard error, where that is a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def show(self, name: str, come: int, total: int | None) -> None:
        """Draw how much of a file has come."""
        if not self._live:
            return
        code = name.removeprefix("/offers/v1.0/aws/").partition("/")[0]
        done = round(_BAR * come / total) if total else 0
        bar = f"{'█' * done}{'░' * (_BAR - done)} " if total else ""
        print(f"\r\033[K{code:<20} {bar}{come / 1e6:,.1f} MB", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _age(prices: Book) -> int:
    """Return how many months ago the newest price was published."""
    year, month = (int(part) for part in prices.as_of.split("-")[:2])
    today = date.today()  # noqa: DTZ011 the reader's day
    return max(0, (today.year - year) * 12 + today.month - month)


def _dates(prices: Book) -> Mapping[str, tuple[str, str, int]]:
    """Return for each service its oldest and newest date, and how many prices it has."""
    dates: defaultdict[str, list[str]] = defaultdict(list)
    for _, price in prices.rows():
        dates[price.service].append(price.date[:10])
    return {
        service: (min(found), max(found), len(found)) for service, found in sorted(dates.items())
    }


def _source(prices: Book) -> str:
    if prices.origin == BUNDLED:
        return "bundled with the program"
    return f"refreshed on {prices.origin}, in {book_file()}"


def _shown(prices: Book) -> list[str]:
    months = _age(prices)
    age = "from this month" if not months else f"{months} month{'s' * (months > 1)} old"
    regions = textwrap.wrap(" ".join(prices.regions), 76)
    return [
        f"Price book: {_source(prices)}.",
        *([problem()] if problem() else []),
        f"Prices of {prices.oldest} to {prices.as_of}; the newest is {age}.",
        f"{prices.currency}, {len(prices.regions)} Regions:",
        *(f"  {line}" for line in regions),
        "",
        f"{'service':<24}{'prices':>7}  {'oldest':<12}{'newest'}",
        *(
            f"{service:<24}{count:>7}  {oldest:<12}{newest}"
            for service, (oldest, newest, count) in _dates(prices).items()
        ),
        *_versions(prices),
        "",
        "Refresh with: solarrally prices refresh --region REGION",
    ]


def _versions(prices: Book) -> list[str]:
    return [
        line
        for region, offers in prices.versions.items()
        for line in (
            "",
            f"Versions of AWS's price list for {region}:",
            *(f"  {offer:<22}{version}" for offer, version in offers.items()),
        )
    ]


def _as_json(prices: Book) -> str:
    services = {
        service: {"prices": count, "oldest": oldest, "newest": newest}
        for service, (oldest, newest, count) in _dates(prices).items()
    }
    return json.dumps(
        {
            "source": prices.origin,
            "file": None if prices.origin == BUNDLED else str(book_file()),
            "problem": problem() or None,
            "currency": prices.currency,
            "oldest": prices.oldest,
            "as_of": prices.as_of,
            "age_months": _age(prices),
            "regions": list(prices.regions),
            "versions": prices.versions,
            "services": services,
        },
        indent=2,
    )
