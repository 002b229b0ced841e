"""solarrally prices show|refresh: the price book, our dated copy of AWS's list prices."""

import os
from dataclasses import dataclass

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_actions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class ShowOptions(CommonOptions):
    """What show takes."""

    json: bool


@dataclass(frozen=True, slots=True)
class RefreshOptions(CommonOptions):
    """What refresh takes."""

    region: str | None


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    showing = add_action("show", "Show how old the prices are and where they come from.")
    add_json(showing)
    carry_out(showing, _show, ShowOptions, example="solarrally prices show")
    text = "Read AWS's current price list. Needs the Internet, but no credentials."
    refreshing = add_action("refresh", text)
    text = "AWS Region; the default is AWS_REGION"
    refreshing.add_argument("--region", metavar="R", help=text)
    carry_out(
        refreshing,
        _refresh,
        RefreshOptions,
        example="solarrally prices refresh --region eu-central-1",
    )


def _show(options: ShowOptions) -> int:
    from solarrally_tui.commands.pricing.price_book_text import as_json, lines
    from solarrally_tui.pricing.price_book.store import book

    if options.json:
        return show_result(as_json(book()), Exit.OK)
    show("\n".join(lines(book())))
    return Exit.OK


def _refresh(options: RefreshOptions) -> int:
    import asyncio

    from solarrally_tui.commands.pricing.price_refresh import refresh
    from solarrally_tui.commands.shared.named_keys import named_keys
    from solarrally_tui.pricing.price_book.price_list_items import known_regions
    from solarrally_tui.site.regions import why_unknown_region

    region = options.region or os.environ.get("AWS_REGION") or "us-east-1"
    if wrong := why_unknown_region(region):
        say(wrong)
        return Exit.USAGE
    if region not in known_regions():
        say(f"The prices of {region} cannot be refreshed. Known Regions:")
        say(f"{', '.join(known_regions())}.")
        return Exit.USAGE
    keys = named_keys(options)
    try:
        return asyncio.run(refresh(region, profile=options.profile, keys=keys))
    except KeyboardInterrupt:
        say("Stopped. The prices stay as they were.")
        return Exit.FAILED
