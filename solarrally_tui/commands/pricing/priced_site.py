"""What estimate and quote both take: the site to price, and how its price is shown."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.commands.shared.options import CommonOptions
from solarrally_tui.commands.shared.terminal import read_site, say

if TYPE_CHECKING:
    from solarrally_tui.pricing.money import Money
    from solarrally_tui.site.model import Site
    from solarrally_tui.site.problems import Problem

_NAMELESS: Final = {"name": "solarrally", "alerts": {"email": "nobody@example.com"}}


@dataclass(frozen=True, slots=True)
class PricedOptions(CommonOptions):
    """A site file or options in its place, and how amounts are shown."""

    file: Path | None
    tier: str | None
    chargers: int | None
    interval: int | None
    region: str | None
    currency: str | None
    rate: str | None
    rate_date: str | None
    assume: list[str]


def add_priced_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of PricedOptions."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="site file; the options override it"
    )
    parser.add_argument("--tier", choices=("small", "medium", "large"), help="tier of the site")
    parser.add_argument("--chargers", type=int, metavar="N", help="number of chargers")
    parser.add_argument(
        "--interval", type=int, metavar="S", help="seconds between two messages of a charger"
    )
    parser.add_argument("--region", metavar="R", help="AWS Region, such as us-east-1")
    parser.add_argument(
        "--currency", metavar="CODE", help="show amounts in this currency, such as EUR"
    )
    parser.add_argument("--rate", metavar="X", help="exchange rate: units of that currency per USD")
    parser.add_argument(
        "--rate-date", metavar="DAY", help="date of the exchange rate; the default is today"
    )
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="replace an assumption: one value, or LOW,EXPECTED,HIGH; may be repeated",
    )


def given_money(options: PricedOptions) -> "Money | None":
    """Return the currency of the options, None without one. Raises ValueError."""
    from solarrally_tui.pricing.money import Money

    if not (options.currency or options.rate or options.rate_date):
        return None
    return Money.given(options.currency, options.rate, options.rate_date)


def assumed(options: PricedOptions) -> dict[str, str]:
    """Return the assumptions that the options replace. Raises ValueError in words for people."""
    pairs = [text.partition("=") for text in options.assume]
    for name, separator, _ in pairs:
        if not separator:
            raise ValueError(f"--assume {name} needs a value, such as --assume viewers=5")
    return {name: value for name, _, value in pairs}


def priced_site(options: PricedOptions) -> "Site | None":
    """Return the file's site as changed by the options, or print what is wrong; then None."""
    from solarrally_tui.site.files import from_answers
    from solarrally_tui.site.problems import SiteError

    site = read_site(options.file) if options.file else None
    if options.file and site is None:
        return None
    try:
        return from_answers(_changed(site, options) if site else _answers(options))
    except SiteError as error:
        say("These options do not describe a site.")
        for problem in error.problems:
            say(f"  {_of_option(problem)}")
        return None


def price_sentence(site: "Site") -> str:
    """Return what a site costs in a month, with its range."""
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.pricing.money import Money
    from solarrally_tui.pricing.quotes.text_table import total

    return total(estimate(site), Money())


_OPTIONS: Final = {
    "region": "--region",
    "tier": "--tier",
    "size.chargers": "--chargers",
    "size.interval_seconds": "--interval",
}
"""By the field of the site file that each sets."""


def _of_option(problem: "Problem") -> str:
    """Return a problem in the words of the command line; one of the file as the file has it."""
    option = _OPTIONS.get(problem.field)
    if option is None:
        return str(problem)
    value = problem.example.partition(" = ")[2].strip('"')
    return f"{option} {problem.what}" + (f" Example: {option} {value}" if value else "")


def _answers(options: PricedOptions) -> dict[str, Any]:
    return {
        **_NAMELESS,
        "region": options.region or os.environ.get("AWS_REGION") or "us-east-1",
        "tier": options.tier or "small",
        "size": _sizes(options),
    }


def _changed(site: "Site", options: PricedOptions) -> dict[str, Any]:
    from solarrally_tui.site.files import to_answers
    from solarrally_tui.site.tier_change import change_tier
    from solarrally_tui.site.tiers import Tier

    size = site.size.model_dump(mode="json")
    if options.tier and options.tier != site.tier.value:
        change = change_tier(size, site.tier, Tier(options.tier))
        if change.words:
            say(change.words)
        size = dict(change.size)
    return to_answers(site) | {
        "size": size | _sizes(options),
        "region": options.region or site.region,
        "tier": options.tier or site.tier.value,
    }


def _sizes(options: PricedOptions) -> dict[str, int]:
    sizes = {"chargers": options.chargers, "interval_seconds": options.interval}
    return {name: value for name, value in sizes.items() if value is not None}
