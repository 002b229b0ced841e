"""solarrally quote --customer NAME [FILE]: a quote that a customer signs, offline."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from solarrally_tui.commands.pricing.priced_site import (
    PricedOptions,
    add_priced_options,
    assumed,
    given_money,
    priced_site,
)
from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_document
from solarrally_tui.computer.folders import why_not
from solarrally_tui.computer.streams import repaired
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.pricing.quotes.paper.answers import QuoteAnswers
    from solarrally_tui.pricing.quotes.paper.content import Content
    from solarrally_tui.pricing.quotes.paper.documents import QuoteFormat

_FORMATS = ("md", "html", "pdf", "csv", "json", "aws")


@dataclass(frozen=True, slots=True)
class Options(PricedOptions):
    """What quote takes."""

    customer: str | None
    seller: str | None
    source: Path | None
    number: str | None
    date: str | None
    valid_days: int | None
    language: str | None
    paper: Literal["a4", "letter"] | None
    to: Path | None
    force: bool
    format: "QuoteFormat | None"


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    text = "name of the customer; not needed where the quote file has it"
    parser.add_argument("--customer", metavar="NAME", help=text)
    text = "your company's name; a quote file can hold its address and logo, too"
    parser.add_argument("--seller", metavar="NAME", help=text)
    text = "quote file: seller, customer, items, tax, language, currency; other options override it"
    parser.add_argument("--from", dest="source", type=Path, metavar="QUOTE", help=text)
    text = "default: by the name of the file, else md; aws is for AWS's own Pricing Calculator"
    parser.add_argument("--format", choices=_FORMATS, help=text)
    parser.add_argument("--number", metavar="TEXT", help="number of the quote")
    parser.add_argument("--date", metavar="DAY", help="date of the quote; the default is today")
    text = "days that the quote is valid; the default is 30"
    parser.add_argument("--valid-days", type=int, metavar="N", help=text)
    text = "language of the quote: en, de, or one of their locales, such as de-AT"
    parser.add_argument("--language", metavar="TAG", help=text)
    parser.add_argument(
        "--paper", choices=("a4", "letter"), help="default: what is usual for the language"
    )
    text = "write the quote to this file instead of printing it"
    parser.add_argument("--to", type=Path, metavar="FILE", help=text)
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    add_priced_options(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally quote barn.toml --customer 'Garage Meyer'\n"
        "solarrally quote --from offer.toml --to offer.pdf",
    )


def run(options: Options) -> int:
    """Write the quote to a file, or print it."""
    from solarrally_tui.pricing.quotes.paper.content import QuoteRefusedError, content
    from solarrally_tui.pricing.quotes.paper.ordered import ordered

    answers = _answers(options)
    if answers is None:
        return Exit.USAGE
    if answers.customer is None:
        say(
            "A quote needs the customer's name. Add --customer NAME, or --from a quote file that "
            "has it."
        )
        return Exit.USAGE
    site = priced_site(options)
    if site is None:
        return Exit.INVALID_SITE
    today = date.today()  # noqa: DTZ011 a quote carries the writer's date
    try:
        wanted = ordered(answers, site, today, given_money(options), assumed(options))
        found = content(wanted)
    except ValueError as error:
        words = str(error).rstrip(".")
        say(f"{words[:1].upper()}{words[1:]}.")
        return Exit.USAGE
    except QuoteRefusedError as error:
        say(f"No quote was written. {error}")
        return Exit.REFUSED
    return _out(found, options, answers.hosting.account)


def _answers(options: Options) -> "QuoteAnswers | None":
    """Return the quote file as changed by the options, or print what is wrong."""
    from solarrally_tui.pricing.quotes.paper.answers import QuoteAnswers
    from solarrally_tui.pricing.quotes.paper.quote_toml import (
        QuoteFileError,
        changed,
        load,
        sold_by,
    )

    named = {"number": options.number, "language": options.language, "paper": options.paper}
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if options.valid_days is not None:
        given["valid_days"] = options.valid_days
    if options.date:
        given["date"] = options.date
    if options.customer is not None:
        given["customer"] = {"name": repaired(options.customer)}
    try:
        answers = changed(load(options.source) if options.source else QuoteAnswers(), given)
        return sold_by(answers, repaired(options.seller)) if options.seller else answers
    except QuoteFileError as error:
        if options.source:
            say(f"{options.source} and these options do not describe a quote.")
        for problem in error.problems:
            say(f"  {problem}" if options.source else str(problem))
        return None


def _out(found: "Content", options: Options, account: str) -> int:
    from solarrally_tui.pricing.quotes.paper.documents import NAMED, document, format_of
    from solarrally_tui.pricing.quotes.paper.pdf_page import PdfError

    to = options.to
    form = options.format or (format_of(to) if to and to.suffix else "md")
    if form is None:
        say(f"{to} would be in no known format. {NAMED} Or add --format.")
        return Exit.USAGE
    if form == "pdf" and options.to is None:
        say("PDF goes into a file: add --to FILE.")
        return Exit.USAGE
    try:
        body = document(found, form, account)
    except PdfError as error:
        say(f"No quote was written: {error}.")
        return Exit.FAILED
    if options.to:
        status = _written(options.to, body, force=options.force)
        if status is Exit.OK and found.wanted.seller is None:
            say("It names no seller. Add --seller NAME, or --from a quote file with your address.")
        return status
    (show_document if form in {"md", "html"} else show)(body.decode().rstrip("\n"))
    return Exit.OK


def _written(path: Path, body: bytes, *, force: bool) -> Exit:
    from solarrally_tui.pricing.quotes.paper.documents import write

    try:
        write(path, body, replace=force)
    except FileExistsError:
        say(f"{path} exists. Choose another name, or add --force to replace it.")
        return Exit.REFUSED
    except OSError as error:
        say(f"{path} cannot be written. {why_not(error)}")
        return Exit.FAILED
    say(f"The quote is in {path.absolute()}.")
    return Exit.OK
