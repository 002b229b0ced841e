"""An estimate as Markdown and HTML, from templates with autoescape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from solarrally_tui.pricing.advice.compare import Variant
from solarrally_tui.pricing.breakdown import ServiceShare, rows
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.price_book.book import BUNDLED
from solarrally_tui.pricing.quotes.quote import Comparison, Quote, what_moves
from solarrally_tui.text import markdown

_HALF_CENT: Final = Decimal("0.005")
_WIDEST: Final = 380
"""Width of the longest bar, in the chart's own units."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart; widths are in the chart's own units."""

    words: str
    fixed: int
    usage: int
    amount: str


def to_markdown(quote: Quote) -> str:
    """Return the quote as Markdown."""
    return _rendered("estimate.md.j2", quote)


def to_html(quote: Quote) -> str:
    """Return the quote as one HTML page without scripts, its chart as inline SVG."""
    return _rendered("estimate.html.j2", quote)


def _rendered(template: str, quote: Quote) -> str:
    environment = Environment(
        loader=PackageLoader("solarrally_tui.pricing.quotes", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = _markdown
    return environment.get_template(template).render(**_context(quote))


def _markdown(value: object) -> Markup:
    return Markup(markdown.escape(str(value)))  # noqa: S704 escaped by markdown.escape


def _context(quote: Quote) -> dict[str, Any]:
    """Return what the templates show; all amounts are text in the quote's currency."""
    show = quote.money.show
    # A share below half a cent would read 0.00.
    shares = [share for share in quote.shares if share.monthly >= _HALF_CENT]
    return {
        "q": quote,
        "cost": quote.cost,
        "money": quote.money,
        "summary": _summary(quote),
        "moves": what_moves(quote.cost, quote.money),
        "shares": [
            (share.words, show(share.monthly), show(share.fixed), f"{share.part:.0%}")
            for share in shares
        ],
        "bars": _bars(shares, quote.money),
        "prices_from": _prices_from(quote),
        "lines": _lines(quote),
        "savings": [(saving.name, show(saving.monthly), saving.terms) for saving in quote.savings],
        "situations": list(_situations(quote)),
        "comparison": list(_sections(quote, quote.comparison)) if quote.comparison else [],
        "assumptions": [
            (
                assumption.name.replace("_", " "),
                f"{assumption.value.low:f}",
                f"{assumption.value.expected:f}",
                f"{assumption.value.high:f}",
                assumption.unit,
                assumption.reason,
            )
            for assumption in quote.assumptions
        ],
    }


def _prices_from(quote: Quote) -> str:
    """Return how old the prices are, for a reader who has only the document."""
    span = f"AWS list prices of {quote.cost.prices_as_of} or newer"
    if quote.origin == BUNDLED:
        return f"{span}."
    return f"{span}, read from AWS's price list on {quote.origin}."


def _summary(quote: Quote) -> list[tuple[str, str]]:
    cost, show = quote.cost, quote.money.show
    return [
        ("List price", show(cost.list_price)),
        ("Always free for every account", show(cost.always_free)),
        ("Billed whether or not the site is used", show(cost.total("fixed"))),
        ("Billed by use", show(cost.total("usage"))),
        ("Per charger", show(quote.per_charger)),
        ("One day with one build, such as a demonstration", show(quote.demo_day)),
    ]


def _bars(shares: Sequence[ServiceShare], money: Money) -> list[Bar]:
    widest = max((share.monthly for share in shares), default=Decimal(1))

    def width(amount: Decimal) -> int:
        return max(0, round(amount / widest * _WIDEST))

    return [
        Bar(
            share.words,
            width(share.fixed),
            width(share.monthly - share.fixed),
            money.show(share.monthly),
        )
        for share in shares
    ]


def _lines(quote: Quote) -> list[Cells]:
    money = quote.money
    return [
        (
            row.place,
            f"{row.resources} x {row.item}" if row.resources > 1 else row.item,
            f"{row.quantity.quantize(Decimal('0.001')).normalize() + 0:,f}",
            row.unit,
            money.unit(row.unit_price),
            money.show(row.fixed + row.usage),
            row.price_date,
        )
        for row in rows(quote.cost.lines)
    ]


def _situations(quote: Quote) -> Iterator[Cells]:
    show, last = quote.money.show, None
    for built in quote.half_built:
        if built.monthly != last:
            yield ("deployment stopped", f"after the stack {built.after}", show(built.monthly))
        last = built.monthly
    for left in quote.after_destroy:
        yield ("site deleted", f"{left.what}: {left.gigabytes:.1f} GB", show(left.monthly))
    kept = "" if quote.site.devices.archive_days else " (this site keeps none)"
    for grown in quote.archive:
        if grown.month in {1, 6, 12}:
            what = f"Telemetry in S3: {grown.gigabytes:,.1f} GB{kept}"
            yield (f"after {grown.month} month{'s' * (grown.month > 1)}", what, show(grown.monthly))


def _sections(quote: Quote, comparison: Comparison) -> Iterator[tuple[str, Cells, list[Cells]]]:
    """Yield title, head and rows of each table that compares."""
    show = quote.money.show
    head = ("", "", "low", "expected", "high", "change", "notes")
    yield "Tiers side by side", head, [_variant(tier, quote) for tier in comparison.tiers]
    yield "What if", head, [_variant(variant, quote) for variant in comparison.what_ifs]
    cheapest = _variant(comparison.cheapest, quote)[:-1]
    given_up = " ".join(comparison.given_up) or "Nothing."
    title = f"Cheapest recommended variant for {quote.site.size.chargers} chargers"
    yield title, (*head[:-1], "what you give up"), [(*cheapest, given_up)]
    yield (
        "Break-even",
        ("first option", "a month", "second option", "a month", "result"),
        [
            (one.first, show(one.first_monthly), one.second, show(one.second_monthly), one.answer)
            for one in comparison.break_evens
        ],
    )


def _variant(variant: Variant, quote: Quote) -> Cells:
    cost, money = variant.cost, quote.money
    amounts, change = ["unknown"] * 3, "unknown"
    if cost.known:
        amounts = [money.show(amount) for amount in (cost.low, cost.expected, cost.high)]
        if not cost.complete:
            amounts[1:] = [f"at least {amounts[1]}", f"{amounts[2]} or more"]
        if variant.more_than(quote.cost) is not None:
            change = f"{money.change(quote.cost.expected, cost.expected):+,.2f}"
    return (variant.group, variant.name, *amounts, change, variant.words)
