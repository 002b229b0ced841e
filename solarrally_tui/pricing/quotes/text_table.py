"""A quote as plain text for a terminal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.advice.cheapest import keeps
from solarrally_tui.pricing.advice.curve import THREE_YEARS_MONTHS, YEAR_MONTHS
from solarrally_tui.pricing.breakdown import rows
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Comparison, Quote
from solarrally_tui.pricing.service_names import SERVICES
from solarrally_tui.text.table import columns, terminal_width, wrap

_BAR: Final = 40
_HALF_CENT: Final = Decimal("0.005")


def to_table(quote: Quote, *, lines: bool = False) -> str:
    """Return the quote as lines as wide as the terminal. lines: every line of it at the end."""
    figures = _compared(quote, quote.comparison) if quote.comparison else _alone(quote)
    listed = ["", *_by_line(quote)] if lines and quote.cost.known else []
    return "\n".join([*figures, *_notes(quote), *listed])


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
    if not quote.cost.known:
        yield from wrap(total(quote.cost, quote.money))
        return
    yield from wrap(f"{total(quote.cost, quote.money)} {_dated(quote)}")
    yield from wrap(_in_other_units(quote))
    yield ""
    yield from _by_service(quote)


def _in_other_units(quote: Quote) -> str:
    show, cost, count = quote.money.show, quote.cost, quote.site.size.chargers
    year, three_years = (show(cost.over(months)) for months in (YEAR_MONTHS, THREE_YEARS_MONTHS))
    sentences = [f"{year} a year, {three_years} in three years."]
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
        name = row.stack if row.stack != stack else ""
        stack = row.stack
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


def _notes(quote: Quote) -> Iterator[str]:
    """Yield what stands below the figures: where they come from, and what they leave out."""
    cost, money = quote.cost, quote.money
    if cost.known:
        yield ""
        yield from wrap(f"It depends most on {cost.driver}.")
        yield from wrap(
            f"List price {money.show(cost.list_price)}, always free for every account "
            f"{money.show(cost.always_free)}."
        )
        for later in cost.later:
            name = SERVICES[later.line.service].name
            amount = money.show(later.monthly)
            yield from wrap(f"{name}: {amount} a month more after {later.after_months} months.")
        yield from _situations(quote)
        yield ""
        yield from wrap("Ways to pay less, not in the total, each on its own:")
        for saving in quote.savings:
            yield from _entry(f"{saving.name}: {money.show(saving.monthly)}. {saving.terms}")
    yield ""
    yield "Not in the total:"
    for words in cost.left_out():
        yield from _entry(words)


def _situations(quote: Quote) -> Iterator[str]:
    money, year = quote.money, quote.archive[-1]
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
    yield from _variants(quote, comparison)
    yield ""
    yield from wrap(
        f"Cheapest recommended variant for {quote.site.size.chargers} chargers: "
        f"{total(comparison.cheapest.cost, quote.money)} {keeps(comparison.cheapest.site)} You "
        "give up:"
    )
    for words in comparison.given_up or ("Nothing.",):
        yield from _entry(words)
    yield ""
    yield "Break-even:"
    for one in comparison.break_evens:
        first, second = quote.money.show(one.first_monthly), quote.money.show(one.second_monthly)
        yield from _entry(f"{one.first}: {first}; {one.second}: {second} a month. {one.answer}")


def _variants(quote: Quote, comparison: Comparison) -> Iterator[str]:
    money, base = quote.money, quote.cost
    table = [("", "low", "expected", "high", "change")]
    for variant in (*comparison.tiers, *comparison.what_ifs):
        cost, name = variant.cost, f"{variant.group} {variant.name}"
        if not cost.known:
            table.append((name, "", "unknown", "", ""))
            continue
        low, expected, high = (money.show(usd) for usd in (cost.low, cost.expected, cost.high))
        if not cost.complete:
            expected = f"{expected} *"
        more = variant.more_than(base)
        change = "unknown" if more is None else f"{money.of(more):+,.2f}"
        table.append((name, low, expected, high, change))
    yield from columns(table, align="<>>>>", flexible=0)
    if any(expected.endswith("*") for _, _, expected, _, _ in table):
        yield "* At least. Something has no price there."
    yield from wrap(f"{money.currency} a month. {_dated(quote)}")


def _entry(text: str) -> list[str]:
    return wrap(text, "  ", "    ")
