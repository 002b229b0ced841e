"""solarrally estimate [FILE]: price a site, offline."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.pricing.priced_site import (
    PricedOptions,
    add_priced_options,
    assumed,
    given_money,
    priced_site,
)
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_document, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.quote import Quote, QuoteOptions
    from solarrally_tui.site.model import Site

_MOST_CREDITS: Final = 10**9
_FORMATS: Final = ("table", "json", "csv", "md", "html")


@dataclass(frozen=True, slots=True)
class Options(PricedOptions):
    """What estimate takes."""

    format: str
    compare: bool
    curve: bool
    lines: bool
    credits: str | None


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--format", choices=_FORMATS, default="table", help="default: table")
    output.add_argument(
        "--json", action="store_const", dest="format", const="json", help="same as --format json"
    )
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument("--compare", action="store_true", help="tiers, outbound access and Regions")
    text = "cost by number of chargers, with break points; as table, json or csv"
    beside.add_argument("--curve", action="store_true", help=text)
    parser.add_argument(
        "--lines", action="store_true", help="also every line and savings, in the table"
    )
    parser.add_argument("--credits", metavar="USD", help="AWS credits that the account still has")
    add_priced_options(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally estimate barn.toml\n"
        "solarrally estimate --tier small --chargers 6 --region eu-central-1\n"
        "solarrally estimate barn.toml --compare",
    )


def run(options: Options) -> int:
    """Price a site file, or the site that the options describe."""
    from solarrally_tui.pricing.quotes.quote import quote

    try:
        shown = _shown(options)
    except ValueError as error:
        say(f"{error}.")
        return Exit.USAGE
    site = priced_site(options)
    if options.curve and options.format in {"md", "html"}:
        say("--curve is written as table, json or csv. The document of solarrally quote has it.")
        return Exit.USAGE
    if site is None or ((options.compare or options.curve) and _is_incomparable(site)):
        return Exit.INVALID_SITE
    if options.curve:
        return _curve(site, shown, options.format)
    today = date.today().isoformat()  # noqa: DTZ011 a quote carries the reader's date
    return _printed(quote(site, today, shown), options.format, lines=options.lines)


def _shown(options: Options) -> "QuoteOptions":
    from solarrally_tui.pricing.metering.assumptions import DEFAULTS
    from solarrally_tui.pricing.money import Money
    from solarrally_tui.pricing.quotes.quote import QuoteOptions

    return QuoteOptions(
        money=given_money(options) or Money(),
        assume=DEFAULTS.replaced(assumed(options)),
        credits_usd=_credits(options.credits),
        compare=options.compare,
    )


def _is_incomparable(site: "Site") -> bool:
    """Say so where the Region has no prices: a table of the word unknown helps nobody."""
    from solarrally_tui.pricing.price_book.store import book
    from solarrally_tui.text.table import wrap

    regions = book().regions
    if site.region in regions:
        return False
    for line in wrap(
        f"The price book has no prices for {site.region}, so there is nothing to compare. Leave "
        f"--compare and --curve away, or choose one of {', '.join(regions)}."
    ):
        say(line)
    return True


def _credits(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        amount = Decimal("nan")
    if amount is not None and not (amount.is_finite() and 0 < amount <= _MOST_CREDITS):
        raise ValueError(f"{text} is not an amount in USD")
    return amount


def _curve(site: "Site", shown: "QuoteOptions", form: str) -> int:
    from solarrally_tui.pricing.advice.curve import curve
    from solarrally_tui.pricing.quotes.curve_formats import as_object, to_csv, to_text

    found = curve(site, shown.assume)
    if form == "json":
        return show_result({"curve": as_object(found, shown.money)}, Exit.OK)
    show((to_csv if form == "csv" else to_text)(found, shown.money).rstrip("\n"))
    return Exit.OK


def _printed(priced: "Quote", form: str, *, lines: bool) -> int:
    # The template engine is imported for what needs it only.
    if form in {"md", "html"}:
        from solarrally_tui.pricing.quotes.documents import to_html, to_markdown

        render = to_html if form == "html" else to_markdown
        show_document(render(priced).rstrip("\n"))
        return Exit.OK
    from solarrally_tui.pricing.quotes.records import as_object, to_csv
    from solarrally_tui.pricing.quotes.text_table import to_table

    if form == "json":
        return show_result(as_object(priced), Exit.OK)
    text = to_csv(priced) if form == "csv" else to_table(priced, lines=lines)
    show(text.rstrip("\n"))
    return Exit.OK
