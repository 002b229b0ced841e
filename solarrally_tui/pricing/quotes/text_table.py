"""A quote as plain text for a terminal."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.advice.cheapest import keeps
from solarrally_tui.pricing.advice.compare import Variant
from solarrally_tui.pricing.advice.curve import THREE_YEARS_MONTHS, YEAR_MONTHS
from solarrally_tui.pricing.breakdown import rows
from solarrally_tui.pricing.explain import later_words
from solarrally_tui.pricing.metering.estimate_lines import Estimate, added
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Comparison, Quote, what_moves
from solarrally_tui.site.hub_words import hub_sentence
from solarrally_tui.site.shape_words import IN_WORDS
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.table import columns, terminal_width, wrap

_BAR: Final = 40
_HALF_CENT: Final = Decimal("0.005")
_MOST: Final = 5
"""Further Regions that are listed: the cheapest."""
_MORE: Final = (
    "--lines adds every line, ways to pay less and what stays after deletion; --compare other "
    "tiers and Regions; --curve the cost by number of chargers."
)
_MORE_COMPARED: Final = (
    "--format md or csv has every Region, all other answers, and where designs break even."
)


def to_table(quote: Quote, *, lines: bool = False) -> str:
    """Return the quote as lines as wide as the terminal, the answer first.

    lines: also every line of the estimate, and what a month without surprises does not show.
    """
    if not quote.cost.known:
        return "\n".join([*wrap(total(quote.cost, quote.money)), "", *_left_out(quote)])
    figures = _compared(quote, quote.comparison) if quote.comparison else _alone(quote)
    parts = [*figures, ""]
    if lines or quote.has_credits:
        parts += [*_savings(quote), ""]
    if lines:
        parts += [*_situations(quote), ""]
    parts += _left_out(quote)
    if lines:
        parts += ["", *_by_line(quote)]
    else:
        parts += ["", *wrap(_MORE_COMPARED if quote.comparison else _MORE)]
    return "\n".join(parts)


def total(cost: Estimate, money: Money) -> str:
    """Return the monthly amount in words, with what is not known of it."""
    if not cost.known:
        return " ".join(("Unknown.", *(line.reason for line in cost.unknown)))
    least = "" if cost.complete else "At least "
    return (
        f"{least}{money.show(cost.expected)} {money.currency} a month in {cost.region}, "
        f"between {money.show(cost.low)} and {money.show(cost.high)}."
    )


def _dated(quote: Quote) -> str:
    span = f"AWS list prices of {quote.cost.prices_as_of} or newer"
    return f"{span}, 730 hours a month. {quote.money.note}".strip()


def _alone(quote: Quote) -> Iterator[str]:
    """Yield the number first: a month, its range, a year, each charger, one charger more."""
    cost, money = quote.cost, quote.money
    yield from wrap(f"{total(cost, money)} {_in_other_units(quote)}")
    yield ""
    yield from _by_service(quote)
    yield ""
    yield from wrap(f"{what_moves(cost, money)} {hub_sentence(quote.site.size)}".strip())
    yield from wrap(_dated(quote))
    for sentence in later_words(cost.later, money.show):
        yield from wrap(sentence)


def _in_other_units(quote: Quote) -> str:
    show, cost, count = quote.money.show, quote.cost, quote.site.size.chargers
    year, three_years = (
        quote.money.over(months, cost.expected, added(months, cost.later))
        for months in (YEAR_MONTHS, THREE_YEARS_MONTHS)
    )
    sentences = [f"{year:,.2f} a year, {three_years:,.2f} in three years."]
    if count > 1:
        sentences.append(f"Divided by {count:,} chargers: {show(quote.per_charger)} each.")
    sentences.append(f"One charger more costs {show(quote.marginal)} a month.")
    return " ".join(sentences)


def _by_line(quote: Quote) -> Iterator[str]:
    show = quote.money.show
    table = [("", "", "fixed", "usage")]
    stack = ""
    for row in rows(quote.cost.lines):
        if abs(row.monthly) <= _HALF_CENT:
            continue
        name = row.place if row.place != stack else ""
        stack = row.place
        fixed, usage = (show(part) if part else "" for part in (row.fixed, row.usage))
        many = f"{row.resources} x " if row.resources > 1 else ""
        table.append((name, f"{many}{row.item}", fixed, usage))
    fixed, usage = (show(quote.cost.total(kind)) for kind in ("fixed", "usage"))
    table.append(("", "All, with amounts below one cent", fixed, usage))
    yield from columns(table, align="<<>>", flexible=1)


def _by_service(quote: Quote) -> Iterator[str]:
    longest = min(_BAR, max(terminal_width() - _BAR, 8))
    yield from columns(
        [
            (
                share.words,
                quote.money.show(share.monthly),
                "━" * max(round(float(share.part) * longest), 1),
            )
            for share in quote.shares
            if share.monthly > _HALF_CENT
        ],
        align="<><",
        flexible=0,
    )


def _savings(quote: Quote) -> Iterator[str]:
    yield from wrap("Ways to pay less, not in the total, each on its own:")
    for saving in quote.savings:
        yield from _entry(f"{saving.name}: {quote.money.show(saving.monthly)}. {saving.terms}")


def _left_out(quote: Quote) -> list[str]:
    """Return what the total does not include, what has no price on a line of its own."""
    cost = quote.cost
    first, *more = (words if words.startswith("AWS") else _small(words) for words in cost.excluded)
    usual = wrap(f"Not in the total: {', '.join((first, *more))}.", "", "  ")
    return [
        *usual,
        *(line for words in dict.fromkeys(map(str, cost.unknown)) for line in wrap(words)),
    ]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _situations(quote: Quote) -> Iterator[str]:
    money, year = quote.money, quote.archive[-1]
    yield from wrap(
        f"List price {money.show(quote.cost.list_price)}, always free for every account "
        f"{money.show(quote.cost.always_free)}."
    )
    app = next(built for built in quote.half_built if built.after == "app")
    yield from wrap(
        f"One day with one build: "
        f"{money.show(quote.demo_day)}. A deployment that stops after the stack app: "
        f"{money.show(app.monthly)} a month."
    )
    days = quote.site.devices.archive_days
    if days:
        yield from wrap(
            f"The total counts the archive of {days} days as it is when it is full. After "
            f"{year.month} months it has {year.gigabytes:,.1f} GB."
        )
    else:
        yield from wrap(
            f"No telemetry is kept. Keeping all of it in S3 would add {year.gigabytes:,.1f} GB "
            f"and {money.show(year.monthly)} a month after {year.month} months, not counting its "
            "delivery."
        )
    yield ""
    yield from wrap("Monthly cost after the site is deleted, until its data is deleted too:")
    for left in quote.after_destroy:
        yield from _entry(f"{left.what}: {money.show(left.monthly)} ({left.gigabytes:.0f} GB)")


def _compared(quote: Quote, comparison: Comparison) -> Iterator[str]:
    """Yield tiers, shapes, outbound access and Regions as tables, each the cheapest first."""
    cost, money = quote.cost, quote.money
    count = quote.site.size.chargers
    yield from wrap(
        f"For {count:,} charger{'s' * (count > 1)}, in {money.currency} a month. "
        f"This site: {money.show(cost.expected)}. {_dated(quote)}"
    )

    def beside(title: str, group: str, mine: str, words: str = "") -> Iterator[str]:
        others = [one for one in comparison.what_ifs if one.group == group]
        here = Variant("", f"{mine} (chosen)", words, quote.site, cost)
        yield from _variants(title, (here, *sorted(others, key=_price)[:_MOST]), quote)

    size = quote.site.size
    yield from _variants("Tier", comparison.tiers, quote)
    yield from beside("Shape", "shape", size.shape.value, IN_WORDS[size.shape])
    if size.shape is Shape.TASKS:
        yield from beside("Outbound access", "outbound", size.egress.value)
    yield from beside("Region", "region", quote.site.region)
    near = sorted((v for v in comparison.what_ifs if v.group == "region"), key=_price)
    if len(near) > _MOST:
        dearest = near[-1]
        yield from wrap(
            f"{len(near) - _MOST} further Regions cost up to "
            f"{money.show(dearest.cost.expected)} ({dearest.name})."
        )
    cheapest = comparison.cheapest
    yield ""
    yield from wrap(
        f"Cheapest recommended variant: {money.show(cheapest.cost.expected)}. "
        f"{keeps(cheapest.site)} You give up: {' '.join(comparison.given_up) or 'Nothing.'}"
    )
    for one in comparison.what_ifs:
        if one.group == "shape" and one.cost.known and one.cost.expected < cheapest.cost.expected:
            yield from wrap(
                f"{one.name.capitalize()} cost less, {money.show(one.cost.expected)}, and are not "
                "recommended in general: they behave otherwise, as their line above says."
            )
    yield from _operations(comparison, money)


def _operations(comparison: Comparison, money: Money) -> Iterator[str]:
    """Yield what operations on the running site cost, below an empty line."""
    table = [("Operation", "price", "", "")]
    for one in comparison.operations:
        price = "unknown" if one.usd is None else money.show(one.usd) if one.usd else "nothing"
        table.append((one.command, price, one.unit, one.words))
    yield ""
    yield from columns(table)


def _price(variant: Variant) -> tuple[bool, Decimal]:
    return not variant.cost.known, variant.cost.expected


def _variants(title: str, variants: Iterable[Variant], quote: Quote) -> Iterator[str]:
    """Yield a table of variants below an empty line, the cheapest first."""
    money = quote.money
    table = [(title, "a month", "change", "")]
    for variant in sorted(variants, key=_price):
        change = "unknown"
        if variant.more_than(quote.cost) is not None:
            more = money.change(quote.cost.expected, variant.cost.expected)
            change = f"{more:+,.2f}" if more else ""
        shown = money.show(variant.cost.expected) if variant.cost.known else "unknown"
        mark = "" if variant.cost.complete or not variant.cost.known else " *"
        table.append((variant.name, f"{shown}{mark}", change, variant.words))
    yield ""
    yield from columns(table, align="<>><", flexible=3)
    if any(amount.endswith("*") for _, amount, _, _ in table):
        yield "* At least. Something has no price there."


def _entry(text: str) -> list[str]:
    return wrap(text, "  ", "    ")
