"""Quotes fit to hand to a customer: Markdown and HTML, from templates with autoescape."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from solarrally_tui.pricing.advice.compare import Variant
from solarrally_tui.pricing.breakdown import rows
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.price_book.book import BUNDLED
from solarrally_tui.pricing.quotes.quote import Comparison, Quote
from solarrally_tui.text import markdown

_HALF_CENT: Final = Decimal("0.005")
_WIDEST: Final = 380

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart; widths are in the chart's own units."""

    words: str
    fixed: int
    usage: int
    amount: str


def to_markdown(quote: Quote) -> str:
    """Return the quote as Markdown."""
    return _rendered("quote.md.j2", quote)


def to_html(quote: Quote) -> str:
    """Return the quote as one HTML page without scripts, its chart as inline SVG."""
    return _rendered("quote.html.j2", quote)


def _rendered(template: str, quote: Quote) -> str:
    environment = Environment(
        loader=PackageLoader("solarrally_tui.pricing.quotes", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = _markdown
    environment.filters["name"] = _name
    return environment.get_template(template).render(**_context(quote))


def _markdown(value: object) -> Markup:
    return Markup(markdown.escape(str(value)))  # noqa: S704 escaped by markdown.escape


def _name(value: object) -> Markup:
    return Markup(markdown.escape_name(str(value)))  # noqa: S704 escaped by markdown.escape_name


def _context(quote: Quote) -> dict[str, Any]:
    money = quote.money
    return {
        "q": quote,
        "cost": quote.cost,
        "money": money,
        "summary": _summary(quote),
        "shares": [
            (share.words, money.show(share.monthly), money.show(share.fixed), f"{share.part:.0%}")
            for share in quote.shares
            if share.monthly >= _HALF_CENT
        ],
        "bars": _bars(quote),
        "prices_from": _prices_from(quote),
        "lines": _lines(quote),
        "savings": [(each.name, money.show(each.monthly), each.terms) for each in quote.savings],
        "situations": list(_situations(quote)),
        "comparison": list(_sections(quote, quote.comparison)) if quote.comparison else [],
        "assumptions": [
            (
                each.name.replace("_", " "),
                f"{each.value.low:f}",
                f"{each.value.expected:f}",
                f"{each.value.high:f}",
                each.unit,
                each.reason,
            )
            for each in quote.assumptions
        ],
    }


def _prices_from(quote: Quote) -> str:
    """Say how old the prices are, for a reader who has only the paper."""
    span = f"AWS list prices of {quote.oldest} to {quote.cost.prices_as_of}"
    if quote.origin == BUNDLED:
        return f"{span}, a sourced and dated table."
    return f"{span}, read from AWS's price list on {quote.origin}."


def _summary(quote: Quote) -> list[tuple[str, str]]:
    cost, show = quote.cost, quote.money.show
    return [
        ("List price", show(cost.list_price)),
        ("Always free for every account", show(cost.always_free)),
        ("Billed whether it is used or not", show(cost.total("fixed"))),
        ("Billed by use", show(cost.total("usage"))),
        ("One charger", show(quote.per_charger)),
        ("One day with one build, such as a demonstration", show(quote.demo_day)),
    ]


def _bars(quote: Quote) -> list[Bar]:
    shown = [share for share in quote.shares if share.monthly >= _HALF_CENT]
    widest = max((share.monthly for share in shown), default=Decimal(1))
    return [
        Bar(
            share.words,
            _width(share.fixed, widest),
            _width(share.monthly - share.fixed, widest),
            quote.money.show(share.monthly),
        )
        for share in shown
    ]


def _width(amount: Decimal, widest: Decimal) -> int:
    return max(0, round(amount / widest * _WIDEST))


def _lines(quote: Quote) -> list[Row]:
    money = quote.money
    return [
        (
            row.stack,
            f"{row.resources} x {row.item}" if row.resources > 1 else row.item,
            f"{row.quantity.quantize(Decimal('0.001')).normalize() + 0:,f}",
            row.unit,
            money.unit(row.unit_price),
            money.show(row.fixed + row.usage),
            row.price_date,
        )
        for row in rows(quote.cost.lines)
    ]


def _situations(quote: Quote) -> Iterator[Row]:
    show, last = quote.money.show, None
    for stood in quote.half_built:
        if stood.monthly != last:
            yield ("stopped half built", f"after the stack {stood.after}", show(stood.monthly))
        last = stood.monthly
    for left in quote.after_destroy:
        what = f"{left.what.lower()}, {left.gigabytes:.1f} GB"
        yield ("after destroy", what, show(left.monthly))
    kept = "" if quote.site.devices.archive_days else ", if all of it were kept (it is not)"
    for grown in quote.archive:
        if grown.month in {1, 6, 12}:
            what = f"{grown.gigabytes:,.1f} GB of telemetry in S3{kept}"
            yield (f"after {grown.month} month{'s' * (grown.month > 1)}", what, show(grown.monthly))


def _sections(quote: Quote, found: Comparison) -> Iterator[tuple[str, Row, list[Row]]]:
    money = quote.money
    head = ("", "", "low", "expected", "high", "change", "in words")
    yield "Tiers side by side", head, [_variant(each, quote, money) for each in found.tiers]
    yield "What if", head, [_variant(each, quote, money) for each in found.what_ifs]
    cheapest = _variant(found.cheapest, quote, money)[:-1]
    words = " ".join(found.given_up) or "Nothing."
    title = f"Cheapest honest variant for {quote.site.size.chargers} chargers"
    yield title, (*head[:-1], "gives up"), [(*cheapest, words)]
    yield (
        "Break-even",
        ("one", "a month", "the other", "a month", "so"),
        [
            (
                each.first,
                money.show(each.first_monthly),
                each.second,
                money.show(each.second_monthly),
                each.answer,
            )
            for each in found.break_evens
        ],
    )


def _variant(each: Variant, quote: Quote, money: Money) -> Row:
    cost = each.cost
    if not cost.known:
        return (each.group, each.name, "unknown", "unknown", "unknown", "unknown", each.words)
    change = f"{money.of(each.more_than(quote.cost)):+,.2f}" if quote.cost.known else "unknown"
    amounts = (money.show(amount) for amount in (cost.low, cost.expected, cost.high))
    return (each.group, each.name, *amounts, change, each.words)
